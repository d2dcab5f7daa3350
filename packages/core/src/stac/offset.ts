import type { OffsetDecision } from '../model/scene.ts'

/** Digital numbers that baseline 04.00 added to every band, and what they are as reflectance. */
export const OFFSET_DN = 1000
export const OFFSET_REFLECTANCE = -0.1
/** First day of processing baseline 04.00. */
const BASELINE_04_DAY = '2022-01-25'

/** What an archive says of a scene's offset. */
export interface OffsetMetadata {
  /** `S2A` and so on; other missions have no such offset. */
  platform: string
  /** UTC ISO 8601. */
  capturedAt: string
  processingBaseline: string | null
  /** `earthsearch:boa_offset_applied`. */
  boaOffsetApplied: boolean | null
  /** `raster:bands` offset of the red band, reflectance. */
  rasterOffset: number | null
}

/**
 * What a scene's pixels are, for the decision: numbers as stored at fixed places of the site, the same
 * in every scene; 0 where there is nothing or the product saw cloud, shadow or snow.
 */
export interface OffsetPixels {
  redDn: Uint16Array
  nirDn: Uint16Array
}

/** A scene before its offset is decided. */
export interface OffsetScene {
  id: string
  metadata: OffsetMetadata
  pixels: OffsetPixels
  /** Counts of the valid red DN of the whole window, whatever the sky. */
  redStatistics: RedStatistics
}

/** Red digital numbers of the valid pixels of a window. */
export interface RedStatistics {
  validPixels: number
  /** Pixels whose red DN lies far below {@link OFFSET_DN}. */
  farBelowPixels: number
  /** 1st percentile and median, DN; null without valid pixels. */
  percentile1Dn: number | null
  medianDn: number | null
}

/**
 * A red DN below this is "far below 1000": with the offset still in, it would be a reflectance under
 * -0.02, which atmospheric correction leaves to noise and deep shadow only.
 */
const FAR_BELOW_DN = 800
/** Share of valid pixels that noise and deep shadow can account for at most. */
const FAR_BELOW_SHARE = 0.005
const MIN_FAR_BELOW_PIXELS = 20
/** Scenes that a doubtful one is compared with, and common clear places needed with each. */
const NEIGHBOURS = 9
const MIN_COMMON = 30
/** The better hypothesis must lie nearer by this much of the offset to overrule metadata. */
const CLEAR_MARGIN_DN = OFFSET_DN * 0.3

/** Counts what {@link decideOffsets} needs from a window of red DN. */
export function redStatistics(redDn: ArrayLike<number>, nodataDn: number | null): RedStatistics {
  const histogram = new Uint32Array(65_536)
  let validPixels = 0
  let farBelowPixels = 0
  for (let i = 0; i < redDn.length; i++) {
    const dn = redDn[i] as number
    if (dn === nodataDn || dn === 0 || !(dn > 0)) continue
    histogram[Math.min(65_535, Math.round(dn))]!++
    validPixels++
    if (dn < FAR_BELOW_DN) farBelowPixels++
  }
  const quantile = (q: number): number | null => {
    if (validPixels === 0) return null
    let left = Math.floor(q * (validPixels - 1))
    let dn = 0
    while (left >= (histogram[dn] as number)) left -= histogram[dn++] as number
    return dn
  }
  return {
    validPixels,
    farBelowPixels,
    percentile1Dn: quantile(0.01),
    medianDn: quantile(0.5),
  }
}

/**
 * Decides for each scene of a site whether 1000 DN are still to be subtracted.
 *
 * First each scene alone: many valid red DN far below 1000 cannot be with the offset in them. A scene
 * without such pixels (bright ground, little of it) is then compared, place by place, with the scenes
 * of the site nearest in season whose state is certain: the state that lies nearer to them is taken.
 * Where pixels cannot tell, metadata decides. All of it goes into the evidence.
 *
 * The result depends on nothing but the scenes given: order does not matter.
 */
export function decideOffsets(scenes: readonly OffsetScene[]): Map<string, OffsetDecision> {
  const inTime = scenes.toSorted(
    (a, b) => compareText(a.metadata.capturedAt, b.metadata.capturedAt) || compareText(a.id, b.id),
  )
  // DN to take off; certain where pixels or (an undisputed lack of baseline 04.00) say so.
  const certain = new Map<string, number>()
  for (const scene of inTime) {
    if (isSentinel2(scene.metadata) && showsNoOffset(scene.redStatistics)) certain.set(scene.id, 0)
  }
  const decisions = new Map<string, OffsetDecision>()
  for (const scene of inTime) {
    const references = inTime.filter(({ id }) => id !== scene.id && certain.has(id))
    const comparison = certain.has(scene.id) ? null : compare(scene, references, certain)
    decisions.set(scene.id, decide(scene, comparison))
  }
  return decisions
}

/** What the archive's metadata amount to, with nothing else known. */
export function offsetFromMetadata(
  metadata: OffsetMetadata,
): 'subtract' | 'already-subtracted' | 'not-due' {
  const { processingBaseline, boaOffsetApplied, rasterOffset, capturedAt } = metadata
  const due =
    processingBaseline === null
      ? capturedAt.slice(0, 10) >= BASELINE_04_DAY || (rasterOffset ?? 0) < 0
      : processingBaseline >= '04.00'
  if (!due) return 'not-due'
  return boaOffsetApplied === true ? 'already-subtracted' : 'subtract'
}

function isSentinel2({ platform }: OffsetMetadata): boolean {
  return /^S2[A-Z]$/.test(platform)
}

