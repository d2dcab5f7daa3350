import { expect, it } from 'vitest'
import { cellOf } from '../../src/timeline/sprite.ts'

it('finds a frame in a filmstrip that wraps into rows', () => {
  const sprite = { widthPx: 96, heightPx: 80, columns: 4, count: 10 }
  expect(cellOf(sprite, 0)).toEqual({ x: 0, y: 0, width: 96, height: 80 })
  expect(cellOf(sprite, 9)).toEqual({ x: 96, y: 160, width: 96, height: 80 })
  expect(cellOf(sprite, 10)).toBeNull()
  expect(cellOf(sprite, -1)).toBeNull()
})
