import { NEVER_SEEN } from './change.ts'

/** Sights that a pixel needs before it is called water or land. */
const MIN_SIGHTS = 10

/** Collects frames one at a time; four bytes a pixel. */
export interface WaterSearch {
  /** Takes a frame's NDVI, NaN where hidden. */
  add(ndvi: Float32Array): void
  /** 0/1 as {@link searchWater} says, {@link NEVER_SEEN} with fewer than ten sights. */
  water(): Uint8Array
}

/**
 * Permanent water: pixels with NDVI below 0 in more than half of their sights, ten at least. Water takes
 * in more near infrared than red light, so its NDVI is negative (Rouse et al., 1974; McFeeters, 1996);
 * soil and plants reflect more of the near infrared. Rivers so turbid that their NDVI is above 0 are not
 * found, nor is water that lies dry half of the time; ground that is in deep shadow in most frames may be.
 */
export function searchWater(length: number): WaterSearch {
  const seen = new Uint16Array(length)
  const wet = new Uint16Array(length)
  return {
    add(ndvi) {
      for (let i = 0; i < length; i++) {
        const value = ndvi[i] as number
        if (Number.isNaN(value)) continue
        seen[i] = (seen[i] as number) + 1
        if (value < 0) wet[i] = (wet[i] as number) + 1
      }
    },
    water: () =>
      Uint8Array.from(seen, (sights, i) => {
        if (sights < MIN_SIGHTS) return NEVER_SEEN
        return 2 * (wet[i] as number) > sights ? 1 : 0
      }),
  }
}
