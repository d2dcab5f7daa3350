import type { MultiPolygon, Polygon, Position } from 'geojson'
import { type LineNoise, lineNoiseHalfWidthM2 } from '../analysis/digitising-noise.ts'
import { geodesicAreaM2, geodesicPerimeterM, gridAreaScale } from '../analysis/geodesic-area.ts'
import { type Bounds, boundsOf, mapRings } from '../analysis/outline-geometry.ts'
import type { ObjectDay } from '../analysis/outline-objects.ts'
import { pixelAreaM2 } from '../geo/affine.ts'
import { projectionOf } from '../geo/projection.ts'
import { rasterizePolygon } from '../geo/rasterize.ts'
import type { Grid, LngLat } from '../model/grid.ts'
import { VALIDITY } from '../model/validity.ts'
import type { DrawnOutline, SeriesSource } from './series-source.ts'

/** Areas on the working grid are to agree with the outlines' to this share of the object's largest. */
const AREA_TOLERANCE = 1e-3

/** Pixels of one object's working grid at most. */
const MOST_PIXELS = 4_000_000

/** Finest working grid, m. */
const LEAST_PIXEL_M = 0.05

/** Ground around the outlines on the working grid, standard deviations of the noise. */
const MARGIN_SDS = 8

/** Least share of ground under two outlines of one day that is told and taken out. */
const OVERLAP_FRACTION = 1e-4

/** One object's outlines as a series. */
export interface OutlineSeries {
  grid: Grid
  source: SeriesSource
  /** What is odd about the outlines, one sentence each. */
  warnings: string[]
  /** Largest difference of areas on the working grid from the outlines', as a share of the largest. */
  gridErrorFraction: number
}

/** Settings of {@link outlineSeries}. */
export interface OutlineSeriesOptions {
  objectId: number
  /** Of the outlines' map projection. */
  epsg: number
  noise: LineNoise
  /** Pixel of the working grid, m; chosen from the outlines by default. */
  resolutionM?: number | undefined
  /** Names of the files of a day. */
  filesOf: (day: ObjectDay) => string
}

/**
 * One object's outlines as masks on a working grid around them, with areas and boundaries as they
 * were drawn. The grid is as fine as the areas need to agree within 0.1 %, and no coarser than the noise.
 */
export function outlineSeries(
  days: readonly ObjectDay[],
  options: OutlineSeriesOptions,
): OutlineSeries {
  const { objectId, epsg, noise, filesOf } = options
  const outlines = days.map((day) => day.outlines.flatMap(({ outline }) => outline.coordinates))
  const drawn = outlines.map((coordinates) =>
    measureOutline({ type: 'MultiPolygon', coordinates }, epsg, noise),
  )
  const bounds = outlines
    .map((coordinates) => boundsOf({ type: 'MultiPolygon', coordinates }))
    .reduce(unite)
  const marginM = MARGIN_SDS * noise.sdM
  const largestM2 = Math.max(...drawn.map(({ areaM2 }) => areaM2))
  const grids = candidatePixels(bounds, marginM, drawn, options).map((pixelM) =>
    gridOver(bounds, marginM, pixelM, epsg),
  )
  let chosen: { grid: Grid; found: ReturnType<typeof areaOnGrid>[]; worst: number } | null = null
  for (const grid of grids) {
    const found = drawn.map((one) => areaOnGrid(one, grid))
    const worst = Math.max(
      ...found.map(({ error }, i) => (Math.abs(error) * (drawn[i]?.areaM2 ?? 0)) / largestM2),
    )
    chosen = { grid, found, worst }
    if (worst <= AREA_TOLERANCE) break
  }
  const { grid, found, worst: gridErrorFraction } = chosen as NonNullable<typeof chosen>
  const warnings: string[] = []
  const overlaps: string[] = []
  for (const [i, { overlap }] of found.entries()) {
    if (overlap < OVERLAP_FRACTION) continue
    const one = drawn[i] as DrawnOutline
    overlaps.push(`${days[i]?.day} by ${Math.round(overlap * one.areaM2)} m²`)
    one.areaM2 *= 1 - overlap
  }
  if (overlaps.length > 0) {
    warnings.push(
      `object ${objectId}: outlines lie on each other (${overlaps.join(', ')}); that ground is counted once`,
    )
  }
  if (gridErrorFraction > AREA_TOLERANCE) {
    warnings.push(
      `object ${objectId}: on the working grid of ${grid.transform[0]} m areas are off by up to ${(100 * gridErrorFraction).toFixed(2)} %; gained and lost ground and directions are as rough`,
    )
  }
  const clear = new Uint8Array(grid.width * grid.height).fill(VALIDITY.clear)
  const source: SeriesSource = {
    objectId,
    frames: days.map((day, frameIndex) => ({
      frameIndex,
      sceneId: filesOf(day),
      capturedAt: `${day.day}T00:00:00.000Z`,
      registrationResidualM: 0,
      levelErrorM: null,
      doubtfulM2: null,
      doubts: [],
      confidence: 1,
      locked: true,
      prompted: true,
      flags: [],
    })),
    read: async (index) => ({
      mask: rasterizeUnion((drawn[index] as DrawnOutline).outline, grid),
      validity: clear,
    }),
    readProbability: async () => null,
    drawn: (index) => drawn[index] as DrawnOutline,
  }
  return { grid, source, warnings, gridErrorFraction }
}

