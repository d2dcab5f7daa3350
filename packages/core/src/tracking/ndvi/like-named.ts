import type { Extent } from './extent.ts'
import type { GroundParts } from './ground-parts.ts'
import type { Pieces } from './pieces.ts'
import type { WorkingGrid } from './working-grid.ts'

/** How the steady pieces stand that prompts speak of. */
export interface NamedLike {
  /** Least share of changed ground beside a named piece, 0..1; infinite where none is named. */
  shallowest: number
  /**
   * Largest share beside a refused one that stands less deep than the named ones; 0 where there is none. One that
   * stands as deep as they do shows that depth does not tell: its refusal is its own.
   */
  deepestRefused: number
  /** See {@link largestNamedPx}. */
  largestPx: number
}

/** What the prompts make of a piece, by piece. */
interface SpokenOf {
  kept: Uint8Array
  refused: Uint8Array
}

/** What the pieces that prompts name have in common, and what sets those apart that they refuse. */
export function likeNamed(
  { pieces, changedBeside }: GroundParts,
  { kept, refused }: SpokenOf,
): NamedLike {
  const [named, turnedDown]: [number[], number[]] = [[], []]
  for (let piece = 1; piece <= pieces.count; piece++) {
    const depth = changedBeside[piece] as number
    if (kept[piece]) named.push(depth)
    else if (refused[piece]) turnedDown.push(depth)
  }
  const shallowest = Math.min(...named)
  const deepestRefused = Math.max(0, ...turnedDown.filter((depth) => depth < shallowest))
  return { shallowest, deepestRefused, largestPx: largestNamedPx(pieces, kept) }
}

/** Pixels of the largest piece that is named; infinite where none is, so that size tells nothing. */
export function largestNamedPx({ sizesPx }: Pieces, kept: Uint8Array): number {
  const most = sizesPx.reduce((max, size, piece) => (kept[piece] ? Math.max(max, size) : max), 0)
  return most > 0 ? most : Infinity
}

/**
 * 0/1 by piece: those asked for that touch the object's changed ground.
 * @param window holds the object, and a pixel around it
 */
export function piecesTouching(
  { pieces, changed }: GroundParts,
  asked: Uint8Array,
  member: Uint8Array,
  window: Extent,
  { width, height }: WorkingGrid,
): Uint8Array {
  const touching = new Uint8Array(pieces.count + 1)
  for (let row = window.top; row < window.top + window.height; row++) {
    for (let col = window.left; col < window.left + window.width; col++) {
      const piece = pieces.labels[row * width + col] as number
      if (!asked[piece] || touching[piece]) continue
      for (let r = Math.max(0, row - 1); r <= Math.min(height - 1, row + 1); r++) {
        for (let c = Math.max(0, col - 1); c <= Math.min(width - 1, col + 1); c++) {
          const j = r * width + c
          if (member[j] && changed[j]) touching[piece] = 1
        }
      }
    }
  }
  return touching
}
