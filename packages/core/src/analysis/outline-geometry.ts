import type { MultiPolygon, Polygon, Position } from 'geojson'
import { rasterizePolygon } from '../geo/rasterize.ts'
import type { Grid } from '../model/grid.ts'

/** Pixels along the longer side of what two outlines may share. */
const OVERLAP_PIXELS = 96

/** The rectangle around an outline, map units. */
export type Bounds = [minX: number, minY: number, maxX: number, maxY: number]

/** Every ring of a polygon taken through `project`. */
export function mapRings(
  polygon: Polygon | MultiPolygon,
  project: (position: Position) => Position,
): MultiPolygon {
  const parts = polygon.type === 'Polygon' ? [polygon.coordinates] : polygon.coordinates
  return {
    type: 'MultiPolygon',
    coordinates: parts.map((rings) => rings.map((ring) => ring.map(project))),
  }
}

/** Several outlines as one. */
export function joinOutlines(outlines: readonly MultiPolygon[]): MultiPolygon {
  return { type: 'MultiPolygon', coordinates: outlines.flatMap(({ coordinates }) => coordinates) }
}

export function boundsOf({ coordinates }: MultiPolygon): Bounds {
  const bounds: Bounds = [Infinity, Infinity, -Infinity, -Infinity]
  for (const [x = 0, y = 0] of coordinates.flat(2)) {
    bounds[0] = Math.min(bounds[0], x)
    bounds[1] = Math.min(bounds[1], y)
    bounds[2] = Math.max(bounds[2], x)
    bounds[3] = Math.max(bounds[3], y)
  }
  return bounds
}

/** Planar area by the even-odd signs of its rings: shells less holes, map units squared. */
export function planarArea({ coordinates }: MultiPolygon): number {
  let area = 0
  for (const [shell = [], ...holes] of coordinates) {
    area += ringArea(shell) - holes.reduce((sum, hole) => sum + ringArea(hole), 0)
  }
  return area
}

function ringArea(ring: readonly Position[]): number {
  const [originX = 0, originY = 0] = ring[0] ?? []
  let doubled = 0
  for (let i = 0; i + 1 < ring.length; i++) {
    const [ax = 0, ay = 0] = ring[i] as Position
    const [bx = 0, by = 0] = ring[i + 1] as Position
    doubled += (ax - originX) * (by - originY) - (bx - originX) * (ay - originY)
  }
  return Math.abs(doubled / 2)
}

/**
 * Area that two outlines share, map units squared: counted on up to 96 pixels across the rectangle that both
 * reach into, so within some per cent; to tell outlines of one object from neighbours.
 */
export function sharedArea(one: MultiPolygon, other: MultiPolygon): number {
  const [a, b] = [boundsOf(one), boundsOf(other)]
  const [minX, minY] = [Math.max(a[0], b[0]), Math.max(a[1], b[1])]
  const [maxX, maxY] = [Math.min(a[2], b[2]), Math.min(a[3], b[3])]
  if (!(maxX > minX && maxY > minY)) return 0
  const pixel = Math.max(maxX - minX, maxY - minY) / OVERLAP_PIXELS
  const grid: Grid = {
    epsg: 0,
    transform: [pixel, 0, minX, 0, -pixel, maxY],
    width: Math.max(1, Math.round((maxX - minX) / pixel)),
    height: Math.max(1, Math.round((maxY - minY) / pixel)),
  }
  const inOne = rasterizePolygon(one, grid)
  const inOther = rasterizePolygon(other, grid)
  let pixels = 0
  for (let i = 0; i < inOne.length; i++) pixels += (inOne[i] as number) & (inOther[i] as number)
  return pixels * pixel * pixel
}

/** Distance of a point from the nearest edge of rings, map units. */
export function distanceToRings(x: number, y: number, rings: readonly Position[][]): number {
  let least = Infinity
  for (const ring of rings) {
    for (let i = 0; i + 1 < ring.length; i++) {
      const [ax = 0, ay = 0] = ring[i] as Position
      const [bx = 0, by = 0] = ring[i + 1] as Position
      const [dx, dy] = [bx - ax, by - ay]
      const squared = dx * dx + dy * dy
      const along = squared === 0 ? 0 : ((x - ax) * dx + (y - ay) * dy) / squared
      const t = Math.max(0, Math.min(1, along))
      least = Math.min(least, (x - ax - t * dx) ** 2 + (y - ay - t * dy) ** 2)
    }
  }
  return Math.sqrt(least)
}

/** Whether a point lies inside rings by the even-odd rule. */
export function insideRings(x: number, y: number, rings: readonly Position[][]): boolean {
  let inside = false
  for (const ring of rings) {
    for (let i = 0; i + 1 < ring.length; i++) {
      const [ax = 0, ay = 0] = ring[i] as Position
      const [bx = 0, by = 0] = ring[i + 1] as Position
      if (ay > y !== by > y && x < ax + ((y - ay) / (by - ay)) * (bx - ax)) inside = !inside
    }
  }
  return inside
}
