import { pixelAreaM2 } from '../geo/affine.ts'
import type { Grid } from '../model/grid.ts'

/** State of a pixel that the flood has covered; 1 waits to be. */
const FLOODED = 2

/** Where the water goes on a DEM. */
export interface WaterRoutes {
  /** Known pixels, each after the one that its water goes to. */
  order: Int32Array
  /** The pixel that each pixel's water goes to; -1: out of the DEM, or unknown ground. */
  receivers: Int32Array
  /** Ground that drains through each pixel, itself included, m²; 0 where unknown. */
  catchmentM2: Float64Array
}

/**
 * Routes water over a DEM, the one way for all that asks for rivers and for heights above them. A flood
 * rises from the rim of the DEM inwards, lowest ground first (priority flood: Barnes et al., 2014); water
 * goes from each pixel to the steepest of the eight neighbours flooded before it (D8: O'Callaghan & Mark,
 * 1984), on flats and out of pits the way that the flood came (Metz et al., 2011). What flows in from
 * outside the DEM is not known.
 *
 * @param elevationM m, NaN where unknown
 */
export function routeWater(grid: Grid, elevationM: Float32Array): WaterRoutes {
  const { order, receivers } = floodOrder(grid, elevationM)
  const pixelM2 = pixelAreaM2(grid)
  const catchmentM2 = new Float64Array(elevationM.length)
  for (let i = order.length - 1; i >= 0; i--) {
    const at = order[i] as number
    const all = (catchmentM2[at] as number) + pixelM2
    catchmentM2[at] = all
    const to = receivers[at] as number
    if (to >= 0) catchmentM2[to] = (catchmentM2[to] as number) + all
  }
  return { order, receivers, catchmentM2 }
}

/**
 * Height of each pixel above the channel pixel that its water reaches first, m (height above the nearest
 * drainage, HAND: Rennó et al., 2008; Nobre et al., 2011), never below 0; NaN where it leaves the DEM before.
 *
 * @param channels 0/1
 */
export function heightAboveChannels(
  { order, receivers }: WaterRoutes,
  elevationM: Float32Array,
  channels: Uint8Array,
): Float32Array {
  const baseM = new Float32Array(elevationM.length).fill(NaN)
  const heightM = new Float32Array(elevationM.length).fill(NaN)
  for (const at of order) {
    const here = elevationM[at] as number
    const to = receivers[at] as number
    if (channels[at] === 1) baseM[at] = here
    else if (to >= 0) baseM[at] = baseM[to] as number
    heightM[at] = Math.max(0, here - (baseM[at] as number))
  }
  return heightM
}

/** Known pixels in the order of the flood, each with its receiver. */
function floodOrder(
  { width, height }: Grid,
  elevationM: Float32Array,
): { order: Int32Array; receivers: Int32Array } {
  const receivers = new Int32Array(elevationM.length).fill(-1)
  const state = new Uint8Array(elevationM.length)
  const queue = lowestFirst()
  const isKnown = (col: number, row: number): boolean =>
    col >= 0 &&
    row >= 0 &&
    col < width &&
    row < height &&
    !Number.isNaN(elevationM[row * width + col])
  for (let row = 0; row < height; row++) {
    for (let col = 0; col < width; col++) {
      if (!isKnown(col, row)) continue
      const inner =
        isKnown(col - 1, row) &&
        isKnown(col + 1, row) &&
        isKnown(col, row - 1) &&
        isKnown(col, row + 1)
      if (inner) continue
      const at = row * width + col
      state[at] = 1
      queue.push(at, elevationM[at] as number)
    }
  }
  const levels = new Float32Array(elevationM.length)
  /** The flooded neighbour that lies deepest per metre; where none lies deeper, where the flood came from. */
  const steepest = (at: number, col: number, row: number): number => {
    let best = receivers[at] as number
    let most = 0
    for (let dr = -1; dr <= 1; dr++) {
      for (let dc = -1; dc <= 1; dc++) {
        const neighbour = at + dr * width + dc
        if (!isKnown(col + dc, row + dr) || state[neighbour] !== FLOODED) continue
        const fall = (levels[at] as number) - (levels[neighbour] as number)
        const perPixel = fall / Math.hypot(dc, dr)
        if (!(perPixel > most)) continue
        most = perPixel
        best = neighbour
      }
    }
    return best
  }
  const order = new Int32Array(elevationM.length)
  let done = 0
  for (let next = queue.pop(); next !== null; next = queue.pop()) {
    const { at, level } = next
    order[done++] = at
    const row = Math.floor(at / width)
    const col = at - row * width
    for (let dr = -1; dr <= 1; dr++) {
      for (let dc = -1; dc <= 1; dc++) {
        if (!isKnown(col + dc, row + dr)) continue
        const neighbour = at + dr * width + dc
        if (state[neighbour]) continue
        state[neighbour] = 1
        receivers[neighbour] = at
        queue.push(neighbour, Math.max(level, elevationM[neighbour] as number))
      }
    }
    state[at] = FLOODED
    levels[at] = level
    receivers[at] = steepest(at, col, row)
  }
  return { order: order.subarray(0, done), receivers }
}

/** A binary heap of pixels by level; equal levels in the order in which they came. */
function lowestFirst(): {
  push(at: number, level: number): void
  pop(): { at: number; level: number } | null
} {
  const pixels: number[] = []
  const levels: number[] = []
  const turns: number[] = []
  let turn = 0
  const isBefore = (a: number, b: number): boolean =>
    (levels[a] as number) < (levels[b] as number) ||
    (levels[a] === levels[b] && (turns[a] as number) < (turns[b] as number))
  const swap = (a: number, b: number): void => {
    for (const list of [pixels, levels, turns]) {
      const kept = list[a] as number
      list[a] = list[b] as number
      list[b] = kept
    }
  }
  return {
    push(at, level) {
      let i = pixels.length
      pixels.push(at)
      levels.push(level)
      turns.push(turn++)
      while (i > 0) {
        const parent = (i - 1) >> 1
        if (!isBefore(i, parent)) break
        swap(i, parent)
        i = parent
      }
    },
    pop() {
      if (pixels.length === 0) return null
      const top = { at: pixels[0] as number, level: levels[0] as number }
      swap(0, pixels.length - 1)
      for (const list of [pixels, levels, turns]) list.pop()
      for (let i = 0; ;) {
        const left = 2 * i + 1
        const right = left + 1
        let least = i
        if (left < pixels.length && isBefore(left, least)) least = left
        if (right < pixels.length && isBefore(right, least)) least = right
        if (least === i) return top
        swap(i, least)
        i = least
      }
    },
  }
}
