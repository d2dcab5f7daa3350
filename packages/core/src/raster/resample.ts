import type { Affine, Grid } from '../model/grid.ts'
import { mapToPixel, pixelToMap } from '../geo/affine.ts'
import { transformer } from '../geo/projection.ts'

/**
 * Where each pixel centre of a target grid falls in a source grid, as continuous source pixel
 * positions less half a pixel, so that whole numbers are source pixel centres. `separable` where
 * columns and rows do not mix (same projection, no rotation), `free` otherwise.
 */
export type SamplingPlan =
  | {
      kind: 'separable'
      source: { width: number; height: number }
      target: { width: number; height: number }
      /** Per target column / row. */
      cols: Float64Array
      rows: Float64Array
    }
  | {
      kind: 'free'
      source: { width: number; height: number }
      target: { width: number; height: number }
      /** Source column and row of a target pixel. */
      locate: (targetCol: number, targetRow: number) => readonly [col: number, row: number]
    }

/** Metres to add to the source's map coordinates (in the source's own projection). */
export interface MapShift {
  xM: number
  yM: number
}

function shifted(t: Affine, shift: MapShift): Affine {
  return [t[0], t[1], t[2] + shift.xM, t[3], t[4], t[5] + shift.yM]
}

/**
 * Plans sampling a source onto a target grid, in one step with the registration shift.
 * Across projections the exact transform is evaluated on a mesh of target pixels and interpolated
 * in between (error far below a hundredth of a source pixel for UTM neighbours).
 */
export function planSampling(
  source: Grid,
  target: Grid,
  shift: MapShift = { xM: 0, yM: 0 },
): SamplingPlan {
  const transform = shifted(source.transform, shift)
  const sizes = {
    source: { width: source.width, height: source.height },
    target: { width: target.width, height: target.height },
  }
  const t = target.transform
  if (
    source.epsg === target.epsg &&
    transform[1] === 0 &&
    transform[3] === 0 &&
    t[1] === 0 &&
    t[3] === 0
  ) {
    const cols = Float64Array.from(
      { length: target.width },
      (_, col) => (t[0] * (col + 0.5) + t[2] - transform[2]) / transform[0] - 0.5,
    )
    const rows = Float64Array.from(
      { length: target.height },
      (_, row) => (t[4] * (row + 0.5) + t[5] - transform[5]) / transform[4] - 0.5,
    )
    return { kind: 'separable', ...sizes, cols, rows }
  }
  return { kind: 'free', ...sizes, locate: meshLocator(transform, source.epsg, target) }
}

const MESH_STEP_PX = 64

function meshLocator(
  sourceTransform: Affine,
  sourceEpsg: number,
  target: Grid,
): (col: number, row: number) => readonly [number, number] {
  const project = transformer(target.epsg, sourceEpsg)
  const across = Math.ceil(target.width / MESH_STEP_PX) + 1
  const down = Math.ceil(target.height / MESH_STEP_PX) + 1
  const nodeCols = new Float64Array(across * down)
  const nodeRows = new Float64Array(across * down)
  for (let j = 0; j < down; j++) {
    for (let i = 0; i < across; i++) {
      const xy = project(pixelToMap(target.transform, i * MESH_STEP_PX, j * MESH_STEP_PX))
      const [col, row] = mapToPixel(sourceTransform, xy[0], xy[1])
      nodeCols[j * across + i] = col - 0.5
      nodeRows[j * across + i] = row - 0.5
    }
  }
  const mix = (nodes: Float64Array, at: number, fx: number, fy: number): number => {
    const top = (nodes[at] as number) * (1 - fx) + (nodes[at + 1] as number) * fx
    const bottom =
      (nodes[at + across] as number) * (1 - fx) + (nodes[at + across + 1] as number) * fx
    return top * (1 - fy) + bottom * fy
  }
  return (targetCol, targetRow) => {
    const x = (targetCol + 0.5) / MESH_STEP_PX
    const y = (targetRow + 0.5) / MESH_STEP_PX
    const i = Math.min(across - 2, Math.floor(x))
    const j = Math.min(down - 2, Math.floor(y))
    const at = j * across + i
    return [mix(nodeCols, at, x - i, y - j), mix(nodeRows, at, x - i, y - j)]
  }
}

