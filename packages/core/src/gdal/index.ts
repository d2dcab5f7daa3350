export * from './gdal-source.ts'
export * from './read-raster.ts'
export * from './read-vector.ts'
export * from './write-geopackage.ts'
