import { fmix32 } from './weights.ts'

/** An ellipse that moves and bounces: [x0, y0, vx, vy, rx, ry, colour, stripe period] on the virtual canvas. */
export type Blob = readonly [
  x0: number,
  y0: number,
  vx: number,
  vy: number,
  rx: number,
  ry: number,
  colour: readonly [number, number, number],
  period: number,
]

/** What decides the pictures of a generated video. */
export interface FrameVariant {
  readonly noise: number
  /** Canvas units that the ground moves per frame. */
  readonly pan: number
  /** Later ones on top. */
  readonly blobs: readonly Blob[]
  /** First and last frame of a scene cut, inclusive. */
  readonly cut: readonly [number, number] | null
}

/** Triangle wave of integers between 0 and `period`. */
function triangle(value: number, period: number): number {
  const twice = 2 * period
  return Math.abs((((value % twice) + twice) % twice) - period)
}

/**
 * Frame `frameIdx` of a generated video as RGB, 3 bytes a pixel, row-major. Whole numbers only, so
 * that any machine makes the same bytes. The hash's argument exceeds 32 bits: `fmix32` takes its
 * low 32 bits, and doubles hold it exactly.
 */
export function generateFrame(
  variant: FrameVariant,
  width: number,
  height: number,
  frameIdx: number,
): Uint8Array {
  const rgb = new Uint8Array(width * height * 3)
  const isCut = variant.cut !== null && frameIdx >= variant.cut[0] && frameIdx <= variant.cut[1]
  const shift = variant.pan * frameIdx
  const blobs = isCut ? [] : variant.blobs.map((blob) => placeBlob(blob, frameIdx))
  for (let y = 0, at = 0; y < height; y++) {
    const canvasY = Math.floor(((2 * y + 1) * 512) / height)
    for (let x = 0; x < width; x++) {
      const canvasX = Math.floor(((2 * x + 1) * 512) / width)
      const blob = blobs.findLast((placed) => covers(placed, canvasX, canvasY))
      for (let channel = 0; channel < 3; channel++, at++) {
        if (blob) {
          const stripe = triangle(canvasX - blob.cx + (canvasY - blob.cy), blob.period)
          const shade = Math.floor((stripe * 48) / blob.period)
          const value = (blob.colour[channel] as number) - 24 + shade
          rgb[at] = Math.min(Math.max(value, 0), 255)
          continue
        }
        const cell =
          ((canvasX + shift) >> 5) * 73856093 +
          (canvasY >> 5) * 19349663 +
          channel * 83492791 +
          variant.noise
        const noise = fmix32(cell) & 31
        if (isCut) {
          rgb[at] = 24 + 8 * channel + (noise >> 2)
        } else {
          const ground =
            triangle(canvasX + shift + 61 * channel, 256) +
            triangle(2 * canvasY + 113 * channel, 512)
          rgb[at] = 30 + (ground >> 3) + noise
        }
      }
    }
  }
  return rgb
}

interface PlacedBlob {
  readonly cx: number
  readonly cy: number
  readonly rx: number
  readonly ry: number
  readonly colour: readonly [number, number, number]
  readonly period: number
}

function placeBlob(blob: Blob, frameIdx: number): PlacedBlob {
  const [x0, y0, vx, vy, rx, ry, colour, period] = blob
  const cx = triangle(x0 + vx * frameIdx - 1023, 1023)
  const cy = triangle(y0 + vy * frameIdx - 1023, 1023)
  return { cx, cy, rx, ry, colour, period }
}

function covers({ cx, cy, rx, ry }: PlacedBlob, x: number, y: number): boolean {
  const dx = x - cx
  const dy = y - cy
  return dx * dx * ry * ry + dy * dy * rx * rx < rx * rx * ry * ry
}
