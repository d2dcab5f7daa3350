import type { MultiPolygon, Polygon, Position } from 'geojson'
import type { Grid } from '../model/grid.ts'
import { mapToPixel } from './affine.ts'
import { projectionOf } from './projection.ts'

/**
 * Pixels whose centre lies inside a polygon (even-odd rule, holes respected), as 0/1.
 *
 * @param polygon rings in the grid's own map coordinates
 * @param into burnt into this array where given (existing ones stay)
 */
export function rasterizePolygon(
  polygon: Polygon | MultiPolygon,
  grid: Grid,
  into: Uint8Array = new Uint8Array(grid.width * grid.height),
): Uint8Array {
  const parts = polygon.type === 'Polygon' ? [polygon.coordinates] : polygon.coordinates
  for (const rings of parts) burn(rings, grid, into)
  return into
}

/** As {@link rasterizePolygon}, for a polygon in degrees (WGS 84); edges are taken straight in map space. */
export function rasterizeLngLat(
  polygon: Polygon | MultiPolygon,
  grid: Grid,
  into?: Uint8Array,
): Uint8Array {
  const { forward } = projectionOf(grid.epsg)
  const project = (ring: Position[]): Position[] =>
    ring.map(([lng = 0, lat = 0]) => forward([lng, lat]))
  const projected: MultiPolygon = {
    type: 'MultiPolygon',
    coordinates: (polygon.type === 'Polygon' ? [polygon.coordinates] : polygon.coordinates).map(
      (rings) => rings.map(project),
    ),
  }
  return rasterizePolygon(projected, grid, into)
}

function burn(rings: readonly Position[][], grid: Grid, into: Uint8Array): void {
  const edges: [number, number, number, number][] = []
  for (const ring of rings) {
    for (let i = 0; i < ring.length; i++) {
      const a = ring[i] as Position
      const b = ring[(i + 1) % ring.length] as Position
      const [x0, y0] = mapToPixel(grid.transform, a[0] ?? 0, a[1] ?? 0)
      const [x1, y1] = mapToPixel(grid.transform, b[0] ?? 0, b[1] ?? 0)
      if (y0 !== y1) edges.push([x0, y0, x1, y1])
    }
  }
  for (let row = 0; row < grid.height; row++) {
    const y = row + 0.5
    const crossings: number[] = []
    for (const [x0, y0, x1, y1] of edges) {
      if (y0 <= y !== y1 <= y) crossings.push(x0 + ((y - y0) / (y1 - y0)) * (x1 - x0))
    }
    crossings.sort((p, q) => p - q)
    for (let i = 0; i + 1 < crossings.length; i += 2) {
      const from = Math.max(0, Math.ceil((crossings[i] as number) - 0.5))
      const to = Math.min(grid.width, Math.ceil((crossings[i + 1] as number) - 0.5))
      if (to > from) into.fill(1, row * grid.width + from, row * grid.width + to)
    }
  }
}
