import { readRaster } from '../cog/read-geotiff.ts'
import { mapToPixel, pixelToMap } from '../geo/affine.ts'
import { transformer } from '../geo/projection.ts'
import type { FileStore } from '../model/file-store.ts'
import type { Grid } from '../model/grid.ts'
import type { BandName, OffsetDecision, Scene, ScenePart } from '../model/scene.ts'
import type { Raster, RasterData } from '../raster/raster.ts'
import type { ArchiveItem } from '../stac/item.ts'
import {
  type OffsetPixels,
  type OffsetScene,
  type RedStatistics,
  decideOffsets,
  redStatistics,
} from '../stac/offset.ts'

const LATTICE = 40
/** SCL codes of ground that was seen: vegetation, bare, water, unclassified. */
const SEEN_GROUND = new Set([4, 5, 6, 7])
const REFLECTANCE_BANDS: readonly BandName[] = ['red', 'nir', 'green', 'blue']

/**
 * Decides the offset of each scene that has been read, from its stored windows and its items'
 * metadata, and puts it into the scaling of the bands (in place). One scene's pixels are in memory at
 * a time; what is kept of each is a few kilobytes.
 *
 * @param items the items that the scenes' parts come from, by id; scenes of others are left alone
 */
export async function applyOffsets(
  scenes: readonly Scene[],
  items: ReadonlyMap<string, ArchiveItem>,
  siteGrid: Grid,
  files: FileStore,
  signal?: AbortSignal,
): Promise<Map<string, OffsetDecision>> {
  const known: OffsetScene[] = []
  // Parts of one pass may come from different processings: each is decided by itself.
  for (const scene of scenes) {
    if (scene.status !== 'read') continue
    for (const part of scene.parts) {
      signal?.throwIfAborted()
      const item = items.get(part.itemId)
      if (item) known.push(await offsetSceneOf(scene, part, item, siteGrid, files))
    }
  }
  const decisions = decideOffsets(known)
  const changed = new Map<string, OffsetDecision>()
  for (const scene of scenes) {
    for (const [i, part] of scene.parts.entries()) {
      const decision = decisions.get(keyOf(scene, part))
      if (!decision) continue
      for (const name of REFLECTANCE_BANDS) {
        const band = part.bands[name]
        if (band) band.scaling = { ...band.scaling, offset: decision.offsetReflectance }
      }
      if (i === 0 || !scene.offset) scene.offset = decision
      changed.set(keyOf(scene, part), decision)
    }
  }
  return changed
}

function keyOf(scene: Scene, part: ScenePart): string {
  return `${scene.id}/${part.itemId}`
}

async function offsetSceneOf(
  scene: Scene,
  part: ScenePart,
  item: ArchiveItem,
  siteGrid: Grid,
  files: FileStore,
): Promise<OffsetScene> {
  const read = async (name: 'red' | 'nir' | 'scl'): Promise<Raster<RasterData> | null> => {
    const band = part.bands[name]
    return band ? readRaster(await files.read(band.file), band.file) : null
  }
  const red = await read('red')
  const statistics: RedStatistics = red
    ? redStatistics(red.data, part.bands.red?.scaling.nodataDn ?? null)
    : { validPixels: 0, farBelowPixels: 0, percentile1Dn: null, medianDn: null }
  const redAsset = item.assets.find(({ href }) => href === part.bands.red?.href)
  return {
    id: keyOf(scene, part),
    metadata: {
      platform: item.platform,
      capturedAt: item.capturedAt,
      processingBaseline: item.processingBaseline,
      boaOffsetApplied: item.boaOffsetApplied,
      rasterOffset: redAsset?.offset ?? null,
    },
    pixels: samplePixels(siteGrid, red, await read('nir'), await read('scl')),
    redStatistics: statistics,
  }
}

function samplePixels(
  siteGrid: Grid,
  red: Raster<RasterData> | null,
  nir: Raster<RasterData> | null,
  scl: Raster<RasterData> | null,
): OffsetPixels {
  const redDn = new Uint16Array(LATTICE * LATTICE)
  const nirDn = new Uint16Array(LATTICE * LATTICE)
  if (!red || !nir) return { redDn, nirDn }
  const toPart = transformer(siteGrid.epsg, red.grid.epsg)
  for (let i = 0; i < redDn.length; i++) {
    const col = (((i % LATTICE) + 0.5) / LATTICE) * siteGrid.width
    const row = ((Math.floor(i / LATTICE) + 0.5) / LATTICE) * siteGrid.height
    const xy = toPart(pixelToMap(siteGrid.transform, col, row))
    if (scl && !SEEN_GROUND.has(valueAt(scl, xy))) continue
    redDn[i] = valueAt(red, xy)
    nirDn[i] = valueAt(nir, xy)
  }
  return { redDn, nirDn }
}

function valueAt({ grid, data }: Raster<RasterData>, [x, y]: [number, number]): number {
  const [colPx, rowPx] = mapToPixel(grid.transform, x, y)
  const col = Math.floor(colPx)
  const row = Math.floor(rowPx)
  if (col < 0 || row < 0 || col >= grid.width || row >= grid.height) return 0
  return data[row * grid.width + col] as number
}
