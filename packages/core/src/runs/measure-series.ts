import { measureArea } from '../analysis/area.ts'
import { traceBoundaries } from '../analysis/boundaries.ts'
import { changeSinceLastSeen, nothingSeen } from '../analysis/change.ts'
import { type Fragmentation, findFragments, linkFragments } from '../analysis/components.ts'
import type { LineNoise } from '../analysis/digitising-noise.ts'
import { gridAreaScale } from '../analysis/geodesic-area.ts'
import { growthBetween } from '../analysis/growth.ts'
import { type HeldChange, trackHeldChange } from '../analysis/held-change.ts'
import { type Lineage, trackLineage } from '../analysis/lineage.ts'
import { type MaskComparison, type SeenGround, seenStates } from '../analysis/mask-comparison.ts'
import { type NewZoneSearch, searchNewZones } from '../analysis/new-zones.ts'
import { type SeasonGround, collectSeasons } from '../analysis/season-ground.ts'
import { scarCentre } from '../analysis/scar-centre.ts'
import { type SectorMap, sectorMap } from '../analysis/sectors.ts'
import type { GeoPackageWriter } from '../gdal/write-geopackage.ts'
import { pixelAreaM2 } from '../geo/affine.ts'
import { projectionOf } from '../geo/projection.ts'
import type { AreaRow } from '../model/analysis-areas.ts'
import type { SpanGrowth } from '../model/analysis-growth.ts'
import type { Grid } from '../model/grid.ts'
import type { DoubtfulPlace } from '../model/track.ts'
import { componentCells } from './analysis-tables.ts'
import type { CsvValue } from './csv.ts'
import { type SeriesDeposits, collectDeposits } from './series-deposits.ts'
import {
  type DrawnOutline,
  type PassingFrame,
  type SeriesSource,
  passFrames,
} from './series-source.ts'
import type { SiteRiver } from './site-river.ts'
import type { SiteTerrain } from './site-terrain.ts'

/** What all objects of an analysis share. */
export interface MeasureContext {
  grid: Grid
  sensorPixelM: number
  /** How outlines drawn by hand err; left out for masks of a sensor. */
  lineNoise?: LineNoise | undefined
  terrain: SiteTerrain | null
  /** Null where the frames show no water, or where there are none. */
  river: SiteRiver | null
  /** Layers that boundaries of frames and of seasons go into. */
  boundaries: GeoPackageWriter
  seasonBoundaries: GeoPackageWriter
  signal: AbortSignal | undefined
}

/** What one pass over an object's masks leaves behind. */
export interface MeasuredSeries {
  rows: AreaRow[]
  /** Of `components.csv`. */
  componentRows: CsvValue[][]
  /** From frame to frame, and from season to season of the same name. */
  growth: SpanGrowth[]
  lineage: Lineage
  zones: NewZoneSearch
  /** About one centre for all roses; null where there is no scar. */
  sectors: SectorMap | null
  deposits: SeriesDeposits
  /** By row. */
  held: HeldChange[]
}

