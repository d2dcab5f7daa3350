import { ScarlineError } from '../errors.ts'
import type { Affine } from '../model/grid.ts'
import type { BandName } from '../model/scene.ts'
import { type ArchiveBand, bandAssets } from '../stac/asset-bands.ts'
import { overlapFraction } from '../stac/footprint.ts'
import { type ArchiveItem, type ItemAsset, parseItem } from '../stac/item.ts'
import { fileName, folderOf } from './paths.ts'
import type { LocalFile, LocalProduct, SkippedFile, StatedGrid } from './product.ts'

/** What a STAC document beside local rasters holds. */
export interface StacDocumentResult {
  products: LocalProduct[]
  /** Files that belong to its items, used or not. */
  usedPaths: string[]
  skipped: SkippedFile[]
}

/** Two items of one tile and day that share this much ground are the same data processed twice. */
const TWIN_OVERLAP = 0.5

/**
 * Recognises STAC items (or a FeatureCollection of them) whose assets lie beside the document: a
 * relative href is followed, of an absolute one the file name is looked for beside the document and in
 * a folder named as the item. Documents of other kinds are ignored.
 *
 * @param files all files that were named or lie below named folders
 */
export function recogniseStacDocument(
  path: string,
  text: string,
  files: readonly LocalFile[],
): StacDocumentResult {
  const result: StacDocumentResult = { products: [], usedPaths: [], skipped: [] }
  const leave = (reason: string, severity: SkippedFile['severity']): StacDocumentResult => {
    result.skipped.push({ path, reason: `${fileName(path)}: ${reason}`, severity })
    return result
  }
  let document: unknown
  try {
    document = JSON.parse(text)
  } catch (error) {
    return leave(`got JSON that cannot be read (${(error as Error).message})`, 'refused')
  }
  const items = itemsOf(document)
  if (items.length === 0) return leave('holds no STAC items', 'ignored')
  const paths = new Set(files.map((file) => file.path))
  for (const value of items) {
    try {
      const { product, usedPaths } = productOf(value, path, paths)
      result.products.push(product)
      result.usedPaths.push(...usedPaths)
    } catch (error) {
      if (!(error instanceof ScarlineError)) throw error
      const reason = items.length === 1 ? error.message : `${fileName(path)}: ${error.message}`
      result.skipped.push({ path, reason, severity: 'refused' })
    }
  }
  return result
}

function itemsOf(document: unknown): unknown[] {
  const { type, features, assets } = (document ?? {}) as Record<string, unknown>
  if (type === 'Feature' && typeof assets === 'object') return [document]
  if (type === 'FeatureCollection' && Array.isArray(features)) {
    return features.filter((feature: unknown) => (feature as { assets?: unknown } | null)?.assets)
  }
  return []
}

