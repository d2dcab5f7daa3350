import { readFile, readdir, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { ScarlineError } from '../errors.ts'
import { isMajaFolder } from './maja.ts'
import { folderNamed, folderOf } from './paths.ts'
import type { LocalFile } from './product.ts'
import { isSafeFolder } from './safe.ts'

/** Largest metadata document that is read: Sentinel-2's are below 1 MB. */
const MAX_DOCUMENT_BYTES = 16 * 2 ** 20

/**
 * All files below the given files and folders, sorted by path, each once. Hidden ones are left out.
 * @throws ScarlineError `not-found` for a path that does not exist
 */
export async function listLocalFiles(
  paths: readonly string[],
  signal?: AbortSignal,
): Promise<LocalFile[]> {
  const found = new Map<string, LocalFile>()
  const add = async (path: string, named: boolean): Promise<void> => {
    signal?.throwIfAborted()
    const info = await stat(path).catch((cause: unknown) => {
      if (!named) return null
      throw new ScarlineError(`${path}: no such file or folder`, {
        code: 'not-found',
        hint: 'Check the path; name GeoTIFFs, product folders, or a folder that holds them.',
        details: { path },
        cause,
      })
    })
    if (info?.isFile()) {
      const known = found.get(path)
      const { size: sizeBytes, mtimeMs: modifiedMs } = info
      found.set(path, { path, sizeBytes, modifiedMs, named: named || known?.named === true })
    } else if (info?.isDirectory()) {
      const names = (await readdir(path)).filter((name) => !name.startsWith('.'))
      for (const name of names.sort()) await add(join(path, name), false)
    }
  }
  for (const path of paths) {
    const absolute = resolve(path)
    await add(absolute, true)
    // Shell patterns name single bands; the masks that lie in folders beside them belong to them.
    const product = folderNamed(absolute, (name) => isMajaFolder(name) || isSafeFolder(name))
    if (product !== null) await add(product, false)
    else if (isDocumentName(absolute)) await add(folderOf(absolute), false)
  }
  return [...found.values()].sort((a, b) => (a.path < b.path ? -1 : 1))
}

/** Whether a file is metadata that recognition reads: STAC JSON, Sentinel-2's product XML. */
export function isDocument(file: LocalFile): boolean {
  return isDocumentName(file.path) && file.sizeBytes <= MAX_DOCUMENT_BYTES
}

function isDocumentName(path: string): boolean {
  return /(\.(geo)?json|[\\/]MTD_MSIL2A\.xml)$/i.test(path)
}

/** The text of a document. */
export async function readDocumentText(file: LocalFile): Promise<string> {
  return readFile(file.path, 'utf8')
}
