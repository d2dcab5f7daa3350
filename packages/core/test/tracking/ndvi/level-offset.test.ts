import { describe, expect, it } from 'vitest'
import { EDGE_WIDTH_M, levelOffsetM } from '../../../src/tracking/ndvi/level-offset.ts'
import type { WorkingGrid } from '../../../src/tracking/ndvi/working-grid.ts'
import { inBox } from './synthetic-series.ts'

const SIDE = 48
const working: WorkingGrid = {
  width: SIDE,
  height: SIDE,
  stride: 1,
  pixelM: 4,
  siteWidth: SIDE,
  siteHeight: SIDE,
}
const mask = Uint8Array.from({ length: SIDE * SIDE }, (_, i) =>
  inBox(i % SIDE, Math.floor(i / SIDE), 16, 16, 32, 32) ? 1 : 0,
)
const ground = (inside: number, around: number): Float32Array =>
  Float32Array.from(mask, (value) => (value ? inside : around))

describe('levelOffsetM', () => {
  it('has an edge as wide as worked out by hand', () => {
    // sqrt(2 pi) * 7 m = 17.546 m, over 2 - 0.7071 = 1.2929: 13.571 m.
    expect(EDGE_WIDTH_M).toBeCloseTo(13.571, 3)
  })

  it('is worked out by hand: half of what inside and around are off, times the width', () => {
    // Inside 0.9, around 0: halfway 0.45, 0.05 * 13.571 m = 0.679 m outwards.
    expect(levelOffsetM(ground(0.9, 0), mask, working)).toBeCloseTo(0.679, 3)
    // Inside 1.1, around 0.1: halfway 0.6, 1.357 m inwards.
    expect(levelOffsetM(ground(1.1, 0.1), mask, working)).toBeCloseTo(-1.357, 3)
  })

  it('does not tell where inside or around was not seen', () => {
    const hidden = ground(1, 0).map((f, i) => (mask[i] ? NaN : f))
    expect(levelOffsetM(hidden, mask, working)).toBeNull()
    expect(levelOffsetM(ground(1, 0), new Uint8Array(mask.length), working)).toBeNull()
  })
})
