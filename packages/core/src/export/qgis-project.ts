import { gridBounds } from '../geo/affine.ts'
import type { Grid } from '../model/grid.ts'
import { dateClasses } from './date-classes.ts'
import { type MoreLayer, lookOf } from './qgis-more-layers.ts'
import {
  type QgisGroup,
  type QgisLayer,
  type RasterDrawing,
  polygonLayer,
  rasterLayer,
  spatialReference,
} from './qgis-layers.ts'
import {
  QGIS_HEAD,
  QGIS_VERSION,
  boundaryAliases,
  boundaryLabels,
  boundaryRenderer,
  boundaryStyle,
  boundaryTemporal,
} from './qgis-style.ts'
import { type XmlElement, element, textElement, writeXml } from './xml.ts'

/** One frame's rasters, all relative to the project. */
export interface ProjectFrame {
  sceneId: string
  /** UTC ISO 8601. */
  capturedAt: string
  ndvi: string
  /** Georeferenced pictures; null where the bands do not exist. */
  trueColour: string | null
  falseColour: string | null
  masks: readonly { objectId: number; file: string }[]
}

/** What a project is made from. */
export interface ProjectInputs {
  title: string
  grid: Grid
  /** The grid's coordinate system as WKT 2, on one line. */
  crsWkt: string
  /** In time order. */
  frames: readonly ProjectFrame[]
  /** The GeoPackage of boundaries, relative to the project. */
  boundaries: string
  /** Dates of the boundaries, UTC ISO 8601, in time order. */
  boundaryDates: readonly string[]
  /** NDVI that is black and white. */
  grayNdvi: readonly [black: number, white: number]
  /**
   * Further layers of polygons in the same GeoPackage; one with `valid_from` and `valid_to` plays along,
   * others are off at first.
   */
  moreLayers: readonly MoreLayer[]
}

const MS_PER_DAY = 86_400_000
/** Frames that are closer than Sentinel-2 comes back to a place need no step of their own. */
const LEAST_STEP_DAYS = 5
const FRAMES_PER_SECOND = 5
const MASK_COLOURS = ['#d55e00', '#0072b2', '#cc79a7', '#009e73', '#e69f00', '#56b4e9'] as const

/** The step of QGIS' temporal controller: the shortest gap between frames, 5 days at least. */
export function timeStepDays(frames: readonly Pick<ProjectFrame, 'capturedAt'>[]): number {
  const gaps = frames.slice(1).map(({ capturedAt }, i) => {
    const before = frames[i]?.capturedAt ?? capturedAt
    return Math.floor((Date.parse(capturedAt) - Date.parse(before)) / MS_PER_DAY)
  })
  return Math.max(LEAST_STEP_DAYS, gaps.length === 0 ? 0 : Math.min(...gaps))
}

/**
 * A QGIS project (3.22 and later) over a site's outputs: boundaries graduated by date and labelled,
 * masks, true-colour, false-colour and NDVI frames, each shown for its own time, so that the temporal
 * controller plays them together. Paths are relative.
 */
export function planProject(input: ProjectInputs): string {
  const { grid, frames } = input
  const crs = { epsg: grid.epsg, wkt: input.crsWkt }
  const stepDays = timeStepDays(frames)
  const firstAt = frames[0]?.capturedAt ?? ''
  const lastMs = Date.parse(frames.at(-1)?.capturedAt ?? '')
  const endAt = new Date(lastMs + stepDays * MS_PER_DAY).toISOString()
  const tree = layerTree(input, endAt)
  const layers = layersOf(tree)
  return writeXml(
    element('qgis', { version: QGIS_VERSION, projectname: input.title }, [
      element('homePath', { path: '' }),
      textElement('title', input.title),
      element('projectCrs', {}, [spatialReference(crs)]),
      treeElement(tree, true),
      element('mapcanvas', { name: 'theMapCanvas', annotationsVisible: 1 }, [
        textElement('units', 'meters'),
        extentElement('extent', grid),
        textElement('rotation', '0'),
        element('destinationsrs', {}, [spatialReference(crs)]),
      ]),
      element(
        'projectlayers',
        {},
        layers.map(({ settings }) => settings),
      ),
      element(
        'layerorder',
        {},
        layers.map(({ id }) => element('layer', { id })),
      ),
      properties(firstAt, endAt),
      element('ProjectViewSettings', { UseProjectScales: 0 }, [
        element('DefaultViewExtent', bounds(grid), [spatialReference(crs)]),
      ]),
      element(
        'ProjectTimeSettings',
        {
          timeStep: stepDays,
          timeStepUnit: 'd',
          frameRate: FRAMES_PER_SECOND,
          cumulativeTemporalRange: 0,
        },
        [element('TemporalRange', {}, [textElement('start', firstAt), textElement('end', endAt)])],
      ),
    ]),
    QGIS_HEAD,
  )
}

/** The style of the boundaries by itself (`.qml`). */
export function planBoundaryStyle(
  boundaryDates: readonly string[],
  severalObjects: boolean,
): string {
  return writeXml(boundaryStyle(dateClasses(boundaryDates), severalObjects), QGIS_HEAD)
}

