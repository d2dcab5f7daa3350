import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { encodeSparseCog } from '../packages/core/src/cog/write-cog.ts'
import { projectionOf } from '../packages/core/src/geo/projection.ts'
import type { Affine, LngLat } from '../packages/core/src/model/grid.ts'

export const EPSG = 32647
export const TILE: Affine = [10, 0, 399_960, 0, -10, 3_500_040]
/** Where the archive has pixels: columns and rows of the tile. */
const WINDOW = { col: 5000, row: 6000, size: 120 }
export const SITE_PX = { col: 5040, row: 6040, size: 40 }

interface Product {
  id: string
  datetime: string
  baseline: string
  applied: boolean
  addedDn: number
}

const PRODUCTS: Product[] = [
  { id: 'S2A_47RMP_20190105_0_L2A', datetime: '2019-01-05T04:00:00Z', baseline: '02.10', applied: false, addedDn: 0 },
  { id: 'S2A_47RMP_20190604_0_L2A', datetime: '2019-06-04T04:00:00Z', baseline: '02.10', applied: false, addedDn: 0 },
  { id: 'S2A_47RMP_20190604_1_L2A', datetime: '2019-06-04T04:00:00Z', baseline: '05.00', applied: false, addedDn: 1000 },
  { id: 'S2B_47RMP_20220609_0_L2A', datetime: '2022-06-09T04:00:00Z', baseline: '04.00', applied: true, addedDn: 0 },
  { id: 'S2B_47RMP_20220619_0_L2A', datetime: '2022-06-19T04:00:00Z', baseline: '04.00', applied: false, addedDn: 1000 },
  { id: 'S2A_47RMP_20230604_0_L2A', datetime: '2023-06-04T04:00:00Z', baseline: '05.09', applied: true, addedDn: 1000 },
] // prettier-ignore

/** Longitude and latitude of a position on the tile, pixels. */
export function lngLatOf(col: number, row: number): LngLat {
  return projectionOf(EPSG).inverse([TILE[2] + col * 10, TILE[5] - row * 10])
}

function bandDn(product: Product, band: string, size: number): Uint16Array | Uint8Array {
  if (band === 'scl') return new Uint8Array(size * size).fill(4)
  let seed = product.id.length * 131 + band.length
  return Uint16Array.from({ length: size * size }, (_, i) => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0
    const bare = i % size < size / 3
    const dn = band === 'nir' ? (bare ? 2200 : 3000) : bare ? 1700 : 450
    return dn + product.addedDn + (seed >>> 26)
  })
}

/** Writes a folder of five acquisitions (one of them twice) as an archive of full-tile sparse COGs. */
export async function writeArchive(dir: string): Promise<void> {
  const ring = [[0, 0], [10_980, 0], [10_980, 10_980], [0, 10_980], [0, 0]].map(([c = 0, r = 0]) => lngLatOf(c, r)) // prettier-ignore
  const features = []
  for (const product of PRODUCTS) {
    const folder = join(dir, 'assets', product.id)
    mkdirSync(folder, { recursive: true })
    const assets: Record<string, unknown> = {}
    for (const band of ['red', 'nir', 'green', 'scl']) {
      const step = band === 'scl' ? 2 : 1
      const size = WINDOW.size / step
      const grid = {
        epsg: EPSG,
        transform: [
          10 * step,
          0,
          TILE[2] + WINDOW.col * 10,
          0,
          -10 * step,
          TILE[5] - WINDOW.row * 10,
        ] as Affine,
        width: size,
        height: size,
      }
      const full = {
        width: 10_980 / step,
        height: 10_980 / step,
        transform: [10 * step, 0, TILE[2], 0, -10 * step, TILE[5]] as Affine,
      }
      const raster = { grid, data: bandDn(product, band, size) }
      writeFileSync(join(folder, `${band}.tif`), await encodeSparseCog(raster, full, { nodata: 0 }))
      assets[band] = {
        href: `assets/${product.id}/${band}.tif`,
        type: 'image/tiff; application=geotiff; profile=cloud-optimized',
        'raster:bands': [{ nodata: 0, scale: 0.0001, offset: product.baseline >= '04' ? -0.1 : 0 }],
      }
    }
    features.push({
      type: 'Feature',
      stac_version: '1.0.0',
      id: product.id,
      collection: 'sentinel-2-l2a',
      bbox: [
        Math.min(...ring.map(([x]) => x)),
        Math.min(...ring.map(([, y]) => y)),
        Math.max(...ring.map(([x]) => x)),
        Math.max(...ring.map(([, y]) => y)),
      ],
      geometry: { type: 'Polygon', coordinates: [ring] },
      properties: {
        datetime: product.datetime,
        created: product.datetime,
        platform: product.id.startsWith('S2A') ? 'sentinel-2a' : 'sentinel-2b',
        'grid:code': 'MGRS-47RMP',
        'proj:epsg': EPSG,
        's2:processing_baseline': product.baseline,
        'earthsearch:boa_offset_applied': product.applied,
        'view:sun_elevation': 55,
      },
      links: [],
      assets,
    })
  }
  writeFileSync(join(dir, 'items.json'), JSON.stringify({ type: 'FeatureCollection', features }))
}
