import { expect, it } from 'vitest'
import type { Grid } from '../../src/model/grid.ts'
import { doubtfulPlaces } from '../../src/runs/doubtful-places.ts'
import type { DoubtfulGround } from '../../src/tracking/segmenter.ts'

const grid: Grid = {
  epsg: 32647,
  transform: [10, 0, 500_000, 0, -10, 3_400_000],
  width: 20,
  height: 20,
}
/** 100 pixels of 100 m²: 1 ha. */
const mask = Uint8Array.from({ length: 400 }, (_, i) => (i < 100 ? 1 : 0))
const ground = (isTakenIn: boolean, areaM2: number): DoubtfulGround => ({
  ...{ isTakenIn, areaM2, xPx: 3.5, yPx: 2.5 },
})

it('are those of a tenth of the largest and more, with the middle of their pixel in degrees', () => {
  const places = doubtfulPlaces(
    { mask, doubts: [ground(false, 900), ground(true, 90), ground(true, 89)] },
    grid,
  )
  expect(places.map(({ isTakenIn, areaM2 }) => [isTakenIn, areaM2])).toEqual([
    [false, 900],
    [true, 90],
  ])
  // 35 m east of the zone's middle meridian at 99° E: 35 / (0.9996 * 111,320 cos 30.73°) degrees.
  expect(places[0]!.lngLat[0]).toBeCloseTo(99 + 35 / (0.9996 * 111_320 * Math.cos(0.5364)), 5)
})

it('are none where all in doubt is less than a twentieth of the mask, or nothing is', () => {
  expect(doubtfulPlaces({ mask, doubts: [ground(true, 499)] }, grid)).toEqual([])
  expect(doubtfulPlaces({ mask, doubts: [ground(true, 500)] }, grid)).toHaveLength(1)
  expect(doubtfulPlaces({ mask, doubts: null }, grid)).toEqual([])
})
