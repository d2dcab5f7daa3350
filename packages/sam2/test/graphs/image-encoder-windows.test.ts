import { describe, expect, it } from 'vitest'
import {
  type TokenGrid,
  canPool,
  groupTokens,
  pooledGrid,
  pooledGroup,
  reorderIndices,
  rowMajor,
  tokenOrder,
  upsampleIndices,
  windowGroups,
} from '../../src/graphs/image-encoder-windows.ts'

const GRIDS: TokenGrid[] = [
  { height: 16, width: 16, windowSize: 8 },
  { height: 16, width: 16, windowSize: 14 },
  { height: 18, width: 20, windowSize: 14 },
  { height: 6, width: 6, windowSize: 14 },
  { height: 12, width: 12, windowSize: 0 },
  { height: 5, width: 7, windowSize: 3 },
]

describe.each(GRIDS)('tokens of $height x $width in windows of $windowSize', (grid) => {
  it('are ordered each once, window by window', () => {
    const order = tokenOrder(grid)
    const { height, width, windowSize } = grid
    expect(new Set(order).size).toBe(height * width)
    for (const group of windowGroups(grid)) {
      for (let window = 0; window < group.count; window++) {
        const size = group.rows * group.cols
        const start = group.start + window * size
        const places = Array.from(order.subarray(start, start + size), (index) => {
          if (windowSize === 0) return 'whole'
          const row = Math.floor(Math.floor(index / width) / windowSize)
          return `${row},${Math.floor((index % width) / windowSize)}`
        })
        expect(new Set(places).size).toBe(1)
        if (windowSize) expect(size + group.padding).toBe(windowSize ** 2)
      }
    }
    const tokens = windowGroups(grid).reduce((sum, group) => sum + groupTokens(group), 0)
    expect(tokens).toBe(height * width)
  })

  it('come back to rows', () => {
    const order = tokenOrder(grid)
    const indices = reorderIndices(grid, rowMajor(grid))
    const rows = indices ? indices.map((place) => order[place] as number) : order
    expect([...rows]).toEqual([...order.keys()])
  })
})

describe.each(GRIDS.filter(canPool))('$height x $width, windows of $windowSize', (grid) => {
  it('keep their order under pooling, phase after phase', () => {
    const fine = tokenOrder(grid)
    const coarse = pooledGrid(grid)
    const pooled = tokenOrder(coarse)
    expect(windowGroups(grid).map(pooledGroup)).toEqual(windowGroups(coarse))
    for (const group of windowGroups(grid)) {
      const quarter = (group.rows * group.cols) / 4
      for (let i = 0; i < groupTokens(group) / 4; i++) {
        const window = Math.floor(i / quarter)
        const four = [0, 1, 2, 3].map(
          (phase) => fine[group.start + (window * 4 + phase) * quarter + (i % quarter)] as number,
        )
        const index = pooled[group.start / 4 + i] as number
        const corner =
          2 * Math.floor(index / coarse.width) * grid.width + 2 * (index % coarse.width)
        expect(four).toEqual([corner, corner + 1, corner + grid.width, corner + grid.width + 1])
      }
    }
  })
})

describe('canPool', () => {
  it('is true where every window has even sides', () => {
    expect(GRIDS.map(canPool)).toEqual([true, true, true, true, true, false])
    expect(canPool({ height: 6, width: 6, windowSize: 7 })).toBe(false)
  })
})

describe('reorderIndices', () => {
  it('is null where nothing moves', () => {
    const grid = { height: 6, width: 6, windowSize: 8 }
    expect(reorderIndices(grid, { ...grid, windowSize: 0 })).toBeNull()
  })
})

describe('upsampleIndices', () => {
  it('finds the token above each finer one', () => {
    const coarse = { height: 2, width: 2, windowSize: 1 }
    const fine = { height: 4, width: 4, windowSize: 1 }
    expect([...upsampleIndices(coarse, fine)]).toEqual([
      0, 0, 1, 1, 0, 0, 1, 1, 2, 2, 3, 3, 2, 2, 3, 3,
    ])
  })
})
