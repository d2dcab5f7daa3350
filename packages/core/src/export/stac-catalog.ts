import { pixelSizeM } from '../geo/affine.ts'
import type { FrameList } from '../model/frame.ts'
import type { Scene } from '../model/scene.ts'
import type { Site } from '../model/site.ts'
import type { Track } from '../model/track.ts'
import { gridFootprint } from './grid-footprint.ts'
import { ASSET_KINDS, bandOf } from './stac-assets.ts'
import {
  type AssetFields,
  type FileFacts,
  type FileLookup,
  MEDIA_TYPES,
  STAC_EXTENSIONS,
  STAC_VERSION,
  type StacExportItem,
  type StacFile,
  fileFields,
  hrefTo,
} from './stac-documents.ts'
import { planFrameItem } from './stac-item.ts'
import { type PublishedWeights, modelItemId, planModelItem } from './stac-model.ts'

/** What a catalogue is made from. */
export interface CatalogInputs {
  site: Site
  list: FrameList
  scenes: readonly Scene[]
  /** Null before anything was tracked. */
  track: Track | null
  /** Name and version of what made the outputs. */
  software: Record<string, string>
  /** Published weights by segmenter. */
  weights: ReadonlyMap<string, PublishedWeights>
  lookup: FileLookup
  /** Size and checksum of a text in UTF-8. */
  factsOf: (text: string) => FileFacts
}

/** Results of the whole site that a collection points to, where they are there. */
export const COLLECTION_FILES: Record<string, AssetFields & { name: string }> = {
  report: { name: 'report.html', type: MEDIA_TYPES.html, title: 'Report', roles: ['overview'] },
  video: {
    name: 'frames.mp4',
    type: MEDIA_TYPES.mp4,
    title: 'The frames as a video',
    roles: ['overview'],
  },
  boundaries: {
    name: 'analysis/boundaries.gpkg',
    type: MEDIA_TYPES.geopackage,
    title: 'Boundaries by date',
    roles: ['data'],
  },
  area: {
    name: 'analysis/area.csv',
    type: MEDIA_TYPES.csv,
    title: 'Area by date',
    roles: ['data'],
  },
  seasons: {
    name: 'analysis/seasons.csv',
    type: MEDIA_TYPES.csv,
    title: 'Area by season',
    roles: ['data'],
  },
  components: {
    name: 'analysis/components.csv',
    type: MEDIA_TYPES.csv,
    title: 'Fragments by date',
    roles: ['data'],
  },
  summary: {
    name: 'analysis/summary.json',
    type: MEDIA_TYPES.json,
    title: 'All numbers of the analysis',
    roles: ['data'],
  },
  verification: {
    name: 'verification.json',
    type: MEDIA_TYPES.json,
    title: 'Scores against ground truth',
    roles: ['metadata'],
  },
  qgis: {
    name: 'qgis/scar.qgs',
    type: MEDIA_TYPES.qgis,
    title: 'QGIS project that plays the boundaries',
    roles: ['overview'],
  },
}

/**
 * A self-contained static catalogue of a site's outputs: `catalog.json`, `collection.json`, an item
 * per frame, an item per model that made masks. Links are relative; equal inputs give equal documents.
 */
export function planCatalog(input: CatalogInputs): StacFile[] {
  const { list, scenes, track, software } = input
  const { grid, frames } = list
  const footprint = gridFootprint(grid)
  const collectionId = slug(input.site.name)
  const sceneById = new Map(scenes.map((scene) => [scene.id, scene]))
  const masks = [...(track?.frames ?? [])].sort((a, b) => a.objectId - b.objectId)
  const items = frames.map((frame, i) =>
    planFrameItem({
      frame,
      tracked: masks.filter(({ sceneId }) => sceneId === frame.sceneId),
      scene: sceneById.get(frame.sceneId) ?? null,
      grid,
      footprint,
      source: input.site.source,
      collectionId,
      neighbours: {
        previous: frames[i - 1]?.sceneId ?? null,
        next: frames[i + 1]?.sceneId ?? null,
      },
      software,
      lookup: input.lookup,
    }),
  )
  const shown = new Set(frames.map(({ sceneId }) => sceneId))
  const used = masks.filter(({ sceneId }) => shown.has(sceneId))
  const models = [...new Map(used.map((mask) => [modelItemId(mask), mask])).values()]
  const firstAt = frames[0]?.capturedAt ?? `${input.site.from}T00:00:00Z`
  const lastAt = frames.at(-1)?.capturedAt ?? `${input.site.to}T00:00:00Z`
  const modelFiles = models.flatMap((model) =>
    planModelItem({
      model,
      grid,
      footprint,
      firstAt,
      lastAt,
      software,
      weights: input.weights.get(model.segmenter) ?? null,
      factsOf: input.factsOf,
    }),
  )
  return [
    { name: 'catalog.json', document: rootCatalog(input, collectionId, models.map(modelItemId)) },
    {
      name: 'collection.json',
      document: collection(input, collectionId, items, footprint.bboxLngLat),
    },
    ...items.map((item) => ({ name: `${item.id}/${item.id}.json`, document: item })),
    ...modelFiles,
  ]
}

