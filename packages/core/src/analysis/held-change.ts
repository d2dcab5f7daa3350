import { isObserved } from '../model/validity.ts'
import { NEVER_SEEN } from './change.ts'

/** Ground that changed and stayed so, by the frame that first showed it, pixels. */
export interface HeldChange {
  gainedPx: number
  lostPx: number
  /** Gained ground by the frame that had seen it last. */
  gainedSincePx: ReadonlyMap<number, number>
}

/** Sights of a pixel that must agree on each side of a change, that of the change among those after it. */
const SIGHTS = 3

/**
 * Follows each pixel through a series. A change is held when the last three sights before it agree, and
 * the first three from it on do; at the ends of a series, when those that there are do. So what comes and
 * goes (debris in a river, a cloud's shadow, ground that one frame shows differently) does not count.
 */
export function trackHeldChange(pixels: number): {
  add(mask: Uint8Array, validity: Uint8Array): void
  /** By frame, in the order added. */
  finish(): HeldChange[]
} {
  const state = new Uint8Array(pixels).fill(NEVER_SEEN)
  const run = new Uint8Array(pixels)
  const isPending = new Uint8Array(pixels)
  const hasChanged = new Uint8Array(pixels)
  const changedAt = new Uint16Array(pixels)
  const seenLast = new Uint16Array(pixels)
  const seenBefore = new Uint16Array(pixels)
  const frames: (HeldChange & { gainedSincePx: Map<number, number> })[] = []
  const credit = (i: number): void => {
    isPending[i] = 0
    const frame = frames[changedAt[i] as number] as (typeof frames)[number]
    if (state[i] !== 1) {
      frame.lostPx++
      return
    }
    frame.gainedPx++
    const since = seenBefore[i] as number
    frame.gainedSincePx.set(since, (frame.gainedSincePx.get(since) ?? 0) + 1)
  }
  return {
    add(mask, validity) {
      const now = frames.push({ gainedPx: 0, lostPx: 0, gainedSincePx: new Map() }) - 1
      for (let i = 0; i < mask.length; i++) {
        if (!isObserved(validity[i] as number)) continue
        const value = mask[i] as number
        const before = seenLast[i] as number
        seenLast[i] = now
        if (value === state[i]) {
          const length = Math.min(SIGHTS, (run[i] as number) + 1)
          run[i] = length
          if (isPending[i] && length === SIGHTS) credit(i)
          continue
        }
        if (state[i] !== NEVER_SEEN) {
          isPending[i] = (run[i] as number) >= SIGHTS || !hasChanged[i] ? 1 : 0
          hasChanged[i] = 1
          changedAt[i] = now
          seenBefore[i] = before
        }
        state[i] = value
        run[i] = 1
      }
    },
    finish() {
      for (let i = 0; i < pixels; i++) if (isPending[i]) credit(i)
      return frames
    },
  }
}

/**
 * The latest frame that had seen at least half of the ground which a frame was the first to show as
 * gained: the frame before, unless that did not see it.
 *
 * @returns null where nothing was gained
 */
export function halfSeenSince({ gainedPx, gainedSincePx }: HeldChange): number | null {
  let seenPx = 0
  for (const [frame, count] of [...gainedSincePx].sort(([a], [b]) => b - a)) {
    seenPx += count
    if (2 * seenPx >= gainedPx) return frame
  }
  return null
}
