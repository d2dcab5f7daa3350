import { pixelAreaM2 } from '../geo/affine.ts'
import type { Grid } from '../model/grid.ts'
import { heightAboveChannels, routeWater } from './drainage.ts'

/** A channel begins where this much ground drains through a pixel, m². */
export const CHANNEL_AREA_M2 = 1e6

/** On small DEMs a channel begins at this share of the known ground. */
const CHANNEL_SHARE = 0.1

/** Where the water goes on a DEM. */
export interface Drainage {
  /** Ground that drains through each pixel, itself included, m²; 0 where unknown. */
  catchmentM2: Float64Array
  /** 1 on channels. */
  channels: Uint8Array
  /** Ground from which a channel is taken to begin, m². */
  channelAreaM2: number
  /** Height above the channel that a pixel drains into, m; NaN where its water leaves the DEM first. */
  heightAboveM: Float32Array
}

/**
 * Channels and heights above them, on the routes of {@link routeWater}. A channel is where more than
 * 1 km², or a tenth of a smaller DEM, drains through. A river whose catchment lies mostly outside the
 * DEM shows only where the DEM holds enough of it.
 */
export function findDrainage(grid: Grid, elevationM: Float32Array): Drainage {
  const routes = routeWater(grid, elevationM)
  const { order, catchmentM2 } = routes
  const channelAreaM2 = Math.min(CHANNEL_AREA_M2, CHANNEL_SHARE * order.length * pixelAreaM2(grid))
  const channels = Uint8Array.from(catchmentM2, (area) =>
    area > 0 && area >= channelAreaM2 ? 1 : 0,
  )
  const heightAboveM = heightAboveChannels(routes, elevationM, channels)
  return { catchmentM2, channels, channelAreaM2, heightAboveM }
}
