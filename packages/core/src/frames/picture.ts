import type { Grid } from '../model/grid.ts'
import { calibrate } from '../raster/temporal-reference.ts'
import { type Histogram, createHistogram, histogramQuantile } from '../raster/threshold.ts'

/** NDVI that is black and NDVI that is white in every picture of every site: the same ground looks the same. */
export const PICTURE_NDVI: readonly [black: number, white: number] = [-0.2, 1]

/** Gray level 0..255 of an NDVI. */
export function ndviToGray(ndvi: number): number {
  const [black, white] = PICTURE_NDVI
  const gray = Math.round((255 * (ndvi - black)) / (white - black))
  return gray < 0 ? 0 : gray > 255 ? 255 : gray
}

/**
 * Gray picture of a frame, one byte a pixel. Pixels that were not observed are filled from memory, for
 * the eye of the segmenter only ({@link remember}); what is remembered takes on the season of the
 * frame: the line that takes memory to NDVI where both know the ground.
 */
export function ndviPicture(ndvi: Float32Array, memory: Float32Array): Uint8Array {
  const gray = new Uint8Array(ndvi.length)
  const isWhole = !ndvi.some((value) => value !== value)
  const line = (isWhole ? null : calibrate(ndvi, memory, null)) ?? { gain: 1, offset: 0 }
  for (let i = 0; i < gray.length; i++) {
    const own = ndvi[i] as number
    const value = own === own ? own : (memory[i] as number) * line.gain + line.offset
    gray[i] = ndviToGray(value === value ? value : NEVER_SEEN_NDVI)
  }
  return gray
}

/** Shown where no frame has seen the ground: the middle of the gray scale. */
const NEVER_SEEN_NDVI = (PICTURE_NDVI[0] + PICTURE_NDVI[1]) / 2

/** Takes in what a frame saw; `overwrite` for the latest look, else only where nothing is known yet. */
export function remember(memory: Float32Array, ndvi: Float32Array, overwrite: boolean): void {
  for (let i = 0; i < memory.length; i++) {
    const value = ndvi[i] as number
    if (value === value && (overwrite || Number.isNaN(memory[i]))) memory[i] = value
  }
}

/** Whether a memory has an answer for every pixel. */
export function isComplete(memory: Float32Array): boolean {
  return !memory.some((value) => Number.isNaN(value))
}

/** A PNG of one (gray) or three (RGB) bytes a pixel. Equal pixels give equal bytes. */
export async function encodePng(
  pixels: Uint8Array,
  grid: Pick<Grid, 'width' | 'height'>,
): Promise<Uint8Array> {
  const { default: sharp } = await import('sharp')
  const channels = pixels.length === grid.width * grid.height ? 1 : 3
  return sharp(pixels, { raw: { width: grid.width, height: grid.height, channels } })
    .toColourspace(channels === 1 ? 'b-w' : 'srgb')
    .png({ compressionLevel: 6, adaptiveFiltering: false })
    .toBuffer()
}

/** Reflectance that is black and that is white in colour pictures, over the whole series. */
export interface ColourStretch {
  black: number
  white: number
}

/** Empty histogram of reflectance, for {@link planStretch}. */
export function reflectanceHistogram(): Histogram {
  return createHistogram(0, 1, 1000)
}

/**
 * Stretch of one band over all frames: 1 to 99 percent of the ground seen clear, rounded to
 * hundredths, so that a few more scenes do not repaint all pictures.
 */
export function planStretch(histogram: Histogram): ColourStretch {
  const round = (value: number): number => Math.round(value * 100) / 100
  const black = round(histogramQuantile(histogram, 0.01))
  const white = round(histogramQuantile(histogram, 0.99))
  return Number.isNaN(black)
    ? { black: 0, white: 0.3 }
    : { black, white: Math.max(white, black + 0.05) }
}

/** RGB picture of three bands; black where nothing was measured. Gamma 1.5 lifts the shadows of mountains. */
export function colourPicture(
  bands: readonly [Float32Array, Float32Array, Float32Array],
  stretches: readonly [ColourStretch, ColourStretch, ColourStretch],
): Uint8Array {
  const length = bands[0].length
  const rgb = new Uint8Array(length * 3)
  for (let c = 0; c < 3; c++) {
    const data = bands[c] as Float32Array
    const { black, white } = stretches[c] as ColourStretch
    const table = Uint8Array.from({ length: 1024 }, (_, i) => 255 * (i / 1023) ** (1 / 1.5))
    const scale = 1023 / (white - black)
    for (let i = 0; i < length; i++) {
      const value = ((data[i] as number) - black) * scale
      // NaN compares false throughout and stays black.
      if (value > 0) rgb[i * 3 + c] = table[value < 1023 ? Math.round(value) : 1023] as number
    }
  }
  return rgb
}
