import { describe, expect, it } from 'vitest'
import {
  framesOfWork,
  neededConditioning,
  planConditioning,
  planRuns,
  planSweeps,
} from '../../src/tracking/sam2-segmenter-plan.ts'
import type { PixelPrompt } from '../../src/tracking/segmenter.ts'

const point = (frameIndex: number, positive = true): PixelPrompt => ({
  ...{ kind: 'point', frameIndex, xPx: 1, yPx: 2, positive },
})
const box = (frameIndex: number, x0Px: number): PixelPrompt => ({
  ...{ kind: 'box', frameIndex, x0Px, y0Px: 1, x1Px: x0Px + 4, y1Px: 3 },
})
const mask = Uint8Array.of(1)

describe('planConditioning', () => {
  it('takes the first positive click where nothing else stands for itself', () => {
    const plan = planConditioning({
      prompts: [point(7, false), point(5), point(2), point(5, false)],
      accepted: [],
    })
    expect(plan.anchors).toEqual([5])
    expect(plan.corrections).toEqual([2, 7])
    expect(plan.prompts.get(5)?.points).toHaveLength(2)
  })

  it('lets boxes, masks and accepted frames stand for themselves, and clicks mend what follows them', () => {
    const plan = planConditioning({
      prompts: [point(1), box(3, 2), { kind: 'mask', frameIndex: 4, mask }, point(9), point(8)],
      accepted: [{ frameIndex: 9, mask }],
    })
    expect(plan.anchors).toEqual([3, 4, 9])
    expect(plan.corrections).toEqual([1, 8])
    expect(plan.prompts.has(9)).toBe(false)
  })

  it('puts one box around the boxes of a frame', () => {
    const plan = planConditioning({ prompts: [box(0, 2), box(0, 9)], accepted: [] })
    expect(plan.prompts.get(0)?.box).toEqual({ x0Px: 2, y0Px: 1, x1Px: 13, y1Px: 3 })
  })
})

describe('planSweeps', () => {
  it('comes to a correction from the nearest conditioning frame before it, else from after it', () => {
    const plan = planConditioning({
      prompts: [box(5, 0), point(1), point(3), point(8), point(12)],
      accepted: [{ frameIndex: 10, mask }],
    })
    expect(planSweeps(plan)).toEqual([
      { frameIndex: 8, from: 5, reverse: false },
      { frameIndex: 12, from: 10, reverse: false },
      { frameIndex: 3, from: 5, reverse: true },
      { frameIndex: 1, from: 3, reverse: true },
    ])
  })
})

describe('planRuns', () => {
  const framesOf = (frames: number[], conditioning: number[]): [boolean, number[]][] =>
    planRuns(frames, conditioning).map(({ reverse, frames }) => [reverse, frames])

  it('tracks forward from the first conditioning frame, then backwards', () => {
    expect(framesOf([0, 1, 2, 3, 4], [2])).toEqual([
      [false, [2, 3, 4]],
      [true, [1, 0]],
    ])
  })

  it('tracks through conditioning frames and starts anew after a gap', () => {
    expect(framesOf([1, 2, 4, 5, 8, 9], [0, 3])).toEqual([
      [false, [1, 2, 4, 5]],
      [false, [8, 9]],
    ])
    expect(planRuns([0, 1, 3], [0, 2])[0]?.tracked).toEqual(new Set([1, 3]))
  })

  it('goes backwards first where the frames are wanted in descending order', () => {
    expect(framesOf([5, 4, 3, 2, 1, 0], [1, 3])).toEqual([
      [true, [3, 2, 1, 0]],
      [false, [4, 5]],
    ])
  })
})

describe('neededConditioning', () => {
  it('leaves out frames that no frame of the work can see', () => {
    const many = Array.from({ length: 20 }, (_, i) => i * 10)
    expect(neededConditioning(many, [51, 52], 2, 5)).toEqual([40, 50, 60, 70])
    expect(neededConditioning(many, [51], -1, 5)).toEqual(many)
    expect(neededConditioning([50, 49, 48, 47], [51], 1, 3)).toEqual([50, 49, 48])
  })
})

describe('framesOfWork', () => {
  it('adds the way to the corrections', () => {
    const sweeps = [{ frameIndex: 3, from: 6, reverse: true }]
    expect(framesOfWork([1, 5], sweeps).toSorted()).toEqual([1, 3, 4, 5, 6])
  })
})
