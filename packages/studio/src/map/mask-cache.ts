import type { MaskRuns } from '@scarline/core/model'
import { isAbort } from '../api/api-error.ts'
import { request } from '../api/request.ts'
import { type DrawnMask, drawMask } from './drawn-mask.ts'
import { type MaskBits, decodeRuns } from './mask-bits.ts'

/** A mask as it comes: an address, or bits that are here already. */
export interface MaskSource {
  /** Equal keys, equal masks. */
  key: string
  /** Frame and object: until the mask is there, the last one of its slot is shown. */
  slot: string
  /** Runs are at the address. */
  from: { url: string } | { bits: MaskBits }
}

/** Masks ready to be drawn, by key. */
export interface MaskCache {
  /** The mask, or the last one of its slot while it is on its way, or null. */
  get(source: MaskSource): DrawnMask | null
  /** Whether this very mask is there. */
  has(key: string): boolean
  faultOf(key: string): unknown
  /** Fetches these before all others. */
  want(sources: readonly MaskSource[]): void
  /** Fetches these one by one when the page has nothing else to do. */
  fetchAhead(sources: readonly MaskSource[]): void
  forgetFaults(): void
  close(): void
}

/** Masks kept; their covered parts only. */
const MOST_MASKS = 400

/** @param onChange called when a mask has come, or cannot be had */
export function createMaskCache(gridWidth: number, onChange: (key: string) => void): MaskCache {
  const masks = new Map<string, DrawnMask>()
  const lastOfSlot = new Map<string, string>()
  const faults = new Map<string, unknown>()
  const loading = new Set<string>()
  const end = new AbortController()
  let ahead: MaskSource[] = []
  let isAhead = false

  const put = (source: MaskSource, mask: DrawnMask): void => {
    masks.set(source.key, mask)
    const last = lastOfSlot.get(source.slot)
    if (last !== undefined && last !== source.key) masks.delete(last)
    lastOfSlot.set(source.slot, source.key)
    for (const key of masks.keys()) {
      if (masks.size <= MOST_MASKS) break
      masks.delete(key)
    }
  }
  const load = async (source: MaskSource): Promise<void> => {
    const { key, from } = source
    if (masks.has(key) || loading.has(key) || faults.has(key)) return
    if ('bits' in from) {
      put(source, drawMask(from.bits, gridWidth))
      return
    }
    loading.add(key)
    try {
      const runs = await request<MaskRuns>(from.url, { signal: end.signal })
      put(source, drawMask(decodeRuns(runs), gridWidth))
    } catch (error) {
      if (!isAbort(error)) faults.set(key, error)
    } finally {
      loading.delete(key)
    }
    if (!end.signal.aborted) onChange(key)
  }
  const goAhead = async (): Promise<void> => {
    if (isAhead) return
    isAhead = true
    while (ahead.length > 0 && !end.signal.aborted) {
      await idle()
      const next = ahead.shift()
      if (next) await load(next)
    }
    isAhead = false
  }
  return {
    get({ key, slot }) {
      return masks.get(key) ?? masks.get(lastOfSlot.get(slot) ?? '') ?? null
    },
    has: (key) => masks.has(key),
    faultOf: (key) => faults.get(key) ?? null,
    want(sources) {
      for (const source of sources) void load(source)
    },
    fetchAhead(sources) {
      ahead = sources.slice(0, MOST_MASKS - 50).filter(({ key }) => !masks.has(key))
      void goAhead()
    },
    forgetFaults: () => faults.clear(),
    close() {
      end.abort()
      ahead = []
      masks.clear()
    },
  }
}

function idle(): Promise<void> {
  return new Promise((done) => {
    requestIdleCallback(() => done(), { timeout: 500 })
  })
}
