import { ScarlineError } from '../errors.ts'
import { pixelAreaM2, pixelSizeM } from '../geo/affine.ts'
import type { SlopeDirection, SlopeShare } from '../model/analysis-growth.ts'
import type { Grid } from '../model/grid.ts'
import { boxMean } from '../raster/local-contrast.ts'
import {
  advanceByClass,
  attachedOutlines,
  measureOutlines,
  outerStates,
  signedDistancesM,
} from './advance.ts'
import {
  type MaskComparison,
  type SeenGround,
  compareByClass,
  cropComparison,
} from './mask-comparison.ts'
import { cropPixels } from './pixel-window.ts'

const DAY_MS = 86_400_000

export const SLOPE_DIRECTIONS: readonly SlopeDirection[] = [
  'upslope',
  'downslope',
  'lateral',
  'undecided',
]

/** cos 45°: within 45° of the line of slope is along it, else across. */
const ALONG = Math.SQRT1_2

/** Settings of {@link slopeSplit}. */
export interface SlopeSplitOptions {
  /** UTC ISO 8601. */
  fromAt: string
  toAt: string
  /** Elevations on the masks' grid, m; NaN where unknown. */
  elevationM: Float32Array
  /** Edge of the square that the slope is averaged over, m; default 100. */
  smoothingM?: number
  /** Ground flatter than this has no slope direction, degrees; default 5. */
  flatDeg?: number
}

/** Where a scar grew against the slope: upslope growth is retrogression. */
export interface SlopeSplit {
  smoothingM: number
  flatDeg: number
  shares: SlopeShare[]
  /** Gained inside the earlier outer outline (holes that closed), m². */
  infillM2: number
}

/** Rise of the ground per metre to the east and to the north of the grid. */
export interface Gradient {
  east: Float32Array
  north: Float32Array
}

/**
 * Gradient of the ground by Horn (1981): weighted differences over 3 by 3 pixels, here
 * ((z3 + 2 z6 + z9) - (z1 + 2 z4 + z7)) / (8 cell) to the east and likewise to the north; then averaged
 * over a square of `smoothingM`, so that gullies and errors of the DEM do not turn the slope. The
 * grid's rim is continued outwards. North-up grids only.
 *
 * @param elevationM m, NaN where unknown (the gradient is NaN there and beside it)
 */
export function slopeGradient(elevationM: Float32Array, grid: Grid, smoothingM: number): Gradient {
  const { width, height, transform } = grid
  if (transform[1] !== 0 || transform[3] !== 0 || !(transform[0] > 0 && transform[4] < 0)) {
    throw new ScarlineError('got a rotated grid, expected rows from north to south', {
      code: 'invalid-input',
      hint: 'Warp the rasters to a north-up grid.',
    })
  }
  const [pixelWidthM, pixelHeightM] = pixelSizeM(grid)
  const east = new Float32Array(elevationM.length)
  const north = new Float32Array(elevationM.length)
  for (let row = 0; row < height; row++) {
    const above = Math.max(0, row - 1) * width
    const here = row * width
    const below = Math.min(height - 1, row + 1) * width
    for (let col = 0; col < width; col++) {
      const left = Math.max(0, col - 1)
      const right = Math.min(width - 1, col + 1)
      const z = (base: number, at: number): number => elevationM[base + at] as number
      const dEast =
        z(above, right) +
        2 * z(here, right) +
        z(below, right) -
        z(above, left) -
        2 * z(here, left) -
        z(below, left)
      const dNorth =
        z(above, left) +
        2 * z(above, col) +
        z(above, right) -
        z(below, left) -
        2 * z(below, col) -
        z(below, right)
      east[here + col] = dEast / (4 * Math.max(1, right - left) * pixelWidthM)
      north[here + col] = dNorth / (4 * Math.max(1, (below - above) / width) * pixelHeightM)
    }
  }
  const radiusPx = Math.max(0, Math.round((smoothingM / pixelWidthM - 1) / 2))
  return {
    east: boxMean(east, width, height, radiusPx),
    north: boxMean(north, width, height, radiusPx),
  }
}

