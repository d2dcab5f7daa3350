import { useEffect } from 'react'
import { type Route, navigate } from '../state/router.ts'
import { studioStore, useStudio } from '../state/store.ts'

/** Long enough that scrubbing does not write an address per frame: browsers refuse that. */
const SETTLED_MS = 300

/** Keeps the frame in view and the one in the address the same, so that a reload comes back to it. */
export function useFrameAddress(route: Route): void {
  const sceneId = useStudio((state) => state.sceneId)
  const addressed = 'siteId' in route ? route.sceneId : null
  const siteId = useStudio((state) => state.siteId)
  useEffect(() => {
    if (addressed !== null && siteId !== null) studioStore.set({ sceneId: addressed })
  }, [addressed, siteId])
  useEffect(() => {
    if (sceneId === null || !('siteId' in route) || route.sceneId === sceneId) return undefined
    const timer = setTimeout(() => navigate({ ...route, sceneId }, { replace: true }), SETTLED_MS)
    return () => clearTimeout(timer)
  }, [sceneId, route])
}
