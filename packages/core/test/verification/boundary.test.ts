import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import {
  boundaryAgreement,
  boundaryPixels,
  boundaryTolerancePx,
} from '../../src/verification/boundary.ts'

const pixels = (text: string): Uint8Array => Uint8Array.from(text.replace(/\s/g, ''), Number)

describe('boundaryPixels', () => {
  it('marks pixels that differ from the one to the right, below or diagonally below', () => {
    const mask = pixels('0000 0110 0110 0000')
    expect(boundaryPixels(mask, 4, 4)).toEqual(pixels('1110 1010 1110 0000'))
  })

  it('leaves the last corner out and looks along the last row and column', () => {
    expect(boundaryPixels(pixels('000 000 001'), 3, 3)).toEqual(pixels('000 011 010'))
  })

  it('draws no boundary along unobserved ground', () => {
    const mask = pixels('1100')
    expect(boundaryPixels(mask, 4, 1)).toEqual(pixels('0100'))
    expect(boundaryPixels(mask, 4, 1, pixels('1101'))).toEqual(pixels('0000'))
    expect(boundaryPixels(mask, 4, 1, pixels('1011'))).toEqual(pixels('0000'))
  })
})

describe('boundaryTolerancePx', () => {
  it('is 0.008 of the diagonal, rounded up', () => {
    expect(boundaryTolerancePx(854, 480)).toBe(8)
    expect(boundaryTolerancePx(1200, 1200)).toBe(14)
    expect(boundaryTolerancePx(10, 10)).toBe(1)
  })
})

describe('boundaryAgreement', () => {
  const square = (width: number, at: number, size: number): Uint8Array => {
    const mask = new Uint8Array(width * width)
    for (let row = at; row < at + size; row++)
      mask.fill(1, row * width + at, row * width + at + size)
    return mask
  }

  it('forgives a shift within the tolerance and counts what lies beyond it', () => {
    // Boundaries of squares of 10 at 10 and 11: every pixel has a partner within a diagonal step.
    expect(boundaryAgreement(square(40, 10, 10), square(40, 11, 10), 40, 40, null, 2).f).toBe(1)
    expect(boundaryAgreement(square(40, 5, 8), square(40, 25, 8), 40, 40, null, 2).f).toBe(0)
  })

  it('gives precision and recall of a mask that holds the truth and a speck beside it', () => {
    const truth = square(40, 5, 10)
    const mask = Uint8Array.from(truth)
    mask[30 * 40 + 30] = 1
    // A square of n has 4n boundary pixels in this drawing (n = 1: the pixel and 3 before it).
    const { precision, recall, f } = boundaryAgreement(mask, truth, 40, 40)
    expect(recall).toBe(1)
    expect(precision).toBeCloseTo(40 / 44, 12)
    expect(f).toBeCloseTo((2 * (40 / 44)) / (1 + 40 / 44), 12)
  })

  it('counts two masks without boundary as 1 and one without as 0', () => {
    const none = new Uint8Array(1600)
    const some = square(40, 5, 10)
    expect(boundaryAgreement(none, none, 40, 40).f).toBe(1)
    expect(boundaryAgreement(some, none, 40, 40)).toEqual({ precision: 0, recall: 1, f: 0 })
    expect(boundaryAgreement(none, some, 40, 40)).toEqual({ precision: 1, recall: 0, f: 0 })
  })

  const davis = fileURLToPath(
    new URL('../../../../../shared/data/davis/Annotations/blackswan/', import.meta.url),
  )
  const noDavis = !existsSync(davis)
  if (noDavis) process.stdout.write('skipped: no DAVIS annotations in ../shared\n')
  it.skipIf(noDavis)('agrees with a brute-force disc on DAVIS annotations', async () => {
    const [a, b] = await Promise.all(
      ['00000', '00010'].map(async (name) => {
        const { data, info } = await sharp(`${davis}${name}.png`)
          .greyscale()
          .resize({ width: 214, kernel: 'nearest' })
          .raw()
          .toBuffer({ resolveWithObject: true })
        return { mask: Uint8Array.from(data, (v) => (v > 0 ? 1 : 0)), ...info }
      }),
    )
    if (a === undefined || b === undefined) throw new Error('two frames expected')
    const { width, height } = a
    const radius = boundaryTolerancePx(width, height)
    const [ba, bb] = [boundaryPixels(a.mask, width, height), boundaryPixels(b.mask, width, height)]
    const share = (from: Uint8Array, to: Uint8Array): number => {
      let hits = 0
      let total = 0
      for (let i = 0; i < from.length; i++) {
        if (!from[i]) continue
        total++
        const [row, col] = [Math.floor(i / width), i % width]
        let hit = false
        for (let r = Math.max(0, row - radius); r <= Math.min(height - 1, row + radius); r++) {
          for (let c = Math.max(0, col - radius); c <= Math.min(width - 1, col + radius); c++) {
            const inDisc = (r - row) ** 2 + (c - col) ** 2 <= radius ** 2
            if (inDisc && to[r * width + c]) hit = true
          }
        }
        if (hit) hits++
      }
      return hits / total
    }
    const { precision, recall, f } = boundaryAgreement(a.mask, b.mask, width, height)
    expect(precision).toBeCloseTo(share(ba, bb), 12)
    expect(recall).toBeCloseTo(share(bb, ba), 12)
    expect(f).toBeGreaterThan(0)
    expect(f).toBeLessThan(1)
  })
})
