import { describe, expect, it } from 'vitest'
import { Sam2Error } from '../../src/errors.ts'
import { joinPoints, pointInputs } from '../../src/predictor/point-inputs.ts'

const PICTURE = { width: 240, height: 180 }

describe('pointInputs', () => {
  it('scales pixels to the model, a box as two corners before the clicks', () => {
    const { coords, labels } = pointInputs(
      { points: [[60, 90]], labels: [0], box: [0, 18, 240, 180] },
      PICTURE,
      256,
    )
    expect([...labels]).toEqual([2, 3, 0])
    expect([...coords]).toEqual([0, Math.fround(Math.fround(0.1) * 256), 256, 256, 64, 128])
  })

  it('takes normalised coordinates for a picture of size 1', () => {
    const { coords } = pointInputs(
      { points: [[0.5, 0.25]], labels: [1] },
      { width: 1, height: 1 },
      64,
    )
    expect([...coords]).toEqual([32, 16])
  })

  it.each([
    [{ points: [[1, 2]] as [number, number][], labels: [] }],
    [{ points: [[1, 2]] as [number, number][] }],
    [{}],
    [{ points: [], labels: [] }],
    [{ points: [[NaN, 2]] as [number, number][], labels: [1] }],
    [{ points: [[1, 2]] as [number, number][], labels: [4] }],
  ])('refuses %o', (prompt) => {
    expect(() => pointInputs(prompt, PICTURE, 256)).toThrow(Sam2Error)
  })
})

describe('joinPoints', () => {
  it('puts later points after earlier ones', () => {
    const first = pointInputs({ points: [[0, 0]], labels: [1] }, PICTURE, 256)
    const second = pointInputs({ points: [[240, 180]], labels: [0] }, PICTURE, 256)
    const joined = joinPoints(first, second)
    expect([...joined.coords]).toEqual([0, 0, 256, 256])
    expect([...joined.labels]).toEqual([1, 0])
    expect(joinPoints(undefined, second)).toBe(second)
  })
})
