import { ScarlineError } from '../errors.ts'
import { gridBounds, mapToPixel, pixelSizeM, sameGrid } from '../geo/affine.ts'
import type { Grid } from '../model/grid.ts'
import type { BandName, BandWindow, Scene, ScenePart } from '../model/scene.ts'
import { planSampling, resampleBilinear, resampleNearest } from './resample.ts'
import type { Raster, RasterData } from './raster.ts'

/** Reads a band window of the site folder, raw numbers. */
export type BandReader = (file: string) => Promise<Raster<RasterData>>

/** Bands that hold measurements; `scl` holds codes. */
export type SpectralBand = Exclude<BandName, 'scl'>

/** Bands of a scene on one grid. */
export interface SceneRasters {
  grid: Grid
  /** Reflectance (or NDVI for `ndvi`), NaN where not observed; absent where the scene lacks the band. */
  bands: Partial<Record<SpectralBand, Float32Array>>
  /** Sentinel-2 scene classification, 0 where not observed; null where the scene has none. */
  scl: Uint8Array | null
}

/** Margin of the working grid around the site grid, native pixels: for registration and resampling. */
export const NATIVE_MARGIN_PX = 12

/**
 * The site's native working grid: the pixel lattice that most of the scenes in the site's projection
 * share (10 m for Sentinel-2), covering the site grid and a margin. Where no scene is in the site's
 * projection, whole 10 m.
 */
export function planNativeGrid(siteGrid: Grid, scenes: readonly Scene[]): Grid {
  const votes = new Map<string, { grid: Grid; count: number }>()
  for (const scene of scenes)
    for (const part of scene.parts) {
      const grid = measuringWindow(part)?.grid
      if (!grid || grid.epsg !== siteGrid.epsg) continue
      const [a, b, c, d, e, f] = grid.transform
      const phase = (value: number, step: number): string =>
        ((((value / step) % 1) + 1.0005) % 1).toFixed(3)
      const key = [a, b, d, e, phase(c, a || 1), phase(f, e || 1)].join(' ')
      const vote = votes.get(key)
      if (vote) vote.count++
      else votes.set(key, { grid, count: 1 })
    }
  const winner = [...votes.values()].reduce<{ grid: Grid; count: number } | null>(
    (best, vote) => (best && best.count >= vote.count ? best : vote),
    null,
  )
  const transform = winner?.grid.transform ?? ([10, 0, 0, 0, -10, 0] as Grid['transform'])
  const bounds = gridBounds(siteGrid)
  const corners = [
    [bounds[0], bounds[1]],
    [bounds[0], bounds[3]],
    [bounds[2], bounds[1]],
    [bounds[2], bounds[3]],
  ].map(([x = 0, y = 0]) => mapToPixel(transform, x, y))
  const slack = 1e-6
  const left = Math.floor(Math.min(...corners.map(([col]) => col)) + slack) - NATIVE_MARGIN_PX
  const right = Math.ceil(Math.max(...corners.map(([col]) => col)) - slack) + NATIVE_MARGIN_PX
  const top = Math.floor(Math.min(...corners.map(([, row]) => row)) + slack) - NATIVE_MARGIN_PX
  const bottom = Math.ceil(Math.max(...corners.map(([, row]) => row)) - slack) + NATIVE_MARGIN_PX
  const t = transform
  return {
    epsg: siteGrid.epsg,
    transform: [
      t[0],
      t[1],
      t[0] * left + t[1] * top + t[2],
      t[3],
      t[4],
      t[3] * left + t[4] * top + t[5],
    ],
    width: right - left,
    height: bottom - top,
  }
}

/** The band window whose grid stands for its part: red, else ndvi, else any. */
export function measuringWindow(part: ScenePart): BandWindow | null {
  const { red, ndvi, nir, green, blue } = part.bands
  return red ?? ndvi ?? nir ?? green ?? blue ?? null
}

/** Whether the pixels of `grid` are pixels of the lattice of `lattice`. */
function onLattice(grid: Grid, lattice: Grid): boolean {
  if (grid.epsg !== lattice.epsg) return false
  const [a, b, , d, e] = lattice.transform
  const same = [a, b, d, e].every((value, i) => {
    const other = grid.transform[[0, 1, 3, 4][i] ?? 0] as number
    return Math.abs(value - other) < 1e-6
  })
  if (!same) return false
  const [col, row] = mapToPixel(lattice.transform, grid.transform[2], grid.transform[5])
  return Math.abs(col - Math.round(col)) < 1e-3 && Math.abs(row - Math.round(row)) < 1e-3
}

/**
 * Loads a scene without resampling any measurement: parts on the native lattice are mosaicked by
 * copying (earlier parts win where they overlap) onto the native grid, which comes first; each other
 * part (another UTM zone, say) follows on its own grid.
 *
 * @throws ScarlineError `corrupt-file` where a window is not on the grid that scenes.json says
 */
