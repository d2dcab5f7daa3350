import { describe, expect, it } from 'vitest'
import {
  advanceFilm,
  frameAtMs,
  planFilm,
  wantedFrames,
} from '../../../src/panels/play/film-clock.ts'

const times = ['2017-01-01', '2017-01-11', '2018-01-11'].map((day) => Date.parse(day))

describe('a film', () => {
  it('shows every frame equally long, or as long as it stood in truth', () => {
    expect(planFilm(times, 'frames').startsMs).toEqual([0, 250, 500])
    const [first = 0, second = 0, third = 0] = planFilm(times, 'time').startsMs
    expect((third - second) / (second - first)).toBeCloseTo(36.5, 6)
  })

  it('tells the frame of a moment', () => {
    const plan = planFilm(times, 'frames')
    expect([0, 249, 250, 9_999].map((ms) => frameAtMs(plan, ms))).toEqual([0, 0, 1, 2])
    expect(frameAtMs(planFilm([], 'frames'), 0)).toBe(-1)
  })

  it('ends at its end, or begins again', () => {
    const plan = planFilm(times, 'frames')
    const last = plan.endMs - 10
    expect(advanceFilm(plan, last, 20, { speed: 1, loops: false })).toEqual({
      filmMs: plan.endMs,
      ended: true,
    })
    expect(advanceFilm(plan, last, 20, { speed: 1, loops: true }).filmMs).toBe(10)
    expect(advanceFilm(plan, 0, 20, { speed: 4, loops: true }).filmMs).toBe(80)
  })

  it('wants the pictures to come first, round the end where it loops', () => {
    expect(wantedFrames(8, 10, 3, true)).toEqual([8, 9, 0, 1, 7])
    expect(wantedFrames(8, 10, 3, false)).toEqual([8, 9, 7])
    expect(wantedFrames(0, 2, 9, true)).toEqual([0, 1])
  })
})
