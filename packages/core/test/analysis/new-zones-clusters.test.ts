import { describe, expect, it } from 'vitest'
import { bitsBeside, clusterPieces } from '../../src/analysis/new-zones-clusters.ts'
import {
  expectedFalseZones,
  falseProofChance,
  leastZoneSensorPixels,
} from '../../src/analysis/new-zones-noise.ts'
import { NEW_ZONE_RULES } from '../../src/analysis/new-zones-pixels.ts'
import { searchNewZones } from '../../src/analysis/new-zones.ts'
import { VALIDITY } from '../../src/model/validity.ts'
import { gridOf, paint } from './geometry-scenes.ts'

const grid = gridOf(80, 40)
const DAY_MS = 86_400_000
const dateOf = (frame: number): string =>
  new Date(Date.UTC(2020, 0, 1) + frame * 30 * DAY_MS).toISOString()

/** Squares of 2 by 2 pixels of 10 m (400 m²) or of another edge, each bare from a frame on. */
function search(squares: readonly [col: number, row: number, from: number, edge?: number][]) {
  const found = searchNewZones(grid, 10, 1)
  for (let frame = 0; frame < 30; frame++) {
    const mask = paint(grid, (col, row) =>
      squares.some(
        ([left, top, from, edge = 2]) =>
          frame >= from && col >= left && col < left + edge && row >= top && row < top + edge,
      ),
    )
    found.add({
      capturedAt: dateOf(frame),
      mask,
      validity: new Uint8Array(3200).fill(VALIDITY.clear),
    })
  }
  return found.zones()
}

describe('clusterPieces', () => {
  it('chains pieces that are near in space and time, and keeps the others apart', () => {
    const piece = (col: number, firstDay: number, lastDay = firstDay) => ({
      pixels: [col, col + 1],
      firstDay,
      lastDay,
    })
    const pieces = [piece(0, 0), piece(6, 100), piece(12, 200), piece(18, 500), piece(40, 0)]
    // Gaps of 5 pixels between the first four; 300 days to the fourth, 21 pixels to the fifth.
    expect(clusterPieces(pieces, 100, { reachPx: 5, linkDays: 120 })).toEqual([[0, 1, 2], [3], [4]])
  })
})

describe('bitsBeside', () => {
  it('gives each bit to the piece near it that opened nearest in time, and leaves the others', () => {
    const at = (col: number, firstDay: number) => ({ pixels: [col], firstDay, lastDay: firstDay })
    const groups = [[at(0, 0), at(4, 50)], [at(12, 200)]]
    const bits = [at(8, 90), at(16, 320), at(17, 200), at(20, 330), at(2, 171)]
    // The first: 40 days from the first group's second piece, 110 from the second group. The third is 5 pixels from the
    // second group, the fourth only 4 from the second bit; the last opened 121 days after the piece beside it.
    expect(bitsBeside(groups, bits, 100, { reachPx: 5, linkDays: 120 })).toEqual([
      [bits[0]],
      [bits[1], bits[2]],
    ])
  })
})

describe('scattered ground', () => {
  it('by hand: three squares of 400 m², 180 m apart, that open over two months are one zone of 1200 m²', () => {
    const zones = search([
      [10, 10, 14],
      [29, 10, 15],
      [48, 10, 16],
    ])
    expect(zones).toHaveLength(1)
    // The least size of 12 sensor pixels is reached with the third.
    expect(zones[0]).toMatchObject({
      areaM2: 1200,
      pieces: 3,
      sinceByAt: dateOf(16),
      grownByAt: dateOf(16),
    })
  })

  it('takes in the bits beside it, which make no zone by themselves', () => {
    const squares: [number, number, number][] = [
      [10, 10, 14],
      [29, 10, 15],
      [48, 10, 16],
    ]
    const [zone, ...others] = search([...squares, [29, 20, 17, 1], [29, 30, 28, 1]])
    expect(others).toEqual([])
    // The second bit opened 330 days later, and at the end of the series.
    expect(zone).toMatchObject({ areaM2: 1300, pieces: 4 })
    const bits = [...Array(14).keys()].map((i): [number, number, number, number] => [
      5 + 5 * i,
      20,
      14,
      1,
    ])
    expect(search(bits)).toEqual([])
  })

  it('is nothing where it opens far apart, in other years, or in pieces below a resolution cell', () => {
    expect(
      search([
        [0, 10, 14],
        [30, 10, 14],
        [60, 10, 14],
      ]),
    ).toEqual([])
    expect(
      search([
        [10, 10, 14],
        [20, 10, 19],
        [30, 10, 24],
      ]),
    ).toEqual([])
  })
})

describe('the noise floor of new zones', () => {
  const rules = NEW_ZONE_RULES
  const series = { pixelsPerSensorPixel: 25, frames: 100, days: 3000 }

  it('by hand: a sight wrong in 1 of 20 proves a covered cell in 0.05 (3 * 0.0025 - 2 * 0.000125) = 3.6e-4', () => {
    expect(falseProofChance(0.05)).toBeCloseTo(0.0003625, 9)
  })

  it('by hand: 1 ha of such ground makes 0.91 false cells and 0.0024 zones of three in 100 frames', () => {
    // 10,000 m² are 2500 pixels of 2 m, 25 cells: M = 2500 trials; 25 cells and 240 of 3000 days, 8 frames, near: k = 200.
    const ground = { pixels: 2500, undoneSights: 12_500, sights: 250_000 }
    expect(expectedFalseZones(1, ground, series, rules)).toBeCloseTo(0.90625, 5)
    const near = 200 * 0.0003625
    expect(expectedFalseZones(3, ground, series, rules)).toBeCloseTo((0.90625 * near ** 2) / 2, 6)
    expect(leastZoneSensorPixels(ground, series, rules)).toBe(12)
  })

  it('asks for more ground where masks are noisier, and for no less where they are still', () => {
    const noisy = { pixels: 25_000, undoneSights: 300_000, sights: 2_500_000 }
    expect(leastZoneSensorPixels(noisy, series, rules)).toBeGreaterThan(12)
    const still = { pixels: 0, undoneSights: 0, sights: 0 }
    expect(leastZoneSensorPixels(still, series, rules)).toBe(12)
  })
})
