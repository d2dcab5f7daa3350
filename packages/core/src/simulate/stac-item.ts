import { projectionOf } from '../geo/projection.ts'
import type { ScenePlan, ValleyPlan } from './valley-plan.ts'

const TITLES = {
  red: 'Red (band 4) - 10m',
  nir: 'NIR 1 (band 8) - 10m',
  green: 'Green (band 3) - 10m',
  blue: 'Blue (band 2) - 10m',
} as const
const COG_TYPE = 'image/tiff; application=geotiff; profile=cloud-optimized'

/** Collection that simulated items belong to. */
export const COLLECTION = 'sentinel-2-l2a'

function round(value: number, digits: number): number {
  return Math.round(value * 10 ** digits) / 10 ** digits
}

function footprint(plan: ValleyPlan): { bbox: number[]; ring: [number, number][] } {
  const { inverse } = projectionOf(plan.tile.epsg)
  const [, , west, , , north] = plan.tile.transform
  const edge = plan.tile.sizePx * 10
  const corners: [number, number][] = [
    [west, north],
    [west, north - edge],
    [west + edge, north - edge],
    [west + edge, north],
    [west, north],
  ]
  const ring = corners.map((xy): [number, number] => {
    const [lng, lat] = inverse(xy)
    return [round(lng, 9), round(lat, 9)]
  })
  const lngs = ring.map(([lng]) => lng)
  const lats = ring.map(([, lat]) => lat)
  return {
    bbox: [Math.min(...lngs), Math.min(...lats), Math.max(...lngs), Math.max(...lats)],
    ring,
  }
}

/** An acquisition as an item of Earth Search, twice where it has a twin. */
export function stacItems(plan: ValleyPlan, scene: ScenePlan, missingFraction: number): object[] {
  const items = [
    stacItem(plan, scene, missingFraction, {
      id: scene.id,
      sequence: '0',
      capturedAt: scene.capturedAt,
      baseline: scene.baseline,
      offset: scene.offsetInMetadata,
      offsetApplied: scene.offsetAppliedInMetadata,
      cloudCoverPercent: scene.cloudCoverPercent,
    }),
  ]
  const { twin } = scene
  if (twin) {
    const processing = {
      ...twin,
      sequence: '1',
      offset: -0.1,
      offsetApplied: !twin.offsetInPixels,
    }
    items.push(stacItem(plan, scene, missingFraction, processing))
  }
  return items
}

interface Processing {
  id: string
  sequence: string
  capturedAt: string
  baseline: string
  offset: number
  offsetApplied: boolean
  cloudCoverPercent: number
}

function stacItem(
  plan: ValleyPlan,
  scene: ScenePlan,
  missingFraction: number,
  processing: Processing,
): object {
  const { bbox, ring } = footprint(plan)
  const { mgrs, epsg, transform, sizePx } = plan.tile
  const [, , west, , , north] = transform
  const capturedAt = processing.capturedAt.replace('.024Z', '.024000Z')
  const bands = scene.hasColour
    ? (['red', 'nir', 'green', 'blue'] as const)
    : (['red', 'nir'] as const)
  const bandAsset = (name: keyof typeof TITLES): object => ({
    href: `assets/${processing.id}/${name}.tif`,
    type: COG_TYPE,
    title: TITLES[name],
    'eo:bands': [{ name, common_name: name }],
    gsd: 10,
    'proj:shape': [sizePx, sizePx],
    'proj:transform': transform,
    'raster:bands': [
      {
        nodata: 0,
        data_type: 'uint16',
        bits_per_sample: 15,
        spatial_resolution: 10,
        scale: 0.0001,
        offset: processing.offset,
      },
    ],
    roles: ['data', 'reflectance'],
  })
  return {
    type: 'Feature',
    stac_version: '1.0.0',
    id: processing.id,
    collection: COLLECTION,
    bbox,
    geometry: { type: 'Polygon', coordinates: [ring] },
    properties: {
      datetime: capturedAt,
      created: capturedAt,
      updated: capturedAt,
      platform: scene.platform,
      constellation: 'sentinel-2',
      instruments: ['msi'],
      gsd: 10,
      'eo:cloud_cover': processing.cloudCoverPercent,
      'proj:epsg': epsg,
      'mgrs:utm_zone': Number(mgrs.slice(0, 2)),
      'mgrs:latitude_band': mgrs.slice(2, 3),
      'mgrs:grid_square': mgrs.slice(3),
      'grid:code': `MGRS-${mgrs}`,
      'view:sun_azimuth': round(scene.sun.azimuthDeg, 3),
      'view:sun_elevation': round(scene.sun.elevationDeg, 3),
      's2:nodata_pixel_percentage': round(100 * missingFraction, 3),
      's2:processing_baseline': processing.baseline,
      's2:product_type': 'S2MSI2A',
      's2:sequence': processing.sequence,
      'earthsearch:boa_offset_applied': processing.offsetApplied,
    },
    links: [],
    assets: {
      ...Object.fromEntries(bands.map((name) => [name, bandAsset(name)])),
      scl: {
        href: `assets/${processing.id}/scl.tif`,
        type: COG_TYPE,
        title: 'Scene classification map (SCL)',
        'proj:shape': [sizePx / 2, sizePx / 2],
        'proj:transform': [20, 0, west, 0, -20, north],
        'raster:bands': [{ nodata: 0, data_type: 'uint8', spatial_resolution: 20 }],
        roles: ['data'],
      },
    },
  }
}
