import type { SiteDetail } from '@scarline/core/model'
import { type ReactElement, memo, useDeferredValue, useEffect, useState } from 'react'
import { isAbort } from '../../api/api-error.ts'
import { tellError } from '../../state/actions-notices.ts'
import { startJob } from '../../state/actions-site.ts'
import { firstFrame, frameInView } from '../../state/actions-track.ts'
import { hrefOf } from '../../state/router.ts'
import { studioStore, useStudio } from '../../state/store.ts'
import { resetTrack } from '../../state/track-store.ts'
import { type Sprite, loadSprite } from '../../timeline/sprite.ts'
import { Timeline } from '../../timeline/timeline.tsx'
import { useAreaIntervals } from '../../timeline/use-area-intervals.ts'
import { useWords } from '../../words/use-words.ts'
import { MapPane } from './map-pane.tsx'
import { TrackSide } from './track-side.tsx'
import { useLiveEngine } from './use-live-engine.ts'
import { useTrackKeys } from './track-keys.ts'
import 'ol/ol.css'
import '../../style/map.css'
import '../../style/track.css'

/** The page `#/sites/ID/track`. */
export function TrackPage({ siteId }: { siteId: string }): ReactElement {
  const words = useWords()
  const detail = useStudio((state) => (state.siteId === siteId ? state.detail : null))
  useEffect(() => resetTrack, [siteId])
  if (!detail) return <p className="centre muted">{words.app.loading}</p>
  if (!detail.frames || detail.frames.frames.length === 0) return <NoFrames siteId={siteId} />
  return <Track siteId={siteId} detail={detail} />
}

// The map comes first; panels and curve are drawn when there is time, and in pieces.
const SameMap = memo(MapPane)
const LaterSide = memo(TrackSide)
const LaterTimeline = memo(Timeline)

function Track({ siteId, detail }: { siteId: string; detail: SiteDetail }): ReactElement {
  const words = useWords()
  const sprite = useSprite(siteId, detail)
  const later = useDeferredValue(detail)
  const intervals = useAreaIntervals(siteId, detail)
  useFrameInView(detail)
  const propagated = detail.jobs.findLast(({ kind, endedAt }) => kind === 'track' && endedAt)
  useLiveEngine(siteId, versionOf(detail), propagated?.id ?? null)
  useTrackKeys()
  return (
    <section className="page track" aria-label={words.track.title}>
      <div className="track-body">
        <SameMap siteId={siteId} sprite={sprite} />
        <LaterSide detail={later} sprite={sprite} />
      </div>
      <LaterTimeline detail={later} sprite={sprite} intervals={intervals} />
    </section>
  )
}

/** Sees to it that a frame of the list and an object of the site are in view. */
function useFrameInView(detail: SiteDetail): void {
  const sceneId = useStudio((state) => state.sceneId)
  const isKnown = frameInView(detail, sceneId) !== null
  useEffect(() => {
    if (!isKnown) studioStore.set({ sceneId: firstFrame(detail)?.sceneId ?? null })
  }, [isKnown, detail])
  useEffect(() => {
    const [first] = detail.objects
    const { objectId } = studioStore.get()
    if (first && objectId === 1 && !detail.objects.some(({ id }) => id === 1)) {
      studioStore.set({ objectId: first.id })
    }
  }, [detail.objects])
}

/** The filmstrip's picture, read again when frames were made anew. */
function useSprite(siteId: string, detail: SiteDetail): Sprite | null {
  const [sprite, setSprite] = useState<Sprite | null>(null)
  const version = versionOf(detail)
  useEffect(() => {
    const abort = new AbortController()
    const load = async (): Promise<void> => {
      try {
        const loaded = await loadSprite(siteId, version, abort.signal)
        if (abort.signal.aborted) loaded.image.close()
        else setSprite(loaded)
      } catch (error) {
        if (!isAbort(error)) tellError('track', error)
      }
    }
    void load()
    return () => abort.abort()
  }, [siteId, version])
  return sprite
}

/** Changes with any frame's picture: a sum of the hashes is short enough for an address. */
function versionOf({ frames }: SiteDetail): string {
  let sum = 0
  for (const { inputHash } of frames?.frames ?? []) {
    for (let i = 0; i < inputHash.length; i++) {
      sum = (Math.imul(sum, 31) + inputHash.charCodeAt(i)) >>> 0
    }
  }
  return `${frames?.frames.length ?? 0}-${sum.toString(36)}`
}

function NoFrames({ siteId }: { siteId: string }): ReactElement {
  const words = useWords().track
  const stage = useStudio(({ detail }) => detail?.stage)
  return (
    <div className="centre">
      <p>{words.noFrames}</p>
      <p className="muted">{words.noFramesHint}</p>
      <p className="row track-start">
        <a className="button" href={hrefOf({ page: 'scenes', siteId, sceneId: null })}>
          {words.toScenes}
        </a>
        {stage === 'acquired' && (
          <button
            type="button"
            className="button primary"
            onClick={() => void startJob('app', 'frames')}
          >
            {words.makeFrames}
          </button>
        )}
      </p>
    </div>
  )
}
