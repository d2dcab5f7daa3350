import type { MultiPolygon, Position } from 'geojson'
import { median } from './median.ts'
import { distanceToRings, insideRings } from './outline-geometry.ts'

/** z of a 90 % interval of a normal distribution. */
const Z90 = 1.645

/** Standard deviation of a normal distribution in median absolute deviations. */
const SD_PER_MAD = 1.4826

/** Errors beyond this many standard deviations are clipped before correlation is measured: change, not noise. */
const CLIP_SD = 3

/** Samples along one outline at most. */
const MOST_SAMPLES = 2000

/** Fewest independent pieces of boundary (2 l long) that a standard deviation is estimated from: 13 %. */
const FEWEST_PIECES = 30

/** Outlines that agree to this, m, were copied and not drawn again. */
const COPIED_M = 0.1

/** How well a line drawn by hand is placed. */
export interface LineNoise {
  /** Standard deviation of the line's position across itself, m. */
  sdM: number
  /** Distance along the line at which errors still correlate by 1/e, m. */
  correlationM: number
}

/**
 * Standard deviation of the area inside a closed line of length P whose position across itself errs by
 * s with the correlation exp(-d / l), d the distance along the line, m². The area errs by the integral
 * of the offset along the line, so its variance is
 * s² times the double integral of the correlation = s² 2 P l (1 - exp(-P / 2l)).
 * Short correlation gives s sqrt(2 P l) (error propagation along the perimeter: Chrisman & Yandell
 * 1988; Ghilani 2000), long correlation s P (the buffer of Granshaw & Fountain 2006).
 */
export function lineNoiseAreaSdM2(perimeterM: number, { sdM, correlationM }: LineNoise): number {
  if (perimeterM === 0 || correlationM === 0) return 0
  const reach = 1 - Math.exp(-perimeterM / (2 * correlationM))
  return sdM * Math.sqrt(2 * perimeterM * correlationM * reach)
}

/** Half-width of the 90 % interval of an area inside several lines drawn independently, m². */
export function lineNoiseHalfWidthM2(perimetersM: readonly number[], noise: LineNoise): number {
  return Z90 * Math.hypot(...perimetersM.map((length) => lineNoiseAreaSdM2(length, noise)))
}

/**
 * Area within which errors of two drawn lines go together, m², as the paired test of a series' steps asks
 * for (`pairedChangeInterval`: variance of the net change = C (gained + lost)). Two lines of length P
 * differ by d of variance 2 s²: gained + lost = P E|d| = P 2 s / sqrt(pi), and the net change has
 * the variance 2 s² P 2 l. So C = 2 sqrt(pi) s l.
 */
export function lineResolutionCellM2({ sdM, correlationM }: LineNoise): number {
  return 2 * Math.sqrt(Math.PI) * sdM * correlationM
}

/** Two outlines of one object, in metres. */
export interface OutlinePair {
  one: MultiPolygon
  other: MultiPolygon
}

/** What pairs of outlines say about {@link LineNoise}. */
export interface EstimatedNoise extends LineNoise {
  pairs: number
  /** Length of the outlines compared, m. */
  lengthM: number
}

/**
 * Digitising noise from pairs of outlines of the same objects. The signed distance d of one outline
 * from the other is sampled evenly; where nothing changed its variance is twice that of one line. The
 * spread is robust (1.4826 median |d|, over sqrt 2), so that a boundary that has moved in part counts
 * little. The correlation length is the lag at which the pooled autocorrelation falls to 1/e.
 *
 * @param mayHaveMoved whether the ground may have changed between the two: then d is taken from the
 * median of its pair, so that even growth is no noise; nor, then, is a whole outline drawn too wide
 * @returns null where the pairs hold fewer than 30 independent pieces of boundary (2 l each), or agree
 * to a decimetre
 */
