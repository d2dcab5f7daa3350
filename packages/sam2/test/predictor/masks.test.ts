import { describe, expect, it } from 'vitest'
import { fromBfloat16, toBfloat16 } from '../../src/predictor/bfloat16.ts'
import { fillHoles } from '../../src/predictor/fill-holes.ts'
import { downsampleMask, maskPromptOutput } from '../../src/predictor/mask-prompt.ts'
import { separateMasks } from '../../src/predictor/non-overlap.ts'
import {
  maskAtModelSize,
  resizeBilinear,
  resizeBilinearAntialiased,
} from '../../src/predictor/resize-mask.ts'
import { hasReference, readReference } from './reference.ts'

const floats = (...values: number[]): Float32Array => Float32Array.from(values)

describe('bfloat16', () => {
  it('rounds to the nearest, ties to even, and keeps the ends of the range', () => {
    const cases: [number, number][] = [
      [1, 1],
      [1 + 2 ** -8, 1],
      [1 + 3 * 2 ** -8, 1 + 2 ** -6],
      [1 + 2 ** -8 + 2 ** -20, 1 + 2 ** -7],
      [-1 - 3 * 2 ** -8, -1 - 2 ** -6],
      [-0, -0],
      [Infinity, Infinity],
      [3.4e38, Infinity],
    ]
    for (const [value, expected] of cases) {
      expect(fromBfloat16(toBfloat16(floats(value)))[0]).toBe(expected)
    }
    expect(fromBfloat16(toBfloat16(floats(NaN)))[0]).toBeNaN()
  })

  it('writes into a larger array at an offset', () => {
    const out = new Float32Array(4)
    fromBfloat16(toBfloat16(floats(2, 3)), out, 1)
    expect([...out]).toEqual([0, 2, 3, 0])
  })
})

describe('fillHoles', () => {
  /** '#': 1, '.': -1 */
  const parse = (rows: readonly string[]): Float32Array =>
    Float32Array.from(rows.join(''), (c) => (c === '#' ? 1 : -1))
  const draw = (logits: Float32Array, width: number): string[] =>
    Array.from({ length: logits.length / width }, (_, y) =>
      Array.from(logits.subarray(y * width, (y + 1) * width), (value) =>
        value === 1 ? '#' : value === -1 ? '.' : 'o',
      ).join(''),
    )

  it('sets background components up to the area to 0.1, diagonal neighbours being one', () => {
    const rows = ['######', '#.##.#', '##.###', '######', '#....#', '######']
    const filled = fillHoles(parse(rows), 6, 6, 3)
    expect(draw(filled, 6)).toEqual(['######', '#o##o#', '##o###', '######', '#....#', '######'])
    expect(filled[7]).toBe(Math.fround(0.1))
    expect(draw(fillHoles(parse(rows), 6, 6, 1), 6)[1]).toBe('#.##o#')
  })

  it('treats background at the border like any other, and 0 as background', () => {
    const logits = parse(['.###', '####', '####'])
    logits[0] = 0
    expect(fillHoles(logits, 4, 3, 8)[0]).toBe(Math.fround(0.1))
  })

  it('works on odd sizes and leaves what needs nothing', () => {
    const logits = parse(['...', '...', '...'])
    expect(fillHoles(logits, 3, 3, 8)).toBe(logits)
    expect(draw(fillHoles(logits, 3, 3, 9), 3)).toEqual(['ooo', 'ooo', 'ooo'])
    expect(fillHoles(logits, 3, 3, 0)).toBe(logits)
  })
})

describe('resizeBilinear', () => {
  it('interpolates between pixel centres and repeats the border', () => {
    const out = resizeBilinear(floats(0, 4), 2, 1, 4, 1)
    expect([...out]).toEqual([0, 1, 3, 4])
  })

  it('does not antialias where it reduces', () => {
    expect([...resizeBilinear(floats(8, 0, 0, 8, 8, 0, 0, 8), 8, 1, 2, 1)]).toEqual([0, 0])
  })
})

