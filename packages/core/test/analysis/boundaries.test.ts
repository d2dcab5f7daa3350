import { describe, expect, it } from 'vitest'
import type { MultiPolygon, Position } from 'geojson'
import { simplifyRing, traceBoundaries } from '../../src/analysis/boundaries.ts'
import { rasterizePolygon } from '../../src/geo/rasterize.ts'
import type { Grid } from '../../src/model/grid.ts'

const gridOf = (width: number, height: number): Grid => ({
  epsg: 32647,
  transform: [2, 0, 1000, 0, -2, 2000],
  width,
  height,
})

function parse(rows: string): { mask: Uint8Array; grid: Grid } {
  const lines = rows.trim().split(/\s+/)
  return {
    mask: Uint8Array.from(lines.join(''), Number),
    grid: gridOf(lines[0]?.length ?? 0, lines.length),
  }
}

const signedArea = (ring: readonly Position[]): number =>
  ring.slice(1).reduce((sum, [x = 0, y = 0], i) => {
    const [px = 0, py = 0] = ring[i] ?? []
    return sum + (px * y - x * py) / 2
  }, 0)

/** Area by rings, after checking that shells run one way, holes the other, and no corner twice. */
function checkedArea({ coordinates }: MultiPolygon): number {
  let area = 0
  for (const rings of coordinates) {
    for (const [i, ring] of rings.entries()) {
      expect(ring[0]).toEqual(ring.at(-1))
      const corners = ring.slice(1).map((position) => position.join())
      expect(new Set(corners).size).toBe(corners.length)
      expect(Math.sign(signedArea(ring))).toBe(i === 0 ? 1 : -1)
      area += signedArea(ring)
    }
  }
  return area
}

describe('traceBoundaries', () => {
  it('outlines a single pixel in map coordinates', () => {
    const { mask, grid } = parse('000 010 000')
    const outline = traceBoundaries(mask, grid)
    expect(outline.coordinates).toHaveLength(1)
    const corners = outline.coordinates[0]?.[0]?.slice(1).map((p) => p.join(' '))
    expect(corners?.sort()).toEqual(['1002 1996', '1002 1998', '1004 1996', '1004 1998'])
    expect(checkedArea(outline)).toBe(4)
  })

  it('gives an empty mask no polygon', () => {
    const { mask, grid } = parse('00 00')
    expect(traceBoundaries(mask, grid).coordinates).toEqual([])
  })

  it('keeps holes, islands in holes, and the rim of the grid', () => {
    const { mask, grid } = parse('11111 10001 10101 10001 11111')
    const outline = traceBoundaries(mask, grid)
    expect(outline.coordinates.map((rings) => rings.length).sort()).toEqual([1, 2])
    expect(checkedArea(outline)).toBe(17 * 4)
  })

  it('parts pixels that only touch at a corner', () => {
    const { mask, grid } = parse('100 010 001')
    const outline = traceBoundaries(mask, grid)
    expect(outline.coordinates).toHaveLength(3)
    expect(checkedArea(outline)).toBe(12)
  })

  it('makes a hole of a notch that closes at a corner', () => {
    const { mask, grid } = parse('111 101 110')
    const outline = traceBoundaries(mask, grid)
    expect(outline.coordinates.map((rings) => rings.length)).toEqual([2])
    expect(checkedArea(outline)).toBe(7 * 4)
  })

  it('returns any mask when it is burnt again, area and all', () => {
    let state = 7
    const random = (): number => {
      state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
      return state / 2_147_483_648
    }
    for (const density of [0.2, 0.5, 0.6, 0.8]) {
      const grid = gridOf(37, 29)
      const mask = Uint8Array.from({ length: 37 * 29 }, () => (random() < density ? 1 : 0))
      const outline = traceBoundaries(mask, grid)
      expect(checkedArea(outline)).toBe(4 * mask.reduce((a, b) => a + b, 0))
      expect(rasterizePolygon(outline, grid)).toEqual(mask)
    }
  })
})

describe('simplifyRing', () => {
  it('drops what lies within the tolerance and keeps the ring closed', () => {
    const ring = [
      [0, 0],
      [5, 0.1],
      [10, 0],
      [10, 10],
      [5, 10.4],
      [0, 10],
      [0, 0],
    ]
    expect(simplifyRing(ring, 0.2)).toEqual([
      [0, 0],
      [10, 0],
      [10, 10],
      [5, 10.4],
      [0, 10],
      [0, 0],
    ])
    expect(simplifyRing(ring, 100)).toHaveLength(7)
  })
})
