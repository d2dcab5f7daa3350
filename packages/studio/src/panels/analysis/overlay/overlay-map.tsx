import type { Frame, Grid, PlacedZone, Season } from '@scarline/core/model'
import { type ReactElement, type RefObject, useEffect, useMemo, useRef, useState } from 'react'
import { pictureUrl } from '../../../api/client.ts'
import { useStudio } from '../../../state/store.ts'
import { useWords } from '../../../words/use-words.ts'
import { FrameLine, SeasonLine } from './boundary-paths.tsx'
import { type BoundaryLine, boundsOf, lineKey, ringsOf } from '../../../map/boundary-lines.ts'
import { MapMarks } from './map-marks.tsx'
import type { MeasureStep, Measuring } from './measure.ts'
import { MeasureShape } from './measure-shape.tsx'
import { useMapInput } from './use-map-input.ts'
import { type Size, type View, fitView, withRoom, zoomView } from './view.ts'
import { ZoomButtons } from './zoom-buttons.tsx'

/** A season's boundary in its colour. */
export interface OverlayLine {
  season: Season
  line: BoundaryLine
  colour: string
}

const EDGE_PX = 1200

/** The frame in view with boundaries on it; to zoom, move and measure. */
export function OverlayMap(props: {
  svg: RefObject<SVGSVGElement | null>
  siteId: string
  grid: Grid
  ground: Frame
  objectId: number
  lines: readonly OverlayLine[]
  allLines: ReadonlyMap<string, BoundaryLine> | null
  zones: readonly PlacedZone[]
  measuring: Measuring
  onMeasure(step: MeasureStep): void
  label: string
}): ReactElement {
  const { svg, grid, ground, lines, allLines, objectId, measuring } = props
  const words = useWords()
  const box = useRef<HTMLDivElement>(null)
  const [size, setSize] = useState<Size | null>(null)
  const [view, setView] = useState<View | null>(null)
  const hoverSceneId = useStudio((state) => state.hoverSceneId)
  useEffect(() => {
    const element = box.current
    if (!element) return undefined
    const observer = new ResizeObserver(([entry]) => {
      const { width = 0, height = 0 } = entry?.contentRect ?? {}
      if (width > 0 && height > 0) setSize({ width: Math.floor(width), height: Math.floor(height) })
    })
    observer.observe(element)
    return () => observer.disconnect()
  }, [])
  const home = useMemo(() => {
    const rings = [...(allLines?.values() ?? [])]
      .filter((line) => line.objectId === objectId)
      .flatMap((line) => ringsOf(grid, line))
    const all = [0, 0, grid.width, grid.height] as [number, number, number, number]
    const bounds = boundsOf(rings)
    return bounds === null ? all : withRoom(bounds, grid)
  }, [allLines, grid, objectId])
  useEffect(() => {
    if (size) setView(fitView(size, home))
  }, [size, home])
  const input = useMapInput({
    ...{ box, size, view, setView, home, grid, measuring },
    onMeasure: props.onMeasure,
  })
  const zoomBy = (factor: number): void => {
    if (!size || !view) return
    setView(zoomView(view, factor, [size.width / 2, size.height / 2], size, grid))
  }
  const of = (sceneId: string | null): BoundaryLine | undefined =>
    sceneId === null ? undefined : allLines?.get(lineKey(sceneId, objectId))
  return (
    <div className="overlay-map">
      <div
        ref={box}
        className="overlay-box"
        data-tool={measuring.tool ?? undefined}
        tabIndex={0}
        role="application"
        aria-label={props.label}
        {...input}
      >
        {size && view && (
          <svg
            ref={svg}
            width={size.width}
            height={size.height}
            viewBox={`0 0 ${size.width} ${size.height}`}
            aria-hidden="true"
          >
            <clipPath id="overlay-clip">
              <rect width={size.width} height={size.height} />
            </clipPath>
            <g clipPath="url(#overlay-clip)">
              <g transform={`translate(${view.x} ${view.y}) scale(${view.scale})`}>
                <image
                  href={pictureUrl(props.siteId, ground.sceneId, EDGE_PX, ground.inputHash)}
                  width={grid.width}
                  height={grid.height}
                  preserveAspectRatio="none"
                />
                {lines.map((one) => (
                  <SeasonLine key={one.line.sceneId} grid={grid} line={one} />
                ))}
                {!lines.some(({ line }) => line.sceneId === ground.sceneId) && (
                  <FrameLine grid={grid} line={of(ground.sceneId)} className="now" />
                )}
                <FrameLine grid={grid} line={of(hoverSceneId)} className="hovered" />
              </g>
              <MeasureShape measuring={measuring} view={view} />
              <MapMarks
                grid={grid}
                ground={ground}
                lines={lines}
                zones={props.zones}
                view={view}
                size={size}
              />
            </g>
          </svg>
        )}
      </div>
      {allLines === null && (
        <p className="overlay-wait" role="status">
          {words.analysis.overlay.loading}
        </p>
      )}
      <ZoomButtons
        words={words}
        onZoom={zoomBy}
        onHome={() => size && setView(fitView(size, home))}
      />
    </div>
  )
}
