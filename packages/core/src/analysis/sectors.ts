import { pixelAreaM2, pixelToMap } from '../geo/affine.ts'
import { projectionOf } from '../geo/projection.ts'
import { SECTORS, type Sector, type SectorRose } from '../model/analysis-growth.ts'
import type { Grid } from '../model/grid.ts'
import { type MaskComparison, compareByClass, cropComparison } from './mask-comparison.ts'
import { cropPixels } from './pixel-window.ts'

/** Width of a sector, degrees. */
export const SECTOR_WIDTH_DEG: number = 360 / SECTORS.length

/** Margin around the scar within which ground is compared, sensor pixels. */
const AROUND_SENSOR_PIXELS = 10

/** Degrees of latitude over which the direction of true north is taken. */
const NORTH_STEP_DEG = 1e-4

/**
 * Grid convergence: the angle from true north to grid north, degrees clockwise, from the map
 * direction of the meridian. On UTM it is close to (λ - λ0) sin φ: up to 3° at high latitudes.
 */
export function gridConvergenceDeg(epsg: number, [x, y]: readonly [number, number]): number {
  const { forward, inverse } = projectionOf(epsg)
  const [lng, lat] = inverse([x, y])
  const south = forward([lng, lat - NORTH_STEP_DEG / 2])
  const north = forward([lng, lat + NORTH_STEP_DEG / 2])
  return (-Math.atan2(north[0] - south[0], north[1] - south[1]) * 180) / Math.PI
}

/** Centre of gravity of the pixels in state 1, map coordinates; null where there are none. */
export function scarCentroid(states: Uint8Array, grid: Grid): [x: number, y: number] | null {
  let count = 0
  let cols = 0
  let rows = 0
  for (let i = 0; i < states.length; i++) {
    if (states[i] !== 1) continue
    count++
    cols += i % grid.width
    rows += Math.floor(i / grid.width)
  }
  if (count === 0) return null
  return pixelToMap(grid.transform, cols / count + 0.5, rows / count + 0.5)
}

/** Index in {@link SECTORS} of a true azimuth; a sector reaches 11.25° to both sides of its middle. */
export function sectorIndex(azimuthDeg: number): number {
  return ((Math.round(azimuthDeg / SECTOR_WIDTH_DEG) % 16) + 16) % 16
}

/** True azimuth from one map position to another, degrees 0..360. */
export function trueAzimuthDeg(
  from: readonly [number, number],
  to: readonly [number, number],
  convergenceDeg: number,
): number {
  const gridDeg = (Math.atan2(to[0] - from[0], to[1] - from[1]) * 180) / Math.PI
  return (gridDeg + convergenceDeg + 720) % 360
}

/** A grid's sectors about one centre. */
export interface SectorMap {
  /** Map coordinates. */
  centre: [x: number, y: number]
  convergenceDeg: number
  /** How well the centre is known along either axis, one standard deviation, m. */
  centreSdM: number
  /** Index in {@link SECTORS} of each pixel of the grid. */
  classes: Uint8Array
  /** The same with the centre one standard deviation less and more along the map's x and y axis; null where it is sure. */
  offCentre: {
    x: [less: Uint8Array, more: Uint8Array]
    y: [less: Uint8Array, more: Uint8Array]
  } | null
}

/** The sectors of true north about a map position; null where there is none. */
export function sectorMap(
  grid: Grid,
  centre: [x: number, y: number] | null,
  sdM = 0,
): SectorMap | null {
  if (centre === null) return null
  const [x, y] = centre
  const convergenceDeg = gridConvergenceDeg(grid.epsg, centre)
  const about = (dx: number, dy: number): Uint8Array =>
    sectorClasses(grid, [x + dx * sdM, y + dy * sdM], convergenceDeg)
  return {
    centre,
    convergenceDeg,
    centreSdM: sdM,
    classes: about(0, 0),
    offCentre:
      sdM === 0 ? null : { x: [about(-1, 0), about(1, 0)], y: [about(0, -1), about(0, 1)] },
  }
}

