/**
 * @scarline/core: from a satellite archive to a scar's numbers. Read in the order of the data:
 * archive -> frames -> masks -> numbers.
 */
export * from './errors.ts'
export * from './model/index.ts'

export { type SiteFolder, createSiteFolder, openSiteFolder } from './site/site-folder.ts'
export { diskError, makeFolder } from './site/node-file-store.ts'
export { OWN_PROCESS, isOfDeadProcess } from './site/process-name.ts'

export * from './runs/simulate.ts'
export * from './runs/init.ts'
export * from './runs/parse-aoi.ts'
export * from './runs/acquire.ts'
export * from './runs/import.ts'
export { type ImportInputs, type PreparedImport, prepareImport } from './runs/plan-import.ts'
export * from './runs/scenes.ts'
export { type ScenePicture, encodeScenePicture } from './runs/scene-picture.ts'
export * from './runs/frame-layers.ts'
export * from './runs/mask-picture.ts'
export * from './runs/filmstrip.ts'
export * from './runs/screen-scenes.ts'
export { loadImaging } from './frames/load-imaging.ts'
export * from './runs/frames.ts'
export { readAoiFile, readMaskFile } from './runs/shape-files.ts'
export * from './runs/prompt.ts'
export * from './runs/lock.ts'
export * from './runs/live-preview.ts'
export * from './runs/track.ts'
export type { TrackSummary } from './runs/finish-track.ts'
export * from './runs/analyse.ts'
export * from './runs/outlines.ts'
export * from './runs/plausibility.ts'
export * from './runs/verify.ts'
export * from './runs/watch.ts'
export { requireWebhook, signBody } from './runs/watch-deliver.ts'
export { parseWatchRule, ruleHelp } from './runs/watch-record.ts'
export * from './runs/report-data.ts'
export * from './runs/report-maps.ts'
export * from './runs/export-stac.ts'
export * from './runs/export-qgis.ts'
export { type VectorFormat, exportBoundaries } from './runs/export-boundaries.ts'
export { promptHashOf } from './runs/track-inputs.ts'
export { type TrackedSeries, seriesOf } from './runs/tracked-series.ts'
export type { PlausibilityFlag, PlausibilityUnit } from './analysis/plausibility-types.ts'
export type { InsarSign } from './analysis/plausibility-insar.ts'
export * from './runs/doctor.ts'

export type * from './tracking/segmenter.ts'
export { createNdviSegmenter } from './tracking/ndvi/ndvi-segmenter.ts'
export {
  type OpenedSam2Model,
  type Sam2SegmenterOptions,
  createSam2Segmenter,
} from './tracking/sam2-segmenter.ts'
export { fromSam2Error } from './tracking/sam2-segmenter-errors.ts'
export { reviewQueue } from './tracking/confidence.ts'

export { type SimulatedScenario } from './simulate/valley-plan.ts'
export { STAC_PROVIDERS } from './stac/providers.ts'
export { bboxPolygon } from './stac/footprint.ts'
export { readRaster } from './cog/read-geotiff.ts'
export { encodeCog } from './cog/write-cog.ts'
