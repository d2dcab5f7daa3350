import { expect, it } from 'vitest'
import { doubtWords } from '../../src/runs/doubt-words.ts'
import type { Grid } from '../../src/model/grid.ts'
import type { DoubtfulGround } from '../../src/tracking/segmenter.ts'

const grid: Grid = {
  epsg: 32647,
  transform: [10, 0, 500_000, 0, -10, 3_400_000],
  width: 20,
  height: 20,
}
const frames = [{ capturedAt: '2018-10-12T04:00:00Z' }] as Parameters<
  typeof doubtWords
>[1]['frames']
const place = (isTakenIn: boolean, areaM2: number): DoubtfulGround => ({
  isTakenIn,
  areaM2,
  xPx: 3.5,
  yPx: 2.5,
})
/** 100 pixels of 100 m². */
const mask = Uint8Array.from({ length: 400 }, (_, i) => (i < 100 ? 1 : 0))
const wordsOf = (doubts: DoubtfulGround[] | null): string | null =>
  doubtWords({ frameIndex: 0, mask, doubts }, { grid, frames })

it('names the day, the ground in doubt and where to click, the first three places', () => {
  const words = wordsOf([place(false, 900), place(true, 300), place(true, 200), place(true, 100)])
  expect(words).toContain('1500 m² may or may not be the scar')
  expect(words).toContain('2018-10-12')
  expect(words).toContain('(900 m², left out)')
  expect(words).toContain('(300 m², taken in)')
  expect(words).toContain('99.00037,30.73266 (')
  expect(words).toMatch(/ and 1 more$/)
})

it('is silent where little is in doubt, or the engine does not ask', () => {
  expect(wordsOf([place(true, 499)])).toBeNull()
  expect(wordsOf([])).toBeNull()
  expect(wordsOf(null)).toBeNull()
})
