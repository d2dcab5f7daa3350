import { isObserved } from '../model/validity.ts'
import { NEVER_SEEN } from './change.ts'

/** Ground that changed and stayed so, by the frame that first showed it, pixels. */
export interface HeldChange {
  gainedPx: number
  lostPx: number
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
  const frames: HeldChange[] = []
  const credit = (i: number): void => {
    isPending[i] = 0
    const frame = frames[changedAt[i] as number] as HeldChange
    if (state[i] === 1) frame.gainedPx++
    else frame.lostPx++
  }
  return {
    add(mask, validity) {
      const now = frames.push({ gainedPx: 0, lostPx: 0 }) - 1
      for (let i = 0; i < mask.length; i++) {
        if (!isObserved(validity[i] as number)) continue
        const value = mask[i] as number
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
