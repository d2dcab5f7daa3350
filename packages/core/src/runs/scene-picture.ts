import { type ColourStretch, colourPicture, ndviToGray } from '../frames/picture.ts'
import type { BandName, Scene } from '../model/scene.ts'
import { NATIVE_MARGIN_PX } from '../raster/scene-rasters.ts'
import type { SiteFolder } from '../site/site-folder.ts'
import { ScarlineError } from '../errors.ts'
import { sceneReader } from './frame-series.ts'
import { sceneNdvi } from './measure-scene-shifts.ts'
import { nativeGridOf } from './native-grid.ts'

/** The same for every scene, so that haze and snow look like what they are. */
const REFLECTANCE: ColourStretch = { black: 0, white: 0.35 }
const BANDS: readonly BandName[] = ['red', 'green', 'blue', 'nir', 'ndvi']
const QUALITY = 78

/** A scene as the archive delivered it, kept or not: a small WebP for a contact sheet. */
export interface ScenePicture {
  webp: Uint8Array
  widthPx: number
  heightPx: number
  /** True colour where the scene has blue, else near infrared, red and green, else NDVI as grey. */
  kind: 'true-colour' | 'false-colour' | 'ndvi'
}

/**
 * Draws a scene over the site, on its native pixels, with no shift and nothing masked.
 *
 * @param edgePx longest edge, pixels; never enlarged
 * @throws ScarlineError `missing-step` for a scene that was not read; `corrupt-file`
 */
export async function encodeScenePicture(
  folder: SiteFolder,
  scene: Scene,
  { edgePx }: { edgePx: number },
): Promise<ScenePicture> {
  if (scene.status !== 'read') {
    throw new ScarlineError(`the scene ${scene.id} was not read, expected its pixels`, {
      code: 'missing-step',
      hint: 'Run scarline acquire again to read it.',
    })
  }
  const grid = nativeGridOf(await folder.readSite(), await folder.readScenes())
  const rasters = await sceneReader(folder.files, grid).flat(scene, BANDS)
  const { red, green, blue, nir } = rasters.bands
  const isTrue = red && green && blue
  const rgb = isTrue
    ? ([red, green, blue] as const)
    : nir && red && green
      ? ([nir, red, green] as const)
      : null
  const pixels = rgb
    ? colourPicture(rgb, [REFLECTANCE, REFLECTANCE, REFLECTANCE])
    : Uint8Array.from(sceneNdvi(rasters) ?? [], (ndvi) => (ndvi === ndvi ? ndviToGray(ndvi) : 0))
  const margin = NATIVE_MARGIN_PX
  const { default: sharp } = await import('sharp')
  const { data, info } = await sharp(pixels, {
    raw: { width: grid.width, height: grid.height, channels: rgb ? 3 : 1 },
  })
    .extract({
      left: margin,
      top: margin,
      width: grid.width - 2 * margin,
      height: grid.height - 2 * margin,
    })
    .resize({ width: edgePx, height: edgePx, fit: 'inside', withoutEnlargement: true })
    .webp({ quality: QUALITY })
    .toBuffer({ resolveWithObject: true })
  const kind = isTrue ? 'true-colour' : rgb ? 'false-colour' : 'ndvi'
  return { webp: data, widthPx: info.width, heightPx: info.height, kind }
}
