import { describe, expect, it } from 'vitest'
import {
  type MaskBits,
  type PixelPoint,
  decodeRuns,
  maskBox,
  strokeRings,
  traceRings,
} from '../../src/map/mask-bits.ts'

function maskOf(...rows: string[]): MaskBits {
  const bits = Uint8Array.from(rows.join(''), (sign) => (sign === '#' ? 1 : 0))
  return { width: rows[0]?.length ?? 0, height: rows.length, bits }
}

/** Positive for rings that run counter-clockwise where y goes down: clockwise on a map. */
function signedArea(ring: readonly PixelPoint[]): number {
  return (
    ring.reduce((sum, [x, y], i) => {
      const [nextX, nextY] = ring[(i + 1) % ring.length] as PixelPoint
      return sum + x * nextY - nextX * y
    }, 0) / 2
  )
}

describe('runs', () => {
  it('begin with what is not the mask', () => {
    const { bits } = decodeRuns({ width: 3, height: 2, counts: [1, 2, 2, 1] })
    expect([...bits]).toEqual([0, 1, 1, 0, 0, 1])
    expect(maskBox(decodeRuns({ width: 3, height: 2, counts: [6] }))).toBeNull()
  })

  it('of another length than the grid are refused', () => {
    expect(() => decodeRuns({ width: 3, height: 2, counts: [1, 2] })).toThrow('got runs of 3')
  })
})

it('finds what a mask covers', () => {
  expect(maskBox(maskOf('....', '.#..', '..#.', '....'))).toEqual({ x0: 1, y0: 1, x1: 3, y1: 3 })
  expect(maskBox(maskOf('...#', '#...'))).toEqual({ x0: 0, y0: 0, x1: 4, y1: 2 })
})

describe('the rings around a mask', () => {
  it('follow the edges of its pixels without needless points', () => {
    const rings = traceRings(maskOf('....', '.##.', '.##.', '....'))
    expect(rings).toHaveLength(1)
    expect(new Set(rings[0]?.map(String))).toEqual(new Set(['1,1', '3,1', '3,3', '1,3']))
  })

  it('run counter-clockwise outside and clockwise around holes, on a map', () => {
    const rings = traceRings(maskOf('###', '#.#', '###'))
    expect(rings.map(signedArea).sort((a, b) => a - b)).toEqual([-9, 1])
  })

  it('keep pixels apart that meet at a corner only', () => {
    expect(traceRings(maskOf('#.', '.#')).map(signedArea)).toEqual([-1, -1])
    const ring = traceRings(maskOf('##.', '#.#', '###'))
    expect(ring.map(signedArea).reduce((sum, area) => sum + area, 0)).toBe(-7)
  })

  it('measure the mask, whatever its form', () => {
    let seed = 7
    const next = (): number => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0
      return seed / 2 ** 32
    }
    for (let round = 0; round < 40; round++) {
      const bits = Uint8Array.from({ length: 99 }, () => (next() < 0.55 ? 1 : 0))
      const rings = traceRings({ width: 11, height: 9, bits })
      const areaPx = -rings.map(signedArea).reduce((sum, area) => sum + area, 0)
      expect(areaPx).toBe(bits.reduce((sum, bit) => sum + bit, 0))
    }
  })
})

describe('a brush stroke', () => {
  it('covers a disc about a click', () => {
    const area = -strokeRings([[50, 50]], 10)
      .map(signedArea)
      .reduce((sum, one) => sum + one, 0)
    expect(area / (Math.PI * 100)).toBeCloseTo(1, 1)
  })

  it('covers its way without crossing itself', () => {
    const stroke: PixelPoint[] = [
      [20, 20],
      [60, 20],
      [60, 60],
      [20, 60],
      [20, 18],
    ]
    const rings = strokeRings(stroke, 4)
    expect(rings).toHaveLength(2)
    expect(rings.map(signedArea).filter((area) => area > 0)).toHaveLength(1)
  })
})
