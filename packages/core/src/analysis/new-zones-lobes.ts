import type { Grid } from '../model/grid.ts'
import { squaredDistances } from '../raster/morphology.ts'
import { maskAround, partsWithin } from './new-zones-ground.ts'

/** How new ground is told from growth along the boundary. Lengths are in pixels of the grid. */
export interface LobeRules {
  /** Step from one line of equal distance to the next: a sensor pixel. */
  stepPx: number
  /** Distance within which two outlines are one: a resolution cell. */
  apartPx: number
  /** Widest gap between two bits of one front: as between pieces of a zone. */
  frontPx: number
  /** Smallest part that is looked at, pixels. */
  minPixels: number
}

/** New ground beyond a line of equal distance from the scar before it. */
export interface Reach {
  /** Distance of the line, 0: the outline of the scar before. Infinite where there was no scar. */
  levelPx: number
  /** Length of the line within the ground. */
  contactPx: number
  /** How far the ground reaches beyond the line. */
  reachPx: number
}

/** A part of new ground that is a zone of its own. */
export interface Lobe {
  pixels: number[]
  /** Distance of the line beyond which it lies; null where it lies apart from the scar before. */
  levelPx: number | null
}

/** From the centre of a pixel to its edge. */
const EDGE_PX = 0.5

/** Least reach of a lobe as a share of its contact width: a half disc's, as far out as to either side. */
const LEAST_REACH_SHARE = 0.5
/** Growth along the edge takes up more of the outline than this: two of the sixteen sectors of a rose. */
const LOCAL_OUTLINE_SHARE = 2 / 16

/**
 * The parts of new ground that are zones of their own; the rest is growth along the boundary. What has
 * gaps of `frontPx` at most is one piece: a boundary that advances in bits is one front. A piece farther than `apartPx` from the scar before is one as a whole. Else lines of equal
 * distance from that scar are gone through, from its outline outwards. A part beyond a line is a lobe where
 * it reaches more than `apartPx` beyond it, and at least half its contact width; or where it adjoins no
 * more than an eighth of the scar's outline. What is no lobe is taken apart along the next line.
 *
 * @param pixels indices into the grid
 * @param squaredPx of each pixel of the grid, to the nearest pixel of the scar before, between centres
 * @param outlinePx length of the outline of the scar before, as {@link outlineLengthPx} measures it
 */
export function findLobes(
  pixels: readonly number[],
  squaredPx: ArrayLike<number>,
  grid: Pick<Grid, 'width' | 'height'>,
  { stepPx, apartPx, frontPx, minPixels }: LobeRules,
  outlinePx = 0,
): Lobe[] {
  const lobes: Lobe[] = []
  const near: number[] = []
  for (const piece of partsWithin(pixels, grid, apartPx)) {
    const isApart = piece.every((pixel) => distanceOf(pixel, squaredPx) - EDGE_PX > apartPx)
    if (!isApart) near.push(...piece)
    else if (piece.length >= minPixels) lobes.push({ pixels: piece, levelPx: null })
  }
  const pending = partsWithin(near, grid, frontPx)
  for (let part = pending.pop(); part !== undefined; part = pending.pop()) {
    if (part.length < minPixels) continue
    const { levelPx, contactPx, reachPx } = measureReach(part, squaredPx, stepPx)
    const isLocal = levelPx < stepPx && contactPx <= LOCAL_OUTLINE_SHARE * outlinePx
    if (reachPx > apartPx && (isLocal || reachPx >= LEAST_REACH_SHARE * contactPx))
      lobes.push({ pixels: part, levelPx })
    else {
      const beyond = part.filter((pixel) => distanceOf(pixel, squaredPx) > levelPx + stepPx)
      pending.push(...partsWithin(beyond, grid, frontPx))
    }
  }
  return lobes
}

/**
 * Ground of a piece between a lobe's line and the outline of the scar before, straight inwards from the
 * lobe: on a shortest way from one to the other, within half a step.
 */
export function footOf(
  lobe: readonly number[],
  {
    piece,
    levelPx,
    squaredPx,
    stepPx,
  }: {
    piece: readonly number[]
    levelPx: number
    squaredPx: ArrayLike<number>
    stepPx: number
  },
  grid: Pick<Grid, 'width' | 'height'>,
): number[] {
  const { window, mask: ground } = maskAround(piece, grid)
  const at = (pixel: number): number => {
    const col = pixel % grid.width
    return ((pixel - col) / grid.width - window.row) * window.width + col - window.col
  }
  const own = new Uint8Array(ground.length)
  for (const pixel of lobe) own[at(pixel)] = 1
  const toLobe = squaredDistances(own, window.width, window.height)
  return piece.filter((pixel) => {
    const outwards = Math.sqrt(toLobe[at(pixel)] as number)
    return outwards > 0 && distanceOf(pixel, squaredPx) + outwards <= levelPx + stepPx / 2
  })
}

/**
 * Reach and contact width of new ground, beyond the line that goes through its nearest point to the scar
 * before. The contact width is the area of the strip of `stepPx` beyond the line over the strip's width
 * (co-area formula), so a bend of the outline or its staircase of pixels does not lengthen it.
 */
export function measureReach(
  pixels: readonly number[],
  squaredPx: ArrayLike<number>,
  stepPx: number,
): Reach {
  let [nearest, farthest] = [Infinity, 0]
  for (const pixel of pixels) {
    const distance = distanceOf(pixel, squaredPx)
    nearest = Math.min(nearest, distance)
    farthest = Math.max(farthest, distance)
  }
  const levelPx = nearest - EDGE_PX
  if (levelPx === Infinity) return { levelPx, contactPx: 0, reachPx: Infinity }
  const strip = pixels.filter((pixel) => distanceOf(pixel, squaredPx) <= levelPx + stepPx)
  return { levelPx, contactPx: strip.length / stepPx, reachPx: farthest + EDGE_PX - levelPx }
}

/** Length of the outline of the scar before by the strip of `stepPx` along it, as contact widths are. */
export function outlineLengthPx(squaredPx: ArrayLike<number>, stepPx: number): number {
  let strip = 0
  for (let pixel = 0; pixel < squaredPx.length; pixel++) {
    const squared = squaredPx[pixel] as number
    if (squared > 0 && Math.sqrt(squared) - EDGE_PX <= stepPx) strip++
  }
  return strip / stepPx
}

/** From the edge of the scar before to the centre of a pixel. */
function distanceOf(pixel: number, squaredPx: ArrayLike<number>): number {
  return Math.sqrt(squaredPx[pixel] as number) - EDGE_PX
}
