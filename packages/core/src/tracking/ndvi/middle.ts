/** Median (the upper of the two middle ones for an even count), NaN for none. Reorders `values`; linear time. */
export function middleOf(values: Float32Array | Float64Array): number {
  let low = 0
  let high = values.length - 1
  if (high < 0) return NaN
  const target = values.length >> 1
  while (low < high) {
    const pivot = values[(low + high) >> 1] as number
    let i = low
    let j = high
    while (i <= j) {
      while ((values[i] as number) < pivot) i++
      while ((values[j] as number) > pivot) j--
      if (i <= j) {
        const swap = values[i] as number
        values[i] = values[j] as number
        values[j] = swap
        i++
        j--
      }
    }
    if (target <= j) high = j
    else if (target >= i) low = i
    else break
  }
  return values[target] as number
}
