import type { Grid } from '@scarline/core/model'
import type { DrawnShape } from '../../map/map-gesture.ts'
import type { MarkInput } from '../../map/map-mark.ts'
import { type PixelPoint, strokeRings } from '../../map/mask-bits.ts'
import {
  type MapPoint,
  bboxOfCorners,
  gridPixelOf,
  gridPointOf,
} from '../../map/site-projection.ts'

/** What a drawn shape says, and the place that stands for it. */
export function markOfShape(
  grid: Grid,
  shape: DrawnShape,
  brushRadiusM: number,
): { input: MarkInput; place: MapPoint } {
  if (shape.kind === 'box') {
    const { from, to } = shape
    return {
      input: { bboxLngLat: bboxOfCorners(grid.epsg, from, to) },
      place: [(from[0] + to[0]) / 2, (from[1] + to[1]) / 2],
    }
  }
  if (shape.kind === 'lasso') {
    const { ring, isCut } = shape
    return {
      input: { region: { kind: 'lasso', rings: [closed(ring)], add: !isCut } },
      place: middleOf(ring),
    }
  }
  const { stroke, isCut } = shape
  const pixels = stroke.map((point): PixelPoint => gridPixelOf(grid, point))
  const rings = strokeRings(pixels, brushRadiusM / Math.abs(grid.transform[0]))
  return {
    input: {
      region: {
        kind: 'brush',
        rings: rings.map((ring) => closed(ring.map((pixel) => gridPointOf(grid, pixel)))),
        add: !isCut,
      },
    },
    place: stroke[0] ?? [0, 0],
  }
}

function closed(ring: readonly MapPoint[]): MapPoint[] {
  const [first] = ring
  return first ? [...ring, first] : []
}

function middleOf(ring: readonly MapPoint[]): MapPoint {
  const sum = ring.reduce<MapPoint>(([x, y], [dx, dy]) => [x + dx, y + dy], [0, 0])
  return [sum[0] / ring.length, sum[1] / ring.length]
}
