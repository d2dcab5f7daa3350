/**
 * Solves A x = b for a symmetric positive definite A by Cholesky decomposition.
 *
 * @param a row-major n × n; only the lower triangle is read
 * @returns x and the diagonal of A⁻¹, or null where A is singular
 */
export function solveSymmetric(
  a: Float64Array,
  b: Float64Array,
): { x: Float64Array; inverseDiagonal: Float64Array } | null {
  const n = b.length
  const l = new Float64Array(n * n)
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = a[i * n + j] as number
      for (let k = 0; k < j; k++) sum -= (l[i * n + k] as number) * (l[j * n + k] as number)
      if (i === j) {
        if (!(sum > 1e-9 * (a[i * n + i] as number))) return null
        l[i * n + i] = Math.sqrt(sum)
      } else l[i * n + j] = sum / (l[j * n + j] as number)
    }
  }
  const solve = (right: Float64Array): Float64Array => {
    const x = Float64Array.from(right)
    for (let i = 0; i < n; i++) {
      for (let k = 0; k < i; k++)
        x[i] = (x[i] as number) - (l[i * n + k] as number) * (x[k] as number)
      x[i] = (x[i] as number) / (l[i * n + i] as number)
    }
    for (let i = n - 1; i >= 0; i--) {
      for (let k = i + 1; k < n; k++)
        x[i] = (x[i] as number) - (l[k * n + i] as number) * (x[k] as number)
      x[i] = (x[i] as number) / (l[i * n + i] as number)
    }
    return x
  }
  let diagonal: Float64Array | null = null
  return {
    x: solve(b),
    get inverseDiagonal() {
      if (diagonal !== null) return diagonal
      diagonal = new Float64Array(n)
      for (let i = 0; i < n; i++) {
        const unit = new Float64Array(n)
        unit[i] = 1
        diagonal[i] = solve(unit)[i] as number
      }
      return diagonal
    },
  }
}
