/** Fixed-point fraction bits of the weights. */
const PRECISION_BITS = 22
/** Keys' cubic with a = -0.5. */
const A = -0.5

/** Which source samples make one output sample, and how much of each. */
interface Taps {
  readonly first: Int32Array
  readonly counts: Int32Array
  /** [n_out, stride] fixed point. */
  readonly weights: Int32Array
  readonly stride: number
}

/**
 * Resizes RGB as PIL's `Image.resize` does with its default filter: bicubic, antialiased, 8 bits
 * after each pass, horizontal pass first, a pass skipped where the size stays. Bit-exact.
 */
export function resizeBicubic(
  rgb: Uint8Array,
  width: number,
  height: number,
  outWidth: number,
  outHeight: number,
): Uint8Array {
  let pixels = rgb
  if (outWidth !== width) pixels = resizeRows(pixels, width, height, outWidth)
  if (outHeight !== height) pixels = resizeColumns(pixels, outWidth, height, outHeight)
  return pixels
}

function resizeRows(rgb: Uint8Array, width: number, height: number, outWidth: number): Uint8Array {
  const { first, counts, weights, stride } = bicubicTaps(width, outWidth)
  const out = new Uint8Array(outWidth * height * 3)
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < outWidth; x++) {
      const from = (y * width + (first[x] as number)) * 3
      const count = counts[x] as number
      for (let channel = 0; channel < 3; channel++, at++) {
        let sum = 1 << (PRECISION_BITS - 1)
        for (let tap = 0; tap < count; tap++) {
          sum += (rgb[from + tap * 3 + channel] as number) * (weights[x * stride + tap] as number)
        }
        out[at] = clamp8(sum >> PRECISION_BITS)
      }
    }
  }
  return out
}

function resizeColumns(
  rgb: Uint8Array,
  width: number,
  height: number,
  outHeight: number,
): Uint8Array {
  const { first, counts, weights, stride } = bicubicTaps(height, outHeight)
  const row = width * 3
  const out = new Uint8Array(row * outHeight)
  for (let y = 0; y < outHeight; y++) {
    const from = (first[y] as number) * row
    const count = counts[y] as number
    for (let x = 0; x < row; x++) {
      let sum = 1 << (PRECISION_BITS - 1)
      for (let tap = 0; tap < count; tap++) {
        sum += (rgb[from + tap * row + x] as number) * (weights[y * stride + tap] as number)
      }
      out[y * row + x] = clamp8(sum >> PRECISION_BITS)
    }
  }
  return out
}

function bicubicTaps(size: number, outSize: number): Taps {
  const ratio = size / outSize
  const filterScale = Math.max(ratio, 1)
  const support = 2 * filterScale
  const stride = Math.ceil(support) * 2 + 1
  const first = new Int32Array(outSize)
  const counts = new Int32Array(outSize)
  const weights = new Int32Array(outSize * stride)
  for (let i = 0; i < outSize; i++) {
    const centre = (i + 0.5) * ratio
    const from = Math.max(Math.trunc(centre - support + 0.5), 0)
    const count = Math.min(Math.trunc(centre + support + 0.5), size) - from
    const values: number[] = []
    let total = 0
    for (let tap = 0; tap < count; tap++) {
      const value = cubic((tap + from - centre + 0.5) * (1 / filterScale))
      values.push(value)
      total += value
    }
    first[i] = from
    counts[i] = count
    for (const [tap, value] of values.entries()) {
      const scaled = (value / total) * (1 << PRECISION_BITS)
      weights[i * stride + tap] = Math.trunc(scaled + (scaled < 0 ? -0.5 : 0.5))
    }
  }
  return { first, counts, weights, stride }
}

function cubic(distance: number): number {
  const x = Math.abs(distance)
  if (x < 1) return ((A + 2) * x - (A + 3)) * x * x + 1
  if (x < 2) return (((x - 5) * x + 8) * x - 4) * A
  return 0
}

function clamp8(value: number): number {
  return value < 0 ? 0 : value > 255 ? 255 : value
}