export function estimateLineNoise(
  pairs: readonly OutlinePair[],
  mayHaveMoved: boolean,
): EstimatedNoise | null {
  const series: { stepM: number; values: number[] }[] = []
  let lengthM = 0
  for (const { one, other } of pairs) {
    const rings = one.coordinates.map(([shell = []]) => shell)
    const sampled = rings.map((ring) => sampleRing(ring))
    const distances = sampled.map(({ points, stepM }) => ({
      stepM,
      values: points.map((point) => signedDistanceM(point, other)),
    }))
    const middle = mayHaveMoved ? median(distances.flatMap(({ values }) => values)) : 0
    for (const { stepM, values } of distances) {
      lengthM += stepM * values.length
      series.push({ stepM, values: values.map((value) => value - middle) })
    }
  }
  const spreadM = SD_PER_MAD * weightedMedianSize(series)
  const sdM = spreadM / Math.SQRT2
  if (!(sdM > COPIED_M)) return null
  const correlationM = correlationLengthM(series, CLIP_SD * spreadM)
  if (correlationM === null || lengthM < FEWEST_PIECES * 2 * correlationM) return null
  return { sdM, correlationM, pairs: pairs.length, lengthM }
}

/** Distance of a point from a polygon's outline, m: above 0 outside of it, below 0 inside. */
function signedDistanceM([x = 0, y = 0]: Position, polygon: MultiPolygon): number {
  const rings = polygon.coordinates.flat()
  const distance = distanceToRings(x, y, rings)
  return insideRings(x, y, rings) ? -distance : distance
}

function sampleRing(ring: readonly Position[]): { points: Position[]; stepM: number } {
  const lengths: number[] = []
  let lengthM = 0
  for (let i = 0; i + 1 < ring.length; i++) {
    const [ax = 0, ay = 0] = ring[i] as Position
    const [bx = 0, by = 0] = ring[i + 1] as Position
    lengths.push(Math.hypot(bx - ax, by - ay))
    lengthM += lengths[i] as number
  }
  const count = Math.max(8, Math.min(MOST_SAMPLES, Math.round(lengthM)))
  const stepM = lengthM / count
  const points: Position[] = []
  let edge = 0
  let passed = 0
  for (let i = 0; i < count; i++) {
    const at = i * stepM
    while (edge + 1 < lengths.length && passed + (lengths[edge] as number) < at) {
      passed += lengths[edge] as number
      edge += 1
    }
    const share = lengths[edge] ? (at - passed) / (lengths[edge] as number) : 0
    const [ax = 0, ay = 0] = ring[edge] as Position
    const [bx = 0, by = 0] = ring[edge + 1] as Position
    points.push([ax + share * (bx - ax), ay + share * (by - ay)])
  }
  return { points, stepM }
}

/** Median size of all values, each weighted with the length that it stands for. */
function weightedMedianSize(
  series: readonly { stepM: number; values: readonly number[] }[],
): number {
  const all = series.flatMap(({ stepM, values }) =>
    values.map((value) => ({ size: Math.abs(value), stepM })),
  )
  all.sort((a, b) => a.size - b.size)
  const half = all.reduce((sum, { stepM }) => sum + stepM, 0) / 2
  let sum = 0
  for (const { size, stepM } of all) {
    sum += stepM
    if (sum >= half) return size
  }
  return 0
}

/** Lag at which the autocorrelation of closed lines falls to 1/e; null where none does. */
function correlationLengthM(
  series: readonly { stepM: number; values: readonly number[] }[],
  clip: number,
): number | null {
  const lines = series.map(({ stepM, values }) => {
    const clipped = values.map((value) => Math.max(-clip, Math.min(clip, value)))
    return { stepM, values: clipped, power: clipped.reduce((sum, value) => sum + value ** 2, 0) }
  })
  const longest = Math.max(0, ...lines.map(({ stepM, values }) => (stepM * values.length) / 2))
  let before = 1
  for (let lagM = 1; lagM <= longest; lagM++) {
    let product = 0
    let power = 0
    for (const { stepM, values, power: own } of lines) {
      const lag = Math.round(lagM / stepM)
      if (lag < 1 || lag > values.length / 2) continue
      for (let i = 0; i < values.length; i++) {
        product += stepM * (values[i] as number) * (values[(i + lag) % values.length] as number)
      }
      power += stepM * own
    }
    if (power === 0) continue
    const now = product / power
    if (now <= 1 / Math.E) return lagM - 1 + (before - 1 / Math.E) / Math.max(before - now, 1e-9)
    before = now
  }
  return null
}
