/**
 * Parts that the benches of this repository look into. Not for others: they change without notice.
 */
export { findChangePoints } from './analysis/change-points.ts'
export { deseason } from './analysis/deseason.ts'
export { eventsOf } from './analysis/events.ts'
export type { DatedMeasure } from './analysis/dated-measure.ts'
export { evolutionSchema } from './analysis/evolution-schema.ts'
export { onsetsOf } from './analysis/onset.ts'
export { seededChance } from './analysis/seeded-chance.ts'
export { readVector } from './gdal/read-vector.ts'
export { lngLatOfPixel } from './geo/place-of-pixel.ts'
export { rasterizePolygon } from './geo/rasterize.ts'
export type { Grid } from './model/grid.ts'
export { isObserved } from './model/validity.ts'
export { labelComponents, squaredDistances } from './raster/morphology.ts'
export { type Truth, findTruth } from './runs/truth.ts'
export {
  type SimulatedChange,
  type SimulatedRate,
  type SimulatedSchedule,
  simulatedSchedule,
} from './simulate/schedule.ts'
export type { Evolution } from './model/analysis-evolution.ts'
export { SECTORS, type Sector, type ToldGrowth } from './model/analysis-growth.ts'
