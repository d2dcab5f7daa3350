import { readRaster } from '../cog/read-geotiff.ts'
import type { FrameList } from '../model/frame.ts'
import type { FrameSource } from '../tracking/segmenter.ts'
import type { Scene } from '../model/scene.ts'
import { type SceneReader, sceneReader } from './frame-series.ts'
import { renderBrightness } from './make-frame.ts'
import { nativeGridOf } from './native-grid.ts'
import type { SiteFolder } from '../site/site-folder.ts'
import { ScarlineError } from '../errors.ts'

/** A site's frames as a segmenter reads them, straight from the site folder. */
export function siteFrameSource(folder: SiteFolder, list: FrameList): FrameSource {
  const { grid } = list
  const fileOf = (index: number, kind: 'ndvi' | 'validity' | 'picture'): string => {
    const frame = list.frames[index]
    if (!frame) throw new RangeError(`frame ${index} of ${list.frames.length}`)
    return frame.files[kind]
  }
  const readData = async (name: string): Promise<Float32Array | Uint8Array> => {
    const raster = await readRaster(await folder.files.read(name), name).catch((error: unknown) => {
      if (!(error instanceof ScarlineError)) throw error
      throw new ScarlineError(error.message, {
        code: error.code,
        hint: `Delete ${name} in the site folder, then run scarline frames: it makes it again.`,
        details: error.details,
        cause: error,
      })
    })
    if (raster.grid.width !== grid.width || raster.grid.height !== grid.height) {
      throw new ScarlineError(
        `${name} is ${raster.grid.width}x${raster.grid.height}, expected ${grid.width}x${grid.height}`,
        { code: 'corrupt-file', hint: 'Run scarline frames again.' },
      )
    }
    return raster.data as Float32Array | Uint8Array
  }
  let scenes: Promise<{ reader: SceneReader; byId: ReadonlyMap<string, Scene> }> | null = null
  const readScenes = async (): Promise<{
    reader: SceneReader
    byId: ReadonlyMap<string, Scene>
  }> => {
    const all = await folder.readScenes()
    const reader = sceneReader(folder.files, nativeGridOf(await folder.readSite(), all))
    return { reader, byId: new Map(all.map((scene) => [scene.id, scene])) }
  }
  return {
    grid,
    frames: list.frames.map((frame) => ({
      index: frame.index,
      sceneId: frame.sceneId,
      capturedAt: frame.capturedAt,
      threshold: frame.threshold.value,
      validFraction: frame.validFraction,
    })),
    async readNdvi(index, signal) {
      signal?.throwIfAborted()
      return (await readData(fileOf(index, 'ndvi'))) as Float32Array
    },
    async readValidity(index, signal) {
      signal?.throwIfAborted()
      return (await readData(fileOf(index, 'validity'))) as Uint8Array
    },
    async readBrightness(index, onGrid, signal) {
      signal?.throwIfAborted()
      const { reader, byId } = await (scenes ??= readScenes())
      const scene = byId.get(list.frames[index]?.sceneId ?? '')
      return scene === undefined ? null : renderBrightness(scene, reader, onGrid)
    },
    async readPicture(index, signal) {
      signal?.throwIfAborted()
      const { default: sharp } = await import('sharp')
      const bytes = await folder.files.read(fileOf(index, 'picture'))
      return new Uint8Array(await sharp(bytes).removeAlpha().toColourspace('srgb').raw().toBuffer())
    },
  }
}
