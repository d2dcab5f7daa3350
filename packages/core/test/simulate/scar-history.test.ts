import { describe, expect, it } from 'vitest'
import {
  assignDays,
  emptyHistory,
  isScar,
  rankPixels,
  vegetationLeft,
} from '../../src/simulate/scar-history.ts'

describe('a pixel of the scar', () => {
  it('is bare from one day until it is half green, and again later', () => {
    const history = emptyHistory(1)
    history.bareDay[0] = 1000
    history.regreenDay[0] = 2000
    history.bareAgainDay[0] = 3000
    const days = [999, 1000, 1999, 2000, 2999, 3000, 9000]
    expect(days.map((day) => isScar(history, 0, day))).toEqual([
      false,
      true,
      true,
      false,
      false,
      true,
      true,
    ])
    const left = [900, 1000, 1700, 2000, 2300, 2900, 3000].map((day) =>
      vegetationLeft(history, 0, day),
    )
    expect(left[0]).toBe(1)
    expect(left[1]).toBeLessThan(0.01)
    expect(left[2]).toBeLessThan(0.1)
    expect(left[3]).toBe(0.5)
    expect(left[4]).toBeGreaterThan(0.9)
    expect(left[6]).toBe(0)
  })

  it('loses vegetation before creeping ground is bare, and none before a sudden failure', () => {
    const history = emptyHistory(2)
    history.bareDay.fill(1000)
    history.crept[0] = 1
    expect(vegetationLeft(history, 0, 990)).toBeLessThan(0.75)
    expect(vegetationLeft(history, 0, 700)).toBe(1)
    expect(vegetationLeft(history, 1, 990)).toBe(1)
  })

  it('is scar under debris while that lies in the river', () => {
    const history = emptyHistory(1)
    history.depositFromDay[0] = 10
    history.depositToDay[0] = 20
    expect([9, 10, 19, 20].map((day) => isScar(history, 0, day))).toEqual([
      false,
      true,
      true,
      false,
    ])
  })
})

describe('assignDays', () => {
  it('makes the area follow a curve, lowest scores first', () => {
    const score = Float32Array.from({ length: 100 }, (_, i) => (i * 37) % 100)
    const eligible = Uint8Array.from({ length: 100 }, (_, i) => (i < 80 ? 1 : 0))
    const order = rankPixels(score, eligible)
    expect(order).toHaveLength(80)
    const days = new Float32Array(100).fill(Infinity)
    const given = assignDays(
      order,
      [
        [0, 40],
        [100, 200],
      ],
      4,
      (pixel, day) => {
        days[pixel] = day
      },
    )
    expect(given).toBe(50)
    const areaOn = (day: number): number => 4 * days.filter((value) => value <= day).length
    expect([0, 50, 100, 1e6].map(areaOn)).toEqual([40, 120, 200, 200])
    expect(days[0]).toBe(0)
    expect(days.subarray(80).every((day) => day === Infinity)).toBe(true)
  })
})