describe('resizeBilinearAntialiased', () => {
  it('weighs a triangle as wide as the reduction', () => {
    const out = resizeBilinearAntialiased(floats(8, 0, 0, 0, 0, 0, 0, 0), 8, 1, 2, 1)
    // Taps at -1.5 ... 3.5 from the centre 2: (1 - |d|/4) over their sum inside the picture.
    const weights = [-1.5, -0.5, 0.5, 1.5, 2.5, 3.5].map((d) => 1 - Math.abs(d) / 4)
    const total = weights.reduce((sum, weight) => sum + weight)
    expect(out[0]).toBeCloseTo((8 * (weights[0] as number)) / total, 6)
    expect(out[1]).toBe(0)
  })

  it.skipIf(!hasReference)('equals torch on the reference mask', () => {
    const [width, height] = [400, 300]
    const mask = new Float32Array(width * height)
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const inside = (x - 117) ** 2 * 38 ** 2 + (y - 111) ** 2 * 66 ** 2 < 66 ** 2 * 38 ** 2
        mask[y * width + x] = inside ? 1 : 0
      }
    }
    const out = resizeBilinearAntialiased(mask, width, height, 256, 256)
    const expected = readReference('nano21/modules/mask_resize_big.npy')
    const step = out.length / expected.length
    let worst = 0
    for (const [i, value] of expected.entries()) {
      const got = out[Math.floor(i * step)] as number
      worst = Math.max(worst, Math.abs(got - value))
      expect(got >= 0.5).toBe(value >= 0.5)
    }
    expect(worst).toBeLessThan(5e-7)
  })
})

describe('maskAtModelSize', () => {
  it('takes a mask of the model size as it is', () => {
    expect([...maskAtModelSize(Uint8Array.of(0, 255, 1, 0), 2, 2, 2)]).toEqual([0, 1, 1, 0])
  })

  it('resizes any other and is 1 from one half on', () => {
    expect([...maskAtModelSize(Uint8Array.of(1, 1, 0, 0, 1, 1, 0, 0), 4, 2, 2)]).toEqual([
      1, 0, 1, 0,
    ])
  })
})

describe('maskPromptOutput', () => {
  it('is +-10, reduced by 4, with the score of what it shows', () => {
    const mask = new Float32Array(64)
    mask.fill(1, 0, 32)
    const { lowResLogits, objectScoreLogit, isEmpty } = maskPromptOutput(mask, 8)
    expect(lowResLogits).toHaveLength(4)
    expect(lowResLogits[0]).toBe(-(lowResLogits[2] as number))
    expect(lowResLogits[0]).toBeGreaterThan(5)
    expect([objectScoreLogit, isEmpty]).toEqual([10, false])
  })

  it('is absent for an empty mask', () => {
    const { lowResLogits, objectScoreLogit, isEmpty } = maskPromptOutput(new Float32Array(64), 8)
    expect([...lowResLogits]).toEqual([-10, -10, -10, -10])
    expect([objectScoreLogit, isEmpty]).toEqual([-10, true])
  })
})

describe('downsampleMask', () => {
  it('is a convolution of stride 4', () => {
    const weight = Float32Array.from({ length: 16 }, (_, i) => i)
    const mask = new Float32Array(64)
    mask[8 * 1 + 6] = 1
    expect([...downsampleMask(mask, 8, { weight, bias: 0.5 })]).toEqual([0.5, 6.5, 0.5, 0.5])
  })
})

describe('separateMasks', () => {
  it('leaves a pixel to the highest logit, the first of equals, and pushes the others to -10', () => {
    const masks = [floats(1, 2, 3, -20), floats(5, 2, -12, -5)]
    separateMasks(masks)
    expect(masks.map((mask) => [...mask])).toEqual([
      [-10, 2, 3, -20],
      [5, -10, -12, -5],
    ])
  })

  it('leaves a single mask alone', () => {
    const masks = [floats(-1, -20)]
    separateMasks(masks)
    expect([...(masks[0] as Float32Array)]).toEqual([-1, -20])
  })
})