/** Goes once over an object's masks; yields each frame's row. */
export async function* measureSeries(
  context: MeasureContext,
  source: SeriesSource,
): AsyncGenerator<AreaRow, MeasuredSeries> {
  const { grid, sensorPixelM, lineNoise, terrain, boundaries } = context
  const length = grid.width * grid.height
  const lastSeen = nothingSeen(grid)
  const lineage = trackLineage(length)
  const seasons = seasonPairs(context, source)
  const components: { key: string; cells: CsvValue[] }[] = []
  const sceneIds = source.frames.map(({ sceneId }) => sceneId)
  const deposits = collectDeposits(context, sceneIds)
  const held = trackHeldChange(length)
  const result: Omit<MeasuredSeries, 'lineage' | 'componentRows' | 'deposits' | 'held'> = {
    rows: [],
    growth: [],
    zones: searchNewZones(grid, sensorPixelM, typicalResidualM(source)),
    sectors: null,
  }
  let pieces: Fragmentation | null = null
  let previous: { at: string; ground: SeenGround } | null = null
  for await (const frame of passFrames(source, context.signal)) {
    const { facts, mask, validity, probability } = frame
    const { capturedAt, registrationResidualM } = facts
    const fragments = findFragments(mask, grid, sensorPixelM ** 2)
    const drawn = source.drawn?.(result.rows.length) ?? null
    const counted = rowOf(context, source.objectId, frame, lastSeen, fragments)
    const row = drawn === null ? counted : { ...counted, ...drawnArea(drawn) }
    result.rows.push(row)
    components.push(...componentRowsOf(grid, row, fragments, pieces))
    pieces = fragments
    lineage.add({ capturedAt, fragmentation: fragments, validity })
    result.zones.add({ capturedAt, mask, validity })
    held.add(mask, validity)
    await deposits.add(frame)
    const states = seenStates(mask, validity)
    const ground: SeenGround = { states, probability, registrationResidualM }
    result.sectors ??= sectorsAbout(states, grid, row, facts.doubts)
    if (previous !== null && result.sectors !== null) {
      const growth = growthBetween({
        span: 'frames',
        label: `${previous.at.slice(0, 10)} to ${capturedAt.slice(0, 10)}`,
        fromAt: previous.at,
        toAt: capturedAt,
        comparison: { grid, before: previous.ground, after: ground, sensorPixelM, lineNoise },
        sectors: result.sectors,
        elevationM: terrain?.elevationM ?? null,
      })
      if (growth !== null) result.growth.push(growth)
    }
    previous = { at: capturedAt, ground }
    result.growth.push(...seasons.add({ ...facts, mask, validity, probability }, result.sectors))
    if (row.areaM2 > 0) {
      const next = source.frames[result.rows.length]?.capturedAt ?? null
      boundaries.add({
        geometry: drawn?.outline ?? traceBoundaries(mask, grid),
        properties: boundaryProperties(row, next),
      })
    }
    yield row
  }
  result.growth.push(...seasons.finish(result.sectors))
  const ids = lineage.lineage()
  const pieceAt = new Map(
    ids.sights.map(({ capturedAt, rank, id }) => [`${capturedAt} ${rank}`, id]),
  )
  const componentRows = components.map(({ key, cells }) => [...cells, pieceAt.get(key) ?? null])
  const after = { deposits: deposits.deposits(), held: held.finish() }
  return { ...result, ...after, componentRows, lineage: ids }
}

/** The sectors about a scar's centre; null where the mask is empty. */
function sectorsAbout(
  states: Uint8Array,
  grid: Grid,
  row: AreaRow,
  doubts: readonly DoubtfulPlace[],
): SectorMap | null {
  const { forward } = projectionOf(grid.epsg)
  const placed = doubts.map(({ lngLat, ...doubt }) => ({ ...doubt, at: forward(lngLat) }))
  const centre = scarCentre(states, grid, row, placed)
  return centre === null ? null : sectorMap(grid, centre.at, centre.sdM)
}

/** The median residual shift of a series' frames, m. */
export function typicalResidualM({ frames }: SeriesSource): number {
  const sorted = frames.map((frame) => frame.registrationResidualM).sort((a, b) => a - b)
  return sorted[sorted.length >> 1] ?? 0
}

function rowOf(
  { grid, sensorPixelM }: MeasureContext,
  objectId: number,
  { facts, mask, validity, probability, nextSeen }: PassingFrame,
  lastSeen: Uint8Array,
  { fragments }: Fragmentation,
): AreaRow {
  const { registrationResidualM } = facts
  const area = measureArea({
    grid,
    mask,
    validity,
    probability,
    sensorPixelM,
    registrationResidualM,
    levelErrorM: facts.levelErrorM,
    doubtfulM2: facts.doubtfulM2,
    hidden: { before: lastSeen, after: nextSeen },
  })
  return {
    frameIndex: facts.frameIndex,
    sceneId: facts.sceneId,
    capturedAt: facts.capturedAt,
    objectId,
    ...area,
    ...changeSinceLastSeen(grid, mask, validity, lastSeen),
    ellipsoidAreaM2: area.areaM2 / gridAreaScale(grid),
    registrationResidualM,
    confidence: facts.confidence,
    locked: facts.locked,
    prompted: facts.prompted,
    flags: facts.flags,
    fragments: fragments.length,
  }
}