/** An outline's area on the ellipsoid with its interval. */
export function measureOutline(
  outline: MultiPolygon,
  epsg: number,
  noise: LineNoise,
): DrawnOutline {
  const { inverse } = projectionOf(epsg)
  const degrees = mapRings(outline, ([x = 0, y = 0]): Position => inverse([x, y]))
  const perimetersM = degrees.coordinates.flat().map((ring) => ringLengthM(ring))
  return {
    outline,
    areaM2: geodesicAreaM2(degrees),
    halfWidthM2: lineNoiseHalfWidthM2(perimetersM, noise),
    perimeterM: perimetersM.reduce((sum, length) => sum + length, 0),
  }
}

function ringLengthM(ring: Position[]): number {
  return geodesicPerimeterM({ type: 'Polygon', coordinates: [ring] })
}

/** An outline in degrees on a map projection, m. */
export function projectOutline(geometry: Polygon | MultiPolygon, epsg: number): MultiPolygon {
  const { forward } = projectionOf(epsg)
  return mapRings(geometry, ([lng = 0, lat = 0]): Position => forward([lng, lat] as LngLat))
}

/** Pixels to try, coarse to fine. */
function candidatePixels(
  bounds: Bounds,
  marginM: number,
  drawn: readonly DrawnOutline[],
  { noise, resolutionM }: OutlineSeriesOptions,
): number[] {
  if (resolutionM !== undefined) return [resolutionM]
  const widthM = bounds[2] - bounds[0] + 2 * marginM
  const heightM = bounds[3] - bounds[1] + 2 * marginM
  const finest = Math.max(LEAST_PIXEL_M, Math.sqrt((widthM * heightM) / MOST_PIXELS))
  // n boundary pixels, each off by a uniform share: r² sqrt(n / 12), n = (4 / pi) P / r.
  const toleranceM2 = AREA_TOLERANCE * Math.max(...drawn.map(({ areaM2 }) => areaM2))
  const longestM = Math.max(...drawn.map(({ perimeterM }) => perimeterM))
  const needed = Math.cbrt((12 * toleranceM2 ** 2) / ((4 / Math.PI) * longestM))
  const first = Math.max(finest, Math.min(noise.sdM / 2, needed))
  const pixels = [Math.max(finest, roundDown(first))]
  while (pixels.length < 4 && (pixels.at(-1) as number) / 2 >= finest) {
    pixels.push((pixels.at(-1) as number) / 2)
  }
  return pixels
}

/** To 1, 2 or 5 times a power of ten, metres. */
function roundDown(valueM: number): number {
  const power = 10 ** Math.floor(Math.log10(valueM))
  const digit = [5, 2].find((step) => step * power <= valueM) ?? 1
  return Number((digit * power).toPrecision(1))
}

function gridOver(bounds: Bounds, marginM: number, pixelM: number, epsg: number): Grid {
  const minX = Math.floor((bounds[0] - marginM) / pixelM) * pixelM
  const maxY = Math.ceil((bounds[3] + marginM) / pixelM) * pixelM
  return {
    epsg,
    transform: [pixelM, 0, minX, 0, -pixelM, maxY],
    width: Math.ceil((bounds[2] + marginM - minX) / pixelM),
    height: Math.ceil((maxY - bounds[1] + marginM) / pixelM),
  }
}

/**
 * Of the polygons' areas on the grid one by one against the area drawn, and ground under two of them
 * (counted twice in the area drawn); as shares of the area drawn.
 */
function areaOnGrid(
  { outline, areaM2 }: DrawnOutline,
  grid: Grid,
): { error: number; overlap: number } {
  if (areaM2 === 0) return { error: 0, overlap: 0 }
  const scale = pixelAreaM2(grid) / gridAreaScale(grid) / areaM2
  const single = outline.coordinates.reduce((sum, coordinates) => {
    return sum + countSet(rasterizePolygon({ type: 'Polygon', coordinates }, grid))
  }, 0)
  const union = outline.coordinates.length === 1 ? single : countSet(rasterizeUnion(outline, grid))
  return { error: single * scale - 1, overlap: (single - union) * scale }
}

function countSet(mask: Uint8Array): number {
  return mask.reduce((sum, value) => sum + value, 0)
}

/** Polygons one by one: ground under two of them counts. */
function rasterizeUnion(outline: MultiPolygon, grid: Grid): Uint8Array {
  const mask = new Uint8Array(grid.width * grid.height)
  for (const coordinates of outline.coordinates) {
    rasterizePolygon({ type: 'Polygon', coordinates }, grid, mask)
  }
  return mask
}

function unite(a: Bounds, b: Bounds): Bounds {
  return [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.max(a[2], b[2]), Math.max(a[3], b[3])]
}
