/**
 * Per-pixel validity codes, stored beside each frame. The ground was seen where
 * {@link isObserved} holds; everything else is hidden and never counted as change.
 */
export const VALIDITY = {
  /** Outside the swath, nodata, defective or saturated. */
  nodata: 0,
  /** Seen and unremarkable. */
  clear: 1,
  cloud: 2,
  /** Cloud shadow. */
  shadow: 3,
  snow: 4,
  /** Dark or in the shadow of terrain: seen, but with little light. */
  dark: 5,
  /** Classified as cloud by the product, but stable bare ground in the frames around: seen. */
  bareKept: 6,
} as const

export type ValidityCode = (typeof VALIDITY)[keyof typeof VALIDITY]

/** Whether the ground was seen at a pixel with this code (snow hides it). */
export function isObserved(code: number): boolean {
  return code === VALIDITY.clear || code === VALIDITY.dark || code === VALIDITY.bareKept
}
