import { solveSymmetric } from './solve-symmetric.ts'
import type { WindowShift } from './window-vote.ts'

/** A feature image and the reference composites that explain it, on one grid, NaN where not seen. */
interface Layer {
  scene: Float32Array
  references: readonly Float32Array[]
}

/**
 * Shift of each half-overlapping window relative to `estimate`, one per layer. With the references
 * Tₖ displaced by the estimate, a window first explains the scene as P = Σ gₖ Tₖ + o, then as
 * Σ gₖ Tₖ + o - dx ∂P/∂x - dy ∂P/∂y, both by least squares. Products are summed once per cell of
 * half a window; a window is four cells.
 *
 * @param windowPx side of a window, pixels
 */
export function measureWindows(
  layers: readonly Layer[],
  width: number,
  height: number,
  estimate: { colPx: number; rowPx: number },
  windowPx: number,
): WindowShift[] {
  const found: WindowShift[] = []
  const cellPx = Math.max(2, windowPx >> 1)
  const across = Math.max(1, Math.floor(width / cellPx))
  const down = Math.max(1, Math.floor(height / cellPx))
  for (const { scene, references } of layers) {
    const warped = references.map((r) => warpCubic(r, width, height, estimate))
    const cells: Float64Array[] = []
    for (let j = 0; j < down; j++)
      for (let i = 0; i < across; i++)
        cells.push(sumProducts(scene, warped, width, height, i * cellPx, j * cellPx, cellPx))
    for (let j = 0; j + 1 < Math.max(2, down); j++)
      for (let i = 0; i + 1 < Math.max(2, across); i++) {
        const four = [j, Math.min(down - 1, j + 1)].flatMap((row) =>
          [i, Math.min(across - 1, i + 1)].map((col) => row * across + col),
        )
        const sums = new Float64Array((cells[0] as Float64Array).length)
        for (const cell of new Set(four))
          (cells[cell] as Float64Array).forEach((value, k) => {
            sums[k] = (sums[k] as number) + value
          })
        const shift = solveWindow(sums, references.length, cellPx * cellPx)
        if (shift) found.push(shift)
      }
  }
  return found
}

/** Reference as it would look displaced by `by`: Catmull-Rom sampling, NaN spreads. */
function warpCubic(
  data: Float32Array,
  width: number,
  height: number,
  by: { colPx: number; rowPx: number },
): Float32Array {
  const wholeCol = Math.floor(-by.colPx)
  const wholeRow = Math.floor(-by.rowPx)
  const wx = catmullRom(-by.colPx - wholeCol)
  const wy = catmullRom(-by.rowPx - wholeRow)
  const across = new Float32Array(data.length).fill(NaN)
  for (let row = 0; row < height; row++)
    for (let col = Math.max(0, 1 - wholeCol); col < Math.min(width, width - 2 - wholeCol); col++) {
      const at = row * width + col + wholeCol
      across[row * width + col] =
        wx[0] * (data[at - 1] as number) +
        wx[1] * (data[at] as number) +
        wx[2] * (data[at + 1] as number) +
        wx[3] * (data[at + 2] as number)
    }
  const result = new Float32Array(data.length).fill(NaN)
  for (let row = Math.max(0, 1 - wholeRow); row < Math.min(height, height - 2 - wholeRow); row++)
    for (let col = 0; col < width; col++) {
      const at = (row + wholeRow) * width + col
      result[row * width + col] =
        wy[0] * (across[at - width] as number) +
        wy[1] * (across[at] as number) +
        wy[2] * (across[at + width] as number) +
        wy[3] * (across[at + 2 * width] as number)
    }
  return result
}

function catmullRom(f: number): [number, number, number, number] {
  return [
    f * (-0.5 + f * (1 - 0.5 * f)),
    1 + f * f * (-2.5 + 1.5 * f),
    f * (0.5 + f * (2 - 1.5 * f)),
    f * f * (-0.5 + 0.5 * f),
  ]
}

