/** Hoare's selection: afterwards none of the first `k` of `n` values is above value `k`, none behind it below. */
export function selectInPlace(values: Float32Array | Float64Array, n: number, k: number): void {
  let low = 0
  let high = n - 1
  while (low < high) {
    const pivot = middleOf(
      values[low] as number,
      values[(low + high) >> 1] as number,
      values[high] as number,
    )
    let i = low
    let j = high
    while (i <= j) {
      while ((values[i] as number) < pivot) i++
      while ((values[j] as number) > pivot) j--
      if (i > j) break
      const value = values[i] as number
      values[i++] = values[j] as number
      values[j--] = value
    }
    if (k <= j) high = j
    else if (k >= i) low = i
    else return
  }
}

function middleOf(a: number, b: number, c: number): number {
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c))
}
