/** Blocks of files by key, the least recently used dropped first. */
export interface BlockCache {
  get(key: string): Uint8Array | undefined
  set(key: string, block: Uint8Array): void
}

/** A {@link BlockCache} that holds up to `maxBytes`. */
export function createBlockCache(maxBytes: number): BlockCache {
  const blocks = new Map<string, Uint8Array>()
  let bytes = 0
  return {
    get(key): Uint8Array | undefined {
      const block = blocks.get(key)
      if (block) {
        blocks.delete(key)
        blocks.set(key, block)
      }
      return block
    },
    set(key, block): void {
      bytes += block.byteLength - (blocks.get(key)?.byteLength ?? 0)
      blocks.delete(key)
      blocks.set(key, block)
      for (const [oldest, { byteLength }] of blocks) {
        if (bytes <= maxBytes) break
        blocks.delete(oldest)
        bytes -= byteLength
      }
    },
  }
}

/**
 * Which runs of blocks must be fetched so that all ranges are covered: missing blocks only, runs that
 * nearly touch joined, long runs cut.
 *
 * @param needed indices of the blocks needed, in any order
 * @param has whether a block is there already
 * @param maxGap blocks that may be fetched again to join two runs
 * @param maxRun longest run, blocks
 */
export function planRuns(
  needed: Iterable<number>,
  has: (block: number) => boolean,
  maxGap: number,
  maxRun: number,
): { first: number; count: number }[] {
  const missing = [...new Set(needed)].filter((block) => !has(block)).sort((a, b) => a - b)
  const runs: { first: number; count: number }[] = []
  for (const block of missing) {
    const last = runs.at(-1)
    const end = last ? last.first + last.count : -1
    if (last && block - end <= maxGap && block - last.first < maxRun) {
      last.count = block - last.first + 1
    } else {
      runs.push({ first: block, count: 1 })
    }
  }
  return runs
}