function showsNoOffset({ validPixels, farBelowPixels }: RedStatistics): boolean {
  return farBelowPixels >= MIN_FAR_BELOW_PIXELS && farBelowPixels >= FAR_BELOW_SHARE * validPixels
}

interface Comparison {
  scenes: number
  /** Median distance from the references, DN, as stored and with 1000 taken off. */
  asStoredDn: number
  subtractedDn: number
}

function compare(
  scene: OffsetScene,
  references: readonly OffsetScene[],
  certain: ReadonlyMap<string, number>,
): Comparison | null {
  const nearest = references
    .map((reference) => ({ reference, distance: seasonDistance(scene, reference) }))
    .toSorted((a, b) => a.distance - b.distance || compareText(a.reference.id, b.reference.id))
  const asStored: number[] = []
  const subtracted: number[] = []
  for (const { reference } of nearest) {
    if (asStored.length >= NEIGHBOURS) break
    const distances = distancesTo(scene.pixels, reference.pixels, certain.get(reference.id) ?? 0)
    if (!distances) continue
    asStored.push(distances[0])
    subtracted.push(distances[1])
  }
  if (asStored.length === 0) return null
  return {
    scenes: asStored.length,
    asStoredDn: medianOf(asStored),
    subtractedDn: medianOf(subtracted),
  }
}

/** Days between two scenes' days of the year, and a tenth of a day for each day between them. */
function seasonDistance(a: OffsetScene, b: OffsetScene): number {
  const days =
    Math.abs(Date.parse(a.metadata.capturedAt) - Date.parse(b.metadata.capturedAt)) / 86_400_000
  const year = 365.2425
  const ofYear = days % year
  return Math.min(ofYear, year - ofYear) + days / 10
}

function distancesTo(
  pixels: OffsetPixels,
  reference: OffsetPixels,
  referenceOffsetDn: number,
): [asStored: number, subtracted: number] | null {
  const asStored: number[] = []
  const subtracted: number[] = []
  for (let i = 0; i < pixels.redDn.length; i++) {
    const red = pixels.redDn[i] as number
    const nir = pixels.nirDn[i] as number
    const refRed = reference.redDn[i] as number
    const refNir = reference.nirDn[i] as number
    if (red === 0 || nir === 0 || refRed === 0 || refNir === 0) continue
    const dRed = red - refRed + referenceOffsetDn
    const dNir = nir - refNir + referenceOffsetDn
    asStored.push((Math.abs(dRed) + Math.abs(dNir)) / 2)
    subtracted.push((Math.abs(dRed - OFFSET_DN) + Math.abs(dNir - OFFSET_DN)) / 2)
  }
  return asStored.length < MIN_COMMON ? null : [medianOf(asStored), medianOf(subtracted)]
}

function decide(scene: OffsetScene, comparison: Comparison | null): OffsetDecision {
  const { metadata, redStatistics: red } = scene
  const evidence: OffsetDecision['evidence'] = {
    processingBaseline: metadata.processingBaseline,
    boaOffsetApplied: metadata.boaOffsetApplied,
    rasterOffset: metadata.rasterOffset,
    validPixels: red.validPixels,
    farBelowPixels: red.farBelowPixels,
    redPercentile1Dn: red.percentile1Dn,
    redMedianDn: red.medianDn,
    comparedScenes: comparison?.scenes ?? 0,
    distanceAsStoredDn: comparison ? Math.round(comparison.asStoredDn) : null,
    distanceSubtractedDn: comparison ? Math.round(comparison.subtractedDn) : null,
  }
  if (!isSentinel2(metadata)) {
    const offsetReflectance = metadata.rasterOffset ?? 0
    return { decision: 'not-applicable', offsetReflectance, evidence, contradiction: null }
  }
  const said = offsetFromMetadata(metadata)
  const shown = showsNoOffset(red) ? 'no-offset' : shownBy(comparison)
  evidence['decidedBy'] =
    shown === null ? 'metadata' : showsNoOffset(red) ? 'red pixels' : 'comparison with other scenes'
  const subtract = shown === null ? said === 'subtract' : shown === 'offset'
  const decision = subtract ? 'subtract' : said === 'not-due' ? 'not-due' : 'already-subtracted'
  return {
    decision,
    offsetReflectance: subtract ? OFFSET_REFLECTANCE : 0,
    evidence,
    contradiction: contradictionOf(metadata, said, subtract),
  }
}

function shownBy(comparison: Comparison | null): 'offset' | 'no-offset' | null {
  if (!comparison) return null
  const margin = comparison.asStoredDn - comparison.subtractedDn
  if (Math.abs(margin) < CLEAR_MARGIN_DN) return null
  return margin > 0 ? 'offset' : 'no-offset'
}

function contradictionOf(
  metadata: OffsetMetadata,
  said: ReturnType<typeof offsetFromMetadata>,
  subtract: boolean,
): string | null {
  if (subtract && said === 'already-subtracted') {
    return 'earthsearch:boa_offset_applied says that 1000 DN were subtracted, the pixels still hold them'
  }
  if (subtract && said === 'not-due') {
    return `processing baseline ${metadata.processingBaseline ?? '(unknown)'} has no offset, the pixels hold 1000 DN too many`
  }
  if (!subtract && said === 'subtract') {
    return 'the metadata say that 1000 DN are to be subtracted, the pixels show that it was done'
  }
  if (!subtract && (metadata.rasterOffset ?? 0) < 0) {
    return `raster:bands says offset ${metadata.rasterOffset}, the pixels show that it is not to be applied again`
  }
  return null
}

function medianOf(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
