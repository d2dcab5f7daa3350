import { ScarlineError } from '../errors.ts'
import {
  type PlacedProduct,
  type PlannedScene,
  arrangeScenes,
  mainPath,
} from '../import/arrange-scenes.ts'
import { isDocument, listLocalFiles, readDocumentText } from '../import/local-files.ts'
import type { FactsResult, PlainOptions } from '../import/plain.ts'
import { planImport } from '../import/plan-import.ts'
import type { LocalFile, LocalProduct, SkippedFile } from '../import/product.ts'
import { readRasterFacts } from '../import/raster-facts.ts'
import { openLocalRaster } from '../import/raster-source.ts'
import { sortFiles } from '../import/sort-files.ts'

/** What to import. */
export interface ImportInputs extends PlainOptions {
  /** Files and folders. */
  paths: readonly string[]
  signal?: AbortSignal
}

/** A product that was recognised but whose first band cannot be opened. */
export interface UnreadableProduct {
  product: LocalProduct
  reason: string
}

/** What was found below the paths: scenes to read, and what is left out and why. */
export interface PreparedImport {
  /** In time order. */
  scenes: PlannedScene[]
  /** Item ids that a newer processing replaces, by the id kept. */
  superseded: Record<string, string[]>
  unreadable: UnreadableProduct[]
  skipped: SkippedFile[]
  /** For telling changed files from unchanged ones. */
  files: ReadonlyMap<string, LocalFile>
}

/**
 * Looks through files and folders: recognises products, opens one band of each for its grid, groups
 * them into scenes. No pixels are kept.
 *
 * @throws ScarlineError `not-found` for a path that does not exist, `no-scenes` where nothing can be
 * imported (the message holds the first reason)
 */
export async function prepareImport(inputs: ImportInputs): Promise<PreparedImport> {
  const { signal } = inputs
  const files = await listLocalFiles(inputs.paths, signal)
  const documents = new Map<string, string>()
  for (const file of files) {
    signal?.throwIfAborted()
    if (isDocument(file)) documents.set(file.path, await readDocumentText(file))
  }
  const sorted = sortFiles(files, documents)
  const facts = new Map<string, FactsResult>()
  for (const path of sorted.plainPaths) facts.set(path, await look(path, signal))
  const plan = planImport(sorted, facts, inputs.bands ? { bands: inputs.bands } : {})

  const placed: PlacedProduct[] = []
  const unreadable: UnreadableProduct[] = []
  for (const product of plan.products) {
    signal?.throwIfAborted()
    const band = product.bands.red ? 'red' : 'ndvi'
    const path = mainPath(product)
    const known = facts.get(path)
    if (known?.ok) {
      placed.push({ product, grid: known.facts.grid })
      continue
    }
    try {
      await using raster = await openLocalRaster(path, product.statedGrids[band], signal)
      placed.push({ product, grid: raster.grid })
    } catch (error) {
      unreadable.push({ product, reason: reasonOf(error) })
    }
  }
  const { scenes, skipped } = arrangeScenes(placed)
  const allSkipped = [...plan.skipped, ...skipped]
  if (scenes.length === 0) throw nothingToImport(inputs.paths, files.length, allSkipped, unreadable)
  return {
    scenes,
    superseded: plan.superseded,
    unreadable,
    skipped: allSkipped,
    files: new Map(files.map((file) => [file.path, file])),
  }
}

async function look(path: string, signal?: AbortSignal): Promise<FactsResult> {
  try {
    await using raster = await openLocalRaster(path, undefined, signal)
    return { ok: true, facts: await readRasterFacts(raster, signal) }
  } catch (error) {
    return { ok: false, reason: reasonOf(error) }
  }
}

/**
 * One line for a failure that concerns one file only.
 * @throws whatever concerns more than that file: cancellation, a full disk, programming errors
 */
export function reasonOf(error: unknown): string {
  if (!(error instanceof ScarlineError) || error.code === 'disk') throw error
  return error.hint === undefined ? error.message : `${error.message}. ${error.hint}`
}

function nothingToImport(
  paths: readonly string[],
  fileCount: number,
  skipped: readonly SkippedFile[],
  unreadable: readonly UnreadableProduct[],
): ScarlineError {
  const reasons = [
    ...skipped.filter(({ severity }) => severity === 'refused').map(({ reason }) => reason),
    ...unreadable.map(({ reason }) => reason),
  ]
  const where = paths.length === 1 ? (paths[0] as string) : `${paths.length} paths`
  const first = reasons[0]
  if (first !== undefined) {
    const more = reasons.length > 1 ? ` (and ${reasons.length - 1} more like it)` : ''
    return new ScarlineError(`nothing in ${where} can be imported: ${first}${more}`, {
      code: 'no-scenes',
      details: { reasons: reasons.slice(0, 100) },
    })
  }
  return new ScarlineError(`got ${fileCount} files in ${where}, none of them a raster`, {
    code: 'no-scenes',
    hint: 'Name GeoTIFFs, Theia/MAJA or SAFE folders, or STAC items with their images beside them.',
  })
}