/**
 * Splits gained ground and advance by the angle between the direction that the boundary moves in and
 * the line of slope: within 45° of straight up is upslope (retrogression), within 45° of straight
 * down downslope, the rest lateral. The boundary moves along the outward normal of the earlier outline:
 * the gradient of the signed distance to it, averaged over two sensor pixels. Slope: see
 * {@link slopeGradient}. Patches apart from the earlier scar count by where they lie from its nearest
 * boundary, in area and not in advance.
 *
 * @throws ScarlineError `invalid-input` where the elevations are not on the masks' grid
 */
export function slopeSplit(whole: MaskComparison, options: SlopeSplitOptions): SlopeSplit {
  const { smoothingM = 100, flatDeg = 5, fromAt, toAt } = options
  const pixels = whole.grid.width * whole.grid.height
  if (options.elevationM.length !== pixels) {
    throw new ScarlineError(`got ${options.elevationM.length} elevations, expected ${pixels}`, {
      code: 'invalid-input',
      hint: 'Resample the DEM to the site grid.',
    })
  }
  const marginM = Math.max(smoothingM, 2 * whole.sensorPixelM)
  const { comparison, window } = cropComparison(whole, marginM)
  const { grid, before, after, sensorPixelM } = comparison
  const elevationM = cropPixels(options.elevationM, whole.grid.width, window)
  const withStates = (ground: SeenGround): SeenGround => ({
    ...ground,
    states: outerStates(ground.states, grid),
  })
  const outer = { ...comparison, before: withStates(before), after: withStates(after) }
  const attached = attachedOutlines(comparison).comparison
  const distancesM = signedDistancesM(outer.before.states, grid)
  const classes = slopeClasses(
    slopeGradient(elevationM, grid, smoothingM),
    outwardNormals(distancesM, grid, 2 * sensorPixelM),
    Math.tan((flatDeg * Math.PI) / 180),
  )
  const days = (Date.parse(toAt) - Date.parse(fromAt)) / DAY_MS
  const count = SLOPE_DIRECTIONS.length
  const changes = compareByClass(outer, classes, count)
  const advances = advanceByClass(measureOutlines(attached), classes, count, days)
  const gainedM2 = changes.reduce((sum, change) => sum + change.gainedM2, 0)
  return {
    smoothingM,
    flatDeg,
    shares: changes.map((change, i) => ({
      direction: SLOPE_DIRECTIONS[i] as SlopeDirection,
      gainedM2: change.gainedM2,
      gainedLowM2: Math.max(0, change.gainedM2 - change.halfWidthM2),
      gainedHighM2: change.gainedM2 + change.halfWidthM2,
      lostM2: change.lostM2,
      gainedShare: gainedM2 === 0 ? null : change.gainedM2 / gainedM2,
      advance: advances[i] ?? null,
    })),
    infillM2: insideGainM2(comparison, outer.before.states),
  }
}

function insideGainM2({ grid, before, after }: MaskComparison, outline: Uint8Array): number {
  let inside = 0
  for (let i = 0; i < outline.length; i++) {
    if (before.states[i] === 0 && after.states[i] === 1 && outline[i] === 1) inside++
  }
  return inside * pixelAreaM2(grid)
}

/** Unit-free outward normals: gradient of the signed distance, averaged over a square. */
function outwardNormals(distancesM: Float32Array, grid: Grid, smoothingM: number): Gradient {
  const finite = distancesM.map((value) => (Number.isFinite(value) ? value : NaN))
  return slopeGradient(finite, grid, smoothingM)
}

function slopeClasses(slope: Gradient, normal: Gradient, flat: number): Uint8Array {
  return Uint8Array.from(slope.east, (se, i) => {
    const sn = slope.north[i] as number
    const [ne, nn] = [normal.east[i] as number, normal.north[i] as number]
    const steepness = Math.hypot(se, sn)
    const length = Math.hypot(ne, nn)
    if (!(steepness >= flat) || !(length > 0)) return 3
    const cosine = (se * ne + sn * nn) / (steepness * length)
    if (cosine >= ALONG) return 0
    return cosine <= -ALONG ? 1 : 2
  })
}
