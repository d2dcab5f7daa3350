import type { Scene } from '../model/scene.ts'
import type { SiteFolder } from '../site/site-folder.ts'
import type { ArchiveItem } from '../stac/item.ts'
import { applyOffsets } from './apply-offsets.ts'

/** A scene whose metadata and pixels contradict each other, in one sentence. */
export interface OffsetContradiction {
  sceneId: string
  message: string
}

/**
 * Decides, for imported Sentinel-2 scenes whose files do not settle it, whether 1000 DN are still to be
 * subtracted, from stored pixels and metadata together, and puts that into their scalings. Scenes whose
 * decision changes are to be screened again.
 *
 * @returns contradictions that were not known before
 */
export async function decideImportedOffsets(
  folder: SiteFolder,
  signal?: AbortSignal,
): Promise<OffsetContradiction[]> {
  const site = await folder.readSite()
  const scenes = await folder.readScenes()
  const open = scenes.filter(({ offset }) => offset?.evidence['offsetOpen'] === true)
  if (open.length === 0) return []
  const before = new Map(open.map((scene) => [scene.id, structuredClone(scene.offset)]))
  const items = new Map(open.flatMap((scene) => itemsOf(scene).map((item) => [item.id, item])))
  await applyOffsets(open, items, site.grid, folder.files, signal)
  const contradictions: OffsetContradiction[] = []
  for (const scene of open) {
    const known = before.get(scene.id)
    const decision = scene.offset
    if (!known || !decision) continue
    scene.offset = { ...decision, evidence: { ...known.evidence, ...decision.evidence } }
    if (known.offsetReflectance !== decision.offsetReflectance) {
      scene.validFraction = null
      scene.shift = null
    }
    if (decision.contradiction !== null && decision.contradiction !== known.contradiction) {
      contradictions.push({ sceneId: scene.id, message: `${scene.id}: ${decision.contradiction}` })
    }
  }
  await folder.writeScenes(scenes)
  return contradictions
}

/** What the scene's evidence says of its parts, in the form in which an archive's items say it. */
function itemsOf({ platform, capturedAt, offset, parts }: Scene): ArchiveItem[] {
  const evidence = offset?.evidence ?? {}
  const rasterOffset = evidence['rasterOffset']
  const boaOffsetApplied = evidence['boaOffsetApplied']
  return parts.map(({ itemId, processingBaseline, bands }) => ({
    id: itemId,
    collection: null,
    capturedAt,
    platform,
    processingBaseline,
    sequence: null,
    createdAt: null,
    tile: null,
    epsg: null,
    footprint: null,
    bboxLngLat: null,
    boaOffsetApplied: typeof boaOffsetApplied === 'boolean' ? boaOffsetApplied : null,
    sunElevationDeg: null,
    assets: [
      {
        key: 'red',
        href: bands.red?.href ?? '',
        mediaType: null,
        commonNames: [],
        bandNames: [],
        scale: null,
        offset: typeof rasterOffset === 'number' ? rasterOffset : null,
        nodata: null,
        roles: [],
        alternateHrefs: [],
      },
    ],
  }))
}
