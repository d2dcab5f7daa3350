import { pixelSizeM, gridBounds } from '../geo/affine.ts'
import type { Frame } from '../model/frame.ts'
import type { Grid } from '../model/grid.ts'
import type { BandWindow, Scene, ScenePart } from '../model/scene.ts'
import type { SiteSource } from '../model/site.ts'
import type { TrackedFrame } from '../model/track.ts'
import type { GridFootprint } from './grid-footprint.ts'
import { ITEM_DEPTH, frameAssets } from './stac-assets.ts'
import {
  type FileLookup,
  MEDIA_TYPES,
  STAC_EXTENSIONS,
  STAC_VERSION,
  type StacExportItem,
  type StacExportLink,
  hrefTo,
} from './stac-documents.ts'
import { modelItemId, modelName } from './stac-model.ts'

/** What an item of a frame is made from. */
export interface FrameItemInputs {
  frame: Frame
  /** Masks on this frame, by object. */
  tracked: readonly TrackedFrame[]
  scene: Scene | null
  grid: Grid
  footprint: GridFootprint
  source: SiteSource
  collectionId: string
  /** Scene ids of the frames before and after, for links. */
  neighbours: { previous: string | null; next: string | null }
  software: Record<string, string>
  lookup: FileLookup
}

/** The item of one frame: when, where, its files with checksums, and what it was made from. */
export function planFrameItem(input: FrameItemInputs): StacExportItem {
  const { frame, tracked, scene, grid, footprint, collectionId, lookup } = input
  const pixelM = Math.max(...pixelSizeM(grid))
  const modelHref = (mask: TrackedFrame): string => {
    const id = modelItemId(mask)
    return `../${id}/${id}.json`
  }
  return {
    type: 'Feature',
    stac_version: STAC_VERSION,
    stac_extensions: [
      STAC_EXTENSIONS.classification,
      STAC_EXTENSIONS.file,
      STAC_EXTENSIONS.processing,
      STAC_EXTENSIONS.projection,
      STAC_EXTENSIONS.raster,
    ],
    id: frame.sceneId,
    collection: collectionId,
    geometry: footprint.geometry,
    bbox: footprint.bboxLngLat,
    properties: {
      title: `${frame.capturedAt.slice(0, 10)}, frame ${frame.index}`,
      datetime: frame.capturedAt,
      ...(scene === null ? {} : platformFields(scene)),
      gsd: sensorPixelM(scene) ?? pixelM,
      'proj:code': `EPSG:${grid.epsg}`,
      'proj:bbox': gridBounds(grid),
      'proj:shape': [grid.height, grid.width],
      'proj:transform': grid.transform,
      'processing:lineage': lineageOf(frame, scene, pixelM),
      'processing:software': input.software,
      'scarline:frame': frame.index,
      'scarline:threshold_ndvi': frame.threshold.value,
      'scarline:valid_fraction': frame.validFraction,
      'scarline:flags': frame.flags,
      ...(scene === null ? {} : { 'scarline:source_items': scene.parts.map((p) => p.itemId) }),
    },
    links: [
      ...upwardLinks(),
      ...neighbourLinks(input.neighbours),
      ...(scene === null ? [] : scene.parts.flatMap((part) => sourceLinks(part, input.source))),
      ...modelLinks(tracked),
    ],
    assets: frameAssets(frame, tracked, pixelM, modelHref, lookup),
  }
}

function upwardLinks(): StacExportLink[] {
  const type = MEDIA_TYPES.json
  return [
    { rel: 'root', href: '../catalog.json', type },
    { rel: 'parent', href: '../collection.json', type },
    { rel: 'collection', href: '../collection.json', type },
  ]
}

function neighbourLinks({ previous, next }: FrameItemInputs['neighbours']): StacExportLink[] {
  const link = (rel: string, id: string): StacExportLink => ({
    rel,
    href: `../${id}/${id}.json`,
    type: MEDIA_TYPES.geojson,
  })
  return [
    ...(previous === null ? [] : [link('prev', previous)]),
    ...(next === null ? [] : [link('next', next)]),
  ]
}

