import { solveSymmetric } from '../raster/solve-symmetric.ts'

/** A linear least-squares fit. */
export interface LinearFit {
  coefficients: Float64Array
  /** Sum of squared residuals. */
  rss: number
  /** Variance of a linear combination of the coefficients, per unit of error variance. */
  varianceOf(weights: Float64Array): number
}

/**
 * Fits y by columns, all of equal error variance (whitened before).
 *
 * @returns null where the columns depend on each other
 */
export function leastSquares(columns: readonly Float64Array[], y: Float64Array): LinearFit | null {
  const p = columns.length
  const scales = columns.map((column) => Math.sqrt(dot(column, column)))
  const normal = new Float64Array(p * p)
  const right = new Float64Array(p)
  for (let i = 0; i < p; i++) {
    const a = columns[i] as Float64Array
    const scale = scales[i] as number
    if (!(scale > 0)) return null
    right[i] = dot(a, y) / scale
    for (let j = 0; j <= i; j++) {
      const value = dot(a, columns[j] as Float64Array) / (scale * (scales[j] as number))
      normal[i * p + j] = value
      normal[j * p + i] = value
    }
  }
  const solved = solveSymmetric(normal, right)
  if (solved === null) return null
  const coefficients = solved.x.map((value, i) => value / (scales[i] as number))
  let rss = 0
  for (let i = 0; i < y.length; i++) {
    let residual = y[i] as number
    for (let j = 0; j < p; j++) {
      residual -= (coefficients[j] as number) * ((columns[j] as Float64Array)[i] as number)
    }
    rss += residual * residual
  }
  const varianceOf = (weights: Float64Array): number => {
    const scaled = weights.map((weight, i) => weight / (scales[i] as number))
    const x = solveSymmetric(normal, scaled)?.x
    return x === undefined ? Infinity : dot(x, scaled)
  }
  return { coefficients, rss, varianceOf }
}

export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number)
  return sum
}
