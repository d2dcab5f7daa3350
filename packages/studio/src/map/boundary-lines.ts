import type { BoundaryProperties, Grid, MaskBoundaries } from '@scarline/core/model'
import type { MultiPolygon } from 'geojson'
import { gridPixelOf } from './site-projection.ts'

/** An object's boundary on one frame. */
export interface BoundaryLine extends BoundaryProperties {
  geometry: MultiPolygon
}

/** The lines of GET boundaries, by frame and object. */
export function linesOf(collection: MaskBoundaries): Map<string, BoundaryLine> {
  const lines = new Map<string, BoundaryLine>()
  for (const { properties, geometry } of collection.features) {
    lines.set(lineKey(properties.sceneId, properties.objectId), { ...properties, geometry })
  }
  return lines
}

/** Key of a line. */
export function lineKey(sceneId: string, objectId: number): string {
  return `${sceneId} ${objectId}`
}

/** Rings of a line in pixels of the site grid. */
export function ringsOf(grid: Grid, { geometry }: BoundaryLine): [x: number, y: number][][] {
  return geometry.coordinates
    .flat()
    .map((ring) => ring.map(([x = 0, y = 0]): [number, number] => gridPixelOf(grid, [x, y])))
}

/** Rings as the `d` of a path. */
export function pathOf(rings: readonly (readonly (readonly [number, number])[])[]): string {
  return rings
    .map((ring) => `M${ring.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`).join('L')}Z`)
    .join('')
}

/** Left, top, right and bottom of some rings; null where there are none. */
export function boundsOf(
  rings: readonly (readonly (readonly [number, number])[])[],
): [left: number, top: number, right: number, bottom: number] | null {
  const bounds: [number, number, number, number] = [Infinity, Infinity, -Infinity, -Infinity]
  for (const ring of rings) {
    for (const [x, y] of ring) {
      bounds[0] = Math.min(bounds[0], x)
      bounds[1] = Math.min(bounds[1], y)
      bounds[2] = Math.max(bounds[2], x)
      bounds[3] = Math.max(bounds[3], y)
    }
  }
  return bounds[0] <= bounds[2] ? bounds : null
}
