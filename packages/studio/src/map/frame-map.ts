import type { Grid, Site } from '@scarline/core/model'
import Feature from 'ol/Feature'
import OlMap from 'ol/Map'
import type MapBrowserEvent from 'ol/MapBrowserEvent'
import View from 'ol/View'
import ScaleLine from 'ol/control/ScaleLine'
import { buffer, containsCoordinate } from 'ol/extent'
import GeoJSON from 'ol/format/GeoJSON'
import MultiPolygon from 'ol/geom/MultiPolygon'
import Point from 'ol/geom/Point'
import Polygon from 'ol/geom/Polygon'
import DragPan from 'ol/interaction/DragPan'
import MouseWheelZoom from 'ol/interaction/MouseWheelZoom'
import PinchZoom from 'ol/interaction/PinchZoom'
import VectorLayer from 'ol/layer/Vector'
import VectorSource from 'ol/source/Vector'
import { type DrawnShape, type MapGesture, type ToolSettings } from './map-gesture.ts'
import { createMapGesture, pointerOf } from './map-gesture.ts'
import type { MapMark } from './map-mark.ts'
import { type RasterPainting, createRasterLayer } from './raster-layer.ts'
import { type MapPoint, gridExtent, siteProjection } from './site-projection.ts'
import { AOI_STYLE, CROSSHAIR_STYLE, DOUBT_STYLE, markStyle } from './vector-styles.ts'
import { type YearLine, createYearLayer } from './year-layer.ts'

/** What the map tells. Places are in the site's coordinate system. */
export interface FrameMapListener {
  /** A click; `isNegative` with the right button or Alt. */
  click(point: MapPoint, isNegative: boolean): void
  drawn(shape: DrawnShape): void
  /** Null outside. */
  pointer(point: MapPoint | null): void
  /** The view has moved or changed size. */
  moved(): void
}

/** The map of one site's frames, in the site's own coordinate system. */
export interface FrameMap {
  paint(painting: RasterPainting): void
  setMarks(marks: readonly MapMark[], state: { objectId: number; selectedId: string | null }): void
  setDoubts(points: readonly MapPoint[]): void
  setYears(lines: readonly YearLine[]): void
  setTool(settings: ToolSettings): void
  setCrosshair(point: MapPoint | null): void
  /** Shows what the keyboard has drawn, and with a brush in hand its ring at the crosshair. */
  sketch(shape: DrawnShape | null, at: MapPoint | null): void
  /** Gives up what is being drawn. @returns whether there was something */
  cancel(): boolean
  zoomBy(steps: number): void
  focus(): void
  fit(): void
  /** Moves the view no more than it must. */
  bringIntoView(point: MapPoint): void
  /** CSS pixels from the map's upper left corner. */
  screenOf(point: MapPoint): [x: number, y: number] | null
  centre(): MapPoint
  /** Metres a CSS pixel. */
  resolution(): number
  close(): void
}

/** Screen pixels that one pixel of the grid can be magnified to. */
const MOST_MAGNIFIED = 16

