import type { MultiPolygon, Polygon } from 'geojson'
import { type AoiSamples, coveredSamples, overlapFraction, sampleAoi } from './footprint.ts'
import type { ArchiveItem } from './item.ts'

/** One pass of one satellite over the AOI: what becomes a scene. */
export interface PlannedAcquisition {
  /** `<platform>_<YYYYMMDD>` by solar day. */
  sceneId: string
  platform: string
  /** UTC ISO 8601 of the first part. */
  capturedAt: string
  /** Fewest items that cover what can be covered; earlier ones win where they overlap. */
  parts: ArchiveItem[]
  /** Older processings, and other items of the day that add nothing. */
  supersededItemIds: string[]
  /** Share of the AOI inside the parts' footprints, 0..1. */
  coverage: number
  sunElevationDeg: number | null
}

/** Where and how acquisitions are planned. */
export interface PlanAcquisitionsOptions {
  aoi: Polygon | MultiPolygon
  /** Items in this system are taken before others that cover as much. */
  siteEpsg: number
}

/** Items of one pass lie within minutes; passes of neighbouring orbits are 100 minutes apart. */
const PASS_GAP_MS = 30 * 60_000
/** Two products of one tile that share this much ground are the same data processed twice. */
const TWIN_OVERLAP = 0.5

/**
 * Groups items into acquisitions: by platform and solar day; of same-tile twins the newest processing
 * baseline is kept (then sequence, then generation time); neighbouring tiles and split strips become
 * parts; parts that add nothing are dropped. Items off the AOI are left out. In time order.
 *
 * Where one platform passes twice in a solar day (high latitudes), the pass that covers more is taken.
 */
export function planAcquisitions(
  items: readonly ArchiveItem[],
  { aoi, siteEpsg }: PlanAcquisitionsOptions,
): PlannedAcquisition[] {
  const samples = sampleAoi(aoi)
  const unique = new Map(items.map((item) => [item.id, item]))
  const days = new Map<string, Candidate[]>()
  for (const item of unique.values()) {
    const covered = coveredSamples(item.footprint, item.bboxLngLat, samples)
    if (!covered.includes(1)) continue
    const sceneId = `${item.platform}_${solarDay(item.capturedAt, samples.nearLng)}`
    days.set(sceneId, [...(days.get(sceneId) ?? []), { item, covered }])
  }
  return [...days]
    .map(([sceneId, candidates]) => planDay(sceneId, candidates, samples, siteEpsg))
    .toSorted(
      (a, b) => compareText(a.capturedAt, b.capturedAt) || compareText(a.sceneId, b.sceneId),
    )
}

/** Mean local solar day of an instant at a longitude, YYYYMMDD. */
export function solarDay(capturedAt: string, lng: number): string {
  const wrapped = ((((lng + 180) % 360) + 360) % 360) - 180
  const solar = new Date(Date.parse(capturedAt) + (wrapped / 15) * 3_600_000)
  return solar.toISOString().slice(0, 10).replaceAll('-', '')
}

interface Candidate {
  item: ArchiveItem
  covered: Uint8Array
}

function planDay(
  sceneId: string,
  candidates: readonly Candidate[],
  samples: AoiSamples,
  siteEpsg: number,
): PlannedAcquisition {
  const plans = splitPasses(candidates).map((pass) => choosePartsOf(pass, siteEpsg))
  const best = plans.reduce((a, b) => (count(b.covered) > count(a.covered) ? b : a))
  const parts = best.parts.map(({ item }) => item)
  const used = new Set(parts.map(({ id }) => id))
  const times = parts.map(({ capturedAt }) => capturedAt).toSorted(compareText)
  return {
    sceneId,
    platform: (parts[0] as ArchiveItem).platform,
    capturedAt: times[0] as string,
    parts,
    supersededItemIds: candidates
      .map(({ item }) => item.id)
      .filter((id) => !used.has(id))
      .toSorted(compareText),
    coverage: count(best.covered) / samples.points.length,
    sunElevationDeg: parts.find((part) => part.sunElevationDeg !== null)?.sunElevationDeg ?? null,
  }
}

function splitPasses(candidates: readonly Candidate[]): Candidate[][] {
  const inTime = candidates.toSorted(
    (a, b) =>
      compareText(a.item.capturedAt, b.item.capturedAt) || compareText(a.item.id, b.item.id),
  )
  const passes: Candidate[][] = []
  let previous = -Infinity
  for (const candidate of inTime) {
    const time = Date.parse(candidate.item.capturedAt)
    if (time - previous > PASS_GAP_MS) passes.push([])
    passes.at(-1)?.push(candidate)
    previous = time
  }
  return passes
}

function choosePartsOf(
  pass: readonly Candidate[],
  siteEpsg: number,
): { parts: Candidate[]; covered: Uint8Array } {
  const pool = dropTwins(pass)
  const covered = new Uint8Array(pool[0]?.covered.length ?? 0)
  const parts: Candidate[] = []
  const left = new Set(pool)
  while (left.size > 0) {
    let best: Candidate | null = null
    let bestGain = 0
    for (const candidate of [...left].toSorted((a, b) => preference(a, b, siteEpsg))) {
      const gain = candidate.covered.reduce((sum, v, i) => sum + (v && !covered[i] ? 1 : 0), 0)
      if (gain > bestGain) {
        best = candidate
        bestGain = gain
      }
    }
    if (!best) break
    left.delete(best)
    parts.push(best)
    for (const [i, v] of best.covered.entries()) if (v) covered[i] = 1
  }
  // What later parts have made superfluous goes.
  const needed = parts.toReversed().reduce((rest, part) => {
    const others = rest.filter((other) => other !== part)
    return part.covered.some((v, i) => v && !others.some((other) => other.covered[i]))
      ? rest
      : others
  }, parts)
  return { parts: needed, covered }
}

function dropTwins(pass: readonly Candidate[]): Candidate[] {
  const kept: Candidate[] = []
  for (const candidate of pass.toSorted((a, b) => newerFirst(a.item, b.item))) {
    const { item } = candidate
    const twin = kept.some(
      (other) =>
        item.tile !== null &&
        other.item.tile === item.tile &&
        overlapFraction(item.footprint, other.item.footprint) > TWIN_OVERLAP,
    )
    if (!twin) kept.push(candidate)
  }
  return kept
}

/** Newest processing first. */
function newerFirst(a: ArchiveItem, b: ArchiveItem): number {
  return (
    compareText(b.processingBaseline ?? '', a.processingBaseline ?? '') ||
    (b.sequence ?? -1) - (a.sequence ?? -1) ||
    compareText(b.createdAt ?? '', a.createdAt ?? '') ||
    compareText(a.id, b.id)
  )
}

/** Among items that add equally much: the site's own UTM zone, then always the same tile. */
function preference(a: Candidate, b: Candidate, siteEpsg: number): number {
  return (
    Number(b.item.epsg === siteEpsg) - Number(a.item.epsg === siteEpsg) ||
    compareText(a.item.tile ?? '', b.item.tile ?? '') ||
    newerFirst(a.item, b.item)
  )
}

function count(covered: Uint8Array): number {
  return covered.reduce((sum, v) => sum + v, 0)
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
