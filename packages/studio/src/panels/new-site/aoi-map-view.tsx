import type { LngLat } from '@scarline/core/model'
import { type ReactElement, type RefObject, useEffect, useRef, useState } from 'react'
import { useShortcuts } from '../../keyboard/shortcuts.ts'
import { type AoiMap, type AoiTool, createAoiMap } from '../../map/aoi-map.ts'
import { bboxArea } from '../../map/aoi-measure.ts'
import { hasLeaveFor, storedBasemap } from '../../map/basemap.ts'
import { useStore } from '../../state/create-store.ts'
import { useWords } from '../../words/use-words.ts'
import { AoiMapTools } from './aoi-map-tools.tsx'
import { drawArea, newSiteStore, placeArea } from './draft-store.ts'
import { GoToField } from './go-to-field.tsx'
import 'ol/ol.css'
import '../../style/map.css'

/** The map with its tools, and below it where the pointer is and what to do next. */
export function AoiMapView(): ReactElement {
  const words = useWords()
  const [tool, setTool] = useState<AoiTool | null>(null)
  const [pointer, setPointer] = useState<LngLat | null>(null)
  const { target, map } = useAoiMap({ setTool, setPointer })
  const hasArea = useStore(newSiteStore, (state) => state.draft.area !== null)
  const dropFault = useStore(newSiteStore, (state) => state.dropFault)
  const choose = (next: AoiTool): void => {
    const chosen = next === tool ? null : next
    setTool(chosen)
    map.current?.setTool(chosen)
  }
  const giveUp = (): void => {
    setTool(null)
    map.current?.setTool(null)
  }
  const takeView = (): void => {
    if (map.current) drawnFromView(map.current)
  }
  useShortcuts({
    title: () => words.newSite.map.tools,
    shortcuts: [
      { keys: ['r'], says: (w) => w.newSite.map.rectangle, run: () => choose('rectangle') },
      { keys: ['p'], says: (w) => w.newSite.map.polygon, run: () => choose('polygon') },
      { keys: ['v'], says: (w) => w.newSite.map.viewHelp, run: takeView },
      { keys: ['escape'], says: (w) => w.app.cancel, run: giveUp },
      { keys: ['+', '='], says: (w) => w.newSite.map.zoomIn, run: () => map.current?.zoomBy(1) },
      { keys: ['-'], says: (w) => w.newSite.map.zoomOut, run: () => map.current?.zoomBy(-1) },
    ],
  })
  const { hintRectangle, hintPolygon, hintEdit, hintStart } = words.newSite.map
  const hints = { rectangle: hintRectangle, polygon: hintPolygon }
  return (
    <section className="map-pane" aria-label={words.newSite.area}>
      <div
        ref={target}
        className="map"
        role="application"
        aria-label={words.newSite.map.label}
        tabIndex={0}
        data-tool={tool ?? undefined}
      />
      <AoiMapTools
        tool={tool}
        onTool={choose}
        onView={takeView}
        onZoom={(steps) => map.current?.zoomBy(steps)}
        hasArea={hasArea}
      />
      {dropFault !== null && (
        <p className="map-fault fault" role="alert">
          {dropFault}
        </p>
      )}
      <div className="map-foot">
        <span role="status">{tool ? hints[tool] : hasArea ? hintEdit : hintStart}</span>
        <span className="spread" />
        <span className="muted pointer-place" aria-hidden="true">
          {pointer && `${pointer[0].toFixed(5)}, ${pointer[1].toFixed(5)}`}
        </span>
        <GoToField onGo={(lngLat) => map.current?.goTo(lngLat, 12)} />
      </div>
    </section>
  )
}

function drawnFromView(map: AoiMap): void {
  const [west, south, east, north] = map.viewBbox()
  placeArea(bboxArea([west, Math.max(-80, south), east, Math.min(84, north)]), null)
}

function useAoiMap(on: {
  setTool(tool: AoiTool | null): void
  setPointer(lngLat: LngLat | null): void
}): { target: RefObject<HTMLDivElement | null>; map: RefObject<AoiMap | null> } {
  const target = useRef<HTMLDivElement>(null)
  const map = useRef<AoiMap>(null)
  const { setTool, setPointer } = on
  useEffect(() => {
    if (!target.current) return undefined
    const basemapUrl = storedBasemap()
    if (basemapUrl !== null && !hasLeaveFor(basemapUrl)) return undefined
    const made = createAoiMap(
      target.current,
      { basemapUrl },
      { area: drawArea, tool: setTool, pointer: setPointer },
    )
    made.setArea(newSiteStore.get().draft.area, { fit: true })
    map.current = made
    return () => {
      map.current = null
      made.close()
    }
  }, [setTool, setPointer])
  const placed = useStore(newSiteStore, (state) => state.placed)
  useEffect(() => {
    if (placed > 0) map.current?.setArea(newSiteStore.get().draft.area, { fit: true })
  }, [placed])
  return { target, map }
}