export function createFrameMap(
  target: HTMLElement,
  { grid, aoi }: { grid: Grid; aoi: Site['aoi'] },
  tool: ToolSettings,
  on: FrameMapListener,
): FrameMap {
  const projection = siteProjection(grid.epsg)
  const extent = gridExtent(grid)
  const [west, south, east, north] = extent
  const span = Math.max(east - west, north - south)
  const view = new View({
    projection,
    extent: buffer(extent, span * 0.4),
    constrainOnlyCenter: true,
    enableRotation: false,
    center: [(west + east) / 2, (south + north) / 2],
    resolution: span / 600,
    minResolution: Math.abs(grid.transform[0]) / MOST_MAGNIFIED,
    maxResolution: span / 150,
  })
  const raster = createRasterLayer(grid)
  const years = createYearLayer()
  const marks = new VectorSource()
  const doubts = new VectorSource()
  const crosshair = new Feature<Point>()
  crosshair.setStyle([...CROSSHAIR_STYLE])
  const gesture: MapGesture = createMapGesture(() => map, tool, on.drawn)
  const pan = new DragPan({
    condition: (event) => {
      const { button, ctrlKey, metaKey } = pointerOf(event)
      const isFree = gesture.settings.tool === 'point' || ctrlKey || metaKey
      return button === 1 || (button === 0 && isFree)
    },
  })
  const map: OlMap = new OlMap({
    target,
    controls: [new ScaleLine({ minWidth: 80 })],
    interactions: [
      pan,
      new PinchZoom(),
      new MouseWheelZoom({ duration: 150 }),
      gesture.interaction,
    ],
    layers: [
      raster.layer,
      years.layer,
      new VectorLayer({ source: aoiSource(aoi, grid), style: [...AOI_STYLE], zIndex: 10 }),
      new VectorLayer({ source: doubts, style: [...DOUBT_STYLE], zIndex: 15 }),
      new VectorLayer({ source: marks, style: markStyle, zIndex: 20 }),
      gesture.layer,
      new VectorLayer({ source: new VectorSource({ features: [crosshair] }), zIndex: 40 }),
    ],
    view,
    moveTolerance: 4,
  })
  const fit = (): void => view.fit(extent, { padding: [16, 16, 16, 16] })
  fit()
  const endPointer = listenToPointer(map, gesture, on)
  map.on('moveend', on.moved)
  map.on('change:size', () => on.moved())

  return {
    paint: raster.show,
    setMarks(shown, { objectId, selectedId }) {
      marks.clear(true)
      marks.addFeatures(shown.map((mark) => featureOf(mark, { objectId, selectedId })))
    },
    setDoubts(points) {
      doubts.clear(true)
      doubts.addFeatures(points.map((point) => new Feature(new Point(point))))
    },
    setYears: years.show,
    setTool(settings) {
      gesture.settings = settings
      target.dataset['tool'] = settings.tool
    },
    setCrosshair: (point) => crosshair.setGeometry(point ? new Point(point) : undefined),
    sketch(shape, at) {
      gesture.sketch(shape)
      gesture.hover(at)
    },
    cancel: gesture.cancel,
    zoomBy(steps) {
      view.animate({ zoom: (view.getZoom() ?? 0) + steps, duration: 120 })
    },
    focus: () => target.focus({ preventScroll: true }),
    fit,
    bringIntoView(point) {
      const margin = 40 * (view.getResolution() ?? 1)
      const shown = buffer(view.calculateExtent(map.getSize()), -margin)
      if (!containsCoordinate(shown, point)) view.setCenter(point)
    },
    screenOf(point) {
      const pixel = map.getPixelFromCoordinate(point)
      return pixel ? [pixel[0] as number, pixel[1] as number] : null
    },
    centre() {
      const [x = 0, y = 0] = view.getCenter() ?? []
      return [x, y]
    },
    resolution: () => view.getResolution() ?? 1,
    close() {
      endPointer()
      map.setTarget()
      map.dispose()
    },
  }
}

/** Clicks, the place under the pointer. @returns ends it */
function listenToPointer(map: OlMap, gesture: MapGesture, on: FrameMapListener): () => void {
  const viewport = map.getViewport()
  if (!viewport) return () => {}
  const pointOf = (event: MapBrowserEvent): MapPoint => {
    const [x = 0, y = 0] = event.coordinate
    return [x, y]
  }
  map.on('click', (event) => {
    if (gesture.settings.tool === 'point') on.click(pointOf(event), pointerOf(event).altKey)
  })
  map.on('pointermove', (event) => {
    gesture.hover(pointOf(event))
    on.pointer(pointOf(event))
  })
  const onMenu = (event: MouseEvent): void => {
    event.preventDefault()
    if (gesture.settings.tool !== 'point') return
    const [x = 0, y = 0] = map.getEventCoordinate(event)
    on.click([x, y], true)
  }
  const onLeave = (): void => {
    gesture.hover(null)
    on.pointer(null)
  }
  viewport.addEventListener('contextmenu', onMenu)
  viewport.addEventListener('pointerleave', onLeave)
  return () => {
    viewport.removeEventListener('contextmenu', onMenu)
    viewport.removeEventListener('pointerleave', onLeave)
  }
}

function featureOf(
  { id, objectId, isPending, shape }: MapMark,
  state: { objectId: number; selectedId: string | null },
): Feature {
  const facts = {
    ...{ kind: shape.kind, objectId, isPending },
    isSelected: id === state.selectedId,
    isOther: objectId !== state.objectId,
  }
  if (shape.kind === 'point') {
    return new Feature({ ...facts, positive: shape.positive, geometry: new Point(shape.point) })
  }
  if (shape.kind === 'box') return new Feature({ ...facts, geometry: new Polygon([shape.ring]) })
  return new Feature({ ...facts, add: shape.add, geometry: regionGeometry(shape.rings) })
}

/** Rings as polygons, each for itself: only drawn, never measured. */
function regionGeometry(rings: readonly MapPoint[][]): MultiPolygon {
  return new MultiPolygon(rings.map((ring) => [ring]))
}

function aoiSource(aoi: Site['aoi'], { epsg }: Grid): VectorSource {
  const format = new GeoJSON({
    dataProjection: 'EPSG:4326',
    featureProjection: siteProjection(epsg),
  })
  const geometry = format.readGeometry(aoi)
  return new VectorSource({ features: geometry ? [new Feature(geometry)] : [] })
}