function rootCatalog(
  { site }: CatalogInputs,
  collectionId: string,
  modelIds: readonly string[],
): object {
  return {
    type: 'Catalog',
    stac_version: STAC_VERSION,
    id: `${collectionId}-catalogue`,
    title: site.name,
    description: 'A landslide scar through a satellite archive, tracked with Scarline.',
    links: [
      { rel: 'root', href: './catalog.json', type: MEDIA_TYPES.json },
      {
        rel: 'child',
        href: './collection.json',
        type: MEDIA_TYPES.json,
        title: 'Frames and masks',
      },
      ...modelIds.map((id) => ({
        rel: 'item',
        href: `./${id}/${id}.json`,
        type: MEDIA_TYPES.geojson,
        title: id,
      })),
    ],
  }
}

function collection(
  input: CatalogInputs,
  id: string,
  items: readonly StacExportItem[],
  bbox: readonly number[],
): object {
  const { site, list, software, lookup } = input
  const times = items.map(({ properties }) => properties.datetime)
  const isSentinel2 = items.some(({ properties }) => properties['constellation'] === 'sentinel-2')
  return {
    type: 'Collection',
    stac_version: STAC_VERSION,
    stac_extensions: [
      STAC_EXTENSIONS.classification,
      STAC_EXTENSIONS.file,
      STAC_EXTENSIONS.processing,
      STAC_EXTENSIONS.projection,
      STAC_EXTENSIONS.raster,
    ],
    id,
    title: site.name,
    description: `Frames, masks and numbers of ${site.name}.${isSentinel2 ? ' Contains modified Copernicus Sentinel data.' : ''}`,
    keywords: ['landslide', 'scar', 'NDVI', 'segmentation'],
    license: 'other',
    providers: [
      {
        name: 'Scarline',
        roles: ['processor'],
        'processing:level': 'L4',
        'processing:software': software,
      },
      ...(isSentinel2
        ? [{ name: 'ESA', roles: ['producer', 'licensor'], url: 'https://sentinels.copernicus.eu' }]
        : []),
    ],
    extent: {
      spatial: { bbox: [bbox] },
      temporal: { interval: [[times[0] ?? null, times.at(-1) ?? null]] },
    },
    summaries: {
      'proj:code': [`EPSG:${list.grid.epsg}`],
      platform: [...new Set(items.flatMap(({ properties }) => properties['platform'] ?? []))],
    },
    item_assets: itemAssets(Math.max(...pixelSizeM(list.grid))),
    links: [
      { rel: 'root', href: './catalog.json', type: MEDIA_TYPES.json },
      { rel: 'parent', href: './catalog.json', type: MEDIA_TYPES.json },
      ...items.map((item) => ({
        rel: 'item',
        href: `./${item.id}/${item.id}.json`,
        type: MEDIA_TYPES.geojson,
        title: item.properties['title'],
      })),
    ],
    assets: Object.fromEntries(
      Object.entries(COLLECTION_FILES).flatMap(([key, { name, ...fields }]) => {
        const facts = lookup(name)
        if (facts === null) return []
        return [[key, { href: hrefTo(name, 1), ...fields, ...fileFields(facts) }]]
      }),
    ),
  }
}

function itemAssets(pixelM: number): object {
  const banded = ['ndvi', 'validity', 'mask', 'probability'] as const
  return Object.fromEntries(
    Object.entries(ASSET_KINDS).map(([kind, fields]) => {
      const band = banded.find((one) => one === kind)
      return [kind, band === undefined ? fields : { ...fields, bands: [bandOf(band, pixelM)] }]
    }),
  )
}

/** A name as an identifier: letters, digits, points and hyphens. */
function slug(name: string): string {
  const plain = name
    .normalize('NFKD')
    .replaceAll(/[^A-Za-z0-9.]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
  return plain === '' ? 'site' : plain
}
