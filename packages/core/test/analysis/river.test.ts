import { describe, expect, it } from 'vitest'
import { NEVER_SEEN } from '../../src/analysis/change.ts'
import { damWords } from '../../src/analysis/dam-words.ts'
import { type RiverCourse, planRiverCourse } from '../../src/analysis/river-course.ts'
import { type RiverSight, findDams, measureDebris } from '../../src/analysis/river-dams.ts'
import { seeCourse, waterContrast } from '../../src/analysis/river-sight.ts'
import { searchWater } from '../../src/analysis/river-water.ts'
import { gridOf, paint } from './geometry-scenes.ts'

/** 60 by 60 pixels of 10 m: a river 8 pixels wide from north to south, the scar on its west bank. */
const grid = gridOf(60, 60)
const water = paint(grid, (col) => col >= 30 && col < 38)
const course = planRiverCourse(water, grid, 10) as RiverCourse
const mask = paint(grid, (col, row) => col >= 10 && col < 30 && row >= 20 && row < 30)

/** Water -0.4, scar 0.1, slopes 0.3, each ± 0.01 by turns; debris as the scar; hidden NaN. */
function frame(
  isDebris: (col: number, row: number) => boolean,
  isHidden: (col: number, row: number) => boolean = () => false,
): Float32Array {
  return Float32Array.from({ length: 3600 }, (_, i) => {
    const [col, row] = [i % 60, Math.floor(i / 60)]
    if (isHidden(col, row)) return NaN
    const level = water[i] === 1 && !isDebris(col, row) ? -0.4 : mask[i] || water[i] ? 0.1 : 0.3
    return level + (i % 2 === 0 ? 0.01 : -0.01)
  })
}
const across = (col: number, row: number): boolean => col >= 30 && col < 38 && row >= 20 && row < 25
const see = (ndvi: Float32Array) => seeCourse(course, { ndvi, mask, bareNdvi: 0.2 }, 10)

describe('searchWater', () => {
  it('calls water what has NDVI below 0 in more than half of ten sights at least', () => {
    const search = searchWater(4)
    // Water always; water in 5 of 10; in 6 of 10; seen nine times only.
    for (let k = 0; k < 10; k++) {
      search.add(
        Float32Array.from([-0.3, k < 5 ? -0.3 : 0.1, k < 6 ? -0.3 : 0.1, k < 9 ? -0.3 : NaN]),
      )
    }
    expect([...search.water()]).toEqual([1, 0, 1, NEVER_SEEN])
  })
})

describe('waterContrast', () => {
  it('by hand: water -0.41, bare ground 0.11, deviation 0.0297: middle -0.15, 0.26/0.0297 = 8.8 deviations away', () => {
    const level = (mean: number) =>
      Float32Array.from({ length: 200 }, (_, i) => mean + (i % 2 ? 0.01 : -0.01))
    const contrast = waterContrast(level(-0.4), level(0.1), 0.2, 100)
    // Lower quartile -0.41, median 0.11, half of the distance 0.26; the median absolute deviation from
    // -0.41 is 0.02 and 1.4826 times that 0.0297: 0.26/0.0297 = 8.8.
    expect(contrast?.waterNdvi).toBeCloseTo(-0.41, 6)
    expect(contrast?.bareNdvi).toBeCloseTo(0.11, 6)
    expect(contrast?.z).toBeCloseTo(8.77, 1)
  })

  it('tells nothing where water and bare ground are alike, or too little of the river is seen', () => {
    const noisy = (mean: number) =>
      Float32Array.from({ length: 200 }, (_, i) => mean + 0.1 * Math.sin(i))
    expect(waterContrast(noisy(0), noisy(0.1), 0.2, 100)).toBe(null)
    expect(waterContrast(noisy(-0.4).subarray(0, 99), noisy(0.1), 0.2, 100)).toBe(null)
  })

  it('still knows the water where debris covers half of the river', () => {
    const half = Float32Array.from(
      { length: 400 },
      (_, i) => (i < 200 ? 0.1 : -0.4) + 0.001 * (i % 5),
    )
    expect(waterContrast(half, null, 0.15, 100)?.waterNdvi).toBeCloseTo(-0.398, 2)
  })
})

