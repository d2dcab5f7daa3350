import { describe, expect, it } from 'vitest'
import {
  close,
  dilate,
  erode,
  fillHoles,
  labelComponents,
  open,
  removeSmall,
  squaredDistances,
} from '../../src/raster/morphology.ts'
import { seeded } from './ground.ts'

const parse = (rows: readonly string[]): Uint8Array =>
  Uint8Array.from(rows.join(''), (character) => (character === '#' ? 1 : 0))
const print = (mask: Uint8Array, width: number): string[] =>
  Array.from({ length: mask.length / width }, (_, row) =>
    Array.from(mask.subarray(row * width, (row + 1) * width), (set) => (set ? '#' : '.')).join(''),
  )

describe('squaredDistances', () => {
  it('is exact', () => {
    const [width, height] = [23, 17]
    const random = seeded(4)
    const mask = Uint8Array.from({ length: width * height }, () => (random() < 0.03 ? 1 : 0))
    const fast = squaredDistances(mask, width, height)
    for (let i = 0; i < mask.length; i++) {
      let nearest = Infinity
      for (let j = 0; j < mask.length; j++) {
        if (!mask[j]) continue
        const dx = (i % width) - (j % width)
        const dy = Math.floor(i / width) - Math.floor(j / width)
        nearest = Math.min(nearest, dx * dx + dy * dy)
      }
      expect(fast[i]).toBe(nearest)
    }
  })

  it('is infinite where nothing is set', () => {
    expect([...squaredDistances(new Uint8Array(4), 2, 2)]).toEqual([
      Infinity,
      Infinity,
      Infinity,
      Infinity,
    ])
  })
})

describe('dilate and erode', () => {
  it('grow and shrink by a disc; the edge of the raster does not erode', () => {
    const mask = parse(['.....', '..#..', '.....'])
    expect(print(dilate(mask, 5, 3, 1), 5)).toEqual(['..#..', '.###.', '..#..'])
    expect(print(erode(parse(['####', '####', '##.#']), 4, 3, 1), 4)).toEqual([
      '####',
      '##.#',
      '#...',
    ])
  })

  it('open takes specks away, close fills slits', () => {
    const specks = parse(['#......', '...###.', '...###.', '...###.', '.......'])
    expect(print(open(specks, 7, 5, 1), 7).slice(0, 1)).toEqual(['.......'])
    expect(open(specks, 7, 5, 1)[2 * 7 + 4]).toBe(1)
    const slit = parse(['##.##', '##.##', '##.##'])
    expect(print(close(slit, 5, 3, 1), 5)).toEqual(['#####', '#####', '#####'])
  })
})

describe('labelComponents', () => {
  const mask = parse(['##..', '..#.', '#..#'])

  it('joins corners with 8 neighbours and not with 4', () => {
    const eight = labelComponents(mask, 4, 3, 8)
    expect(eight.count).toBe(2)
    expect([...eight.sizesPx]).toEqual([7, 4, 1])
    expect(labelComponents(mask, 4, 3, 4).count).toBe(4)
  })

  it('drops what is too small', () => {
    expect(print(removeSmall(mask, 4, 3, 2), 4)).toEqual(['##..', '..#.', '...#'])
  })
})

describe('fillHoles', () => {
  it('fills holes up to a size and leaves bays open', () => {
    const ring = parse(['#####.', '#.#.#.', '###.#.', '#####.', '.#.#..'])
    expect(print(fillHoles(ring, 6, 5), 6)).toEqual([
      '#####.',
      '#####.',
      '#####.',
      '#####.',
      '.#.#..',
    ])
    expect(print(fillHoles(ring, 6, 5, 1), 6)[1]).toBe('###.#.')
  })
})
