import { type Components, labelComponents, squaredDistances } from '../../raster/morphology.ts'
import { type Extent, extentsOfLabels, joinExtents, widenExtent } from './extent.ts'
import { type GroundParts, SURROUNDED } from './ground-parts.ts'
import { largestNamedPx } from './like-named.ts'
import { type WorkingPoint, type WorkingRegion, labelNear, vote } from './named-labels.ts'
import type { WorkingGrid } from './working-grid.ts'

/** What prompts say of the steady ground, by its labels. */
export interface NamedGround {
  /** Connected steady ground that is named. */
  seeded: Uint8Array
  /** Pieces of it that are named, and that are refused. */
  kept: Uint8Array
  refused: Uint8Array
}

/** Separate patches of what may be the object. */
export interface Patches extends Components {
  /** What holds each patch, by label. */
  extents: readonly (Extent | null)[]
}

/** What prompts say of the patches, by label. */
export interface NamedPatches {
  joined: Uint8Array
  barred: Uint8Array
}

/** The steady ground that prompts name and refuse. */
export function nameGround(
  { steadyParts, pieces, changed }: GroundParts,
  points: readonly WorkingPoint[],
  regions: readonly WorkingRegion[],
  working: WorkingGrid,
): NamedGround {
  const seeded = new Uint8Array(steadyParts.count + 1)
  const kept = new Uint8Array(pieces.count + 1)
  const refused = new Uint8Array(pieces.count + 1)
  for (const point of points) {
    const at = point.row * working.width + point.col
    if (!point.positive) {
      refused[pieces.labels[at] as number] = 1
      continue
    }
    const isChanged = changed[at] === 1
    const labelOf = (labels: Int32Array): number =>
      isChanged ? (labels[at] as number) : labelNear(labels, point, working)
    seeded[labelOf(steadyParts.labels)] = 1
    kept[labelOf(pieces.labels)] = 1
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
  return { seeded, kept, refused }
}

/** Changed ground, and the steady ground that goes with it as far as it is named. */
export function patchesOf(
  parts: GroundParts,
  ground: NamedGround,
  { width, height }: WorkingGrid,
): Patches {
  const { pieces, changed } = parts
  const belongs = ownPieces(parts, ground)
  const candidate = changed.slice()
  for (let i = 0; i < candidate.length; i++) {
    if (belongs[pieces.labels[i] as number]) candidate[i] = 1
  }
  const patches = labelComponents(candidate, width, height)
  return { ...patches, extents: extentsOfLabels(patches.labels, patches.count, width) }
}

/**
 * 0/1 by piece: the steady pieces that go with what is named. Whoever marks a scar marks its largest pieces:
 * one that changed ground surrounds only in part is a fragment of the scar where it is no larger than the
 * largest named piece, and else an outcrop.
 */
function ownPieces(parts: GroundParts, { seeded, kept, refused }: NamedGround): Uint8Array {
  const { steadyParts, pieces, changedAround, changedBeside } = parts
  const depths = namedDepths(parts, { seeded, kept })
  const partOf = new Uint32Array(pieces.count + 1)
  for (const [i, piece] of pieces.labels.entries()) partOf[piece] = steadyParts.labels[i] as number
  const largestPx = largestNamedPx(pieces, kept)
  const belongs = new Uint8Array(pieces.count + 1)
  for (let piece = 1; piece <= pieces.count; piece++) {
    if (refused[piece] && !kept[piece]) continue
    const part = partOf[piece] as number
    const isLikeNamed =
      seeded[part] === 1 && (changedBeside[piece] as number) >= (depths[part] as number)
    const around = changedAround[piece] as number
    const isFragment = around >= SURROUNDED.partly && (pieces.sizesPx[piece] as number) <= largestPx
    if (kept[piece] || isLikeNamed || isFragment || around >= SURROUNDED.wholly) belongs[piece] = 1
  }
  return belongs
}

/** How deep in changed ground the named pieces of each connected steady part stand. */
function namedDepths(
  { steadyParts, pieces, changedBeside }: GroundParts,
  { seeded, kept }: Pick<NamedGround, 'seeded' | 'kept'>,
): Float32Array {
  const depths = new Float32Array(steadyParts.count + 1).fill(1)
  for (let i = 0; i < pieces.labels.length; i++) {
    const [part, piece] = [steadyParts.labels[i] as number, pieces.labels[i] as number]
    if (!kept[piece] || !seeded[part]) continue
    const depth = Math.min(SURROUNDED.wholly, changedBeside[piece] as number)
    depths[part] = Math.min(depths[part] as number, depth)
  }
  return depths
}

/** The patches that prompts name and refuse. */
export function namePatches(
  { labels, count }: Components,
  points: readonly WorkingPoint[],
  regions: readonly WorkingRegion[],
  working: WorkingGrid,
): NamedPatches {
  const joined = new Uint8Array(count + 1)
  const barred = new Uint8Array(count + 1)
  for (const region of regions) vote(region, labels, count, joined, barred)
  for (const point of points) {
    if (point.positive) joined[labelNear(labels, point, working)] = 1
    else barred[labels[point.row * working.width + point.col] as number] = 1
  }
  joined[0] = 0
  return { joined, barred }
}

/** A separate patch of new ground joins within this many times the square root of its area. */
const REACH = 4

/**
 * 0/1 by label: the patches that are named, and those that adjoin: within half the object's extent and
 * within {@link REACH} times their own size, again and again until none does.
 */
export function adjoinPatches(
  patches: Patches,
  { joined: named, barred }: NamedPatches,
  working: WorkingGrid,
): Uint8Array {
  const { sizesPx, extents } = patches
  const joined = named.slice()
  for (;;) {
    const own = extentOfJoined(patches, joined)
    if (own === null) return joined
    const extent = 0.5 * Math.hypot(own.width, own.height)
    const reachOf = (label: number): number =>
      Math.min(extent, REACH * Math.sqrt(sizesPx[label] as number))
    const near = [...extents.keys()].filter((label) => {
      const around = extents[label]
      if (!around || joined[label] || barred[label] || (sizesPx[label] as number) < 2) return false
      return gapBetween(own, around) <= reachOf(label)
    })
    if (near.length === 0) return joined
    const farthest = near.reduce((most, label) => Math.max(most, reachOf(label)), 0)
    const window = widenExtent(own, Math.ceil(farthest), working)
    const nearest = distancesToJoined(patches, joined, window, working.width)
    const arrived = near.filter((label) => (nearest[label] as number) <= reachOf(label) ** 2)
    if (arrived.length === 0) return joined
    for (const label of arrived) joined[label] = 1
  }
}

/** Distance, pixels between centres, that what lies in two rectangles is apart at least. */
function gapBetween(a: Extent, b: Extent): number {
  const across = Math.max(0, b.left - (a.left + a.width - 1), a.left - (b.left + b.width - 1))
  const down = Math.max(0, b.top - (a.top + a.height - 1), a.top - (b.top + b.height - 1))
  return Math.hypot(across, down)
}

/** What holds the joined patches; null where none is. */
export function extentOfJoined({ extents }: Patches, joined: Uint8Array): Extent | null {
  return extents.reduce(
    (whole, own, label) => (joined[label] ? joinExtents(whole, own) : whole),
    null,
  )
}

/** Squared distance, pixels, of each patch from the joined ones, by label; infinite beyond the window. */
function distancesToJoined(
  { labels, sizesPx }: Patches,
  joined: Uint8Array,
  window: Extent,
  width: number,
): Float64Array {
  const member = new Uint8Array(window.width * window.height)
  for (let row = 0, k = 0; row < window.height; row++) {
    const start = (window.top + row) * width + window.left
    for (let i = start; i < start + window.width; i++, k++) {
      member[k] = joined[labels[i] as number] as number
    }
  }
  const distances = squaredDistances(member, window.width, window.height)
  const nearest = new Float64Array(sizesPx.length).fill(Infinity)
  for (let row = 0, k = 0; row < window.height; row++) {
    const start = (window.top + row) * width + window.left
    for (let i = start; i < start + window.width; i++, k++) {
      const label = labels[i] as number
      const distance = distances[k] as number
      if (label > 0 && distance < (nearest[label] as number)) nearest[label] = distance
    }
  }
  return nearest
}
