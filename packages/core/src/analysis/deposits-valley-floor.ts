import { pixelSizeM } from '../geo/affine.ts'
import type { Grid } from '../model/grid.ts'
import type { Raster } from '../raster/raster.ts'
import { planSampling, resampleBilinear } from '../raster/resample.ts'
import { NEVER_SEEN } from './change.ts'
import { heightAboveChannels, routeWater } from './drainage.ts'

/** Steepest slope between pixels of level water, m/m: 6 cm over 30 m. */
const LEVEL_GRADIENT = 0.002

/** What is taken for a river and for its floor. */
export interface ValleyFloorRules {
  /** Least ground that drains through a river's pixel within the DEM, m²; default 0.1 km². */
  channelAreaM2: number
  /**
   * Steepest channel that is a river, m/m; default 0.1: steeper ones are colluvial, shaped by debris flows
   * (Montgomery & Buffington, 1997, fig. 4; Stock & Dietrich, 2003).
   */
  maxGradient: number
  /** Reach that the gradient is measured over, m; default 200. */
  reachM: number
  /** Greatest height of the floor above the river, m; default 5: the vertical error of a global DEM. */
  maxHeightM: number
}

export const VALLEY_FLOOR_RULES: ValleyFloorRules = {
  channelAreaM2: 100_000,
  maxGradient: 0.1,
  reachM: 200,
  maxHeightM: 5,
}

/** Rivers of a DEM, and how high each pixel lies above the one it drains to. */
export interface RiverHeights {
  /** 0/1 on the DEM's grid. */
  river: Uint8Array
  /** m; NaN where the ground drains to no river inside the DEM. */
  heightM: Float32Array
}

/**
 * Rivers of a DEM and heights above them (HAND), on the routes of {@link routeWater}, on the DEM's own
 * grid. Pixels through which at least `channelAreaM2` drain are channels. Of these only gentle ones are
 * rivers: at most `maxGradient` to the next pixel and over the next `reachM` downstream (upstream where
 * the channel leaves the DEM), with the water level with them. So a gully on the slope is no river, and
 * its floor is measured from the river below. What flows in from outside the DEM is not known: a river
 * shows as soon as its slopes inside the DEM feed it.
 *
 * @param dem elevations, m, NaN where unknown
 */
export function riverHeights(
  dem: Raster<Float32Array>,
  changes: Partial<ValleyFloorRules> = {},
): RiverHeights {
  const rules = { ...VALLEY_FLOOR_RULES, ...changes }
  const { grid, data } = dem
  const routes = routeWater(grid, data)
  const { order, receivers, catchmentM2 } = routes
  const feeder = new Int32Array(data.length).fill(-1)
  for (const i of order) {
    const to = receivers[i] as number
    if (to < 0) continue
    const main = feeder[to] as number
    if (main < 0 || (catchmentM2[i] as number) > (catchmentM2[main] as number)) feeder[to] = i
  }
  const network = { data, grid, downstream: receivers, feeder }
  const river = new Uint8Array(data.length)
  for (const i of order) {
    const isChannel = (catchmentM2[i] as number) >= rules.channelAreaM2
    if (isChannel && isGentle(network, i, rules)) river[i] = 1
  }
  spreadOverLevelWater(river, data, grid)
  return { river, heightM: heightAboveChannels(routes, data, river) }
}

/**
 * The valley floor on another grid: ground at most `maxHeightM` above the river that it drains to.
 *
 * @returns 0/1, {@link NEVER_SEEN} beyond the DEM; null where the DEM has no river
 */
export function valleyFloor(
  dem: Raster<Float32Array>,
  grid: Grid,
  changes: Partial<ValleyFloorRules> = {},
): Uint8Array | null {
  const { river, heightM } = riverHeights(dem, changes)
  if (!river.includes(1)) return null
  const onGrid = resampleBilinear(heightM, planSampling(dem.grid, grid))
  const maxHeightM = changes.maxHeightM ?? VALLEY_FLOOR_RULES.maxHeightM
  const elevations = resampleBilinear(dem.data, planSampling(dem.grid, grid))
  return Uint8Array.from(onGrid, (height, i) => {
    if (Number.isNaN(elevations[i])) return NEVER_SEEN
    return height <= maxHeightM ? 1 : 0
  })
}

interface Network {
  data: Float32Array
  grid: Grid
  downstream: Int32Array
  /** The neighbour that most of a pixel's water comes from. */
  feeder: Int32Array
}

function isGentle(network: Network, at: number, rules: ValleyFloorRules): boolean {
  const { data, grid, downstream, feeder } = network
  const next = downstream[at] as number
  const height = (i: number): number => data[i] as number
  if (next >= 0 && height(at) - height(next) > rules.maxGradient * stepM(grid, at, next))
    return false
  let lengthM = 0
  let low = at
  let high = at
  for (const [links, isDown] of [
    [downstream, true],
    [feeder, false],
  ] as const) {
    let here = at
    while (lengthM < rules.reachM) {
      const to = links[here] as number
      if (to < 0) break
      lengthM += stepM(grid, here, to)
      here = to
    }
    if (isDown) low = here
    else high = here
  }
  return lengthM > 0 && height(high) - height(low) <= rules.maxGradient * lengthM
}

/**
 * Over level water all ways are alike: channels hug its banks and its middle drains past them. What is
 * level with a river pixel and connected to it is river too.
 */
function spreadOverLevelWater(river: Uint8Array, data: Float32Array, grid: Grid): void {
  const pending: number[] = []
  for (let i = 0; i < river.length; i++) if (river[i] === 1) pending.push(i)
  for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
    for (const n of neighbours(at, grid)) {
      if (river[n] === 1) continue
      const rise = Math.abs((data[n] as number) - (data[at] as number))
      if (!(rise <= LEVEL_GRADIENT * stepM(grid, at, n))) continue
      river[n] = 1
      pending.push(n)
    }
  }
}

function stepM(grid: Grid, from: number, to: number): number {
  const [widthM, heightM] = pixelSizeM(grid)
  const dc = (to % grid.width) - (from % grid.width)
  const dr = Math.floor(to / grid.width) - Math.floor(from / grid.width)
  return Math.hypot(dc * widthM, dr * heightM)
}

function neighbours(i: number, { width, height }: Grid): number[] {
  const col = i % width
  const row = (i - col) / width
  const found: number[] = []
  for (let r = Math.max(0, row - 1); r <= Math.min(height - 1, row + 1); r++) {
    for (let c = Math.max(0, col - 1); c <= Math.min(width - 1, col + 1); c++) {
      if (r !== row || c !== col) found.push(r * width + c)
    }
  }
  return found
}
