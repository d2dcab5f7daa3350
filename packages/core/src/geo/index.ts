export * from './affine.ts'
export * from './projection.ts'
export * from './rasterize.ts'
export * from './site-grid.ts'