/** Least share of the bilinear weights that observed neighbours must carry. */
export const MIN_OBSERVED_WEIGHT = 0.5

/**
 * Bilinear sampling that knows about holes: NaN neighbours are left out and the weights of the
 * others rescaled; a target pixel is observed (not NaN) only where observed neighbours carry at
 * least {@link MIN_OBSERVED_WEIGHT} of the weight, so data neither bleeds into holes by more than
 * half a source pixel nor do holes eat into data by more than that.
 *
 * @param data source pixels, NaN where not observed
 * @returns target pixels, row-major, NaN where not observed
 */
export function resampleBilinear(data: Float32Array, plan: SamplingPlan): Float32Array {
  const { width, height } = plan.target
  const result = new Float32Array(width * height)
  if (plan.kind === 'free') {
    for (let row = 0; row < height; row++) {
      for (let col = 0; col < width; col++) {
        const [x, y] = plan.locate(col, row)
        const c = Math.floor(x)
        const r = Math.floor(y)
        result[row * width + col] = mixFour(data, plan.source, c, r, x - c, y - r)
      }
    }
    return result
  }
  const sourceWidth = plan.source.width
  const left = new Int32Array(width)
  const fraction = new Float32Array(width)
  for (let col = 0; col < width; col++) {
    const x = plan.cols[col] as number
    left[col] = Math.floor(x)
    fraction[col] = x - Math.floor(x)
  }
  for (let row = 0; row < height; row++) {
    const y = plan.rows[row] as number
    const r = Math.floor(y)
    const fy = y - r
    const inside = r >= 0 && r + 1 < plan.source.height
    for (let col = 0; col < width; col++) {
      const c = left[col] as number
      const fx = fraction[col] as number
      let value = NaN
      if (inside && c >= 0 && c + 1 < sourceWidth) {
        const at = r * sourceWidth + c
        const top = (data[at] as number) * (1 - fx) + (data[at + 1] as number) * fx
        const bottom =
          (data[at + sourceWidth] as number) * (1 - fx) +
          (data[at + sourceWidth + 1] as number) * fx
        value = top * (1 - fy) + bottom * fy
      }
      result[row * width + col] = value === value ? value : mixFour(data, plan.source, c, r, fx, fy)
    }
  }
  return result
}

function mixFour(
  data: Float32Array,
  source: { width: number; height: number },
  col: number,
  row: number,
  fx: number,
  fy: number,
): number {
  let sum = 0
  let weight = 0
  for (let dr = 0; dr <= 1; dr++) {
    const r = row + dr
    if (r < 0 || r >= source.height) continue
    const wy = dr === 0 ? 1 - fy : fy
    for (let dc = 0; dc <= 1; dc++) {
      const c = col + dc
      if (c < 0 || c >= source.width) continue
      const value = data[r * source.width + c] as number
      if (Number.isNaN(value)) continue
      const w = wy * (dc === 0 ? 1 - fx : fx)
      sum += w * value
      weight += w
    }
  }
  return weight >= MIN_OBSERVED_WEIGHT - 1e-6 ? sum / weight : NaN
}

/** Nearest-neighbour sampling, for codes; `outside` beyond the source. */
export function resampleNearest(
  codes: Uint8Array,
  plan: SamplingPlan,
  outside: number,
): Uint8Array {
  const { width, height } = plan.target
  const result = new Uint8Array(width * height).fill(outside)
  const { source } = plan
  if (plan.kind === 'separable') {
    const cols = Int32Array.from(plan.cols, (x) => {
      const col = Math.floor(x + 0.5)
      return col >= 0 && col < source.width ? col : -1
    })
    for (let row = 0; row < height; row++) {
      const r = Math.floor((plan.rows[row] as number) + 0.5)
      if (r < 0 || r >= source.height) continue
      for (let col = 0; col < width; col++) {
        const c = cols[col] as number
        if (c >= 0) result[row * width + col] = codes[r * source.width + c] as number
      }
    }
    return result
  }
  for (let row = 0; row < height; row++) {
    for (let col = 0; col < width; col++) {
      const [x, y] = plan.locate(col, row)
      const c = Math.floor(x + 0.5)
      const r = Math.floor(y + 0.5)
      if (c >= 0 && r >= 0 && c < source.width && r < source.height)
        result[row * width + col] = codes[r * source.width + c] as number
    }
  }
  return result
}