/** The sectors about the centroid of the earlier mask; null where it is empty. */
export function sectorsAboutScar({ grid, before }: MaskComparison): SectorMap | null {
  return sectorMap(grid, scarCentroid(before.states, grid))
}

/** Sector index of each pixel's centre as seen from a map position. */
function sectorClasses(
  grid: Grid,
  centre: readonly [number, number],
  convergenceDeg: number,
): Uint8Array {
  const classes = new Uint8Array(grid.width * grid.height)
  for (let row = 0; row < grid.height; row++) {
    for (let col = 0; col < grid.width; col++) {
      const at = pixelToMap(grid.transform, col + 0.5, row + 0.5)
      classes[row * grid.width + col] = sectorIndex(trueAzimuthDeg(centre, at, convergenceDeg))
    }
  }
  return classes
}

/**
 * Rose of gained and lost ground in 16 sectors of true north about a centre, only ground seen at both
 * times. Intervals as in {@link compareByClass}.
 *
 * @param sectors of the comparison's grid; by default about the centroid of the earlier mask. A series of
 * roses needs one centre for all
 * @returns null where there are neither sectors nor an earlier mask
 */
export function sectorRose(
  comparison: MaskComparison,
  sectors: SectorMap | null = sectorsAboutScar(comparison),
): SectorRose | null {
  if (sectors === null) return null
  const { centre, convergenceDeg } = sectors
  const around = cropComparison(comparison, AROUND_SENSOR_PIXELS * comparison.sensorPixelM)
  const { before, after } = around.comparison
  const classes = cropPixels(sectors.classes, comparison.grid.width, around.window)
  const changes = compareByClass(around.comparison, classes, SECTORS.length)
  const centreGainsM2 = centreGains(comparison, sectors.offCentre)
  return {
    centre,
    convergenceDeg,
    centreSdM: sectors.centreSdM,
    residualBeforeM: before.registrationResidualM,
    residualAfterM: after.registrationResidualM,
    sectors: changes.map((change, i) => ({
      sector: SECTORS[i] as Sector,
      azimuthDeg: i * SECTOR_WIDTH_DEG,
      gainedM2: change.gainedM2,
      gainedLowM2: Math.max(0, change.gainedM2 - change.halfWidthM2),
      gainedHighM2: change.gainedM2 + change.halfWidthM2,
      lostM2: change.lostM2,
      lostLowM2: Math.max(0, change.lostM2 - change.halfWidthM2),
      lostHighM2: change.lostM2 + change.halfWidthM2,
      comparedFraction: change.totalM2 === 0 ? 0 : change.comparedM2 / change.totalM2,
      boundaryBeforeM: change.boundaryBeforeM,
      boundaryAfterM: change.boundaryAfterM,
      independentSdM2: change.independentSdM2,
      centreGainM2: centreGainsM2[i] as [x: number, y: number],
    })),
  }
}

/** By sector, half of what more is gained with the centre further along an axis than with it less far, m². */
function centreGains(
  { grid, before, after }: MaskComparison,
  offCentre: SectorMap['offCentre'],
): [x: number, y: number][] {
  const gains = SECTORS.map((): [x: number, y: number] => [0, 0])
  if (offCentre === null) return gains
  const halfM2 = pixelAreaM2(grid) / 2
  const axes = [offCentre.x, offCentre.y]
  for (let i = 0; i < after.states.length; i++) {
    if (before.states[i] !== 0 || after.states[i] !== 1) continue
    for (const [axis, [less, more]] of axes.entries()) {
      const [from, to] = [gains[less[i] as number], gains[more[i] as number]] as number[][]
      if (from === undefined || to === undefined) continue
      from[axis] = (from[axis] as number) - halfM2
      to[axis] = (to[axis] as number) + halfM2
    }
  }
  return gains
}