export async function loadSceneLayers(
  scene: Scene,
  nativeGrid: Grid,
  names: readonly BandName[],
  readBand: BandReader,
): Promise<SceneRasters[]> {
  const native: SceneRasters = { grid: nativeGrid, bands: {}, scl: null }
  const foreign: SceneRasters[] = []
  const seen = new Uint8Array(nativeGrid.width * nativeGrid.height)
  for (const part of scene.parts) {
    const grid = measuringWindow(part)?.grid
    if (!grid) continue
    if (onLattice(grid, nativeGrid)) {
      const layer = await loadPart(part, nativeGrid, names, readBand)
      merge(native, layer, seen)
    } else foreign.push(await loadPart(part, grid, names, readBand))
  }
  return [native, ...foreign]
}

/**
 * A scene on the native grid alone; parts of other lattices are interpolated onto it. For looking at
 * (screening, registration, statistics); what is written for good goes through
 * {@link loadSceneLayers} and one interpolation.
 */
export async function loadSceneFlat(
  scene: Scene,
  nativeGrid: Grid,
  names: readonly BandName[],
  readBand: BandReader,
): Promise<SceneRasters> {
  const [native, ...foreign] = await loadSceneLayers(scene, nativeGrid, names, readBand)
  const flat = native as SceneRasters
  if (foreign.length === 0) return flat
  const seen = observedMask(flat)
  for (const layer of foreign) {
    const plan = planSampling(layer.grid, nativeGrid)
    const bands: SceneRasters['bands'] = {}
    for (const [name, data] of Object.entries(layer.bands))
      bands[name as SpectralBand] = resampleBilinear(data, plan)
    const scl = layer.scl && resampleNearest(layer.scl, plan, 0)
    merge(flat, { grid: nativeGrid, bands, scl }, seen)
  }
  return flat
}

function observedMask({ grid, bands }: SceneRasters): Uint8Array {
  const observed = new Uint8Array(grid.width * grid.height)
  const present = Object.values(bands)
  if (present.length === 0) return observed
  for (let i = 0; i < observed.length; i++)
    observed[i] = present.every((data) => !Number.isNaN(data[i])) ? 1 : 0
  return observed
}

/** Puts what `layer` saw under what `into` has already. */
function merge(into: SceneRasters, layer: SceneRasters, seen: Uint8Array): void {
  const size = seen.length
  const observed = observedMask(layer)
  for (const name of Object.keys(layer.bands) as SpectralBand[])
    into.bands[name] ??= new Float32Array(size).fill(NaN)
  if (layer.scl) into.scl ??= new Uint8Array(size)
  for (let i = 0; i < size; i++) {
    if (seen[i] || !observed[i]) continue
    seen[i] = 1
    for (const [name, data] of Object.entries(layer.bands))
      (into.bands[name as SpectralBand] as Float32Array)[i] = data[i] as number
    // Without a classification of its own a part counts as unclassified (7).
    if (into.scl) into.scl[i] = layer.scl ? (layer.scl[i] as number) : 7
  }
}

async function loadPart(
  part: ScenePart,
  grid: Grid,
  names: readonly BandName[],
  readBand: BandReader,
): Promise<SceneRasters> {
  const layer: SceneRasters = { grid, bands: {}, scl: null }
  for (const name of names) {
    const window = part.bands[name]
    if (!window) continue
    const raster = await readBand(window.file)
    if (!sameGrid(raster.grid, window.grid))
      throw new ScarlineError(`${window.file}: got another grid than scenes.json says`, {
        code: 'corrupt-file',
        hint: 'Remove the file and acquire or import the scene again.',
        details: { got: raster.grid, expected: window.grid },
      })
    if (name === 'scl') {
      const codes = raster.data instanceof Uint8Array ? raster.data : Uint8Array.from(raster.data)
      layer.scl = resampleNearest(codes, planSampling(raster.grid, grid), 0)
    } else {
      const values = scaled(raster.data, window)
      layer.bands[name] = onLattice(raster.grid, grid)
        ? copyOnto(values, raster.grid, grid)
        : resampleBilinear(values, planSampling(raster.grid, grid))
    }
  }
  return layer
}

function scaled(dn: RasterData, { scaling }: BandWindow): Float32Array {
  const { scale, offset, nodataDn } = scaling
  const values = new Float32Array(dn.length)
  for (let i = 0; i < values.length; i++) {
    const value = dn[i] as number
    values[i] = value === nodataDn ? NaN : value * scale + offset
  }
  return values
}

function copyOnto(values: Float32Array, from: Grid, to: Grid): Float32Array {
  const result = new Float32Array(to.width * to.height).fill(NaN)
  const [c, r] = mapToPixel(to.transform, from.transform[2], from.transform[5])
  const [col0, row0] = [Math.round(c), Math.round(r)]
  const left = Math.max(0, -col0)
  const right = Math.min(from.width, to.width - col0)
  if (right <= left) return result
  for (let row = Math.max(0, -row0); row < Math.min(from.height, to.height - row0); row++)
    result.set(
      values.subarray(row * from.width + left, row * from.width + right),
      (row + row0) * to.width + col0 + left,
    )
  return result
}

/** Side of a native pixel, metres (geometric mean of both sides). */
export function nativePixelM(grid: Grid): number {
  const [w, h] = pixelSizeM(grid)
  return Math.sqrt(w * h)
}
