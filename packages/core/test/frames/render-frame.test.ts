import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import {
  colourPicture,
  encodePng,
  ndviPicture,
  ndviToGray,
  remember,
} from '../../src/frames/picture.ts'
import { renderFrame } from '../../src/frames/render-frame.ts'
import type { Grid } from '../../src/model/grid.ts'
import { VALIDITY, isObserved } from '../../src/model/validity.ts'
import type { SceneRasters } from '../../src/raster/scene-rasters.ts'

const native: Grid = { epsg: 32647, transform: [10, 0, 0, 0, -10, 100], width: 10, height: 10 }
const site: Grid = { epsg: 32647, transform: [2, 0, 10, 0, -2, 90], width: 40, height: 40 }

function layer(grid: Grid, red: number, nir: (col: number) => number): SceneRasters {
  const size = grid.width * grid.height
  return {
    grid,
    bands: {
      red: new Float32Array(size).fill(red),
      nir: Float32Array.from({ length: size }, (_, i) => nir(i % grid.width)),
    },
    scl: null,
  }
}

describe('renderFrame', () => {
  it('observes exactly where NDVI is a number, and keeps what hid the rest', () => {
    const codes = new Uint8Array(100).fill(VALIDITY.clear)
    for (let row = 3; row < 6; row++) codes.fill(VALIDITY.cloud, row * 10 + 3, row * 10 + 6)
    codes.fill(VALIDITY.dark, 80, 90)
    const { ndvi, validity } = renderFrame(
      [layer(native, 0.1, () => 0.3)],
      codes,
      { xM: 3, yM: 1 },
      site,
    )
    for (let i = 0; i < ndvi.length; i++)
      expect(isObserved(validity[i] as number)).toBe(!Number.isNaN(ndvi[i]))
    expect(ndvi[0]).toBeCloseTo(0.5, 3)
    // The cloud's centre (45, 55) m has moved to (48, 56) m.
    const at = (x: number, y: number): number =>
      Math.floor((90 - y) / 2) * 40 + Math.floor((x - 10) / 2)
    expect(validity[at(48, 56)]).toBe(VALIDITY.cloud)
    expect(validity.includes(VALIDITY.dark)).toBe(true)
  })

  it('interpolates once, with the shift in it', () => {
    const codes = new Uint8Array(100).fill(VALIDITY.clear)
    const ramp = layer(native, 0.1, (col) => 0.1 + 0.02 * col)
    const [still, moved] = [0, 4].map(
      (xM) => renderFrame([ramp], codes, { xM, yM: 0 }, site).ndvi,
    ) as [Float32Array, Float32Array]
    for (let col = 5; col < 30; col++)
      expect(moved[20 * 40 + col + 2]).toBeCloseTo(still[20 * 40 + col] as number, 4)
  })

  it('fills from a part of another lattice what the native mosaic lacks', () => {
    const first = layer(native, 0.1, (col) => (col < 5 ? 0.3 : NaN))
    const other = layer(
      { ...native, transform: [10, 0, 3, 0, -10, 103], width: 11, height: 11 },
      0.1,
      () => 0.1,
    )
    const codes = new Uint8Array(100).fill(VALIDITY.clear)
    const { ndvi } = renderFrame([first, other], codes, { xM: 0, yM: 0 }, site)
    expect(ndvi[20 * 40 + 2]).toBeCloseTo(0.5, 3)
    expect(ndvi[20 * 40 + 35]).toBeCloseTo(0, 3)
    expect(ndvi.some((value) => Number.isNaN(value))).toBe(false)
  })
})

describe('pictures', () => {
  it('map NDVI to the same gray in every frame', () => {
    expect([
      ndviToGray(-0.5),
      ndviToGray(-0.2),
      ndviToGray(0.4),
      ndviToGray(0.7),
      ndviToGray(1),
    ]).toEqual([0, 0, 128, 191, 255])
  })

  it('fill hidden pixels from memory, in the season of the frame', () => {
    const size = 2500
    const memory = Float32Array.from({ length: size }, (_, i) => 0.1 + (0.1 * (i % 50)) / 50)
    const ndvi = memory.map((value, i) => (i < 500 ? NaN : 1.5 * value + 0.1))
    const gray = ndviPicture(ndvi, memory)
    for (const i of [0, 49, 260])
      expect(
        Math.abs((gray[i] as number) - ndviToGray(1.5 * (memory[i] as number) + 0.1)),
      ).toBeLessThanOrEqual(1)
    const unknown = ndviPicture(new Float32Array(4).fill(NaN), new Float32Array(4).fill(NaN))
    expect([...unknown]).toEqual([128, 128, 128, 128])
  })

  it('remember the last look, and the first one where nothing is known', () => {
    const memory = Float32Array.of(NaN, 0.1, 0.2)
    remember(memory, Float32Array.of(0.5, 0.6, NaN), false)
    expect([...memory].map((v) => Math.round(v * 10) / 10)).toEqual([0.5, 0.1, 0.2])
    remember(memory, Float32Array.of(0.5, 0.6, NaN), true)
    expect(memory[1]).toBeCloseTo(0.6, 6)
  })

  it('are PNGs of one channel, or three for colour; black where nothing was measured', async () => {
    const png = await encodePng(Uint8Array.of(0, 50, 100, 200), { width: 2, height: 2 })
    expect((await sharp(png).metadata()).channels).toBe(1)
    const data = await sharp(png).toColourspace('b-w').raw().toBuffer()
    expect([...data]).toEqual([0, 50, 100, 200])
    const band = Float32Array.of(NaN, 0.02, 0.3, 9)
    const stretch = { black: 0.02, white: 0.3 }
    const rgb = colourPicture([band, band, band], [stretch, stretch, stretch])
    expect([...rgb.filter((_, i) => i % 3 === 0)]).toEqual([0, 0, 255, 255])
    const colour = await sharp(await encodePng(rgb, { width: 2, height: 2 })).metadata()
    expect(colour.channels).toBe(3)
  })
})
