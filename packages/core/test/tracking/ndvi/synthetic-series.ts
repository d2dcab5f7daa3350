import { BLUR_SIGMA } from '../../../src/tracking/ndvi/bare-evidence.ts'
import { gaussianBlur } from '../../../src/tracking/ndvi/blur.ts'
import { NATIVE_PIXEL_M } from '../../../src/tracking/ndvi/working-grid.ts'
import { createRandom } from '../../../src/simulate/random.ts'
import type { FrameSource, PixelPrompt, Scratch } from '../../../src/tracking/segmenter.ts'

export const SIZE = 96
export const PIXEL_M = 4
const DAY_MS = 86_400_000

/** What the ground is on a day: `bare` 0..1, 2 for water. */
export type Ground = (col: number, row: number, frame: number) => number

export interface SyntheticOptions {
  frames?: number
  ground: Ground
  /** Hidden pixels by frame. */
  hidden?: (col: number, row: number, frame: number) => boolean
  /** Added to NDVI: an undetected cloud, say. */
  disturb?: (ndvi: number, col: number, row: number, frame: number) => number
}

/** A series at 4 m, a frame every 25 days, with a season, uneven vegetation and noise. */
export function syntheticSource(options: SyntheticOptions): FrameSource {
  const count = options.frames ?? 30
  const random = createRandom(7, 'ndvi-test')
  const vigour = new Float32Array(SIZE * SIZE)
  const waves = Array.from({ length: 12 }, () => [random.next(), random.next(), random.next()])
  for (let row = 0, i = 0; row < SIZE; row++) {
    for (let col = 0; col < SIZE; col++, i++) {
      for (const [a, b, c] of waves as [number, number, number][]) {
        vigour[i] = (vigour[i] as number) + 0.04 * Math.sin(a * col * 0.5 + b * row * 0.5 + c * 6)
      }
    }
  }
  const frames = Array.from({ length: count }, (_, index) => ({
    index,
    sceneId: `scene-${index}`,
    capturedAt: new Date(Date.UTC(2018, 0, 10) + index * 25 * DAY_MS).toISOString(),
    threshold: 0.1,
    validFraction: 1,
  }))
  return {
    grid: {
      epsg: 32647,
      transform: [PIXEL_M, 0, 450000, 0, -PIXEL_M, 3400000],
      width: SIZE,
      height: SIZE,
    },
    frames,
    async readNdvi(index) {
      const noise = createRandom(100 + index, 'noise')
      const season = 0.5 - 0.5 * Math.cos((2 * Math.PI * (index * 25 + 10)) / 365)
      const ndvi = new Float32Array(SIZE * SIZE)
      for (let row = 0, i = 0; row < SIZE; row++) {
        for (let col = 0; col < SIZE; col++, i++) {
          const green = 0.08 + (0.08 + 0.35 * season) * (1 + (vigour[i] as number))
          const kind = options.ground(col, row, index)
          let value = kind === 2 ? -0.3 : green + Math.min(1, kind) * (0.08 - green)
          value += 0.008 * (noise.next() - 0.5)
          if (options.disturb) value = options.disturb(value, col, row, index)
          ndvi[i] = options.hidden?.(col, row, index) ? NaN : value
        }
      }
      return ndvi
    },
    async readValidity() {
      return new Uint8Array(SIZE * SIZE).fill(1)
    },
    async readPicture() {
      return new Uint8Array(3 * SIZE * SIZE)
    },
  }
}

/** Bare ground on a square of pixels of {@link PIXEL_M} as the sensor sees it. */
export function sensed(bare: (col: number, row: number) => number, side: number): Float32Array {
  const values = Float32Array.from({ length: side * side }, (_, i) =>
    bare(i % side, Math.floor(i / side)),
  )
  return gaussianBlur(values, side, side, (BLUR_SIGMA * NATIVE_PIXEL_M) / PIXEL_M)
}

/** Scratch in memory. */
export function memoryScratch(): Scratch {
  const stored = new Map<string, Uint8Array>()
  return {
    async write(key, bytes) {
      stored.set(key, bytes.slice())
    },
    async read(key) {
      return stored.get(key) ?? null
    },
  }
}

export function inBox(
  col: number,
  row: number,
  c0: number,
  r0: number,
  c1: number,
  r1: number,
): boolean {
  return col >= c0 && col < c1 && row >= r0 && row < r1
}

export function click(
  frameIndex: number,
  col: number,
  row: number,
  positive: boolean = true,
): PixelPrompt {
  return { kind: 'point', frameIndex, xPx: col + 0.5, yPx: row + 0.5, positive }
}

/** Intersection over union of a mask with a predicate. */
export function iouWith(mask: Uint8Array, truth: (col: number, row: number) => boolean): number {
  let both = 0
  let either = 0
  for (let row = 0, i = 0; row < SIZE; row++) {
    for (let col = 0; col < SIZE; col++, i++) {
      const expected = truth(col, row)
      if (expected && mask[i]) both++
      if (expected || mask[i]) either++
    }
  }
  return either === 0 ? 1 : both / either
}

export function areaOf(mask: Uint8Array): number {
  return mask.reduce((sum, value) => sum + value, 0)
}
