import type { Position } from 'geojson'
import { comparedAreas } from '../analysis/area.ts'
import { findChangePoints } from '../analysis/change-points.ts'
import { damWords } from '../analysis/dam-words.ts'
import type { DatedMeasure } from '../analysis/dated-measure.ts'
import { deseason } from '../analysis/deseason.ts'
import {
  type LineNoise,
  lineNoiseHalfWidthM2,
  lineResolutionCellM2,
} from '../analysis/digitising-noise.ts'
import { eventsOf } from '../analysis/events.ts'
import { evolutionSentences } from '../analysis/evolution-summary.ts'
import { growthWords, zoneWords } from '../analysis/evolution-words.ts'
import { growthBetween } from '../analysis/growth.ts'
import { type HeldChange, halfSeenSince } from '../analysis/held-change.ts'
import { inverseVelocity } from '../analysis/inverse-velocity.ts'
import { placeNewZone } from '../analysis/new-zones-place.ts'
import type { NewZone } from '../analysis/new-zones.ts'
import { mainOnsetBefore, onsetsOf } from '../analysis/onset.ts'
import { phasesOf } from '../analysis/phases.ts'
import { findDams } from '../analysis/river-dams.ts'
import type { SectorMap } from '../analysis/sectors.ts'
import { pixelAreaM2 } from '../geo/affine.ts'
import { projectionOf } from '../geo/projection.ts'
import type { AreaRow, ObjectSummary } from '../model/analysis-areas.ts'
import type { InverseVelocity, Onset, ScarEvent } from '../model/analysis-events.ts'
import type { ObjectEvolution, RiverDams } from '../model/analysis-evolution.ts'
import type { GrowthSpan, SpanGrowth, ToldGrowth } from '../model/analysis-growth.ts'
import type { PlacedZone } from '../model/analysis-zones.ts'
import type { Grid } from '../model/grid.ts'
import type { MeasureContext, MeasuredSeries } from './measure-series.ts'
import type { SeriesDeposits } from './series-deposits.ts'
import { type SeriesSource, groundAt } from './series-source.ts'

/** Edge of the cell within which errors of masks go together, sensor pixels. */
const RESOLUTION_SENSOR_PIXELS = 2

/** What {@link evolveSeries} finds, and the outlines of new zones for the GeoPackage. */
export interface SeriesEvolution {
  evolution: ObjectEvolution
  zones: { zone: PlacedZone; outline: NewZone['outline'] }[]
  /** All that goes into directions.csv. */
  growth: SpanGrowth[]
}

/** Events, onsets, zones and directions of a measured series; reads some of its frames again. */
export async function evolveSeries(
  context: MeasureContext,
  source: SeriesSource,
  measured: MeasuredSeries,
  change: ObjectSummary['change'],
): Promise<SeriesEvolution> {
  const { rows } = measured
  const compared = comparedAreas(rows)
  const { lineNoise, sensorPixelM } = context
  const resolutionCellM2 =
    lineNoise === undefined
      ? (RESOLUTION_SENSOR_PIXELS * sensorPixelM) ** 2
      : lineResolutionCellM2(lineNoise)
  const trend = findChangePoints(withHeldChange(compared, measured, context.grid), {
    resolutionCellM2,
  })
  const { events, artefacts } =
    trend === null ? { events: [], artefacts: [] } : eventsOf(trend, resolutionCellM2)
  const onsets = trend === null ? [] : onsetsOf(trend)
  const zones = await placeZones(context, source, measured.zones.zones(events))
  const single: ToldGrowth[] = []
  for (const span of singleSpans(rows, events)) {
    context.signal?.throwIfAborted()
    const growth = await spanGrowth(context, source, measured.sectors, span)
    if (growth !== null) single.push({ ...growth, words: growthWords(growth) })
  }
  const seasons = measured.growth
    .filter(({ span }) => span === 'season')
    .map((growth) => ({ ...growth, words: growthWords(growth) }))
  const evolution: Omit<ObjectEvolution, 'words'> = {
    objectId: source.objectId,
    events,
    artefacts,
    phases: trend === null ? [] : phasesOf(trend),
    onsets,
    deseasoned: deseason(compared, trend),
    inverseVelocity: inverseVelocities(compared, events, onsets),
    newZones: zones.map(({ zone }) => zone),
    dams: damsOf(measured.deposits, events),
    growth: [...single, ...seasons],
    lineage: { pieces: measured.lineage.pieces, edges: measured.lineage.edges },
  }
  const words = evolutionSentences({ change, areas: rows }, evolution)
  return {
    evolution: { ...evolution, words },
    zones,
    growth: [...single, ...measured.growth],
  }
}

function withHeldChange(
  rows: readonly AreaRow[],
  { held }: MeasuredSeries,
  grid: Grid,
): DatedMeasure[] {
  const pixelM2 = pixelAreaM2(grid)
  return rows.map((row, i): DatedMeasure => {
    const change = held[i] as HeldChange
    const since = halfSeenSince(change)
    return {
      ...row,
      levelM2: Math.max(...row.uncertainty.level),
      heldGainedM2: change.gainedPx * pixelM2,
      heldLostM2: change.lostPx * pixelM2,
      ...(since === null ? {} : { heldGainedSince: (rows[since] as AreaRow).capturedAt }),
    }
  })
}

