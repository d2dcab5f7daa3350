import type { Extent } from './extent.ts'
import { type GroundParts, SURROUNDED } from './ground-parts.ts'
import { type NamedLike, piecesTouching } from './like-named.ts'
import type { WorkingGrid } from './working-grid.ts'

/** A steady piece that may or may not be the object's: only a person can tell. */
export interface Doubt {
  /** Whether the object has it for now. */
  isTakenIn: boolean
  /** Working pixels, row-major. */
  pixels: Int32Array
  /** The one of them that is nearest to their middle. */
  middle: number
}

/** A piece left out is doubtful from this share on of the depth at which the shallowest named one stands. */
const NEARLY_AS_DEEP = 0.5

/**
 * The steady pieces that no prompt speaks of, and of which what changed around them does not tell enough. Of
 * those taken in: those that changed ground surrounds only in part, and those larger than every named one. Of
 * those left out: those that touch the object's changed ground nearly as deep in it as the shallowest that
 * is named, and deeper than every refused one.
 *
 * @param extent holds the members, and a pixel around them
 */
export function findDoubts(
  parts: GroundParts,
  { kept, refused }: { kept: Uint8Array; refused: Uint8Array },
  { shallowest, deepestRefused, largestPx }: NamedLike,
  member: Uint8Array,
  extent: Extent,
  working: WorkingGrid,
): Doubt[] {
  const { pieces, changedBeside } = parts
  const takenIn = new Uint8Array(pieces.count + 1)
  const leftOut = new Uint8Array(pieces.count + 1)
  const isIn = new Uint8Array(pieces.count + 1)
  const { labels } = pieces
  for (let i = 0; i < labels.length; i++) if (member[i]) isIn[labels[i] as number] = 1
  for (let piece = 1; piece <= pieces.count; piece++) {
    if (kept[piece] || refused[piece]) continue
    const depth = changedBeside[piece] as number
    if (isIn[piece]) {
      const isLargest = (pieces.sizesPx[piece] as number) > largestPx
      takenIn[piece] = isLargest || depth < SURROUNDED.wholly ? 1 : 0
    } else if (depth >= NEARLY_AS_DEEP * shallowest && depth > deepestRefused) leftOut[piece] = 1
  }
  if (leftOut.includes(1)) leftOut.set(piecesTouching(parts, leftOut, member, extent, working))
  return doubtsOf(labels, takenIn, leftOut, working.width)
}

function doubtsOf(
  labels: Int32Array,
  takenIn: Uint8Array,
  leftOut: Uint8Array,
  width: number,
): Doubt[] {
  if (!takenIn.includes(1) && !leftOut.includes(1)) return []
  const pixels = new Map<number, number[]>()
  for (let i = 0; i < labels.length; i++) {
    const piece = labels[i] as number
    if (!takenIn[piece] && !leftOut[piece]) continue
    const own = pixels.get(piece)
    if (own === undefined) pixels.set(piece, [i])
    else own.push(i)
  }
  return [...pixels].map(([piece, own]) => ({
    isTakenIn: takenIn[piece] === 1,
    pixels: Int32Array.from(own),
    middle: middleOf(own, width),
  }))
}

/** A doubt as a frame has it. */
export interface DoubtSeen extends Pick<Doubt, 'isTakenIn' | 'middle'> {
  /** How much of it is bare, working pixels. */
  barePx: number
}

/**
 * The doubts of which a frame shows something bare, the largest first.
 * @param logOdds of the object, above zero where it is
 * @param posterior of bare ground
 */
export function doubtsSeen(
  doubts: readonly Doubt[],
  logOdds: Float32Array,
  posterior: Int8Array,
): DoubtSeen[] {
  return doubts
    .map(({ isTakenIn, pixels, middle }) => ({
      isTakenIn,
      middle,
      barePx: pixels.reduce((sum, i) => {
        const isObject = (logOdds[i] as number) > 0
        return sum + ((isTakenIn ? isObject : !isObject && (posterior[i] as number) > 0) ? 1 : 0)
      }, 0),
    }))
    .filter(({ barePx }) => barePx > 0)
    .sort((a, b) => b.barePx - a.barePx)
}

function middleOf(pixels: readonly number[], width: number): number {
  const col = pixels.reduce((sum, i) => sum + (i % width), 0) / pixels.length
  const row = pixels.reduce((sum, i) => sum + Math.floor(i / width), 0) / pixels.length
  const distance = (i: number): number => Math.hypot((i % width) - col, Math.floor(i / width) - row)
  return pixels.reduce((best, i) => (distance(i) < distance(best) ? i : best))
}
