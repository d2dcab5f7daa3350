import { randomUUID } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { FileStore } from '../model/file-store.ts'
import type { FrameList } from '../model/frame.ts'
import { OWN_PROCESS, isOfDeadProcess } from '../site/process-name.ts'
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
 * Scratch space of an engine that answers clicks: of this session alone, another studio on the same site has its own.
 * Throws away what processes left that ended in the middle.
 */
export async function liveScratch(
  folder: SiteFolder,
  segmenterId: string,
): Promise<ReturnType<typeof segmenterScratch>> {
  for (const name of await namesIn(join(folder.dir, CACHE_DIR))) {
    if (name.startsWith(LIVE_PREFIX) && isOfDeadProcess(name)) {
      await folder.files.remove(`${CACHE_DIR}/${name}`)
    }
  }
  const own = `${LIVE_PREFIX}${segmenterId}-${OWN_PROCESS}-${randomUUID()}`
  return segmenterScratch(folder.files, own)
}

const LIVE_PREFIX = 'live-'

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
  for (const name of await namesIn(join(dir, PREPARED_DIR))) {
    if (name !== own && name.startsWith(`${segmenter.id}-`)) {
      await files.remove(`${PREPARED_DIR}/${name}`)
    }
  }
}

/** Names in a folder; none where there is no such folder. */
async function namesIn(path: string): Promise<string[]> {
  return readdir(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
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
