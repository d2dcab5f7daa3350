import { useEffect } from 'react'
import { isAbort } from '../../api/api-error.ts'
import { getLive, warmEngine } from '../../api/live.ts'
import { tellError } from '../../state/actions-notices.ts'
import { FRAME_MARK, untilMarked } from '../../state/measures.ts'
import { trackStore } from '../../state/track-store.ts'

const ASK_EVERY_MS = 700
const FRAME_PATIENCE_MS = 3000

/**
 * Has the engine made ready that answers marks at once, and follows how far it is.
 * @param version changes with the frames
 * @param propagated changes with every propagation that has ended: the engine then learns the masks, before
 * somebody corrects them
 */
export function useLiveEngine(siteId: string, version: string, propagated: string | null): void {
  useEffect(() => {
    const abort = new AbortController()
    const follow = async (): Promise<void> => {
      try {
        // First the frame is seen; nobody clicks before.
        await untilMarked(FRAME_MARK, FRAME_PATIENCE_MS)
        if (abort.signal.aborted) return
        let live = await warmEngine(siteId, abort.signal)
        trackStore.set({ live })
        while (live.state === 'warming') {
          await new Promise((done) => {
            setTimeout(done, ASK_EVERY_MS)
          })
          live = await getLive(siteId, abort.signal)
          trackStore.set({ live })
        }
      } catch (error) {
        if (!isAbort(error)) tellError('track', error)
      }
    }
    void follow()
    return () => {
      abort.abort()
      trackStore.set({ live: null })
    }
  }, [siteId, version])
  useEffect(() => {
    if (propagated === null) return
    const abort = new AbortController()
    warmEngine(siteId, abort.signal).catch((error: unknown) => {
      if (!isAbort(error)) tellError('track', error)
    })
    return () => abort.abort()
  }, [siteId, propagated])
}
