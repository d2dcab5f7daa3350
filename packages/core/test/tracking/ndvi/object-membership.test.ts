import { describe, expect, it } from 'vitest'
import { groundParts } from '../../../src/tracking/ndvi/ground-parts.ts'
import { createHistory } from '../../../src/tracking/ndvi/history.ts'
import type { WorkingPoint } from '../../../src/tracking/ndvi/named-labels.ts'
import { membershipFinder } from '../../../src/tracking/ndvi/object-membership.ts'
import type { WorkingGrid } from '../../../src/tracking/ndvi/working-grid.ts'
import { inBox } from './synthetic-series.ts'

const SIDE = 64
const working: WorkingGrid = {
  width: SIDE,
  height: SIDE,
  stride: 1,
  pixelM: 4,
  siteWidth: SIDE,
  siteHeight: SIDE,
}

const named = (col: number, row: number): boolean => inBox(col, row, 10, 10, 20, 20)
const band = (col: number, row: number): boolean =>
  inBox(col, row, 20, 10, 24, 34) || inBox(col, row, 6, 6, 38, 10) || inBox(col, row, 6, 20, 38, 24)
const like = (col: number, row: number): boolean => inBox(col, row, 24, 10, 34, 20)
const terrace = (col: number, row: number): boolean => inBox(col, row, 24, 27, 48, 50)
const away = (col: number, row: number): boolean => inBox(col, row, 4, 40, 14, 50)

const side = (col: number, row: number): boolean => inBox(col, row, 20, 10, 24, 34)

/** Two patches that what failed clasps on three sides, one that touches it on one, and one apart. */
function parts(failed: typeof band = band): ReturnType<typeof groundParts> {
  const history = createHistory(SIDE * SIDE)
  history.frameCount = 10
  for (let i = 0; i < SIDE * SIDE; i++) {
    const [col, row] = [i % SIDE, Math.floor(i / SIDE)]
    const isSteady = [named, like, terrace, away].some((patch) => patch(col, row))
    history.highest[i] = isSteady || failed(col, row) ? 100 : -100
    history.lowest[i] = isSteady ? 100 : -100
    history.bareFrames[i] = isSteady ? 10 : 0
  }
  return groundParts(history, working)
}

const point = (col: number, row: number, positive: boolean): WorkingPoint => ({
  frameIndex: 0,
  col,
  row,
  positive,
})

describe('membershipFinder', () => {
  it('takes an unclicked patch that stands as deep in what failed as the clicked one does', () => {
    const { member } = membershipFinder(parts(), working)([point(15, 15, true)], [])
    expect(member[15 * SIDE + 15]).toBe(1)
    expect(member[15 * SIDE + 22]).toBe(1)
    expect(member[15 * SIDE + 29]).toBe(1)
  })

  it('leaves out steady ground that touches it less, or not at all', () => {
    const { member } = membershipFinder(parts(), working)([point(15, 15, true)], [])
    expect(member[40 * SIDE + 36]).toBe(0)
    expect(member[45 * SIDE + 9]).toBe(0)
  })

  it('takes an unclicked patch that little of it clasps where the clicked one is no better, and doubts it', () => {
    const { member, doubts } = membershipFinder(parts(side), working)([point(15, 15, true)], [])
    expect(member[15 * SIDE + 22]).toBe(1)
    expect(member[15 * SIDE + 29]).toBe(1)
    const doubt = doubts.find(({ isTakenIn }) => isTakenIn)
    expect(doubt?.pixels).toHaveLength(100)
    expect([...(doubt?.pixels ?? [])]).toContain(15 * SIDE + 29)
  })

  it('doubts what it leaves out only where that stands half as deep as what was clicked, until a click decides', () => {
    const beside = (col: number, row: number): boolean =>
      inBox(col, row, 21, 24, 51, 27) || inBox(col, row, 48, 27, 51, 53) || band(col, row)
    const find = membershipFinder(parts(beside), working)
    const terraceDoubt = (...clicks: WorkingPoint[]): { isTakenIn: boolean } | undefined =>
      find(clicks, []).doubts.find(({ pixels }) => pixels.includes(40 * SIDE + 36))
    expect(terraceDoubt(point(15, 15, true))?.isTakenIn).toBe(false)
    expect(terraceDoubt(point(15, 15, true), point(36, 40, false))).toBeUndefined()
    expect(terraceDoubt(point(15, 15, true), point(36, 40, true))).toBeUndefined()
    const apart = membershipFinder(parts(), working)([point(15, 15, true)], []).doubts
    expect(apart.some(({ pixels }) => pixels.includes(45 * SIDE + 9))).toBe(false)
  })

  it('takes a fragment on whose edge ground failed for the most part, unless it is larger than all that was clicked', () => {
    const around = (col: number, row: number): boolean =>
      inBox(col, row, 14, 37, 17, 53) ||
      inBox(col, row, 4, 37, 14, 40) ||
      inBox(col, row, 4, 50, 14, 53)
    const find = membershipFinder(parts(around), working)
    const [failed, large, small] = [point(15, 45, true), point(36, 40, true), point(9, 45, false)]
    const isIn = (...clicks: WorkingPoint[]): boolean =>
      find(clicks, []).member[45 * SIDE + 9] === 1
    expect(isIn(failed)).toBe(true)
    expect(isIn(failed, large)).toBe(true)
    expect(isIn(failed, small)).toBe(false)
    // Next to the terrace, which is 24 x 23 pixels; the clicked patch has 10 x 10.
    const beside = (col: number, row: number): boolean =>
      inBox(col, row, 21, 24, 51, 27) || inBox(col, row, 48, 27, 51, 53) || band(col, row)
    const { member } = membershipFinder(parts(beside), working)([point(15, 15, true)], [])
    expect(member[40 * SIDE + 36]).toBe(0)
  })

  it('leaves out what a negative click refused', () => {
    const clicks = [point(15, 15, true), point(29, 15, false)]
    const { member } = membershipFinder(parts(), working)(clicks, [])
    expect(member[15 * SIDE + 15]).toBe(1)
    expect(member[15 * SIDE + 29]).toBe(0)
  })

  it('answers question after question as if each were the first', () => {
    const find = membershipFinder(parts(), working)
    const fresh: typeof find = (...asked) => membershipFinder(parts(), working)(...asked)
    const places = [
      point(15, 15, true),
      point(29, 15, true),
      point(22, 30, true),
      point(9, 45, true),
    ]
    const refusals = [point(29, 15, false), point(36, 40, false), point(22, 15, false)]
    const region = {
      inside: Uint8Array.from({ length: SIDE * SIDE }, (_, i) => (i % SIDE < 30 ? 1 : 0)),
      posterior: new Int8Array(SIDE * SIDE).fill(10),
      exhaustive: true,
    }
    const questions = places.flatMap((place) =>
      refusals.flatMap((refusal) => [
        { points: [place], regions: [] },
        { points: [place, refusal], regions: [] },
        { points: [place, place, refusal], regions: [region] },
      ]),
    )
    for (const { points, regions } of [...questions, ...questions.toReversed()]) {
      const [{ member, extent }, first] = [find(points, regions), fresh(points, regions)]
      expect(Buffer.compare(member, first.member)).toBe(0)
      expect(extent).toEqual(first.extent)
    }
    const [same, again] = [find(places, []), find([...places, point(16, 16, true)], [])]
    expect(again).toBe(same)
  })
})
