import type { BboxLngLat, LngLat } from '@scarline/core/model'
import type { MultiPolygon, Polygon } from 'geojson'
import Feature from 'ol/Feature'
import OlMap from 'ol/Map'
import View from 'ol/View'
import { defaults as defaultControls } from 'ol/control/defaults'
import ScaleLine from 'ol/control/ScaleLine'
import GeoJSON from 'ol/format/GeoJSON'
import type OlMultiPolygon from 'ol/geom/MultiPolygon'
import type OlPolygon from 'ol/geom/Polygon'
import Draw, { createBox } from 'ol/interaction/Draw'
import Modify from 'ol/interaction/Modify'
import VectorLayer from 'ol/layer/Vector'
import { fromLonLat, toLonLat, transformExtent } from 'ol/proj'
import VectorSource from 'ol/source/Vector'
import Fill from 'ol/style/Fill'
import Stroke from 'ol/style/Stroke'
import Style from 'ol/style/Style'
import { basemapLayer } from './basemap.ts'
import { graticuleDigits, makeGraticule } from './graticule.ts'
import { onColourChange } from './map-colours.ts'

export type AoiTool = 'rectangle' | 'polygon'
export type AoiGeometry = Polygon | MultiPolygon

/** A map to draw an area of interest on. */
export interface AoiMap {
  /** Null: no tool, the pointer moves the map. */
  setTool(tool: AoiTool | null): void
  /** Shows an area; `fit` brings it into view. */
  setArea(area: AoiGeometry | null, options: { fit: boolean }): void
  goTo(lngLat: LngLat, zoom: number): void
  /** What is in view. */
  viewBbox(): BboxLngLat
  zoomBy(steps: number): void
  close(): void
}

const format = new GeoJSON({ featureProjection: 'EPSG:3857', dataProjection: 'EPSG:4326' })

/**
 * @param on `area` is told what a person drew or moved, `tool` that a tool is done, `pointer` where the
 * pointer is (null outside)
 */
export function createAoiMap(
  target: HTMLElement,
  options: { basemapUrl: string | null },
  on: {
    area(area: AoiGeometry): void
    tool(tool: AoiTool | null): void
    pointer(lngLat: LngLat | null): void
  },
): AoiMap {
  const source = new VectorSource<Feature<OlPolygon | OlMultiPolygon>>({ wrapX: true })
  const areaLayer = new VectorLayer({ source })
  const map = new OlMap({
    target,
    controls: defaultControls({ rotate: false, attribution: false, zoom: false }).extend([
      new ScaleLine(),
    ]),
    layers: options.basemapUrl === null ? [] : [basemapLayer(options.basemapUrl)],
    view: new View({ center: fromLonLat([98, 30]), zoom: 4, minZoom: 1, maxZoom: 19 }),
  })
  const digits = (): number => graticuleDigits(map.getView().getResolution() ?? 1)
  let graticule = makeGraticule(digits)
  map.addLayer(graticule)
  map.addLayer(areaLayer)
  areaLayer.setStyle(areaStyle())
  const endColours = onColourChange(() => {
    map.removeLayer(graticule)
    graticule = makeGraticule(digits)
    map.getLayers().insertAt(options.basemapUrl === null ? 0 : 1, graticule)
    areaLayer.setStyle(areaStyle())
  })

  const tell = (): void => {
    const geometry = source.getFeatures()[0]?.getGeometry()
    if (geometry) on.area(format.writeGeometryObject(geometry, { decimals: 7 }) as AoiGeometry)
  }
  const modify = new Modify({ source })
  modify.on('modifyend', tell)
  map.addInteraction(modify)

  let draw: Draw | null = null
  const setTool = (tool: AoiTool | null): void => {
    if (draw) map.removeInteraction(draw)
    draw = tool === null ? null : makeDraw(tool)
    if (!draw) return
    draw.on('drawend', ({ feature }) => {
      // The feature is added after this event.
      queueMicrotask(() => {
        source.clear()
        source.addFeature(feature as Feature<OlPolygon>)
        setTool(null)
        on.tool(null)
        tell()
      })
    })
    map.addInteraction(draw)
  }
  map.on('pointermove', ({ coordinate }) => {
    const [lng = 0, lat = 0] = toLonLat(coordinate)
    on.pointer([lng, lat])
  })
  const leave = (): void => on.pointer(null)
  target.addEventListener('pointerleave', leave)

  return {
    setTool,
    setArea(area, { fit }) {
      source.clear()
      if (!area) return
      const feature = new Feature(format.readGeometry(area) as OlPolygon | OlMultiPolygon)
      source.addFeature(feature)
      const extent = source.getExtent()
      if (fit && extent) {
        map.getView().fit(extent, { padding: [48, 48, 48, 48], maxZoom: 16, duration: 200 })
      }
    },
    goTo(lngLat, zoom) {
      map.getView().animate({ center: fromLonLat([...lngLat]), zoom, duration: 200 })
    },
    viewBbox() {
      const extent = map.getView().calculateExtent(map.getSize())
      const [west = 0, south = 0, east = 0, north = 0] = transformExtent(
        extent,
        'EPSG:3857',
        'EPSG:4326',
      )
      return [west, south, east, north]
    },
    zoomBy(steps) {
      const view = map.getView()
      view.animate({ zoom: (view.getZoom() ?? 4) + steps, duration: 120 })
    },
    close() {
      endColours()
      target.removeEventListener('pointerleave', leave)
      map.setTarget()
      map.dispose()
    },
  }
}

function makeDraw(tool: AoiTool): Draw {
  return tool === 'rectangle'
    ? new Draw({
        type: 'Circle',
        geometryFunction: createBox(),
        freehand: true,
        style: areaStyle(),
      })
    : new Draw({ type: 'Polygon', style: areaStyle() })
}

function areaStyle(): Style {
  return new Style({
    stroke: new Stroke({ color: '#e69f00', width: 2.5 }),
    fill: new Fill({ color: 'rgba(230, 159, 0, 0.16)' }),
  })
}
