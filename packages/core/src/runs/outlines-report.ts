import { basename, join } from 'node:path'
import type { MultiPolygon, Polygon, Position } from 'geojson'
import { evolutionSchema } from '../analysis/evolution-schema.ts'
import { farthestSector } from '../analysis/evolution-words.ts'
import { tellOutlines } from '../analysis/outline-changes.ts'
import { type Bounds, boundsOf } from '../analysis/outline-geometry.ts'
import { analysisSummarySchema } from '../analysis/summary.ts'
import { ScarlineError } from '../errors.ts'
import { readVector } from '../gdal/read-vector.ts'
import { projectionOf } from '../geo/projection.ts'
import type { Advance, Sector } from '../model/analysis-growth.ts'
import type { Grid, LngLat } from '../model/grid.ts'
import type { Measurements } from '../model/studio-api-analysis.ts'
import { nodeFileStore } from '../site/node-file-store.ts'
import { ANALYSIS_FILES } from './analysis-files.ts'
import { OUTLINE_RECORD, type OutlineRecord, outlineRecordSchema } from './outlines-folder.ts'
import { ringsOf } from './map-rings.ts'
import { parseOutput } from './parse-output.ts'
import type { PixelRings, ReportMaps } from './report-maps.ts'

/** The outline of an object on one date, as drawn. */
export interface DatedOutline {
  objectId: number
  /** UTC ISO 8601, midnight. */
  capturedAt: string
  rings: PixelRings
}

/** A map of outlines: no picture, all dates; rings are in pixels of the map's own grid. */
export interface OutlineMap extends ReportMaps {
  /** By object, then by date. */
  dated: DatedOutline[]
}

/** Everything that a report of outlines is written from. */
export interface OutlineReportData extends Pick<Measurements, 'analysis' | 'evolution' | 'told'> {
  record: OutlineRecord
  /** Per object as in `analysis.objects`: where its boundary advanced most over all dates; null where nowhere beyond doubt. */
  farthest: ({ sector: Sector; advance: Advance } | null)[]
  /** Middle of all outlines, WGS 84. */
  lngLat: LngLat
  /** All objects. */
  map: OutlineMap
  /** Each object by itself, as in `analysis.objects`; null where nothing was drawn. */
  objectMaps: (OutlineMap | null)[]
}

/** Pixels along the longer side of a map; so fine that rounding to them is not seen. */
const MAP_PX = 4000

/** Room around the outlines: share of the longer side, and least, m. */
const ROOM = 0.08
const LEAST_ROOM_M = 5

/** Whether a folder holds an analysis of outlines. */
export async function isOutlineFolder(dir: string): Promise<boolean> {
  return nodeFileStore(dir).exists(OUTLINE_RECORD)
}

/**
 * Reads an analysis of outlines for its report.
 * @throws ScarlineError `missing-step` where the folder holds none; `corrupt-file`; `disk`
 */
export async function readOutlineReport(dir: string): Promise<OutlineReportData> {
  const record = await readPart(dir, OUTLINE_RECORD, outlineRecordSchema)
  const analysis = await readPart(dir, basename(ANALYSIS_FILES.summary), analysisSummarySchema)
  const evolution = await readPart(dir, basename(ANALYSIS_FILES.events), evolutionSchema)
  const shapes = await readShapes(dir, analysis.epsg)
  const all = boundsOfShapes(shapes)
  const { inverse } = projectionOf(analysis.epsg)
  return {
    record,
    analysis,
    evolution,
    told: analysis.objects.map((summary, i) => {
      const own = evolution.objects.find(({ objectId }) => objectId === summary.objectId)
      return own === undefined
        ? { lead: [], more: [] }
        : tellOutlines(summary, own, record.objects[i]?.changes ?? [])
    }),
    farthest: analysis.objects.map(({ objectId }) => {
      const own = evolution.objects.find((one) => one.objectId === objectId)
      const whole = own?.growth.find(({ span }) => span === 'whole')
      return whole === undefined ? null : farthestSector(whole)
    }),
    lngLat: inverse([(all[0] + all[2]) / 2, (all[1] + all[3]) / 2]),
    map: mapOf(shapes, analysis.epsg),
    objectMaps: analysis.objects.map(({ objectId }) => {
      const own = shapes.filter((shape) => shape.objectId === objectId)
      return own.length === 0 ? null : mapOf(own, analysis.epsg)
    }),
  }
}

