import type { Evolution, Grid, SimulatedSchedule } from '@scarline/core/internals'
import type { DatedArea } from './read-areas.ts'

const DAY_MS = 86_400_000

/** A frame with the truth of its day. */
export interface JudgedFrame {
  /** UTC ISO 8601. */
  capturedAt: string
  /** `YYYY-MM-DD`. */
  date: string
  /** True scar on the site grid, 0/1. */
  truth: Uint8Array
  /** 1 where the frame saw the ground. */
  seen: Uint8Array
}

/** A new zone as reported, with its outline on the site grid. */
export interface ReportedZone {
  id: number
  mask: Uint8Array
}

/** All that scoring needs of a site: what is true, and what was reported. */
export interface ScoringInputs {
  grid: Grid
  schedule: SimulatedSchedule
  /** In time order. */
  frames: JudgedFrame[]
  /** What is reported of the first object. */
  evolution: Evolution['objects'][number]
  zones: ReportedZone[]
  areas: DatedArea[]
}

/** Days since 1970 of a date or moment. */
export function dayOf(text: string): number {
  return Date.parse(text) / DAY_MS
}

/** `YYYY-MM-DD` of a moment. */
export function dateOf(capturedAt: string): string {
  return capturedAt.slice(0, 10)
}

/** Area of a pixel, m². */
export function pixelM2({ transform }: Grid): number {
  return Math.abs(transform[0] * transform[4])
}

/** Number of set pixels. */
export function countOf(mask: Uint8Array): number {
  let count = 0
  for (let i = 0; i < mask.length; i++) count += mask[i] as number
  return count
}

/** Years from the first frame to the last. */
export function yearsOf(frames: readonly JudgedFrame[]): number {
  const [first, last] = [frames[0], frames.at(-1)]
  return first && last ? (dayOf(last.capturedAt) - dayOf(first.capturedAt)) / 365.25 : 0
}
