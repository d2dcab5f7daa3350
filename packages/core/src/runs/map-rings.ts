import type { MultiPolygon, Polygon } from 'geojson'
import { simplifyRing } from '../analysis/boundaries.ts'
import { mapToPixel } from '../geo/affine.ts'
import type { Grid } from '../model/grid.ts'

/** How far a drawn line may leave the pixel edges, grid pixels. */
const TOLERANCE_PX = 0.75

/** Rings of polygons in pixels of the grid, no vertex more than a map needs. */
export function ringsOf(grid: Grid, geometry: Polygon | MultiPolygon): number[][] {
  const polygons = geometry.type === 'Polygon' ? [geometry.coordinates] : geometry.coordinates
  return polygons.flat().map((ring) =>
    simplifyRing(
      ring.map(([x = 0, y = 0]) => mapToPixel(grid.transform, x, y)),
      TOLERANCE_PX,
    ).flatMap(([col = 0, row = 0]) => [col, row]),
  )
}