/**
 * Lower triangle of the products of [1, T₁..Tₖ, ∂T₁/∂x.., ∂T₁/∂y.., scene] summed over a cell. Pixels
 * with any NaN are left out; the first sum counts the others.
 */
function sumProducts(
  scene: Float32Array,
  references: readonly Float32Array[],
  width: number,
  height: number,
  left: number,
  top: number,
  cellPx: number,
): Float64Array {
  const k = references.length
  const m = 3 * k + 2
  const sums = new Float64Array((m * (m + 1)) / 2)
  const v = new Float64Array(m)
  v[0] = 1
  for (let row = Math.max(1, top); row < Math.min(height - 1, top + cellPx); row++)
    for (let col = Math.max(1, left); col < Math.min(width - 1, left + cellPx); col++) {
      const i = row * width + col
      const value = scene[i] as number
      let check = value
      v[m - 1] = value
      for (let r = 0; r < k; r++) {
        const t = references[r] as Float32Array
        const dx = ((t[i + 1] as number) - (t[i - 1] as number)) / 2
        const dy = ((t[i + width] as number) - (t[i - width] as number)) / 2
        v[1 + r] = t[i] as number
        v[1 + k + r] = dx
        v[1 + 2 * k + r] = dy
        check += (t[i] as number) + dx + dy
      }
      if (check !== check) continue
      for (let p = 0, at = 0; p < m; p++) {
        const vp = v[p] as number
        for (let q = 0; q <= p; q++, at++) sums[at] = (sums[at] as number) + vp * (v[q] as number)
      }
    }
  return sums
}

function solveWindow(sums: Float64Array, k: number, minPixels: number): WindowShift | null {
  const n = sums[0] as number
  if (n < Math.max(minPixels, 8 * (k + 3))) return null
  const product = (p: number, q: number): number =>
    (p >= q ? sums[(p * (p + 1)) / 2 + q] : sums[(q * (q + 1)) / 2 + p]) as number
  const y = 3 * k + 1
  const mix = leastSquares(
    k + 1,
    (p, q) => product(p, q),
    (p) => product(p, y),
  )
  if (!mix) return null
  // Rows of the joint system as sums of the basic terms: 1, T₁..Tₖ, -∂P/∂x, -∂P/∂y.
  const terms: [index: number, factor: number][][] = []
  for (let p = 0; p <= k; p++) terms.push([[p, 1]])
  for (const axis of [1, 2])
    terms.push(Array.from({ length: k }, (_, r) => [1 + axis * k + r, -(mix.x[1 + r] as number)]))
  const joint = leastSquares(
    k + 3,
    (p, q) => {
      let sum = 0
      for (const [i, f] of terms[p] ?? [])
        for (const [j, g] of terms[q] ?? []) sum += f * g * product(i, j)
      return sum
    },
    (p) => (terms[p] ?? []).reduce((sum, [i, f]) => sum + f * product(i, y), 0),
  )
  if (!joint) return null
  const variance = Math.max(1e-12, (product(y, y) - joint.explained) / (n - k - 3))
  return {
    colPx: joint.x[k + 1] as number,
    rowPx: joint.x[k + 2] as number,
    colVariance: variance * (joint.inverseDiagonal[k + 1] as number),
    rowVariance: variance * (joint.inverseDiagonal[k + 2] as number),
  }
}

function leastSquares(
  n: number,
  product: (p: number, q: number) => number,
  withY: (p: number) => number,
): { x: Float64Array; inverseDiagonal: Float64Array; explained: number } | null {
  const a = new Float64Array(n * n)
  const b = new Float64Array(n)
  for (let p = 0; p < n; p++) {
    b[p] = withY(p)
    for (let q = 0; q <= p; q++) a[p * n + q] = product(p, q)
  }
  const solved = solveSymmetric(a, b)
  if (!solved) return null
  let explained = 0
  for (let p = 0; p < n; p++) explained += (solved.x[p] as number) * (b[p] as number)
  return { ...solved, explained }
}