function layerTree(input: ProjectInputs, endAt: string): QgisGroup {
  const { grid, frames } = input
  const crs = { epsg: grid.epsg, wkt: input.crsWkt }
  const classes = dateClasses(input.boundaryDates)
  const objects = [...new Set(frames.flatMap(({ masks }) => masks.map((m) => m.objectId)))].sort(
    (a, b) => a - b,
  )
  const source = `${input.boundaries}|layername=boundaries`
  const playing = polygonLayer({
    id: 'scarline_boundaries',
    name: 'Boundary on the date',
    source,
    crs,
    isVisible: true,
    hasLabels: true,
    style: [
      boundaryTemporal(true),
      boundaryRenderer(classes),
      boundaryLabels(objects.length > 1),
      boundaryAliases(),
    ],
  })
  const all = polygonLayer({
    id: 'scarline_boundaries_all',
    name: 'All boundaries, by date',
    source,
    crs,
    isVisible: false,
    hasLabels: false,
    style: [boundaryTemporal(false), boundaryRenderer(classes), boundaryAliases()],
  })
  const more = input.moreLayers.map((layer) => {
    const { name, columns } = layer
    const isDated = columns.includes('valid_from') && columns.includes('valid_to')
    const { title, renderer } = lookOf(layer)
    return polygonLayer({
      id: `scarline_layer_${name}`.replaceAll(/\W/g, '_'),
      name: title,
      source: `${input.boundaries}|layername=${name}`,
      crs,
      isVisible: isDated,
      hasLabels: false,
      style: [...(isDated ? [boundaryTemporal(true)] : []), renderer],
    })
  })
  const series = (
    name: string,
    key: string,
    isVisible: boolean,
    drawing: RasterDrawing,
    fileOf: (frame: ProjectFrame) => string | null,
  ): QgisGroup => ({
    name,
    isVisible,
    isExpanded: false,
    // Later frames lie above earlier ones.
    children: frames
      .flatMap((frame, i) => {
        const file = fileOf(frame)
        if (file === null) return []
        return [
          rasterLayer({
            id: `scarline_${key}_${frame.sceneId}`.replaceAll(/\W/g, '_'),
            name: frame.capturedAt.slice(0, 10),
            source: file,
            crs,
            isVisible: true,
            drawing,
            fromAt: frame.capturedAt,
            toAt: frames[i + 1]?.capturedAt ?? endAt,
          }),
        ]
      })
      .reverse(),
  })
  const allInColour = frames.every(({ trueColour }) => trueColour !== null)
  const [black, white] = input.grayNdvi
  const groups = [
    ...objects.map((objectId, i) =>
      series(
        objects.length > 1 ? `Masks of object ${objectId}` : 'Masks',
        `mask_${objectId}`,
        false,
        {
          kind: 'classes',
          entries: [
            {
              value: 1,
              label: 'scar',
              colour: MASK_COLOURS[i % MASK_COLOURS.length] as string,
              alpha: 128,
            },
          ],
        },
        ({ masks }) => masks.find((mask) => mask.objectId === objectId)?.file ?? null,
      ),
    ),
    series('True colour', 'true_colour', allInColour, { kind: 'colour' }, (f) => f.trueColour),
    series('False colour', 'false_colour', false, { kind: 'colour' }, (f) => f.falseColour),
    series('NDVI', 'ndvi', !allInColour, { kind: 'gray', black, white }, (f) => f.ndvi),
  ].filter(({ children }) => children.length > 0)
  return {
    name: '',
    isVisible: true,
    isExpanded: true,
    children: [playing, all, ...more, ...groups],
  }
}

function layersOf(group: QgisGroup): QgisLayer[] {
  return group.children.flatMap((child) => ('children' in child ? layersOf(child) : [child]))
}

function treeElement(group: QgisGroup, isRoot: boolean): XmlElement {
  const children = group.children.map((child) =>
    'children' in child
      ? treeElement(child, false)
      : element('layer-tree-layer', {
          id: child.id,
          name: child.name,
          providerKey: child.provider,
          source: child.source,
          checked: checkState(child.isVisible),
          expanded: 0,
        }),
  )
  if (isRoot) return element('layer-tree-group', {}, children)
  const { name, isVisible, isExpanded } = group
  return element(
    'layer-tree-group',
    { name, checked: checkState(isVisible), expanded: Number(isExpanded) },
    children,
  )
}

function checkState(isOn: boolean): string {
  return isOn ? 'Qt::Checked' : 'Qt::Unchecked'
}

/** Opens with the temporal controller in animation mode (1) and paths relative to the project. */
function properties(firstAt: string, endAt: string): XmlElement {
  const value = (name: string, type: string, text: string): XmlElement =>
    element(name, { type }, [text])
  return element('properties', {}, [
    element('Paths', {}, [value('Absolute', 'bool', 'false')]),
    element('Measurement', {}, [
      value('AreaUnits', 'QString', 'ha'),
      value('DistanceUnits', 'QString', 'meters'),
    ]),
    element('SpatialRefSys', {}, [value('ProjectionsEnabled', 'int', '1')]),
    element('TemporalControllerWidget', {}, [
      value('NavigationMode', 'int', '1'),
      value('StartDateTime', 'QString', firstAt),
      value('EndDateTime', 'QString', endAt),
    ]),
  ])
}

function bounds(grid: Grid): Record<string, number> {
  const [xmin, ymin, xmax, ymax] = gridBounds(grid)
  return { xmin, ymin, xmax, ymax }
}

function extentElement(name: string, grid: Grid): XmlElement {
  return element(
    name,
    {},
    Object.entries(bounds(grid)).map(([side, value]) => textElement(side, String(value))),
  )
}
