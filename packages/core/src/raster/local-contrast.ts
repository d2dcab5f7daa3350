import { selectInPlace } from './select.ts'

/**
 * NaN-aware mean over a square of `2 * radiusPx + 1` pixels a side, from observed pixels only; NaN
 * where there is none. Linear time whatever the radius.
 */
export function boxMean(
  data: Float32Array,
  width: number,
  height: number,
  radiusPx: number,
): Float32Array {
  const sums = new Float64Array(data.length)
  const counts = new Float64Array(data.length)
  for (let row = 0; row < height; row++) {
    let sum = 0
    let count = 0
    const add = (col: number, sign: 1 | -1): void => {
      const value = data[row * width + col] as number
      if (Number.isNaN(value)) return
      sum += sign * value
      count += sign
    }
    for (let col = 0; col < Math.min(radiusPx, width); col++) add(col, 1)
    for (let col = 0; col < width; col++) {
      if (col + radiusPx < width) add(col + radiusPx, 1)
      if (col - radiusPx - 1 >= 0) add(col - radiusPx - 1, -1)
      sums[row * width + col] = sum
      counts[row * width + col] = count
    }
  }
  const mean = new Float32Array(data.length)
  const columnSum = new Float64Array(width)
  const columnCount = new Float64Array(width)
  const addRow = (row: number, sign: 1 | -1): void => {
    for (let col = 0; col < width; col++) {
      columnSum[col] = (columnSum[col] as number) + sign * (sums[row * width + col] as number)
      columnCount[col] = (columnCount[col] as number) + sign * (counts[row * width + col] as number)
    }
  }
  for (let row = 0; row < Math.min(radiusPx, height); row++) addRow(row, 1)
  for (let row = 0; row < height; row++) {
    if (row + radiusPx < height) addRow(row + radiusPx, 1)
    if (row - radiusPx - 1 >= 0) addRow(row - radiusPx - 1, -1)
    for (let col = 0; col < width; col++) {
      const count = columnCount[col] as number
      mean[row * width + col] = count > 0.5 ? (columnSum[col] as number) / count : NaN
    }
  }
  return mean
}

/** The middle value of the finite ones (mean of the two middle ones for an even count); NaN if none. Reorders `values`. */
export function medianInPlace(values: Float32Array | Float64Array): number {
  if (values.length > 48) return selectMedian(values)
  insertionSort(values)
  let n = values.length
  while (n > 0 && Number.isNaN(values[n - 1])) n--
  if (n === 0) return NaN
  const half = n >> 1
  return n % 2 === 1
    ? (values[half] as number)
    : ((values[half - 1] as number) + (values[half] as number)) / 2
}

/** As {@link medianInPlace} of many values: finds the middle ones without sorting the others. */
function selectMedian(values: Float32Array | Float64Array): number {
  let n = 0
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number
    if (value === value) values[n++] = value
  }
  values.fill(NaN, n)
  if (n === 0) return NaN
  const half = n >> 1
  selectInPlace(values, n, half)
  const upper = values[half] as number
  if (n % 2 === 1) return upper
  let lower = values[0] as number
  for (let i = 1; i < half; i++) lower = Math.max(lower, values[i] as number)
  return (lower + upper) / 2
}

/** Ascending with NaN last, as the native sort, but without its cost for short arrays. */
function insertionSort(values: Float32Array | Float64Array): void {
  let n = 0
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number
    if (value !== value) continue
    let at = n++
    for (; at > 0 && (values[at - 1] as number) > value; at--) values[at] = values[at - 1] as number
    values[at] = value
  }
  values.fill(NaN, n)
}

/**
 * What an image holds at small scale, freed of level and amplitude: the difference from the local
 * mean in units of its own robust spread (median of absolute differences), clipped to -3..3 so
 * that no cloud or glint outweighs the ground. NaN where not observed.
 *
 * @param radiusPx of the local mean
 */
export function localContrast(
  data: Float32Array,
  width: number,
  height: number,
  radiusPx: number,
): Float32Array {
  const mean = boxMean(data, width, height, radiusPx)
  const contrast = new Float32Array(data.length)
  for (let i = 0; i < data.length; i++) contrast[i] = (data[i] as number) - (mean[i] as number)
  // Every seventh pixel is enough for a median, and never one column only.
  const step = data.length > 7000 && width % 7 !== 0 ? 7 : 1
  const sample = new Float32Array(Math.ceil(data.length / step))
  for (let k = 0; k < sample.length; k++) sample[k] = Math.abs(contrast[k * step] as number)
  const spread = medianInPlace(sample)
  if (!(spread > 0)) return contrast.fill(NaN)
  for (let i = 0; i < contrast.length; i++) {
    const value = (contrast[i] as number) / spread
    contrast[i] = Number.isNaN(value) ? NaN : Math.max(-3, Math.min(3, value))
  }
  return contrast
}