/**
 * Where a part of a scene came from. Of an API the item and the files read; of files on somebody's
 * disk the windows that the site folder keeps, for a path of another machine leads nowhere.
 */
function sourceLinks(part: ScenePart, source: SiteSource): StacExportLink[] {
  const links: StacExportLink[] = []
  if (source.kind === 'stac' && isApiRoot(source.url)) {
    const path = ['collections', source.collection, 'items', part.itemId]
    links.push({
      rel: 'derived_from',
      href: `${source.url.replace(/\/+$/, '')}/${path.map(encodeURIComponent).join('/')}`,
      type: MEDIA_TYPES.geojson,
      title: part.itemId,
    })
  }
  for (const [band, window] of Object.entries(part.bands)) {
    links.push({
      rel: 'derived_from',
      href: isRemote(window) ? unsigned(window.href) : hrefTo(window.file, ITEM_DEPTH),
      title: `${part.itemId}: ${band}`,
    })
  }
  return links
}

/** A static catalogue or a list of items is a file; an API's root is not. */
function isApiRoot(url: string): boolean {
  return /^https?:\/\//.test(url) && !/\.(geo)?json([?#]|$)/i.test(url)
}

function isRemote(window: BandWindow): boolean {
  return /^(https?|s3|gs):\/\//.test(window.href)
}

/** An address without its query where that is a signature: those end, and are nobody else's business. */
function unsigned(href: string): string {
  return /[?&](sig|X-Amz-Signature)=/i.test(href) ? (href.split('?')[0] as string) : href
}

function modelLinks(tracked: readonly TrackedFrame[]): StacExportLink[] {
  const models = new Map(tracked.map((mask) => [modelItemId(mask), mask]))
  return [...models].map(([id, mask]) => ({
    rel: 'derived_from',
    href: `../${id}/${id}.json`,
    type: MEDIA_TYPES.geojson,
    title: `Model: ${mask.segmenter}`,
    'mlm:name': modelName(mask),
    'processing:level': 'L4',
  }))
}

function platformFields({ platform }: Scene): Record<string, unknown> {
  const sentinel2 = /^S(2[A-D])$/.exec(platform)
  if (!sentinel2) return { platform: platform.toLowerCase() }
  return {
    platform: `sentinel-${(sentinel2[1] as string).toLowerCase()}`,
    constellation: 'sentinel-2',
    instruments: ['msi'],
  }
}

/** The coarsest pixel that red and near infrared (or NDVI) were delivered in, m. */
function sensorPixelM(scene: Scene | null): number | null {
  const sizes = (scene?.parts ?? []).flatMap(({ bands }) =>
    [bands.red, bands.nir, bands.ndvi].flatMap((band) =>
      band === undefined ? [] : pixelSizeM(band.grid),
    ),
  )
  return sizes.length === 0 ? null : Math.max(...sizes)
}

function lineageOf(frame: Frame, scene: Scene | null, pixelM: number): string {
  const sentences: string[] = []
  if (scene !== null) {
    sentences.push(`Made from ${scene.parts.map(({ itemId }) => itemId).join(', ')}.`)
    if (scene.offset !== null) {
      sentences.push(
        `Offset of processing baseline 04.00: ${scene.offset.decision}, ${scene.offset.offsetReflectance} added to reflectance.`,
      )
    }
    sentences.push(
      scene.shift?.applied
        ? `Registered by ${scene.shift.xM} m east and ${scene.shift.yM} m north (quality ${scene.shift.quality} of 1).`
        : 'Not registered: no shift was applied.',
    )
  }
  sentences.push(
    `Resampled once, bilinear, to ${pixelM} m.`,
    `NDVI of ${frame.threshold.value} or less counts as bare (${frame.threshold.method}).`,
  )
  return sentences.join(' ')
}
