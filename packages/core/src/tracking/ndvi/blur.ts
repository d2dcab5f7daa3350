/**
 * Convolution with a Gaussian cut at three sigmas, separable; pixels beyond the edge count nothing,
 * so that the blur of ones tells the weight inside.
 *
 * @param sigmaPx pixels
 */
export function gaussianBlur(
  values: Float32Array,
  width: number,
  height: number,
  sigmaPx: number,
): Float32Array {
  const radius = Math.max(1, Math.ceil(3 * sigmaPx))
  const kernel = new Float32Array(radius + 1)
  let sum = 0
  for (let i = 0; i <= radius; i++) {
    kernel[i] = Math.exp((-i * i) / (2 * sigmaPx * sigmaPx))
    sum += (i === 0 ? 1 : 2) * (kernel[i] as number)
  }
  for (let i = 0; i <= radius; i++) kernel[i] = (kernel[i] as number) / sum
  const rows = new Float32Array(values.length)
  const padded = new Float32Array(width + 2 * radius)
  for (let row = 0; row < height; row++) {
    padded.set(values.subarray(row * width, (row + 1) * width), radius)
    for (let col = 0; col < width; col++) {
      const at = col + radius
      let total = (kernel[0] as number) * (padded[at] as number)
      for (let k = 1; k <= radius; k++) {
        total += (kernel[k] as number) * ((padded[at - k] as number) + (padded[at + k] as number))
      }
      rows[row * width + col] = total
    }
  }
  const result = new Float32Array(values.length)
  for (let row = 0; row < height; row++) {
    const out = row * width
    for (let k = -radius; k <= radius; k++) {
      const from = row + k
      if (from < 0 || from >= height) continue
      const weight = kernel[Math.abs(k)] as number
      for (let col = 0, i = from * width; col < width; col++, i++) {
        result[out + col] = (result[out + col] as number) + weight * (rows[i] as number)
      }
    }
  }
  return result
}

/**
 * A wide blur in a time that does not depend on its width: three box sums, close to a Gaussian of
 * `sigmaPx`. Pixels beyond the edge count nothing.
 */
export function wideBlur(
  values: Float64Array,
  width: number,
  height: number,
  sigmaPx: number,
): Float64Array {
  const radius = Math.max(1, Math.round((Math.sqrt(4 * sigmaPx * sigmaPx + 1) - 1) / 2))
  const scale = 1 / (2 * radius + 1)
  const current = values.slice()
  const next = new Float64Array(values.length)
  for (let pass = 0; pass < 3; pass++) {
    for (let row = 0; row < height; row++) {
      boxLine(current, next, row * width, 1, width, radius, scale)
    }
    for (let col = 0; col < width; col++) boxLine(next, current, col, width, height, radius, scale)
  }
  return current
}

function boxLine(
  from: Float64Array,
  to: Float64Array,
  start: number,
  step: number,
  length: number,
  radius: number,
  scale: number,
): void {
  let sum = 0
  for (let i = 0; i < Math.min(radius, length); i++) sum += from[start + i * step] as number
  for (let i = 0; i < length; i++) {
    if (i + radius < length) sum += from[start + (i + radius) * step] as number
    if (i - radius - 1 >= 0) sum -= from[start + (i - radius - 1) * step] as number
    to[start + i * step] = sum * scale
  }
}

/** Pixels within `radius` columns and rows of a set pixel (a square), linear time. */
export function dilateSquare(
  mask: Uint8Array,
  width: number,
  height: number,
  radius: number,
): Uint8Array {
  const rows = new Uint8Array(mask.length)
  for (let row = 0; row < height; row++) spread(mask, rows, row * width, 1, width, radius)
  const result = new Uint8Array(mask.length)
  for (let col = 0; col < width; col++) spread(rows, result, col, width, height, radius)
  return result
}

function spread(
  from: Uint8Array,
  to: Uint8Array,
  start: number,
  step: number,
  length: number,
  radius: number,
): void {
  let until = -1
  for (let i = 0; i < Math.min(radius, length); i++) if (from[start + i * step]) until = i + radius
  for (let i = 0; i < length; i++) {
    const ahead = i + radius
    if (ahead < length && from[start + ahead * step]) until = ahead + radius
    if (i <= until) to[start + i * step] = 1
  }
}
