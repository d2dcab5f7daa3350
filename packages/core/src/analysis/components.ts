import { pixelAreaM2, pixelSizeM, pixelToMap } from '../geo/affine.ts'
import type { Grid } from '../model/grid.ts'
import { labelComponents } from '../raster/morphology.ts'
import { cropPixels, scarWindow } from './pixel-window.ts'

/** One connected piece of a mask (pixels that share an edge or a corner). */
export interface Fragment {
  /** 1 is the largest. */
  rank: number
  areaM2: number
  /** Length of its boundary, m, as in `perimeterM`. */
  perimeterM: number
  /** Centre of gravity in map coordinates. */
  centroid: [x: number, y: number]
  /** Columns and rows that it spans: first column, first row, last column, last row. */
  boundsPx: [number, number, number, number]
}

/** The fragments of a mask, with a label per pixel. */
export interface Fragmentation {
  /** From the largest to the smallest; at least `minAreaM2` each. */
  fragments: Fragment[]
  /** Rank of the fragment at each pixel, 0 outside of all. */
  ranks: Int32Array
  /** First pixel that may have a rank, and the one behind the last. */
  ranked: { first: number; end: number }
  /** Pieces smaller than `minAreaM2`, and their area together. */
  specks: number
  specksM2: number
}

/** How the fragments of a frame came out of those of the frame before. */
export interface FragmentOrigin {
  rank: number
  /** Ranks in the frame before that it overlaps. */
  from: number[]
  /**
   * `new`: overlaps none. `merged`: overlaps two or more. `split`: its only predecessor went into two
   * or more. `continued`: one to one.
   */
  kind: 'new' | 'merged' | 'split' | 'continued'
}

/**
 * Connected pieces of a mask by size.
 *
 * @param minAreaM2 smaller pieces are only counted; one sensor pixel (100 m² for Sentinel-2) is the
 * least that a frame can show
 */
export function findFragments(mask: Uint8Array, grid: Grid, minAreaM2: number): Fragmentation {
  const { width, height } = grid
  const window = scarWindow([mask], grid, 0)
  const own = cropPixels(mask, width, window)
  const { labels, count, sizesPx } = labelComponents(own, window.width, window.height, 8)
  const pixelM2 = pixelAreaM2(grid)
  const order = Array.from({ length: count }, (_, i) => i + 1)
    .filter((label) => (sizesPx[label] as number) * pixelM2 >= minAreaM2)
    .sort((a, b) => (sizesPx[b] as number) - (sizesPx[a] as number) || a - b)
  const rankOf = new Int32Array(count + 1)
  for (const [i, label] of order.entries()) rankOf[label] = i + 1
  const sums = order.map(() => ({ col: 0, row: 0, across: 0, along: 0 }))
  const bounds = order.map((): [number, number, number, number] => [width, height, -1, -1])
  const ranks = new Int32Array(mask.length)
  for (let at = 0; at < labels.length; at++) {
    const rank = rankOf[labels[at] as number] as number
    if (rank === 0) continue
    const col = window.col + (at % window.width)
    const row = window.row + Math.floor(at / window.width)
    const i = row * width + col
    ranks[i] = rank
    const sum = sums[rank - 1] as (typeof sums)[number]
    const box = bounds[rank - 1] as (typeof bounds)[number]
    sum.col += col + 0.5
    sum.row += row + 0.5
    if (col < box[0]) box[0] = col
    if (row < box[1]) box[1] = row
    if (col > box[2]) box[2] = col
    box[3] = row
    if (col > 0 && !mask[i - 1]) sum.across++
    if (col + 1 < width && !mask[i + 1]) sum.across++
    if (row > 0 && !mask[i - width]) sum.along++
    if (row + 1 < height && !mask[i + width]) sum.along++
  }
  const [pixelWidthM, pixelHeightM] = pixelSizeM(grid)
  const fragments = order.map((label, i): Fragment => {
    const sum = sums[i] as (typeof sums)[number]
    const pixels = sizesPx[label] as number
    return {
      rank: i + 1,
      areaM2: pixels * pixelM2,
      perimeterM: (Math.PI / 4) * (sum.across * pixelHeightM + sum.along * pixelWidthM),
      centroid: pixelToMap(grid.transform, sum.col / pixels, sum.row / pixels),
      boundsPx: bounds[i] as [number, number, number, number],
    }
  })
  const all = (own.length - (sizesPx[0] as number)) * pixelM2
  return {
    fragments,
    ranks,
    ranked: { first: window.row * width, end: (window.row + window.height) * width },
    specks: count - fragments.length,
    specksM2: all - fragments.reduce((sum, { areaM2 }) => sum + areaM2, 0),
  }
}

/** What became of the fragments from one frame to the next, by overlap. */
export function linkFragments(before: Fragmentation, now: Fragmentation): FragmentOrigin[] {
  const predecessors = now.fragments.map(() => new Set<number>())
  const successors = before.fragments.map(() => new Set<number>())
  for (let i = now.ranked.first; i < now.ranked.end; i++) {
    const rank = now.ranks[i] as number
    const earlier = before.ranks[i] as number
    if (rank === 0 || earlier === 0) continue
    predecessors[rank - 1]?.add(earlier)
    successors[earlier - 1]?.add(rank)
  }
  return now.fragments.map(({ rank }, i) => {
    const from = [...(predecessors[i] ?? [])].sort((a, b) => a - b)
    const only = from[0]
    const kind =
      only === undefined
        ? 'new'
        : from.length > 1
          ? 'merged'
          : (successors[only - 1]?.size ?? 0) > 1
            ? 'split'
            : 'continued'
    return { rank, from, kind }
  })
}
