import { encodeCog } from '../cog/write-cog.ts'
import { readRaster } from '../cog/read-geotiff.ts'
import { colourPicture, encodePng } from '../frames/picture.ts'
import type { PlannedFrame } from '../frames/plan-frames.ts'
import { type RenderedFrame, renderBand, renderFrame } from '../frames/render-frame.ts'
import type { FileStore } from '../model/file-store.ts'
import type { Grid } from '../model/grid.ts'
import type { BandName, Scene } from '../model/scene.ts'
import { VALIDITY } from '../model/validity.ts'
import type { MapShift } from '../raster/resample.ts'
import type { ColourBand, SceneReader, Stretches } from './frame-series.ts'

/** NDVI and validity of a scene on the site grid. */
export async function measureFrame(
  scene: Scene,
  reader: SceneReader,
  siteGrid: Grid,
): Promise<RenderedFrame> {
  const layers = await reader.layers(scene, ['red', 'nir', 'ndvi'])
  return renderFrame(layers, await reader.codes(scene), shiftOf(scene), siteGrid)
}

/** NDVI of a frame as stored. */
export async function readFrameNdvi(files: FileStore, frame: PlannedFrame): Promise<Float32Array> {
  const { data } = await readRaster(await files.read(frame.files.ndvi), frame.files.ndvi)
  return data as Float32Array
}

/** Writes NDVI and validity. */
export async function writeMeasured(
  files: FileStore,
  frame: PlannedFrame,
  rendered: RenderedFrame,
  grid: Grid,
): Promise<void> {
  const [ndvi, validity] = await Promise.all([
    encodeCog({ grid, data: rendered.ndvi }, { nodata: NaN }),
    encodeCog({ grid, data: rendered.validity }, { nodata: VALIDITY.nodata }),
  ])
  await Promise.all([
    files.write(frame.files.ndvi, ndvi),
    files.write(frame.files.validity, validity),
  ])
}

/** Writes the picture that the segmenter sees. */
export async function writePicture(
  files: FileStore,
  frame: PlannedFrame,
  gray: Uint8Array,
  grid: Grid,
): Promise<void> {
  await files.write(frame.files.picture, await encodePng(gray, grid))
}

/** Writes true and false colour where the frame has them. */
export async function writeColour(
  files: FileStore,
  frame: PlannedFrame,
  scene: Scene,
  reader: SceneReader,
  stretches: Stretches,
  grid: Grid,
): Promise<void> {
  const wanted: [string | null, readonly [ColourBand, ColourBand, ColourBand]][] = [
    [frame.files.trueColour, ['red', 'green', 'blue']],
    [frame.files.falseColour, ['nir', 'red', 'green']],
  ]
  const names = new Set<BandName>()
  for (const [file, bands] of wanted) if (file) bands.forEach((band) => names.add(band))
  if (names.size === 0) return
  const layers = await reader.layers(scene, [...names])
  const rendered = new Map<BandName, Float32Array>()
  for (const name of names)
    if (name !== 'scl') rendered.set(name, renderBand(layers, name, shiftOf(scene), grid))
  for (const [file, bands] of wanted) {
    if (!file) continue
    const rgb = colourPicture(
      [
        rendered.get(bands[0]) as Float32Array,
        rendered.get(bands[1]) as Float32Array,
        rendered.get(bands[2]) as Float32Array,
      ],
      [stretches[bands[0]], stretches[bands[1]], stretches[bands[2]]],
    )
    await files.write(file, await encodePng(rgb, grid))
  }
}

/** Reflectance of red and near infrared together, clouds included, NaN outside; null where a band is not known. */
export async function renderBrightness(
  scene: Scene,
  reader: SceneReader,
  grid: Grid,
): Promise<Float32Array | null> {
  if (!scene.parts.every(({ bands }) => bands.red && bands.nir)) return null
  const layers = await reader.layers(scene, ['red', 'nir'])
  const nir = renderBand(layers, 'nir', shiftOf(scene), grid)
  return renderBand(layers, 'red', shiftOf(scene), grid).map((red, i) => red + (nir[i] as number))
}

function shiftOf(scene: Scene): MapShift {
  return scene.shift?.applied ? scene.shift : { xM: 0, yM: 0 }
}
