import {
  type EstimatedNoise,
  type LineNoise,
  type OutlinePair,
  estimateLineNoise,
} from '../analysis/digitising-noise.ts'
import { joinOutlines } from '../analysis/outline-geometry.ts'
import type { ObjectDay } from '../analysis/outline-objects.ts'

const DAY_MS = 86_400_000

/** Outlines at most this far apart in time are compared to learn the noise, days. */
const NEAR_DAYS = 60

/** Half a pixel of Sentinel-2 (10 m): where nothing else is known. */
const ASSUMED_SD_M = 5

/** The digitising noise of a set of outlines, and where it comes from. */
export interface DigitisingNoise extends LineNoise {
  /** `given`; `drawn-twice`: outlines of one day and object; `near-dates`: outlines few weeks apart; `assumed`. */
  source: 'given' | 'drawn-twice' | 'near-dates' | 'assumed'
  correlationSource: 'given' | 'estimated' | 'assumed'
  /** In a sentence. */
  words: string
}

/** What the user says of the noise, m. */
export interface GivenNoise {
  noiseM?: number | undefined
  noiseLengthM?: number | undefined
}

/**
 * Digitising noise of the outlines: as given; else from objects drawn twice for one day; else from
 * outlines of one object at most 60 days apart (the ground may have changed in between); else half
 * a Sentinel-2 pixel. Its correlation length: as given, else estimated from the same pairs, else the
 * larger of a pixel (two standard deviations) and the mean distance of vertices.
 */
export function digitisingNoise(
  objects: readonly (readonly ObjectDay[])[],
  given: GivenNoise,
): DigitisingNoise {
  const { noiseM, noiseLengthM } = given
  const twice = estimateLineNoise(objects.flatMap(pairsDrawnTwice), false)
  const near = twice === null ? estimateLineNoise(objects.flatMap(pairsOfNearDates), true) : null
  const found = twice ?? near
  const sdM = noiseM ?? found?.sdM ?? ASSUMED_SD_M
  const spacingM = meanSpacingM(objects)
  const correlationM = noiseLengthM ?? found?.correlationM ?? Math.max(2 * sdM, spacingM)
  const source =
    noiseM !== undefined
      ? 'given'
      : twice !== null
        ? 'drawn-twice'
        : near !== null
          ? 'near-dates'
          : 'assumed'
  const correlationSource =
    noiseLengthM !== undefined ? 'given' : found === null ? 'assumed' : 'estimated'
  const along =
    correlationSource === 'given'
      ? 'as given'
      : correlationSource === 'estimated'
        ? 'estimated from the same outlines'
        : spacingM > 2 * sdM
          ? 'taken to be the mean distance of the vertices'
          : 'taken to be twice that'
  return {
    sdM,
    correlationM,
    source,
    correlationSource,
    words: `Digitising noise: ${metres(sdM)} m standard deviation of the line's position (${sourceWords(source, found)}), errors go together along ${metres(correlationM)} m of the line (${noiseM !== undefined && correlationSource === 'estimated' ? `estimated from ${found?.pairs} pairs of outlines` : along}).`,
  }
}

function sourceWords(source: DigitisingNoise['source'], found: EstimatedNoise | null): string {
  const from = `${found?.pairs} pairs, ${metres((found?.lengthM ?? 0) / 1000)} km of line`
  switch (source) {
    case 'given':
      return 'as given'
    case 'drawn-twice':
      return `estimated from outlines drawn twice for the same day: ${from}`
    case 'near-dates':
      return `estimated from outlines of the same object at most ${NEAR_DAYS} days apart: ${from}; what the ground did in between is in it, a whole outline drawn too wide is not`
    case 'assumed':
      return 'assumed: half a pixel of Sentinel-2, for the outlines have too few pairs to estimate it from; give --noise with half a pixel of your imagery'
  }
}

function pairsDrawnTwice(days: readonly ObjectDay[]): OutlinePair[] {
  return days.flatMap(({ outlines, again }) =>
    again.map(({ outlines: others }) => ({ one: joined(others), other: joined(outlines) })),
  )
}

function pairsOfNearDates(days: readonly ObjectDay[]): OutlinePair[] {
  return days.slice(1).flatMap((now, i) => {
    const before = days[i] as ObjectDay
    const gapDays = (Date.parse(now.day) - Date.parse(before.day)) / DAY_MS
    const sameCount = now.outlines.length === before.outlines.length
    if (gapDays > NEAR_DAYS || !sameCount) return []
    return [{ one: joined(now.outlines), other: joined(before.outlines) }]
  })
}

function joined(outlines: ObjectDay['outlines']): OutlinePair['one'] {
  return joinOutlines(outlines.map(({ outline }) => outline))
}

function meanSpacingM(objects: readonly (readonly ObjectDay[])[]): number {
  let lengthM = 0
  let edges = 0
  for (const { outline } of objects.flat().flatMap((day) => day.outlines)) {
    for (const ring of outline.coordinates.flat()) {
      for (let i = 0; i + 1 < ring.length; i++) {
        const [a, b] = [ring[i], ring[i + 1]] as [number[], number[]]
        lengthM += Math.hypot((b[0] ?? 0) - (a[0] ?? 0), (b[1] ?? 0) - (a[1] ?? 0))
        edges += 1
      }
    }
  }
  return edges === 0 ? 0 : lengthM / edges
}

function metres(valueM: number): string {
  return valueM >= 10 ? valueM.toFixed(0) : valueM.toFixed(1)
}
