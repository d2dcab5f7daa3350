import { describe, expect, it } from 'vitest'
import { shapeSoFar } from '../../src/panels/track/keyboard-drawing.ts'

describe('what the keyboard has drawn so far', () => {
  it('is nothing before it was begun, and for points', () => {
    expect(shapeSoFar({ tool: 'box', keyboardPath: [], crosshair: [3, 4] })).toBeNull()
    expect(shapeSoFar({ tool: 'lasso', keyboardPath: [[1, 2]], crosshair: null })).toBeNull()
    expect(shapeSoFar({ tool: 'point', keyboardPath: [[1, 2]], crosshair: [3, 4] })).toBeNull()
  })

  it('is a box from its first corner to the crosshair', () => {
    expect(shapeSoFar({ tool: 'box', keyboardPath: [[1, 2]], crosshair: [3, 4] })).toEqual({
      kind: 'box',
      from: [1, 2],
      to: [3, 4],
    })
  })

  it('ends a lasso at the crosshair: what is seen is what is taken', () => {
    const keyboardPath: [number, number][] = [
      [0, 0],
      [5, 0],
    ]
    expect(shapeSoFar({ tool: 'lasso', keyboardPath, crosshair: [5, 5] })).toMatchObject({
      kind: 'lasso',
      ring: [
        [0, 0],
        [5, 0],
        [5, 5],
      ],
    })
  })

  it('has a place only once where the crosshair stands on the last one', () => {
    expect(shapeSoFar({ tool: 'brush', keyboardPath: [[1, 2]], crosshair: [1, 2] })).toMatchObject({
      kind: 'brush',
      stroke: [[1, 2]],
    })
  })
})
