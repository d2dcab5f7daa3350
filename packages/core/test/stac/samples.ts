import type { Polygon } from 'geojson'
import type { ArchiveItem } from '../../src/stac/item.ts'

/** A box as a polygon, degrees. */
export function box(west: number, south: number, east: number, north: number): Polygon {
  return {
    type: 'Polygon',
    coordinates: [
      [
        [west, south],
        [east, south],
        [east, north],
        [west, north],
        [west, south],
      ],
    ],
  }
}

/** An item over 98..99 E, 31..32 N unless said otherwise. */
export function itemOf(id: string, changes: Partial<ArchiveItem> = {}): ArchiveItem {
  return {
    id,
    collection: 'sentinel-2-l2a',
    capturedAt: '2020-06-01T04:00:00.000Z',
    platform: 'S2A',
    processingBaseline: '02.14',
    sequence: 0,
    createdAt: '2020-06-02T00:00:00.000Z',
    tile: '47RMP',
    epsg: 32647,
    footprint: box(98, 31, 99, 32),
    bboxLngLat: null,
    boaOffsetApplied: false,
    sunElevationDeg: 60,
    assets: [],
    ...changes,
  }
}

/** A raw STAC item as Earth Search has them. */
export function rawItem(
  id: string,
  changes: { datetime?: string; geometry?: unknown; collection?: string; red?: string } = {},
): Record<string, unknown> {
  const asset = (href: string): unknown => ({ href, type: 'image/tiff; application=geotiff' })
  return {
    type: 'Feature',
    stac_version: '1.0.0',
    id,
    collection: changes.collection ?? 'sentinel-2-l2a',
    geometry: changes.geometry ?? box(98, 31, 99, 32),
    properties: {
      datetime: changes.datetime ?? '2020-06-01T04:00:00Z',
      platform: 'sentinel-2a',
      'grid:code': 'MGRS-47RMP',
      'proj:epsg': 32647,
      's2:processing_baseline': '02.14',
    },
    links: [],
    assets: {
      red: asset(changes.red ?? 'red.tif'),
      nir: asset('nir.tif'),
      scl: asset('scl.tif'),
    },
  }
}
