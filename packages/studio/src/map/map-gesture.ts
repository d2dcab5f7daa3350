import Feature from 'ol/Feature'
import type OlMap from 'ol/Map'
import type MapBrowserEvent from 'ol/MapBrowserEvent'
import Circle from 'ol/geom/Circle'
import LineString from 'ol/geom/LineString'
import Polygon, { fromExtent } from 'ol/geom/Polygon'
import PointerInteraction from 'ol/interaction/Pointer'
import VectorLayer from 'ol/layer/Vector'
import VectorSource from 'ol/source/Vector'
import { boundingExtent } from 'ol/extent'
import type { MapPoint } from './site-projection.ts'
import { brushStyle, sketchStyle } from './vector-styles.ts'

/** Tools that are dragged. */
export type DragTool = 'box' | 'lasso' | 'brush'
export type MapTool = 'point' | DragTool

/** How the tool in hand works. */
export interface ToolSettings {
  tool: MapTool
  brushRadiusM: number
  colour: string
}

/** What was drawn, in map coordinates. `isCut`: with the right button or Alt, taken away. */
export type DrawnShape =
  | { kind: 'box'; from: MapPoint; to: MapPoint }
  | { kind: 'lasso'; ring: MapPoint[]; isCut: boolean }
  | { kind: 'brush'; stroke: MapPoint[]; isCut: boolean }

/** Draws boxes, lassos and brush strokes. */
export interface MapGesture {
  layer: VectorLayer
  interaction: PointerInteraction
  settings: ToolSettings
  /** The brush's ring at the pointer, or none. */
  hover(point: MapPoint | null): void
  /** Shows what the keyboard has drawn so far. */
  sketch(shape: DrawnShape | null): void
  /** Gives up what is being drawn. @returns whether there was something */
  cancel(): boolean
}

/** Steps shorter than this many screen pixels are one. */
const LEAST_STEP_PX = 2

export function createMapGesture(
  map: () => OlMap,
  first: ToolSettings,
  onDrawn: (shape: DrawnShape) => void,
): MapGesture {
  const source = new VectorSource()
  const layer = new VectorLayer({ source, updateWhileInteracting: true, zIndex: 30 })
  const cursor = new Feature<Circle>()
  const sketch = new Feature()
  source.addFeatures([sketch, cursor])
  let settings = first
  let drawn: { points: MapPoint[]; isCut: boolean } | null = null

  const shapeOf = (): DrawnShape | null => {
    const { tool } = settings
    if (!drawn || tool === 'point') return null
    const { points, isCut } = drawn
    const [from] = points
    const to = points.at(-1)
    if (!from || !to) return null
    if (tool === 'box') return { kind: 'box', from, to }
    if (tool === 'lasso') return { kind: 'lasso', ring: points, isCut }
    return { kind: 'brush', stroke: points, isCut }
  }
  const draw = (shape: DrawnShape | null): void => {
    const { colour, brushRadiusM } = settings
    if (!shape) {
      sketch.setGeometry(undefined)
    } else if (shape.kind === 'box') {
      sketch.setStyle(sketchStyle(colour, false))
      sketch.setGeometry(fromExtent(boundingExtent([shape.from, shape.to])))
    } else if (shape.kind === 'lasso') {
      sketch.setStyle(sketchStyle(colour, shape.isCut))
      sketch.setGeometry(
        shape.ring.length < 3 ? new LineString(shape.ring) : new Polygon([[...shape.ring]]),
      )
    } else {
      const resolution = map().getView().getResolution() ?? 1
      sketch.setStyle(brushStyle(colour, shape.isCut, (2 * brushRadiusM) / resolution))
      const [dot] = shape.stroke
      sketch.setGeometry(
        new LineString(shape.stroke.length === 1 && dot ? [dot, dot] : shape.stroke),
      )
    }
  }
  const end = (): void => {
    drawn = null
    draw(null)
  }
  const interaction = new PointerInteraction({
    handleDownEvent(event) {
      const { button, ctrlKey, metaKey, altKey } = pointerOf(event)
      if (settings.tool === 'point' || ctrlKey || metaKey) return false
      if (button !== 0 && button !== 2) return false
      drawn = { points: [pointOf(event)], isCut: button === 2 || altKey }
      draw(shapeOf())
      return true
    },
    handleDragEvent(event) {
      if (!drawn) return
      const last = drawn.points.at(-1)
      const point = pointOf(event)
      const least = LEAST_STEP_PX * (map().getView().getResolution() ?? 1)
      if (last && Math.hypot(point[0] - last[0], point[1] - last[1]) < least) return
      drawn.points.push(point)
      draw(shapeOf())
    },
    handleUpEvent() {
      const shape = shapeOf()
      end()
      if (shape && isLarge(shape, map().getView().getResolution() ?? 1)) onDrawn(shape)
      return false
    },
  })
  return {
    layer,
    interaction,
    get settings() {
      return settings
    },
    set settings(next) {
      settings = next
      end()
      if (next.tool !== 'brush') cursor.setGeometry(undefined)
      cursor.getGeometry()?.setRadius(next.brushRadiusM)
      cursor.setStyle(sketchStyle(next.colour, false))
    },
    hover(point) {
      if (!point || settings.tool !== 'brush') cursor.setGeometry(undefined)
      else cursor.setGeometry(new Circle(point, settings.brushRadiusM))
    },
    sketch: draw,
    cancel() {
      const had = drawn !== null
      end()
      return had
    },
  }
}

/** Whether a drag was more than a slip of the hand; a brush paints with a click too. */
function isLarge(shape: DrawnShape, resolution: number): boolean {
  if (shape.kind === 'brush') return true
  const least = 4 * resolution
  if (shape.kind === 'box') {
    const [width, height] = [shape.to[0] - shape.from[0], shape.to[1] - shape.from[1]]
    return Math.abs(width) >= least && Math.abs(height) >= least
  }
  return shape.ring.length >= 3
}

function pointOf({ coordinate }: MapBrowserEvent): MapPoint {
  const [x = 0, y = 0] = coordinate
  return [x, y]
}

/** OpenLayers types the event as any of several; those of a pointer have these. */
export function pointerOf({ originalEvent }: MapBrowserEvent): PointerEvent {
  return originalEvent as PointerEvent
}