function productOf(
  value: unknown,
  path: string,
  paths: ReadonlySet<string>,
): { product: LocalProduct; usedPaths: string[] } {
  const item = parseItem(value, path)
  const local: ItemAsset[] = []
  for (const asset of item.assets) {
    const found = localPath(asset.href, item.id, path, paths)
    // The first bytes of a file tell its format; media types describe the archive's copy.
    if (found !== null)
      local.push({ ...asset, href: found, mediaType: 'image/tiff', alternateHrefs: [] })
  }
  if (local.length === 0) {
    throw new ScarlineError(`${item.id}: none of its assets lies beside ${fileName(path)}`, {
      code: 'not-found',
      hint: 'Put the images beside the item, or use scarline init --stac and acquire.',
    })
  }
  const assets = bandAssets({ ...item, assets: local }, ['red', 'nir'], ['green', 'blue', 'scl'])
  const statedGrids: Partial<Record<BandName, StatedGrid>> = {}
  for (const band of Object.keys(assets) as ArchiveBand[]) {
    const grid = statedGrid(value, item, assets[band]?.key ?? '')
    if (grid) statedGrids[band] = grid
  }
  const file = (band: ArchiveBand): { path: string; bandIndex: number } | undefined => {
    const asset = assets[band]
    return asset ? { path: asset.href, bandIndex: 0 } : undefined
  }
  const [red, nir, green, blue, scl] = [
    file('red'),
    file('nir'),
    file('green'),
    file('blue'),
    file('scl'),
  ]
  const product: LocalProduct = {
    itemId: item.id,
    kind: 'stac',
    platform: item.platform,
    time: { capturedAt: item.capturedAt, precision: 'second', source: 'datetime' },
    twinKey: null,
    version: [],
    processingBaseline: item.processingBaseline,
    sunElevationDeg: item.sunElevationDeg,
    bands: {
      ...(red ? { red } : {}),
      ...(nir ? { nir } : {}),
      ...(green ? { green } : {}),
      ...(blue ? { blue } : {}),
    },
    classification: scl ? { kind: 'scl', file: scl } : null,
    scaling: {
      scale: assets.red?.scale ?? 1 / 10000,
      offset: 0,
      nodataDn: assets.red?.nodata ?? 0,
    },
    offsetFacts: {
      processingBaseline: item.processingBaseline,
      boaOffsetApplied: item.boaOffsetApplied,
      rasterOffset: assets.red?.offset ?? null,
    },
    statedGrids,
    evidence: { format: 'STAC item' },
    remarks: scl ? [] : ['no scene classification (SCL): clouds are not known'],
    stac: item,
  }
  const mine = new Set(local.map(({ href }) => href))
  return { product, usedPaths: [path, ...mine] }
}

function localPath(
  href: string,
  itemId: string,
  documentPath: string,
  paths: ReadonlySet<string>,
): string | null {
  const folder = folderOf(documentPath)
  const name = fileName(href.replace(/[?#].*$/, ''))
  const candidates = [
    href.replace(/^file:\/\//, ''),
    `${folder}/${name}`,
    `${folder}/${itemId}/${name}`,
    `${folder}/assets/${itemId}/${name}`,
  ]
  return candidates.find((candidate) => paths.has(candidate)) ?? null
}

/** The grid that `proj:transform` and `proj:shape` of an asset (or of the item) state. */
function statedGrid(value: unknown, item: ArchiveItem, key: string): StatedGrid | null {
  const { assets, properties } = value as {
    assets?: Record<string, Record<string, unknown>>
    properties?: Record<string, unknown>
  }
  const say = (name: string): unknown => assets?.[key]?.[name] ?? properties?.[name]
  const transform = say('proj:transform')
  const shape = say('proj:shape')
  if (item.epsg === null || !Array.isArray(transform) || !Array.isArray(shape)) return null
  const numbers = [...transform.slice(0, 6), ...shape.slice(0, 2)].map(Number)
  if (numbers.length !== 8 || !numbers.every(Number.isFinite)) return null
  return {
    epsg: item.epsg,
    transform: numbers.slice(0, 6) as Affine,
    height: numbers[6] as number,
    width: numbers[7] as number,
  }
}

/**
 * Marks STAC products of one tile, day and platform that show the same ground as twins of each other;
 * strips of one pass that lie apart stay apart.
 */
export function markStacTwins(products: readonly LocalProduct[]): LocalProduct[] {
  const leaders = new Map<string, LocalProduct[]>()
  return products.map((product) => {
    const item = product.stac
    if (!item?.tile) return product
    const key = `stac ${item.platform} ${item.capturedAt.slice(0, 10)} ${item.tile}`
    const known = leaders.get(key) ?? []
    leaders.set(key, known)
    let index = known.findIndex(
      (leader) => overlapFraction(leader.stac?.footprint ?? null, item.footprint) > TWIN_OVERLAP,
    )
    if (index < 0) index = known.push(product) - 1
    const baseline = (item.processingBaseline ?? '0').split('.').map(Number)
    const created = item.createdAt === null ? 0 : Date.parse(item.createdAt)
    return {
      ...product,
      twinKey: `${key} ${index}`,
      version: [...baseline, item.sequence ?? -1, created],
    }
  })
}
