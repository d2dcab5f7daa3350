import { labelComponents, squaredDistances } from '../../raster/morphology.ts'
import { type Extent, cropMask, extentOf } from './extent.ts'
import { type GroundParts, SURROUNDED } from './ground-parts.ts'
import { NATIVE_PIXEL_M, type WorkingGrid, pixelsOf } from './working-grid.ts'

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

/** Which ground belongs to an object; when it is bare is another matter. */
export interface Membership {
  /** 0/1: part of the object whenever bare. */
  member: Uint8Array
  /**
   * Steady ground that the object overran: part of it only while the changed pixel with this index is.
   * -1 elsewhere.
   */
  follows: Int32Array
  /** What holds every member, and a pixel around it; null without members. */
  extent: Extent | null
}

/** A blank membership: an object without prompts. */
export function emptyMembership(pixels: number): Membership {
  const follows = new Int32Array(pixels).fill(-1)
  return { member: new Uint8Array(pixels), follows, extent: null }
}

/** A separate patch of new ground joins within this many times the square root of its area. */
const REACH = 4

/**
 * Which ground is the object.
 *
 * Steady ground that a positive prompt names is, and what is connected with it unless that stands less
 * deep in changed ground (an outcrop that touches the scar by a neck). A steady piece whose surroundings changed wholly
 * stands in failing ground and is; one overrun in part (an outcrop) is from when its nearest changed
 * ground is. Changed ground is where a positive prompt names it, or where it adjoins: within half the
 * object's extent and within {@link REACH} times its own size. A steady piece that touches it is what
 * the prompts make of its like: the object where it stands as deep in changed ground as the shallowest
 * piece that they name, and deeper than every piece that they refuse. The rest of the steady ground
 * (roads, outcrops, banks) is not. Negative prompts take out the steady piece or the separate patch under
 * them.
 */
