import { registrationSpread } from '../analysis/registration.ts'
import type { Run } from '../model/run-event.ts'
import type { SiteFolder } from '../site/site-folder.ts'
import { ANALYSIS_FILES, writeAnalysis } from './analysis-files.ts'
import { type ObjectInShort, analyseSeries, shortObjects } from './analyse-series.ts'
import { sensorPixelOf } from './sensor-pixel.ts'
import { siteSource } from './series-source.ts'
import { findSiteRiver } from './site-river.ts'
import { siteTerrain } from './site-terrain.ts'
import { requireTrack } from './tracked-series.ts'

export type { ObjectInShort } from './analyse-series.ts'

/** Settings of {@link analyse}. */
export interface AnalyseOptions {
  /** A DEM of any GDAL raster format, m; else the archive's is looked for; `none` for none. */
  dem?: string
  signal?: AbortSignal
}

/** What an analysis found, in short. */
export interface AnalyseSummary {
  frames: number
  objects: ObjectInShort[]
  /** Which elevations were used, or why none. */
  elevation: string
  files: string[]
}

/**
 * Turns masks into numbers: areas with 90 % intervals, seasonal series, fragments and their lineage,
 * dated boundaries, directions and advance, events, onsets, new zones. Writes what
 * {@link ANALYSIS_FILES} names.
 *
 * @throws ScarlineError `missing-step` before `track`; errors of the DEM named
 */
export async function* analyse(
  folder: SiteFolder,
  options: AnalyseOptions = {},
): Run<AnalyseSummary> {
  const { signal, dem } = options
  const { list, track, series } = await requireTrack(folder)
  const { grid } = list
  const scenes = await folder.readScenes()
  const kept = scenes.filter((scene) => list.frames.some(({ sceneId }) => sceneId === scene.id))
  const sensorPixelM = sensorPixelOf(kept, grid)
  const registration = registrationSpread(kept.map(({ shift }) => shift))
  const total = series.reduce((sum, { entries }) => sum + entries.length, 0)
  yield {
    type: 'started',
    stage: 'analyse',
    total,
    message: `measuring ${total} masks of ${series.length} object${series.length === 1 ? '' : 's'}`,
  }
  if (track.run !== null) {
    const left = track.run.pending.length
    const message = `the last propagation was cut off with ${left} masks to do; measuring what is there`
    yield { type: 'warning', stage: 'analyse', message, item: null }
  }
  const lastDay = list.frames.at(-1)?.capturedAt.slice(0, 10) ?? null
  const search = await siteTerrain(folder, { grid, sensorPixelM, lastDay, dem, signal })
  if (search.isFailure) {
    yield { type: 'warning', stage: 'analyse', message: search.words, item: null }
  }
  const river = await findSiteRiver(folder, list, sensorPixelM, signal)
  const byId = new Map(scenes.map((scene) => [scene.id, scene]))
  const sources = series.map((one) =>
    siteSource(folder, grid, one, byId, registration, sensorPixelM),
  )
  const rows = analyseSeries({ grid, sensorPixelM, registration, search, river, sources, signal })
  let done = 0
  let step = await rows.next()
  for (; !step.done; step = await rows.next()) {
    done += 1
    const item = step.value.capturedAt.slice(0, 10)
    yield { type: 'progress', stage: 'analyse', done, total, item }
  }
  const results = step.value
  await writeAnalysis(folder.files, results)
  const summary: AnalyseSummary = {
    frames: list.frames.length,
    objects: shortObjects(results),
    elevation: results.evolution.elevation.words,
    files: Object.values(ANALYSIS_FILES),
  }
  yield { type: 'done', stage: 'analyse', message: `measured ${total} masks`, summary }
  return summary
}
