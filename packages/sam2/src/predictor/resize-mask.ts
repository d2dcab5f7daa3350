/** Which two source samples make an output sample. */
interface LinearTaps {
  readonly low: Int32Array
  readonly high: Int32Array
  /** Share of `high`. */
  readonly share: Float32Array
}

/**
 * Linear interpolation between pixel centres without antialiasing. Torch: `interpolate(mode='bilinear',
 * align_corners=False)`. Returns a copy where the size stays.
 */
export function resizeBilinear(
  values: Float32Array,
  width: number,
  height: number,
  outWidth: number,
  outHeight: number,
): Float32Array {
  if (width === outWidth && height === outHeight) return values.slice()
  const columns = linearTaps(width, outWidth)
  const rows = linearTaps(height, outHeight)
  const out = new Float32Array(outWidth * outHeight)
  for (let y = 0, at = 0; y < outHeight; y++) {
    const top = (rows.low[y] as number) * width
    const bottom = (rows.high[y] as number) * width
    const down = rows.share[y] as number
    for (let x = 0; x < outWidth; x++, at++) {
      const left = columns.low[x] as number
      const right = columns.high[x] as number
      const across = columns.share[x] as number
      const upper =
        (values[top + left] as number) * (1 - across) + (values[top + right] as number) * across
      const lower =
        (values[bottom + left] as number) * (1 - across) +
        (values[bottom + right] as number) * across
      out[at] = upper * (1 - down) + lower * down
    }
  }
  return out
}

function linearTaps(size: number, outSize: number): LinearTaps {
  const ratio = Math.fround(size / outSize)
  const low = new Int32Array(outSize)
  const high = new Int32Array(outSize)
  const share = new Float32Array(outSize)
  for (let i = 0; i < outSize; i++) {
    const source = Math.max(Math.fround(Math.fround(ratio * (i + 0.5)) - 0.5), 0)
    const floor = Math.min(Math.floor(source), size - 1)
    low[i] = floor
    high[i] = Math.min(floor + 1, size - 1)
    share[i] = source - floor
  }
  return { low, high, share }
}

/**
 * Bilinear with antialiasing: a triangle as wide as the reduction, weights normalised, rows first.
 * Torch: `interpolate(mode='bilinear', align_corners=False, antialias=True)`, every step in float32.
 */
export function resizeBilinearAntialiased(
  values: Float32Array,
  width: number,
  height: number,
  outWidth: number,
  outHeight: number,
): Float32Array {
  const narrow = outWidth === width ? values : reduceRows(values, width, height, outWidth)
  if (outHeight !== height) return reduceColumns(narrow, outWidth, height, outHeight)
  return narrow === values ? values.slice() : narrow
}

function reduceRows(
  values: Float32Array,
  width: number,
  height: number,
  outWidth: number,
): Float32Array {
  const taps = triangleTaps(width, outWidth)
  const out = new Float32Array(outWidth * height)
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < outWidth; x++, at++) {
      const { first, weights } = taps[x] as Taps
      const from = y * width + first
      let sum = 0
      for (let tap = 0; tap < weights.length; tap++) {
        sum += (values[from + tap] as number) * (weights[tap] as number)
      }
      out[at] = sum
    }
  }
  return out
}

function reduceColumns(
  values: Float32Array,
  width: number,
  height: number,
  outHeight: number,
): Float32Array {
  const taps = triangleTaps(height, outHeight)
  const out = new Float32Array(width * outHeight)
  for (let y = 0, at = 0; y < outHeight; y++) {
    const { first, weights } = taps[y] as Taps
    for (let x = 0; x < width; x++, at++) {
      let sum = 0
      for (let tap = 0; tap < weights.length; tap++) {
        sum += (values[(first + tap) * width + x] as number) * (weights[tap] as number)
      }
      out[at] = sum
    }
  }
  return out
}

/** The source samples of one output sample, from `first` on. */
interface Taps {
  readonly first: number
  readonly weights: Float32Array
}

function triangleTaps(size: number, outSize: number): Taps[] {
  const ratio = Math.fround(size / outSize)
  const support = Math.max(ratio, 1)
  const inverse = ratio >= 1 ? Math.fround(1 / ratio) : 1
  return Array.from({ length: outSize }, (_, i) => {
    const centre = Math.fround(ratio * (i + 0.5))
    const first = Math.max(Math.trunc(Math.fround(centre - support) + 0.5), 0)
    const end = Math.min(Math.trunc(Math.fround(centre + support) + 0.5), size)
    const weights = new Float32Array(end - first)
    let total = 0
    for (let tap = 0; tap < weights.length; tap++) {
      const distance = Math.fround(Math.fround(tap + first - centre + 0.5) * inverse)
      weights[tap] = Math.max(1 - Math.abs(distance), 0)
      total = Math.fround(total + (weights[tap] as number))
    }
    return { first, weights: weights.map((weight) => weight / total) }
  })
}

/**
 * A drawn mask at the model's size, 0 and 1. Where the size differs it is resized with antialiasing and
 * is 1 from 0.5 on, as upstream's `add_new_mask`.
 */
export function maskAtModelSize(
  mask: Uint8Array,
  width: number,
  height: number,
  size: number,
): Float32Array {
  const binary = Float32Array.from(mask, (value) => (value === 0 ? 0 : 1))
  if (width === size && height === size) return binary
  const resized = resizeBilinearAntialiased(binary, width, height, size, size)
  return resized.map((value) => (value >= 0.5 ? 1 : 0))
}
