import { type ReactElement, useEffect, useRef, useState } from 'react'
import { NoticeArea } from '../../shell/notice-area.tsx'
import { studioStore, useStudio } from '../../state/store.ts'
import { trackStore, useTrack } from '../../state/track-store.ts'
import { useStore } from '../../state/create-store.ts'
import { activeJob } from '../../state/apply-event.ts'
import type { Sprite } from '../../timeline/sprite.ts'
import { formatShare } from '../../words/format.ts'
import { useLanguage, useWords } from '../../words/use-words.ts'
import { type FrameMapLink, linkFrameMap } from './frame-map-link.ts'
import { PictureFault } from './layer-fault.tsx'
import { LayerMenu } from './layer-menu.tsx'
import { MapSpot } from './map-spot.tsx'
import { MapTools } from './map-tools.tsx'
import { placeText } from './place-text.ts'
import { SwipeHandle } from './swipe-handle.tsx'
import { YearLegend } from './year-legend.tsx'
import { useMapKeys } from './map-keys.ts'

/** The frame on the map with its tools. */
export function MapPane({
  siteId,
  sprite,
}: {
  siteId: string
  sprite: Sprite | null
}): ReactElement {
  const words = useWords().track
  const target = useRef<HTMLDivElement>(null)
  const place = useRef<HTMLSpanElement>(null)
  const link = useFrameMapLink(siteId, target, place)
  useEffect(() => link?.setSprite(sprite), [link, sprite])
  useMapKeys(link)
  return (
    <section className="map-pane track-map" aria-label={words.layers.picture}>
      <div className="map-box">
        <div
          ref={target}
          className="map"
          role="application"
          aria-label={words.map.label}
          tabIndex={0}
        />
        {link && <SwipeHandle />}
        <MapTools />
        <LayerMenu link={link} />
        <YearLegend />
        <North />
        {link && <PictureFault onRetry={link.retry} />}
        {link && <MapSpot link={link} />}
        <div className="map-notices">
          <NoticeArea place="track" />
        </div>
      </div>
      <div className="map-foot">
        <Hint />
        <span className="spread" />
        <span className="muted pointer-place" ref={place} aria-hidden="true" />
        <CrosshairPlace />
      </div>
    </section>
  )
}

function useFrameMapLink(
  siteId: string,
  target: { current: HTMLDivElement | null },
  place: { current: HTMLSpanElement | null },
): FrameMapLink | null {
  const [link, setLink] = useState<FrameMapLink | null>(null)
  const language = useLanguage()
  const words = useRef({ language })
  words.current = { language }
  const epsg = useStudio(({ detail }) => detail?.site.grid.epsg ?? 0)
  useEffect(() => {
    const { detail } = studioStore.get()
    if (!target.current || !detail) return undefined
    const made = linkFrameMap(target.current, siteId, detail, (point) => {
      if (!place.current) return
      place.current.textContent = point
        ? placeText(words.current.language, detail.site.grid.epsg, point)
        : ''
    })
    setLink(made)
    return () => {
      setLink(null)
      made.close()
    }
  }, [siteId, epsg, target, place])
  return link
}

function Hint(): ReactElement {
  const words = useWords().track
  const language = useLanguage()
  const tool = useTrack((state) => state.tool)
  const live = useTrack((state) => state.live)
  const isTracking = useStudio(({ detail }) =>
    detail ? activeJob(detail.jobs)?.kind === 'track' : false,
  )
  const begun = useTrack((state) => (state.crosshair ? state.keyboardPath.length : null))
  const { map } = words
  const hints = {
    point: begun === null ? map.hintPoint : map.keysPoint,
    box: begun === null ? map.hintBox : map.keysBox(begun > 0),
    lasso: begun === null ? map.hintLasso : map.keysLasso(begun),
    brush: begun === null ? map.hintBrush : map.keysBrush(begun > 0),
  }
  return (
    <span className="map-hint" role="status">
      {begun !== null
        ? hints[tool]
        : live?.state === 'warming'
          ? words.map.hintWarming(
              formatShare(language, live.total === 0 ? 0 : live.done / live.total),
            )
          : isTracking
            ? words.map.hintBusy
            : hints[tool]}
    </span>
  )
}

/** The crosshair's place, said when it has come to rest. */
function CrosshairPlace(): ReactElement {
  const words = useWords().track.map
  const language = useLanguage()
  const crosshair = useStore(trackStore, (state) => state.crosshair)
  const epsg = useStudio(({ detail }) => detail?.site.grid.epsg ?? 0)
  return (
    <span className="crosshair-place" role="status">
      {crosshair && epsg > 0 && words.crosshairAt(placeText(language, epsg, crosshair))}
    </span>
  )
}

function North(): ReactElement {
  const words = useWords().track.map
  return (
    <div className="map-north" role="img" aria-label={words.north} title={words.north}>
      <svg width="22" height="34" viewBox="0 0 22 34" aria-hidden="true">
        <path d="M11 1l5 15h-10z" fill="currentColor" />
        <path d="M11 16v6" stroke="currentColor" strokeWidth="1.6" />
        <text x="11" y="33" textAnchor="middle" fontSize="11" fontWeight="600" fill="currentColor">
          N
        </text>
      </svg>
    </div>
  )
}
