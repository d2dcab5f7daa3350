import { isMajaFolder, recogniseMaja } from './maja.ts'
import { extensionOf, fileName, folderNamed } from './paths.ts'
import type { LocalFile, LocalProduct, SkippedFile, SortedFiles } from './product.ts'
import { isSafeFolder, recogniseSafe } from './safe.ts'
import { markStacTwins, recogniseStacDocument } from './stac-items.ts'

const RASTER_EXTENSIONS = new Set(['tif', 'tiff', 'gtiff', 'jp2', 'j2k', 'j2c', 'jpx'])

/**
 * Sorts files into products (Theia/MAJA and SAFE folders, STAC items with local assets) and plain
 * rasters that must be looked into. Every file that is named by the user or is a raster ends in one
 * of the three lists of the answer, or in a product.
 *
 * @param documents texts by path, see `isDocument`
 */
export function sortFiles(
  files: readonly LocalFile[],
  documents: ReadonlyMap<string, string>,
): SortedFiles {
  const products: LocalProduct[] = []
  const skipped: SkippedFile[] = []
  const rest: LocalFile[] = []
  const folders = new Map<string, LocalFile[]>()
  for (const file of files) {
    const folder = folderNamed(file.path, (name) => isMajaFolder(name) || isSafeFolder(name))
    if (folder === null) rest.push(file)
    else folders.set(folder, [...(folders.get(folder) ?? []), file])
  }
  const take = (result: LocalProduct | SkippedFile): void => {
    if ('reason' in result) skipped.push(result)
    else products.push(result)
  }
  for (const [path, members] of folders) {
    const name = fileName(path)
    if (isMajaFolder(name)) {
      take(recogniseMaja(name, path, members))
    } else {
      const metadata = members.find((file) => fileName(file.path) === 'MTD_MSIL2A.xml')
      take(recogniseSafe(name, path, members, documents.get(metadata?.path ?? '') ?? null))
    }
  }

  const used = new Set<string>()
  for (const file of rest) {
    const text = documents.get(file.path)
    if (text === undefined) continue
    used.add(file.path)
    const result = recogniseStacDocument(file.path, text, rest)
    for (const path of result.usedPaths) used.add(path)
    products.push(...result.products)
    skipped.push(...result.skipped.filter(({ severity }) => severity === 'refused' || file.named))
  }
  const plainPaths: string[] = []
  for (const file of rest) {
    if (used.has(file.path)) continue
    if (file.named || RASTER_EXTENSIONS.has(extensionOf(file.path))) plainPaths.push(file.path)
  }
  return { products: markStacTwins(products), plainPaths, skipped }
}
