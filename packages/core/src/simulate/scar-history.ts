import { dayOf } from './days.ts'
import type { ShareCurve } from './schedule.ts'

/**
 * What became of each 2 m pixel, in days since 1970; Infinity where it never happens. Vegetation is
 * lost on `bareDay`, has come back by half on `regreenDay`, and is lost again on `bareAgainDay`.
 */
export interface ScarHistory {
  bareDay: Float32Array
  regreenDay: Float32Array
  bareAgainDay: Float32Array
  /** Debris lies in the river on [from, to). */
  depositFromDay: Float32Array
  depositToDay: Float32Array
  /** 1 where the ground had crept for months before it was bare, so that vegetation had suffered. */
  crept: Uint8Array
}

/** Days that regrowth takes from 27 % to 73 % of the cover are twice this. */
const REGROWTH_DAYS = 120
/** How long vegetation suffers before creeping ground is bare, and what share it loses. */
const DECLINE_DAYS = 240
const DECLINE_SHARE = 0.28

export function emptyHistory(length: number): ScarHistory {
  const never = (): Float32Array => new Float32Array(length).fill(Infinity)
  return {
    bareDay: never(),
    regreenDay: never(),
    bareAgainDay: never(),
    depositFromDay: never(),
    depositToDay: never(),
    crept: new Uint8Array(length),
  }
}

/** Creeping ground loses its vegetation on a day: for the first time, or again. */
export function reactivate(history: ScarHistory, pixel: number, day: number): void {
  if (history.bareDay[pixel] === Infinity) {
    history.bareDay[pixel] = day
    history.crept[pixel] = 1
  } else history.bareAgainDay[pixel] = day
}

/** Whether a pixel is scar on a day: bare because of the landslide and not yet half green again. */
export function isScar(history: ScarHistory, pixel: number, day: number): boolean {
  const { bareDay, regreenDay, bareAgainDay, depositFromDay, depositToDay } = history
  if (day >= (bareAgainDay[pixel] as number)) return true
  if (day >= (bareDay[pixel] as number) && day < (regreenDay[pixel] as number)) return true
  return day >= (depositFromDay[pixel] as number) && day < (depositToDay[pixel] as number)
}

/** What the landslide leaves of a pixel's natural vegetation on a day, 0..1. */
export function vegetationLeft(history: ScarHistory, pixel: number, day: number): number {
  const bareDay = history.bareDay[pixel] as number
  if (day >= (history.bareAgainDay[pixel] as number)) return 0
  if (day < bareDay) {
    if (!history.crept[pixel] || day < bareDay - DECLINE_DAYS) return 1
    return 1 - DECLINE_SHARE * (1 - (bareDay - day) / DECLINE_DAYS)
  }
  const since = day - (history.regreenDay[pixel] as number)
  return since < -6 * REGROWTH_DAYS ? 0 : 1 / (1 + Math.exp(-since / REGROWTH_DAYS))
}

/** Area in m² reached by a day, piecewise linear; days ascend. */
export type AreaCurve = readonly (readonly [day: number, areaM2: number])[]

/** Shares by date as areas by day: each share times the factors, in their order. */
export function areaCurve(curve: ShareCurve, ...factors: readonly number[]): AreaCurve {
  return curve.map(([date, share]) => [
    dayOf(date),
    factors.reduce((product, factor) => product * factor, share),
  ])
}

/** Pixels of a mask, the one with the lowest score first. */
export function rankPixels(score: Float32Array, eligible: Uint8Array): Uint32Array {
  let count = 0
  for (const flag of eligible) count += flag
  const order = new Uint32Array(count)
  let at = 0
  for (let i = 0; i < eligible.length; i++) if (eligible[i]) order[at++] = i
  return order.sort((p, q) => (score[p] as number) - (score[q] as number) || p - q)
}

/**
 * Gives each pixel, in order, the day on which the curve reaches the area up to it; pixels past the
 * curve's last area are left alone.
 *
 * @returns how many pixels got a day
 */
export function assignDays(
  order: Uint32Array,
  curve: AreaCurve,
  pixelAreaM2: number,
  put: (pixel: number, day: number) => void,
): number {
  let knot = 0
  for (let n = 0; n < order.length; n++) {
    const areaM2 = (n + 1) * pixelAreaM2
    while (knot < curve.length && (curve[knot]?.[1] as number) < areaM2) knot++
    const next = curve[knot]
    if (!next) return n
    const before = curve[knot - 1]
    const [day1, area1] = next
    const [day0, area0] = before ?? next
    const share = area1 > area0 ? (areaM2 - area0) / (area1 - area0) : 1
    put(order[n] as number, day0 + share * (day1 - day0))
  }
  return order.length
}