/** The area of an outline as it was drawn, in the place of its image's. */
function drawnArea({ areaM2, halfWidthM2, perimeterM }: DrawnOutline): Partial<AreaRow> {
  return {
    areaM2,
    ellipsoidAreaM2: areaM2,
    seenM2: areaM2,
    lowM2: Math.max(0, areaM2 - halfWidthM2),
    highM2: areaM2 + halfWidthM2,
    uncertainty: {
      boundary: [halfWidthM2, halfWidthM2],
      level: [0, 0],
      registration: [0, 0],
      mixedPixels: [0, 0],
      hidden: [0, 0],
      membership: [0, 0],
    },
    perimeterM,
  }
}

function componentRowsOf(
  grid: Grid,
  row: AreaRow,
  now: Fragmentation,
  before: Fragmentation | null,
): { key: string; cells: CsvValue[] }[] {
  const origins = before === null ? null : linkFragments(before, now)
  const { inverse } = projectionOf(grid.epsg)
  return now.fragments.map((fragment) => {
    const origin = origins?.[fragment.rank - 1] ?? null
    return {
      key: `${row.capturedAt} ${fragment.rank}`,
      cells: componentCells(row, fragment, origin, inverse(fragment.centroid)),
    }
  })
}

function boundaryProperties(
  row: AreaRow,
  validTo: string | null,
): Record<string, string | number | boolean | null> {
  return {
    frame: row.frameIndex,
    object: row.objectId,
    scene: row.sceneId,
    valid_from: row.capturedAt,
    valid_to: validTo,
    area_m2: row.areaM2,
    area_low_m2: row.lowM2,
    area_high_m2: row.highM2,
    confidence: row.confidence,
    valid_inside: row.validInside,
    locked: row.locked,
  }
}

/** Compares each season with the one before it of the same name as soon as it is over. */
function seasonPairs(
  { grid, sensorPixelM, lineNoise, terrain, seasonBoundaries }: MeasureContext,
  source: SeriesSource,
): {
  add(
    frame: Parameters<ReturnType<typeof collectSeasons>['add']>[0],
    sectors: SectorMap | null,
  ): SpanGrowth[]
  finish(sectors: SectorMap | null): SpanGrowth[]
} {
  const collector = collectSeasons(grid.width * grid.height)
  const latest = new Map<string, SeasonGround>()
  const take = (over: SeasonGround | null, sectors: SectorMap | null): SpanGrowth[] => {
    if (over === null) return []
    const { season, at, frames, ground } = over
    const mask = new Uint8Array(ground.states.length)
    let pixels = 0
    for (let i = 0; i < mask.length; i++) {
      if (ground.states[i] !== 1) continue
      mask[i] = 1
      pixels++
    }
    if (pixels > 0) {
      seasonBoundaries.add({
        geometry: traceBoundaries(mask, grid),
        properties: {
          object: source.objectId,
          season: season.name,
          year: season.year,
          label: season.label,
          at,
          frames,
          area_m2: pixels * pixelAreaM2(grid),
        },
      })
    }
    const before = latest.get(season.name)
    latest.set(season.name, over)
    if (before === undefined || sectors === null) return []
    const comparison: MaskComparison = {
      grid,
      before: before.ground,
      after: ground,
      sensorPixelM,
      lineNoise,
    }
    const growth = growthBetween({
      span: 'season',
      label: `${before.season.label} to ${season.label}`,
      fromAt: before.at,
      toAt: at,
      comparison,
      sectors,
      elevationM: terrain?.elevationM ?? null,
    })
    return growth === null ? [] : [growth]
  }
  return {
    add: (frame, sectors) => take(collector.add(frame), sectors),
    finish: (sectors) => take(collector.finish(), sectors),
  }
}
