import { readRaster } from '../cog/read-geotiff.ts'
import { type ColourStretch, planStretch, reflectanceHistogram } from '../frames/picture.ts'
import { type PlannedFrame } from '../frames/plan-frames.ts'
import { frameHistogram } from '../frames/plan-thresholds.ts'
import { rasterizeLngLat } from '../geo/rasterize.ts'
import type { FileStore } from '../model/file-store.ts'
import type { Grid } from '../model/grid.ts'
import type { BandName, Scene } from '../model/scene.ts'
import type { Site } from '../model/site.ts'
import { isObserved } from '../model/validity.ts'
import { type SceneRasters, loadSceneFlat, loadSceneLayers } from '../raster/scene-rasters.ts'
import { type Histogram, addToHistogram } from '../raster/threshold.ts'
import { sceneNdvi } from './measure-scene-shifts.ts'
import { validityFile } from './native-grid.ts'

/** Bands of colour pictures. */
export const COLOUR_BANDS = ['nir', 'red', 'green', 'blue'] as const
export type ColourBand = (typeof COLOUR_BANDS)[number]
export type Stretches = Record<ColourBand, ColourStretch>

/** Reads scenes and their validity codes from a site folder. */
export interface SceneReader {
  layers(scene: Scene, names: readonly BandName[]): Promise<SceneRasters[]>
  flat(scene: Scene, names: readonly BandName[]): Promise<SceneRasters>
  codes(scene: Scene): Promise<Uint8Array>
}

export function sceneReader(files: FileStore, nativeGrid: Grid): SceneReader {
  const readBand = async (file: string): ReturnType<typeof readRaster> =>
    readRaster(await files.read(file), file)
  return {
    layers: (scene, names) => loadSceneLayers(scene, nativeGrid, names, readBand),
    flat: (scene, names) => loadSceneFlat(scene, nativeGrid, names, readBand),
    codes: async (scene) => (await readBand(validityFile(scene))).data as Uint8Array,
  }
}

/** What thresholds and stretches are found from, gathered over a series. */
export interface SeriesStatistics {
  /** One NDVI histogram per frame gathered, over the AOI. */
  ndvi: Histogram[]
  reflectance: Record<ColourBand, Histogram>
}

/** Empty statistics, to be filled by {@link gatherScene}. */
export function createStatistics(): SeriesStatistics {
  const reflectance = Object.fromEntries(
    COLOUR_BANDS.map((band) => [band, reflectanceHistogram()]),
  ) as Record<ColourBand, Histogram>
  return { ndvi: [], reflectance }
}

/** Adds what a frame's scene showed of the AOI. */
export async function gatherScene(
  statistics: SeriesStatistics,
  frame: PlannedFrame,
  scene: Scene,
  reader: SceneReader,
  aoi: Uint8Array,
): Promise<void> {
  const colour = frame.files.trueColour !== null || frame.files.falseColour !== null
  const names: BandName[] = colour ? ['ndvi', ...COLOUR_BANDS] : ['ndvi', 'nir', 'red']
  const rasters = await reader.flat(scene, names)
  const codes = await reader.codes(scene)
  const seen = aoi.map((inside, i) => (inside && isObserved(codes[i] as number) ? 1 : 0))
  const ndvi = sceneNdvi(rasters)
  statistics.ndvi.push(frameHistogram(ndvi ?? new Float32Array(seen.length).fill(NaN), seen))
  if (!colour) return
  for (const band of COLOUR_BANDS) {
    const data = rasters.bands[band]
    if (data) addToHistogram(statistics.reflectance[band], data, seen)
  }
}

/** Stretches of all colour bands. */
export function stretchesOf({ reflectance }: SeriesStatistics): Stretches {
  return Object.fromEntries(
    COLOUR_BANDS.map((band) => [band, planStretch(reflectance[band])]),
  ) as Stretches
}

/** The AOI on the native grid, 0/1. */
export function nativeAoi(site: Site, nativeGrid: Grid): Uint8Array {
  return rasterizeLngLat(site.aoi, nativeGrid)
}
