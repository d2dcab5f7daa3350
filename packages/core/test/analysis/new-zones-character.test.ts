import { describe, expect, it } from 'vitest'
import { type NewZone, searchNewZones } from '../../src/analysis/new-zones.ts'
import { VALIDITY } from '../../src/model/validity.ts'
import { gridOf, paint } from './geometry-scenes.ts'

/** Pixels of 10 m. */
const grid = gridOf(60, 40)
const DAY_MS = 86_400_000
const dateOf = (frame: number): string =>
  new Date(Date.UTC(2020, 0, 1) + frame * 30 * DAY_MS).toISOString()

type Ground = (col: number, row: number) => boolean
type Opening = readonly [isSet: Ground, from: number]
const box =
  (left: number, top: number, width: number, height: number): Ground =>
  (col, row) =>
    col >= left && col < left + width && row >= top && row < top + height

/** Rows 20 and below are scar: its outline is a straight line of 600 m. */
const scar: Ground = (_, row) => row >= 20

/** Frames 30 days apart with the scar, and each ground from a frame on. */
function search(openings: readonly Opening[], old: Ground = scar): NewZone[] {
  const found = searchNewZones(grid, 10, 1)
  const validity = new Uint8Array(grid.width * grid.height).fill(VALIDITY.clear)
  for (let frame = 0; frame < 30; frame++) {
    const mask = paint(
      grid,
      (col, row) =>
        old(col, row) || openings.some(([isSet, from]) => frame >= from && isSet(col, row)),
    )
    found.add({ capturedAt: dateOf(frame), mask, validity })
  }
  return found.zones()
}

const told = (...openings: Opening[]): Pick<NewZone, 'character' | 'areaM2' | 'distinctM2'>[] =>
  search(openings).map(({ character, areaM2, distinctM2 }) => ({ character, areaM2, distinctM2 }))

describe('characterOf', () => {
  it('by hand: 80 m of contact and a reach of 40 m are a lobe, of 30 m growth along the edge', () => {
    expect(told([box(10, 16, 8, 4), 14])).toEqual([
      { character: 'lobe', areaM2: 3200, distinctM2: 3200 },
    ])
    expect(told([box(10, 17, 8, 3), 14])).toEqual([
      { character: 'fringe', areaM2: 2400, distinctM2: 0 },
    ])
  })

  it('by hand: 12 pixels with a gap of 30 m to the scar are apart, with one of 20 m growth', () => {
    expect(told([box(10, 14, 4, 3), 14])).toMatchObject([{ character: 'apart', distinctM2: 1200 }])
    // A strip: 240 m of contact, a reach of 20 m.
    expect(told([box(10, 16, 24, 2), 14])).toMatchObject([{ character: 'fringe', distinctM2: 0 }])
  })

  it('takes growth in many pieces for growth: one zone of five strips of 100 m by 20 m', () => {
    const strips = Array.from({ length: 5 }, (_, i): Opening => [box(12 * i, 18, 10, 2), 14 + i])
    const zones = search(strips)
    expect(zones).toHaveLength(1)
    expect(zones[0]).toMatchObject({
      pieces: 5,
      areaM2: 10_000,
      character: 'fringe',
      distinctM2: 0,
    })
  })

  it('by hand: of a belt of 18,000 m² with 3000 m² upon it, those stand out; it is a fringe', () => {
    // Beyond the line at 30 m: 60 m of contact, a reach of 50 m. That line is farther than 20 m, so no foot.
    expect(told([box(0, 17, 60, 3), 14], [box(20, 12, 6, 5), 14])).toEqual([
      { character: 'fringe', areaM2: 21_000, distinctM2: 3000 },
    ])
  })

  it('gives a lobe the ground between it and an outline within a resolution cell', () => {
    // A belt of 240 m by 20 m, 80 m in all at most; beyond it 50 m of contact, a reach of 60 m; 5 by 2 pixels lie between.
    const [zone] = search([
      [box(12, 18, 24, 2), 14],
      [box(20, 12, 5, 6), 14],
    ])
    expect(zone?.areaM2).toBe(7800)
    expect(zone?.character).toBe('lobe')
    expect(zone?.distinctM2).toBeGreaterThanOrEqual(4000)
    expect(zone?.distinctM2).toBeLessThan(4600)
  })

  it('holds later ground against the scar as it was then, early ground of the zone left out for 120 days', () => {
    // 30 m of ground, and one frame later as much again beyond: contact 80 m, reach 60 m in all.
    const near = box(10, 17, 8, 3)
    expect(told([near, 14], [box(10, 14, 8, 3), 15])).toMatchObject([
      { character: 'lobe', distinctM2: 4800 },
    ])
    // Two parts with 30 m between: the second lies 60 m from the scar, the first is no scar to it yet.
    expect(told([near, 14], [box(10, 10, 8, 4), 16])).toMatchObject([
      { character: 'apart', areaM2: 5600, distinctM2: 3200 },
    ])
    // A year later the first is scar: the second is a lobe of it, 80 m of contact and 40 m of reach.
    expect(told([near, 14], [box(10, 12, 8, 4), 26])).toMatchObject([
      { character: 'fringe', distinctM2: 0 },
      { character: 'lobe', distinctM2: 3200 },
    ])
  })

  it('counts ground that was scar for long without a quiet year before it as scar', () => {
    // Rows 14 to 19 are bare from frame 5 on, too early to be new; what opens beyond adjoins them.
    const early: Opening = [box(0, 14, 60, 6), 5]
    expect(told(early, [box(10, 11, 24, 3), 14])).toMatchObject([
      { character: 'fringe', areaM2: 7200 },
    ])
  })

  it('tells all ground as apart where there was no scar', () => {
    const zones = search([[box(10, 10, 30, 2), 14]], () => false)
    expect(zones).toMatchObject([{ character: 'apart', areaM2: 6000, distinctM2: 6000 }])
  })
})
