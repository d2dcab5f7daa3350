import type { Grid } from '../../src/model/grid.ts'
import type { LocalProduct } from '../../src/import/product.ts'

/** A product of red and infrared, with what a test is about set by hand. */
export function madeProduct(itemId: string, more: Partial<LocalProduct> = {}): LocalProduct {
  return {
    itemId,
    kind: 'bands',
    platform: 'LOCAL',
    time: { capturedAt: '2019-05-12T10:40:00.000Z', precision: 'second', source: 'name' },
    twinKey: null,
    version: [],
    processingBaseline: null,
    sunElevationDeg: null,
    bands: {
      red: { path: `/data/${itemId}_B04.tif`, bandIndex: 0 },
      nir: { path: `/data/${itemId}_B08.tif`, bandIndex: 0 },
    },
    classification: null,
    scaling: { scale: 0.0001, offset: 0, nodataDn: 0 },
    offsetFacts: null,
    statedGrids: {},
    evidence: {},
    remarks: [],
    ...more,
  }
}

/** A north-up grid of 100 x 80 pixels of 10 m. */
export function madeGrid(x = 670_000, y = 5_461_500, more: Partial<Grid> = {}): Grid {
  return { epsg: 32631, transform: [10, 0, x, 0, -10, y], width: 100, height: 80, ...more }
}
