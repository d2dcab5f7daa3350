import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { Sam2Error } from '../../src/errors.ts'
import { preprocessFrame, preprocessImage } from '../../src/predictor/preprocess.ts'
import { resizeBicubic } from '../../src/predictor/resize-bicubic.ts'
import { hasReference, readReference, referencePath } from './reference.ts'

/** Values of one channel, repeated in all three. */
function grey(values: readonly number[]): Uint8Array {
  return Uint8Array.from(values.flatMap((value) => [value, value, value]))
}

describe('resizeBicubic', () => {
  it('leaves a picture alone whose size stays', () => {
    const rgb = grey([1, 2, 3, 250])
    expect(resizeBicubic(rgb, 2, 2, 2, 2)).toEqual(rgb)
  })

  it('overshoots at an edge as a cubic does, and stays within 0 and 255', () => {
    // By hand for a = -0.5: taps at quarter phases, weights over their sum inside the picture.
    const out = resizeBicubic(grey([100, 100, 200, 200]), 4, 1, 8, 1)
    expect([...out].filter((_, i) => i % 3 === 0)).toEqual([100, 98, 93, 120, 180, 207, 202, 200])
    const clipped = resizeBicubic(grey([0, 0, 255, 255]), 4, 1, 8, 1)
    expect(clipped[6]).toBe(0)
    expect(clipped[15]).toBe(255)
  })

  it('averages over a wider window where it reduces', () => {
    const out = resizeBicubic(grey([0, 0, 0, 0, 255, 255, 255, 255]), 8, 1, 2, 1)
    expect(out[0]).toBe(255 - (out[3] as number))
    expect(out[0]).toBeLessThan(30)
  })

  it('keeps a flat picture flat at any size', () => {
    const out = resizeBicubic(grey(Array.from({ length: 35 }, () => 77)), 7, 5, 16, 3)
    expect(new Set(out)).toEqual(new Set([77]))
  })

  it.skipIf(!hasReference).each([
    ['R', 'resize_240x180'],
    ['R400', 'resize_400x300'],
  ])('equals PIL bit for bit on a frame of %s', async (video, name) => {
    const file = sharp(referencePath(`frames/${video}/00000.png`))
      .removeAlpha()
      .raw()
    const { data, info } = await file.toBuffer({ resolveWithObject: true })
    const out = resizeBicubic(new Uint8Array(data), info.width, info.height, 256, 256)
    expect(Buffer.compare(out, readReference(`nano21/modules/${name}.npy`) as Uint8Array)).toBe(0)
  })
})

describe('preprocessFrame', () => {
  it('puts channels first and normalises in float32', () => {
    const data = Uint8Array.of(0, 128, 255)
    const out = preprocessFrame({ width: 1, height: 1, data }, 1)
    const expected = [-0.485 / 0.229, (128 / 255 - 0.456) / 0.224, (1 - 0.406) / 0.225]
    for (const [i, value] of expected.entries()) expect(out[i]).toBeCloseTo(value, 5)
  })

  it('refuses a frame whose bytes do not fit its size', () => {
    const frame = { width: 2, height: 2, data: new Uint8Array(5) }
    expect(() => preprocessFrame(frame, 4)).toThrow(Sam2Error)
  })

  it.skipIf(!hasReference)('equals the reference within float32 rounding', async () => {
    const file = sharp(referencePath('frames/R/00000.png')).removeAlpha().raw()
    const { data, info } = await file.toBuffer({ resolveWithObject: true })
    const { width, height } = info
    const out = preprocessFrame({ width, height, data: new Uint8Array(data) }, 256)
    const expected = readReference('nano21/modules/preproc_240x180.npy')
    const step = out.length / expected.length
    for (const [i, value] of expected.entries()) {
      expect(Math.abs((out[Math.floor(i * step)] as number) - value)).toBeLessThan(2e-6)
    }
  })
})

describe('preprocessImage', () => {
  it('resizes in floating point, not through 8 bits', () => {
    const data = Uint8Array.of(0, 0, 0, 1, 1, 1, 2, 2, 2, 4, 4, 4)
    const [value] = preprocessImage({ width: 4, height: 1, data }, 1)
    // Triangle of half width 4 around the middle: 5/8, 7/8, 7/8, 5/8 over 3.
    const mean = (0 * 5 + 1 * 7 + 2 * 7 + 4 * 5) / 24 / 255
    expect(value).toBeCloseTo((mean - 0.485) / 0.229, 5)
  })
})
