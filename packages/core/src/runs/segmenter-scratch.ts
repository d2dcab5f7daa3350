import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { FileStore } from '../model/file-store.ts'
import type { FrameList } from '../model/frame.ts'
import type { SiteFolder } from '../site/site-folder.ts'
import type { Scratch, Segmenter } from '../tracking/segmenter.ts'
import { hashOf } from './hash.ts'

const CACHE_DIR = '.cache'
const PREPARED_DIR = `${CACHE_DIR}/prepared`

/** Scratch space of one engine in the site folder, thrown away when a propagation is complete. */
export function segmenterScratch(
  files: FileStore,
  segmenterId: string,
): { scratch: Scratch; clear(): Promise<void> } {
  const dir = `${CACHE_DIR}/${segmenterId}`
  return { scratch: scratchIn(files, dir), clear: () => files.remove(dir) }
}

/**
 * What an engine has found out about a site's series before any prompt, kept from run to run: under
 * the frames' hashes, so that other frames never meet it.
 */
export function preparedStore(files: FileStore, list: FrameList, segmenter: Engine): Scratch {
  return scratchIn(files, `${PREPARED_DIR}/${seriesName(list, segmenter)}`)
}

type Engine = Pick<Segmenter, 'id' | 'modelHash'>

/** Removes what the engine had prepared of frames that are no more. */
export async function removeOtherSeries(
  { dir, files }: SiteFolder,
  list: FrameList,
  segmenter: Engine,
): Promise<void> {
  const own = seriesName(list, segmenter)
  const names = await readdir(join(dir, PREPARED_DIR)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
  for (const name of names) {
    if (name !== own && name.startsWith(`${segmenter.id}-`)) {
      await files.remove(`${PREPARED_DIR}/${name}`)
    }
  }
}

/**
 * A scratch of which the last things read stay in memory. They are handed out again as they are: whoever reads
 * must not write into them.
 */
export function rememberingScratch(scratch: Scratch, budgetBytes: number): Scratch {
  const kept = new Map<string, Uint8Array>()
  let usedBytes = 0
  const forget = (key: string): void => {
    usedBytes -= kept.get(key)?.byteLength ?? 0
    kept.delete(key)
  }
  return {
    async write(key, bytes) {
      forget(key)
      await scratch.write(key, bytes)
      forget(key)
    },
    async read(key) {
      const known = kept.get(key)
      if (known) {
        kept.delete(key)
        kept.set(key, known)
        return known
      }
      const bytes = await scratch.read(key)
      if (bytes === null || kept.has(key) || bytes.byteLength > budgetBytes) return bytes
      kept.set(key, bytes)
      usedBytes += bytes.byteLength
      for (const [oldest] of kept) {
        if (usedBytes <= budgetBytes) break
        forget(oldest)
      }
      return bytes
    },
  }
}

function seriesName({ grid, frames }: FrameList, { id, modelHash }: Engine): string {
  const series = frames.map(({ sceneId, inputHash }) => [sceneId, inputHash])
  return `${id}-${hashOf([modelHash, grid, series])}`
}

function scratchIn(files: FileStore, dir: string): Scratch {
  return {
    write: (key, bytes) => files.write(`${dir}/${key}`, bytes, { durable: false }),
    read: (key) => files.readIfExists(`${dir}/${key}`),
  }
}
