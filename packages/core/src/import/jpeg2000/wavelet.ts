/** A subband's or resolution's rectangle: samples with x0 <= x < x1, y0 <= y < y1. */
export interface Rect {
  x0: number
  y0: number
  x1: number
  y1: number
}

/** Real numbers over a rectangle, row by row. */
export interface Plane {
  rect: Rect
  data: Float32Array
}

const ALPHA = -1.586134342059924
const BETA = -0.052980118572961
const GAMMA = 0.882911075530934
const DELTA = 0.443506852043971
const K = 1.230174104914001

/**
 * One level of the inverse wavelet transform (ISO/IEC 15444-1, annex F).
 *
 * @param rect of the resolution that comes out
 * @param reversible the 5/3 filter on integers, else the 9/7 filter
 */
export function inverseWavelet(
  rect: Rect,
  ll: Plane,
  hl: Plane,
  lh: Plane,
  hh: Plane,
  reversible: boolean,
): Plane {
  const width = rect.x1 - rect.x0
  const height = rect.y1 - rect.y0
  const data = new Float32Array(width * height)
  interleave(data, width, rect, ll, 0, 0)
  interleave(data, width, rect, hl, 1, 0)
  interleave(data, width, rect, lh, 0, 1)
  interleave(data, width, rect, hh, 1, 1)
  liftRows(data, width, height, rect.x0 & 1, reversible)
  liftColumns(data, width, height, rect.y0 & 1, reversible)
  return { rect, data }
}

function interleave(
  out: Float32Array,
  width: number,
  rect: Rect,
  band: Plane,
  xParity: number,
  yParity: number,
): void {
  const bandWidth = band.rect.x1 - band.rect.x0
  for (let y = band.rect.y0; y < band.rect.y1; y++) {
    const row = 2 * y + yParity - rect.y0
    let from = (y - band.rect.y0) * bandWidth
    let to = row * width + 2 * band.rect.x0 + xParity - rect.x0
    for (let x = 0; x < bandWidth; x++, to += 2) out[to] = band.data[from++] as number
  }
}

/** Lifting steps of the 9/7 filter: which samples change (0 even, 1 odd), and by what factor. */
const STEPS_9_7: readonly (readonly [parity: number, factor: number])[] = [
  [0, -DELTA],
  [1, -GAMMA],
  [0, -BETA],
  [1, -ALPHA],
]

/** The 5/3 filter's steps have rules of their own instead of factors. */
const STEPS_5_3: readonly (readonly [parity: number, factor: number])[] = [
  [0, 0],
  [1, 0],
]

function liftRows(
  data: Float32Array,
  width: number,
  height: number,
  firstParity: number,
  reversible: boolean,
): void {
  if (width === 1) {
    if (firstParity === 1) for (let row = 0; row < height; row++) halve(data, row, reversible)
    return
  }
  for (let row = 0; row < height; row++) {
    const base = row * width
    if (reversible) {
      for (let step = 0; step < 2; step++) {
        for (let x = step ^ firstParity; x < width; x += 2) {
          const a = data[base + (x === 0 ? 1 : x - 1)] as number
          const b = data[base + (x === width - 1 ? width - 2 : x + 1)] as number
          const at = base + x
          data[at] =
            (data[at] as number) +
            (step === 0 ? -Math.floor((a + b + 2) / 4) : Math.floor((a + b) / 2))
        }
      }
      continue
    }
    for (let x = 0; x < width; x++) {
      data[base + x] = (data[base + x] as number) * (((x ^ firstParity) & 1) === 0 ? K : 1 / K)
    }
    for (const [parity, factor] of STEPS_9_7) {
      for (let x = parity ^ firstParity; x < width; x += 2) {
        const a = data[base + (x === 0 ? 1 : x - 1)] as number
        const b = data[base + (x === width - 1 ? width - 2 : x + 1)] as number
        data[base + x] = (data[base + x] as number) + factor * (a + b)
      }
    }
  }
}

function liftColumns(
  data: Float32Array,
  width: number,
  height: number,
  firstParity: number,
  reversible: boolean,
): void {
  if (height === 1) {
    if (firstParity === 1) for (let col = 0; col < width; col++) halve(data, col, reversible)
    return
  }
  if (!reversible) {
    for (let row = 0; row < height; row++) {
      const gain = ((row ^ firstParity) & 1) === 0 ? K : 1 / K
      for (let at = row * width; at < (row + 1) * width; at++) {
        data[at] = (data[at] as number) * gain
      }
    }
  }
  const steps = reversible ? STEPS_5_3 : STEPS_9_7
  for (const [parity, factor] of steps) {
    for (let row = parity ^ firstParity; row < height; row += 2) {
      let above = (row === 0 ? 1 : row - 1) * width
      let below = (row === height - 1 ? height - 2 : row + 1) * width
      for (let at = row * width; at < (row + 1) * width; at++) {
        const sum = (data[above++] as number) + (data[below++] as number)
        const change = !reversible
          ? factor * sum
          : parity === 0
            ? -Math.floor((sum + 2) / 4)
            : Math.floor(sum / 2)
        data[at] = (data[at] as number) + change
      }
    }
  }
}

/** A signal of one odd sample holds twice its value. */
function halve(data: Float32Array, at: number, reversible: boolean): void {
  const half = (data[at] as number) / 2
  data[at] = reversible ? Math.trunc(half) : half
}