describe('seeCourse', () => {
  it('sees 4000 m² of debris from bank to bank, and an open river without it', () => {
    const seen = see(frame(across))
    expect(seen.state).toBe('dammed')
    expect(seen.debris?.reduce((sum, value) => sum + value, 0)).toBe(40)
    expect(see(frame(() => false)).state).toBe('open')
  })

  it('does not take bare ground far from the scar, or a bank narrower than the river, for a dam', () => {
    expect(see(frame((col, row) => col >= 30 && col < 38 && row >= 45 && row < 50)).state).toBe(
      'open',
    )
    expect(see(frame((col, row) => across(col, row) && col < 37)).state).toBe('open')
  })

  it('does not know where cloud over the river beside debris decides, or hides it all', () => {
    const cloud = (col: number): boolean => col >= 34 && col < 45
    expect(see(frame((col, row) => across(col, row) && col < 34, cloud)).state).toBe('unknown')
    expect(see(frame(across, (col) => col >= 25 && col < 45)).state).toBe('unknown')
  })
})

describe('findDams', () => {
  const debris = measureDebris(paint(grid, across), grid, 10, 1.5)
  const sights = (states: Record<string, RiverSight['state']>): RiverSight[] =>
    Object.entries(states).map(([capturedAt, state]) => ({
      capturedAt,
      state,
      debris: state === 'dammed' ? debris : null,
    }))
  const two = sights({
    '2018-10-09': 'open',
    '2018-10-11': 'dammed',
    '2018-10-29': 'unknown',
    '2018-11-03': 'dammed',
    '2018-11-20': 'open',
  })

  it('tells a dam that two frames show, with its brackets and 4000 m² ± 670 m², by hand', () => {
    const [dam] = findDams(two, [])
    expect(dam).toMatchObject({
      afterAt: '2018-10-09',
      dammedByAt: '2018-10-11',
      dammedUntilAt: '2018-11-03',
      clearedByAt: '2018-11-20',
      sights: 2,
    })
    expect(dam?.deposit?.areaM2).toBe(4000)
    // About 250 m of outline: registration 250 * 1.5 = 375 m², mixed pixels 100 sqrt(31.8/12) = 163 m².
    const half = ((dam?.deposit?.highM2 ?? 0) - (dam?.deposit?.lowM2 ?? 0)) / 2
    expect(half).toBeGreaterThan(1.645 * Math.hypot(230 * 1.5, 150))
    expect(half).toBeLessThan(1.645 * Math.hypot(260 * 1.5, 170))
    expect(damWords(dam ? [dam] : [], 'frames')).toBe(
      `Debris crosses the river from bank to bank after 2018-10-09 and by 2018-10-11; open again after 2018-11-03 and by 2018-11-20. Most of it was seen on 2018-10-11: 4000 m² (90 % interval ± ${Math.round(half)} m²) in the river. It is counted as deposit, not as source.`,
    )
  })

  it('raises nothing for what one frame shows, unless an abrupt gain of the scar bears it out', () => {
    const one = sights({ '2018-10-09': 'open', '2018-10-11': 'dammed', '2018-11-20': 'open' })
    expect(findDams(one, [])).toEqual([])
    const event = { afterAt: '2018-10-09', byAt: '2018-10-11' }
    expect(findDams(one, [{ kind: 'abrupt-loss', ...event }])).toEqual([])
    expect(
      findDams(one, [{ kind: 'abrupt-gain', afterAt: '2018-11-20', byAt: '2018-12-01' }]),
    ).toEqual([])
    expect(findDams(one, [{ kind: 'abrupt-gain', ...event }])).toHaveLength(1)
  })
})