export function findMembership(
  parts: GroundParts,
  points: readonly WorkingPoint[],
  regions: readonly WorkingRegion[],
  working: WorkingGrid,
): Membership {
  const { width, height } = working
  const { steadyParts, pieces, changed } = parts
  const reachPx = pixelsOf(working, NATIVE_PIXEL_M)
  const pixels = changed.length
  const positives = points.filter((point) => point.positive)
  const negatives = points.filter((point) => !point.positive)

  const seeded = new Uint8Array(steadyParts.count + 1)
  const kept = new Uint8Array(pieces.count + 1)
  const refused = new Uint8Array(pieces.count + 1)
  for (const point of positives) {
    const at = point.row * width + point.col
    const hit = steadyParts.labels[at] || (changed[at] ? 0 : nearLabel(steadyParts.labels, point))
    seeded[hit] = 1
    kept[pieces.labels[at] || (changed[at] ? 0 : nearLabel(pieces.labels, point))] = 1
  }
  for (const region of regions) {
    vote(region, steadyParts.labels, steadyParts.count, seeded, null)
    const [named, out] = [new Uint8Array(pieces.count + 1), new Uint8Array(pieces.count + 1)]
    vote(region, pieces.labels, pieces.count, named, out)
    for (let piece = 1; piece <= pieces.count; piece++) {
      if (named[piece]) kept[piece] = 1
      else if (out[piece]) refused[piece] = 1
    }
  }
  for (const point of negatives) refused[pieces.labels[point.row * width + point.col] as number] = 1

  // how deep in changed ground the named pieces of each steady part stand
  const namedDepth = new Float32Array(steadyParts.count + 1).fill(1)
  for (let i = 0; i < pixels; i++) {
    const [part, piece] = [steadyParts.labels[i] as number, pieces.labels[i] as number]
    if (!kept[piece] || !seeded[part]) continue
    const depth = Math.min(SURROUNDED.wholly, parts.changedBeside[piece] as number)
    namedDepth[part] = Math.min(namedDepth[part] as number, depth)
  }

  const candidate = changed.slice()
  const overrun = new Uint8Array(pixels)
  for (let i = 0; i < pixels; i++) {
    const piece = pieces.labels[i] as number
    if (piece === 0) continue
    if (refused[piece] && !kept[piece]) continue
    const around = parts.changedAround[piece] as number
    const part = steadyParts.labels[i] as number
    const isLikeNamed =
      seeded[part] && (parts.changedBeside[piece] as number) >= (namedDepth[part] as number)
    const isOwn = kept[piece] || isLikeNamed
    if (!isOwn && around < SURROUNDED.partly) continue
    candidate[i] = 1
    if (!isOwn && around < SURROUNDED.wholly) overrun[i] = 1
  }
  const patches = labelComponents(candidate, width, height)
  const joined = new Uint8Array(patches.count + 1)
  const barred = new Uint8Array(patches.count + 1)
  for (const region of regions) vote(region, patches.labels, patches.count, joined, barred)
  for (const point of negatives) barred[patches.labels[point.row * width + point.col] as number] = 1
  for (const point of positives) {
    const at = point.row * width + point.col
    joined[patches.labels[at] || nearLabel(patches.labels, point)] = 1
  }
  joined[0] = 0
  adjoin(patches.labels, patches.sizesPx, joined, barred, width, height)

  const member = new Uint8Array(pixels)
  const follows = new Int32Array(pixels).fill(-1)
  for (let i = 0; i < pixels; i++) if (joined[patches.labels[i] as number]) member[i] = 1
  addLikeNamed(parts, kept, refused, member, width, height)
  followChanged(member, overrun, changed, follows, width, height)
  return { member, follows, extent: extentOf(member, width, height, 1) }

  function nearLabel(labels: Int32Array, point: WorkingPoint): number {
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
}

/** Marks the labels of which most that was bare lies inside the region, and those of which next to none does. */
function vote(
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

function adjoin(
  labels: Int32Array,
  sizesPx: Int32Array,
  joined: Uint8Array,
  barred: Uint8Array,
  width: number,
  height: number,
): void {
  const member = new Uint8Array(labels.length)
  for (;;) {
    for (let i = 0; i < labels.length; i++) if (joined[labels[i] as number]) member[i] = 1
    const own = extentOf(member, width, height, 0)
    if (own === null) return
    const extent = 0.5 * Math.hypot(own.width, own.height)
    let largest = 0
    for (let label = 1; label < sizesPx.length; label++) {
      if (!joined[label] && !barred[label]) largest = Math.max(largest, sizesPx[label] as number)
    }
    // Nothing beyond this can join.
    const farthest = Math.min(extent, REACH * Math.sqrt(largest))
    const window = extentOf(member, width, height, Math.ceil(farthest)) ?? own
    const distances = squaredDistances(cropMask(member, width, window), window.width, window.height)
    const nearest = new Float64Array(sizesPx.length).fill(Infinity)
    for (let row = 0, k = 0; row < window.height; row++) {
      const start = (window.top + row) * width + window.left
      for (let i = start; i < start + window.width; i++, k++) {
        const label = labels[i] as number
        const distance = distances[k] as number
        if (label > 0 && distance < (nearest[label] as number)) nearest[label] = distance
      }
    }
    let grew = false
    for (let label = 1; label < sizesPx.length; label++) {
      const size = sizesPx[label] as number
      if (joined[label] || barred[label] || size < 2) continue
      const reach = Math.min(extent, REACH * Math.sqrt(size))
      if ((nearest[label] as number) > reach * reach) continue
      joined[label] = 1
      grew = true
    }
    if (!grew) return
  }
}

/**
 * Adds the steady pieces that touch the object's changed ground and stand as deep in changed ground as
 * those that the prompts name, and no less than half.
 */
function addLikeNamed(
  { pieces, changed, changedBeside }: GroundParts,
  kept: Uint8Array,
  refused: Uint8Array,
  member: Uint8Array,
  width: number,
  height: number,
): void {
  let [shallowestNamed, deepestRefused] = [Infinity, 0]
  for (let piece = 1; piece <= pieces.count; piece++) {
    const depth = changedBeside[piece] as number
    if (kept[piece]) shallowestNamed = Math.min(shallowestNamed, Math.max(SURROUNDED.partly, depth))
    else if (refused[piece]) deepestRefused = Math.max(deepestRefused, depth)
  }
  const isLike = Array.from(
    changedBeside,
    (depth, piece) =>
      piece > 0 && !refused[piece] && depth >= shallowestNamed && depth > deepestRefused,
  )
  const touching = new Uint8Array(pieces.count + 1)
  for (let i = 0; i < member.length; i++) {
    const piece = pieces.labels[i] as number
    if (!isLike[piece] || touching[piece]) continue
    const row = Math.floor(i / width)
    const col = i - row * width
    for (let r = Math.max(0, row - 1); r <= Math.min(height - 1, row + 1); r++) {
      for (let c = Math.max(0, col - 1); c <= Math.min(width - 1, col + 1); c++) {
        const j = r * width + c
        if (member[j] && changed[j]) touching[piece] = 1
      }
    }
  }
  for (let i = 0; i < member.length; i++) if (touching[pieces.labels[i] as number]) member[i] = 1
}

/** Gives each overrun pixel the nearest changed member, reached through overrun ground. */
function followChanged(
  member: Uint8Array,
  overrun: Uint8Array,
  changed: Uint8Array,
  follows: Int32Array,
  width: number,
  height: number,
): void {
  const source = new Int32Array(member.length).fill(-1)
  let ring: number[] = []
  for (let i = 0; i < member.length; i++) {
    if (member[i] && changed[i]) {
      source[i] = i
      ring.push(i)
    }
  }
  while (ring.length > 0) {
    const next: number[] = []
    for (const i of ring) {
      const row = Math.floor(i / width)
      const col = i - row * width
      for (let r = Math.max(0, row - 1); r <= Math.min(height - 1, row + 1); r++) {
        for (let c = Math.max(0, col - 1); c <= Math.min(width - 1, col + 1); c++) {
          const j = r * width + c
          if (!overrun[j] || !member[j] || source[j] !== -1) continue
          source[j] = source[i] as number
          follows[j] = source[i] as number
          next.push(j)
        }
      }
    }
    ring = next
  }
  for (let i = 0; i < member.length; i++) if (overrun[i] && follows[i] === -1) member[i] = 0
}