async function readPart<T>(
  dir: string,
  name: string,
  schema: { parse(value: unknown): T },
): Promise<T> {
  return parseOutput(await readOutput(dir, name), name, schema, 'analyse --outlines')
}

async function readOutput(dir: string, name: string): Promise<Uint8Array> {
  const bytes = await nodeFileStore(dir).readIfExists(name)
  if (bytes !== null) return bytes
  throw new ScarlineError(`got ${join(dir, name)}, which is not there, expected an analysis`, {
    code: 'missing-step',
    hint: 'Run scarline analyse --outlines FILES --out DIR first.',
  })
}

interface Shape {
  objectId: number
  /** Of an outline its date, of a zone null. */
  capturedAt: string | null
  zoneId: number | null
  geometry: Polygon | MultiPolygon
}

/** What boundaries.gpkg holds that maps show; its layers are there only where they hold something. */
async function readShapes(dir: string, epsg: number): Promise<Shape[]> {
  const name = basename(ANALYSIS_FILES.boundaries)
  const { features } = await readVector(
    { name, bytes: await readOutput(dir, name) },
    { epsg, layers: ['boundaries', 'new_zones'] },
  )
  return features
    .map(({ layer, properties, geometry }): Shape => {
      const isZone = layer === 'new_zones'
      return {
        objectId: Number(properties['object']),
        capturedAt: isZone ? null : new Date(String(properties['valid_from'])).toISOString(),
        zoneId: isZone ? Number(properties['zone']) : null,
        geometry,
      }
    })
    .sort(
      (a, b) => a.objectId - b.objectId || (a.capturedAt ?? '').localeCompare(b.capturedAt ?? ''),
    )
}

function mapOf(shapes: readonly Shape[], epsg: number): OutlineMap {
  const grid = gridAround(boundsOfShapes(shapes), epsg)
  const dated = shapes.flatMap(({ objectId, capturedAt, geometry }) =>
    capturedAt === null ? [] : [{ objectId, capturedAt, rings: ringsOf(grid, geometry) }],
  )
  const isEnd = ({ objectId }: DatedOutline, i: number): boolean =>
    dated[i - 1]?.objectId !== objectId || dated[i + 1]?.objectId !== objectId
  return {
    grid,
    window: { col: 0, row: 0, width: grid.width, height: grid.height },
    ground: null,
    seasons: [],
    newZones: shapes.flatMap(({ objectId, zoneId, geometry }) =>
      zoneId === null ? [] : [{ objectId, zoneId, rings: ringsOf(grid, geometry) }],
    ),
    ends: dated.filter(isEnd),
    dated,
  }
}

/** A grid around bounds with some room, at least two thirds as wide as high and the other way round. */
function gridAround([west, south, east, north]: Bounds, epsg: number): Grid {
  const longer = Math.max(east - west, north - south)
  const room = Math.max(ROOM * longer, LEAST_ROOM_M)
  const halfX = Math.max((east - west) / 2, longer / 3) + room
  const halfY = Math.max((north - south) / 2, longer / 3) + room
  const pixelM = (2 * Math.max(halfX, halfY)) / MAP_PX
  return {
    epsg,
    transform: [pixelM, 0, (west + east) / 2 - halfX, 0, -pixelM, (south + north) / 2 + halfY],
    width: Math.ceil((2 * halfX) / pixelM),
    height: Math.ceil((2 * halfY) / pixelM),
  }
}

function boundsOfShapes(shapes: readonly Shape[]): Bounds {
  const coordinates = shapes.flatMap(({ geometry }): Position[][][] =>
    geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates,
  )
  return boundsOf({ type: 'MultiPolygon', coordinates })
}
