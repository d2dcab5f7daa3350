import { type XmlElement, element, textElement } from './xml.ts'

/** A coordinate system. */
export interface QgisCrs {
  epsg: number
  /** WKT 2 with the code, on one line. */
  wkt: string
}

/** A layer of a QGIS project: what its tree says of it and what its settings are. */
export interface QgisLayer {
  /** Letters, digits and `_`, more than ten of them (QGIS changes shorter ones); unique in the project. */
  id: string
  name: string
  provider: 'ogr' | 'gdal'
  /** Relative to the project, with `|layername=` where the file has several. */
  source: string
  /** Element of the layer's settings. */
  settings: XmlElement
  isVisible: boolean
}

/** Layers that are switched together. */
export interface QgisGroup {
  name: string
  isVisible: boolean
  isExpanded: boolean
  children: readonly (QgisGroup | QgisLayer)[]
}

interface LayerInputs {
  id: string
  name: string
  source: string
  crs: QgisCrs
  isVisible: boolean
}

/** A layer of polygons. */
export function polygonLayer(
  input: LayerInputs & {
    /** `temporal`, `renderer-v2`, `labeling`, `aliases`. */
    style: readonly XmlElement[]
    hasLabels: boolean
  },
): QgisLayer {
  const settings = element(
    'maplayer',
    {
      type: 'vector',
      geometry: 'Polygon',
      wkbType: 'MultiPolygon',
      labelsEnabled: Number(input.hasLabels),
      readOnly: 0,
      hasScaleBasedVisibilityFlag: 0,
      styleCategories: 'AllStyleCategories',
    },
    [...identity(input, 'ogr'), ...input.style, ...closing()],
  )
  return { ...placed(input), provider: 'ogr', settings }
}

/** How a raster is drawn. */
export type RasterDrawing =
  | { kind: 'gray'; black: number; white: number }
  | { kind: 'colour' }
  | {
      kind: 'classes'
      entries: readonly { value: number; label: string; colour: string; alpha: number }[]
    }

/** A raster that is shown from one moment (included) to another. */
export function rasterLayer(
  input: LayerInputs & {
    drawing: RasterDrawing
    /** UTC ISO 8601. */
    fromAt: string
    toAt: string
  },
): QgisLayer {
  const settings = element(
    'maplayer',
    { type: 'raster', hasScaleBasedVisibilityFlag: 0, styleCategories: 'AllStyleCategories' },
    [
      ...identity(input, 'gdal'),
      element('temporal', { enabled: 1, mode: 0, fetchMode: 0 }, [
        element('fixedRange', {}, [
          textElement('start', input.fromAt),
          textElement('end', input.toAt),
        ]),
      ]),
      element('pipe', {}, [
        renderer(input.drawing),
        element('brightnesscontrast', { brightness: 0, contrast: 0, gamma: 1 }),
        element('huesaturation', { saturation: 0, grayscaleMode: 0, colorizeOn: 0 }),
        element('rasterresampler', { maxOversampling: 2 }),
      ]),
      ...closing(),
    ],
  )
  return { ...placed(input), provider: 'gdal', settings }
}

/** A coordinate system: QGIS takes the WKT and finds the code by it. */
export function spatialReference({ epsg, wkt }: QgisCrs): XmlElement {
  return element('spatialrefsys', { nativeFormat: 'Wkt' }, [
    textElement('wkt', wkt),
    textElement('srid', String(epsg)),
    textElement('authid', `EPSG:${epsg}`),
  ])
}

function placed({
  id,
  name,
  source,
  isVisible,
}: LayerInputs): Omit<QgisLayer, 'settings' | 'provider'> {
  return { id, name, source, isVisible }
}

function identity(input: LayerInputs, provider: QgisLayer['provider']): XmlElement[] {
  return [
    textElement('id', input.id),
    textElement('datasource', input.source),
    textElement('layername', input.name),
    element('srs', {}, [spatialReference(input.crs)]),
    provider === 'ogr'
      ? element('provider', { encoding: 'UTF-8' }, [provider])
      : textElement('provider', provider),
    element('map-layer-style-manager', { current: 'default' }, [
      element('map-layer-style', { name: 'default' }),
    ]),
  ]
}

function closing(): XmlElement[] {
  return [textElement('layerOpacity', '1'), textElement('blendMode', '0')]
}

function renderer(drawing: RasterDrawing): XmlElement {
  if (drawing.kind === 'gray') {
    return element(
      'rasterrenderer',
      { type: 'singlebandgray', grayBand: 1, gradient: 'BlackToWhite', opacity: 1, alphaBand: -1 },
      [
        fixedLimits(),
        element('contrastEnhancement', {}, [
          textElement('minValue', String(drawing.black)),
          textElement('maxValue', String(drawing.white)),
          textElement('algorithm', 'StretchToMinimumMaximum'),
        ]),
      ],
    )
  }
  if (drawing.kind === 'colour') {
    return element(
      'rasterrenderer',
      {
        type: 'multibandcolor',
        redBand: 1,
        greenBand: 2,
        blueBand: 3,
        opacity: 1,
        alphaBand: -1,
      },
      [fixedLimits()],
    )
  }
  return element('rasterrenderer', { type: 'paletted', band: 1, opacity: 1, alphaBand: -1 }, [
    fixedLimits(),
    element(
      'colorPalette',
      {},
      drawing.entries.map(({ value, label, colour, alpha }) =>
        element('paletteEntry', { value, label, color: colour, alpha }),
      ),
    ),
  ])
}

/** The range is what this file says, not what a look at the data gives. */
function fixedLimits(): XmlElement {
  return element('minMaxOrigin', {}, [textElement('limits', 'None')])
}
