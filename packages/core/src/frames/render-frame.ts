import type { Grid } from '../model/grid.ts'
import { VALIDITY, isObserved } from '../model/validity.ts'
import { computeNdvi } from '../raster/ndvi.ts'
import {
  type MapShift,
  type SamplingPlan,
  planSampling,
  resampleBilinear,
  resampleNearest,
} from '../raster/resample.ts'
import type { SceneRasters, SpectralBand } from '../raster/scene-rasters.ts'

/** NDVI is kept in steps of 1/8192, far below what two 12-bit bands can tell, so that files stay small. */
export const NDVI_STEPS = 8192

/** A frame's measurements on the site grid. */
export interface RenderedFrame {
  /** NDVI, multiples of 1 / {@link NDVI_STEPS}; NaN where the ground was not observed. */
  ndvi: Float32Array
  /** VALIDITY codes; observed exactly where NDVI is a number. */
  validity: Uint8Array
}

/**
 * Brings a scene to the site grid: NDVI at the native pixels, what was not observed taken out, then one
 * bilinear interpolation with the registration shift.
 *
 * @param layers native mosaic first, then parts of other lattices ({@link SceneRasters} of one scene)
 * @param codes VALIDITY codes on the grid of the first layer
 * @param shift of the scene, metres
 */
export function renderFrame(
  layers: readonly SceneRasters[],
  codes: Uint8Array,
  shift: MapShift,
  siteGrid: Grid,
): RenderedFrame {
  const nativeGrid = (layers[0] as SceneRasters).grid
  let ndvi: Float32Array | null = null
  layers.forEach((layer, i) => {
    const own = layerNdvi(layer)
    if (!own) return
    const layerCodes =
      i === 0
        ? codes
        : resampleNearest(codes, planSampling(nativeGrid, layer.grid), VALIDITY.nodata)
    for (let p = 0; p < own.length; p++) if (!isObserved(layerCodes[p] as number)) own[p] = NaN
    const sampled = resampleBilinear(own, planSampling(layer.grid, siteGrid, shift))
    if (ndvi) fillFrom(ndvi, sampled)
    else ndvi = sampled
  })
  const stepped = toSteps(ndvi ?? new Float32Array(siteGrid.width * siteGrid.height).fill(NaN))
  const plan = planSampling(nativeGrid, siteGrid, shift)
  return { ndvi: stepped, validity: agreeingCodes(codes, plan, stepped) }
}

function toSteps(ndvi: Float32Array): Float32Array {
  for (let p = 0; p < ndvi.length; p++)
    ndvi[p] = Math.floor((ndvi[p] as number) * NDVI_STEPS + 0.5) / NDVI_STEPS
  return ndvi
}

/** Bands of a scene on the site grid as they were measured, clouds included; NaN outside. */
export function renderBand(
  layers: readonly SceneRasters[],
  band: SpectralBand,
  shift: MapShift,
  siteGrid: Grid,
): Float32Array {
  const result = new Float32Array(siteGrid.width * siteGrid.height).fill(NaN)
  for (const layer of layers) {
    const data = layer.bands[band]
    if (data) fillFrom(result, resampleBilinear(data, planSampling(layer.grid, siteGrid, shift)))
  }
  return result
}

function layerNdvi({ bands }: SceneRasters): Float32Array | null {
  if (bands.red && bands.nir) return computeNdvi(bands.red, bands.nir)
  return bands.ndvi ? Float32Array.from(bands.ndvi, (v) => Math.max(-1, Math.min(1, v))) : null
}

function fillFrom(into: Float32Array, from: Float32Array): void {
  for (let p = 0; p < into.length; p++) if (Number.isNaN(into[p])) into[p] = from[p] as number
}

/**
 * Code of each target pixel: that of the nearest source pixel, unless NDVI says the opposite of it;
 * then that of the weightiest of the four neighbours that agrees.
 */
function agreeingCodes(codes: Uint8Array, plan: SamplingPlan, ndvi: Float32Array): Uint8Array {
  const result = resampleNearest(codes, plan, VALIDITY.nodata)
  const { width } = plan.target
  const observed = Uint8Array.from({ length: 256 }, (_, code) => (isObserved(code) ? 1 : 0))
  for (let p = 0; p < result.length; p++) {
    const value = ndvi[p] as number
    const seen = value === value
    if ((observed[result[p] as number] === 1) === seen) continue
    const row = Math.floor(p / width)
    result[p] = neighbourCode(codes, plan, p - row * width, row, seen)
  }
  return result
}

function neighbourCode(
  codes: Uint8Array,
  plan: SamplingPlan,
  targetCol: number,
  targetRow: number,
  seen: boolean,
): number {
  const [x, y] =
    plan.kind === 'free'
      ? plan.locate(targetCol, targetRow)
      : [plan.cols[targetCol] as number, plan.rows[targetRow] as number]
  let best: number = seen ? VALIDITY.clear : VALIDITY.nodata
  let most = 0
  for (let dr = 0; dr <= 1; dr++)
    for (let dc = 0; dc <= 1; dc++) {
      const [c, r] = [Math.floor(x) + dc, Math.floor(y) + dr]
      if (c < 0 || r < 0 || c >= plan.source.width || r >= plan.source.height) continue
      const code = codes[r * plan.source.width + c] as number
      const weight = (1 - Math.abs(x - c)) * (1 - Math.abs(y - r))
      if (isObserved(code) === seen && weight > most) {
        most = weight
        best = code
      }
    }
  return best
}