interface Span {
  span: GrowthSpan
  from: number
  to: number
}

function singleSpans(rows: readonly AreaRow[], events: readonly ScarEvent[]): Span[] {
  const at = (capturedAt: string): number => rows.findIndex((row) => row.capturedAt === capturedAt)
  const spans: Span[] = events.map(({ afterAt, byAt, inSightAt }) => ({
    span: 'event',
    from: at(afterAt),
    to: at(inSightAt ?? byAt),
  }))
  return [{ span: 'whole', from: 0, to: rows.length - 1 }, ...spans]
}

/** From the ground before, as its frames saw it, to the ground after, as the frames after it did. */
async function spanGrowth(
  { grid, sensorPixelM, lineNoise, terrain }: MeasureContext,
  source: SeriesSource,
  sectors: SectorMap | null,
  { span, from, to }: Span,
): Promise<SpanGrowth | null> {
  if (sectors === null || to <= from) return null
  const fromAt = source.frames[from]?.capturedAt as string
  const toAt = source.frames[to]?.capturedAt as string
  const isWhole = span === 'whole'
  const before = await groundAt(source, from, isWhole ? 1 : -1)
  const after = await groundAt(source, to, isWhole ? -1 : 1)
  return growthBetween({
    span,
    label: `${fromAt.slice(0, 10)} to ${toAt.slice(0, 10)}`,
    fromAt,
    toAt,
    comparison: { grid, before, after, sensorPixelM, lineNoise },
    sectors,
    elevationM: terrain?.elevationM ?? null,
  })
}

async function placeZones(
  { grid, sensorPixelM, lineNoise, terrain }: MeasureContext,
  source: SeriesSource,
  found: readonly NewZone[],
): Promise<SeriesEvolution['zones']> {
  const { inverse } = projectionOf(grid.epsg)
  const placed: SeriesEvolution['zones'] = []
  const zones = lineNoise === undefined ? found : found.map((zone) => drawnZone(zone, lineNoise))
  for (const { outline, pixels, centroid, ...zone } of zones) {
    const index = source.frames.findIndex(({ capturedAt }) => capturedAt === zone.sinceAfterAt)
    const { mask } = await source.read(Math.max(0, index))
    const elevationM = terrain?.elevationM ?? null
    const place = placeNewZone({ pixels, centroid }, mask, grid, sensorPixelM, elevationM)
    const words = zoneWords(zone, place)
    placed.push({ zone: { ...zone, lngLat: inverse(centroid), place, words }, outline })
  }
  return placed
}

/** A new zone between two outlines: the whole of its boundary is a drawn line. */
function drawnZone(zone: NewZone, lineNoise: LineNoise): NewZone {
  const rings = zone.outline.coordinates.flat()
  const halfM2 = lineNoiseHalfWidthM2(rings.map(pixelEdgesLengthM), lineNoise)
  return {
    ...zone,
    lowM2: Math.max(0, zone.areaM2 - halfM2),
    highM2: zone.areaM2 + halfM2,
  }
}

/** Length of the line that a ring along pixel edges stands for, as in `perimeterM`. */
function pixelEdgesLengthM(ring: readonly Position[]): number {
  let edgesM = 0
  for (let i = 0; i + 1 < ring.length; i++) {
    const [ax = 0, ay = 0] = ring[i] as Position
    const [bx = 0, by = 0] = ring[i + 1] as Position
    edgesM += Math.abs(bx - ax) + Math.abs(by - ay)
  }
  return (Math.PI / 4) * edgesM
}

function damsOf({ river }: SeriesDeposits, events: readonly ScarEvent[]): RiverDams | null {
  if (river === null) return null
  const { evidence, sights } = river
  const intervals = findDams(sights, events)
  return { evidence, intervals, words: damWords(intervals, evidence) }
}

/** Before each abrupt gain that an onset led to, and since the last onset that none has followed. */
function inverseVelocities(
  rows: readonly AreaRow[],
  events: readonly ScarEvent[],
  onsets: readonly Onset[],
): InverseVelocity[] {
  const found: InverseVelocity[] = []
  for (const event of events) {
    const onset = mainOnsetBefore(event, onsets, events)
    if (onset === null) continue
    found.push(inverseVelocity(rows, { fromAt: onset.at, untilAt: event.afterAt, event }))
  }
  const last = onsets.at(-1)
  const untilAt = rows.at(-1)?.capturedAt
  const isOpen =
    last !== undefined && !events.some(({ kind, byAt }) => kind === 'abrupt-gain' && byAt > last.at)
  if (isOpen && untilAt !== undefined) {
    found.push(inverseVelocity(rows, { fromAt: last.at, untilAt, event: null }))
  }
  return found
}
