export * from './boundary.ts'
export * from './dates.ts'
export * from './metrics.ts'
export * from './report.ts'
