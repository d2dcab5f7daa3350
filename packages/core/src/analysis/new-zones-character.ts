import { pixelAreaM2 } from '../geo/affine.ts'
import { ZONE_CHARACTERS, type ZoneCharacter } from '../model/analysis-zones.ts'
import type { Grid } from '../model/grid.ts'
import { squaredDistances } from '../raster/morphology.ts'
import { clusterPieces } from './new-zones-clusters.ts'
import { partsWithin } from './new-zones-ground.ts'
import { type LobeRules, findLobes, footOf, outlineLengthPx } from './new-zones-lobes.ts'
import type { EarlyRun } from './new-zones-pixels.ts'

/** All ground that was scar for long, and how its parts are told apart. */
export interface GroundHistory {
  grid: Grid
  /** Of the frames, since 1970. */
  days: readonly number[]
  runs: readonly EarlyRun[]
  /** Ground of one zone that opened within so many days is not held against itself. */
  linkDays: number
  lobes: LobeRules
}

/**
 * The character of a zone. Each of its parts, ground with gaps of `apartPx` at most that opened within
 * `linkDays`, is held against the scar before the part's first frame, without ground of the zone itself that opened within `linkDays` before. A part that is farther than
 * `apartPx` from that scar is apart; else its lobes ({@link findLobes}) with the ground between them and the
 * outline ({@link footOf}) are told from the rest, the fringe.
 *
 * @param own runs of the zone
 */
export function characterOf(
  own: readonly EarlyRun[],
  history: GroundHistory,
): { character: ZoneCharacter; distinctM2: number } {
  const { grid } = history
  const openedAt = new Map<number, number>()
  for (const { pixel, firstBare } of own) {
    openedAt.set(pixel, Math.min(firstBare, openedAt.get(pixel) ?? Infinity))
  }
  const squaredPx = new Float64Array(grid.width * grid.height).fill(Infinity)
  const distances = new Map<number, Float64Array>()
  for (const { part, frame } of partsOf(openedAt, history)) {
    let ofFrame = distances.get(frame)
    if (ofFrame === undefined) {
      ofFrame = squaredDistances(scarBefore(frame, openedAt, history), grid.width, grid.height)
      distances.set(frame, ofFrame)
    }
    for (const pixel of part) squaredPx[pixel] = ofFrame[pixel] as number
  }
  const lengthsPx = [...distances.values()].map((ofFrame) =>
    outlineLengthPx(ofFrame, history.lobes.stepPx),
  )
  // Parts that opened one after the other are held against the outline that was shortest.
  const outlinePx = Math.min(...lengthsPx)
  const pixels = [...openedAt.keys()]
  const { apart, lobe } = sizesOf(pixels, squaredPx, outlinePx, history)
  const sizes = { apart, lobe, fringe: pixels.length - apart - lobe }
  let character: ZoneCharacter = 'apart'
  for (const one of ZONE_CHARACTERS) if (sizes[one] > sizes[character]) character = one
  return { character, distinctM2: (sizes.apart + sizes.lobe) * pixelAreaM2(grid) }
}

/** Parts of a zone: ground with gaps of `apartPx` at most that opened within `linkDays`. */
function partsOf(
  openedAt: ReadonlyMap<number, number>,
  { grid, days, linkDays, lobes: { apartPx } }: GroundHistory,
): { part: number[]; frame: number }[] {
  const pieces = partsWithin([...openedAt.keys()], grid, 0).map((pixels) => {
    const frames = pixels.map((pixel) => openedAt.get(pixel) as number)
    const first = frames.reduce((a, b) => Math.min(a, b))
    const last = frames.reduce((a, b) => Math.max(a, b))
    return { pixels, first, firstDay: days[first] as number, lastDay: days[last] as number }
  })
  return clusterPieces(pieces, grid.width, { reachPx: apartPx + 1, linkDays }).map((members) => {
    const own = members.flatMap((at) => pieces[at] ?? [])
    return {
      part: own.flatMap(({ pixels }) => pixels),
      frame: own.reduce((least, { first }) => Math.min(least, first), Infinity),
    }
  })
}

/** Pixels of a zone that are apart, and those of its lobes. */
function sizesOf(
  zone: readonly number[],
  squaredPx: Float64Array,
  outlinePx: number,
  { grid, lobes: rules }: GroundHistory,
): { apart: number; lobe: number } {
  let apart = 0
  const ofLobes = new Set<number>()
  for (const { pixels, levelPx } of findLobes(zone, squaredPx, grid, rules, outlinePx)) {
    if (levelPx === null) {
      apart += pixels.length
      continue
    }
    for (const pixel of pixels) ofLobes.add(pixel)
    if (levelPx <= 0 || levelPx > rules.apartPx) continue
    const between = { piece: zone, levelPx, squaredPx, stepPx: rules.stepPx }
    for (const pixel of footOf(pixels, between, grid)) ofLobes.add(pixel)
  }
  return { apart, lobe: ofLobes.size }
}

/** Ground that was scar on the frame before, as later frames bear it out; without what the zone itself opened. */
function scarBefore(
  frame: number,
  openedAt: ReadonlyMap<number, number>,
  { grid, days, runs, linkDays }: GroundHistory,
): Uint8Array {
  const scar = new Uint8Array(grid.width * grid.height)
  for (const { pixel, firstBare, closed } of runs) {
    if (firstBare < frame && (closed === null || closed >= frame)) scar[pixel] = 1
  }
  const from = (days[frame] as number) - linkDays
  for (const [pixel, opened] of openedAt) if ((days[opened] as number) >= from) scar[pixel] = 0
  return scar
}
