import type { FileStore } from '../model/file-store.ts'
import type { Scratch } from '../tracking/segmenter.ts'

const CACHE_DIR = '.cache'

/** Scratch space of one engine in the site folder, thrown away when a propagation is complete. */
export function segmenterScratch(
  files: FileStore,
  segmenterId: string,
): { scratch: Scratch; clear(): Promise<void> } {
  const dir = `${CACHE_DIR}/${segmenterId}`
  return {
    scratch: {
      write: (key, bytes) => files.write(`${dir}/${key}`, bytes, { durable: false }),
      read: (key) => files.readIfExists(`${dir}/${key}`),
    },
    clear: () => files.remove(dir),
  }
}
