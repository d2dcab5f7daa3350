import { type WorkingGrid, NATIVE_PIXEL_M, pixelsOf } from './working-grid.ts'

/** A click on the working grid. */
export interface WorkingPoint {
  frameIndex: number
  col: number
  row: number
  positive: boolean
}

/** A region that a person gave on a frame, and what was bare then. */
export interface WorkingRegion {
  /** 0/1 on the working grid. */
  inside: Uint8Array
  /** Stored posterior of being bare on that frame. */
  posterior: Int8Array
  /** Bare ground outside is not the object (a mask); else nothing is said of it (a box). */
  exhaustive: boolean
}

/** The label under a point or, where it hit none, the nearest within a native pixel; 0 for none. */
export function labelNear(labels: Int32Array, point: WorkingPoint, working: WorkingGrid): number {
  const { width, height } = working
  const here = labels[point.row * width + point.col] as number
  if (here > 0) return here
  const reachPx = pixelsOf(working, NATIVE_PIXEL_M)
  let best = 0
  let bestDistance = (reachPx + 0.5) ** 2
  for (let r = point.row - reachPx; r <= point.row + reachPx; r++) {
    for (let c = point.col - reachPx; c <= point.col + reachPx; c++) {
      if (r < 0 || c < 0 || r >= height || c >= width) continue
      const label = labels[r * width + c] as number
      const distance = (r - point.row) ** 2 + (c - point.col) ** 2
      if (label > 0 && distance < bestDistance) [best, bestDistance] = [label, distance]
    }
  }
  return best
}

/** Marks the labels of which most that was bare lies inside the region, and those of which next to none does. */
export function vote(
  region: WorkingRegion,
  labels: Int32Array,
  count: number,
  named: Uint8Array,
  out: Uint8Array | null,
): void {
  const { bare, inside } = tallyOf(region, labels, count)
  for (let label = 1; label <= count; label++) {
    const total = bare[label] as number
    if (total === 0) continue
    const share = (inside[label] as number) / total
    if (share >= 0.5) named[label] = 1
    else if (out && region.exhaustive && share <= 0.1) out[label] = 1
  }
}

/** Per label, how many of its pixels were bare, and how many of those lie inside the region. */
interface Tally {
  bare: Float64Array
  inside: Float64Array
}

interface KnownTally extends Tally {
  frame: ArrayBufferLike
  from: number
}

/** Of accepted masks and parts that never change, which come with every click of a session. */
const tallies = new WeakMap<Uint8Array, WeakMap<Int32Array, KnownTally>>()

function tallyOf(region: WorkingRegion, labels: Int32Array, count: number): Tally {
  const { buffer: frame, byteOffset: from } = region.posterior
  const ofRegion = tallies.get(region.inside) ?? new WeakMap<Int32Array, KnownTally>()
  tallies.set(region.inside, ofRegion)
  const known = ofRegion.get(labels)
  if (known?.frame === frame && known.from === from) return known
  const bare = new Float64Array(count + 1)
  const inside = new Float64Array(count + 1)
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i] as number
    if (label === 0 || (region.posterior[i] as number) <= 0) continue
    bare[label] = (bare[label] as number) + 1
    if (region.inside[i]) inside[label] = (inside[label] as number) + 1
  }
  ofRegion.set(labels, { bare, inside, frame, from })
  return { bare, inside }
}
