import { basename } from 'node:path'
import {
  judgedChange,
  judgedPairs,
  outlineChanges,
  outlineSentences,
} from '../analysis/outline-changes.ts'
import { inOutlineWords } from '../analysis/outline-words.ts'
import { ScarlineError } from '../errors.ts'
import type { AreaRow } from '../model/analysis-areas.ts'
import { isDistinct } from '../model/analysis-zones.ts'
import type { Run } from '../model/run-event.ts'
import { analyseSeries } from './analyse-series.ts'
import { type AnalysisResults, boundaryLayers, writeAnalysis } from './analysis-files.ts'
import {
  OUTLINE_CHANGES,
  OUTLINE_FILES,
  OUTLINE_RECORD,
  type OutlineRecord,
  changesCsv,
  defaultOutlineFolder,
  openOutlineFolder,
} from './outlines-folder.ts'
import { outlineMethod, outlineTerrain } from './outlines-method.ts'
import { outlineRecord } from './outlines-record.ts'
import type { DigitisingNoise } from './outlines-noise.ts'
import { planOutlines } from './outlines-plan.ts'
import { readOutlines } from './outlines-read.ts'
import { outlineSeries } from './outlines-source.ts'

export type { OutlineProblem, OutlineSheet, OutlineSheets } from './outlines-read.ts'
export type { OutlineRecord } from './outlines-folder.ts'
export type { OutlineChange } from '../analysis/outline-changes.ts'
export type { DigitisingNoise } from './outlines-noise.ts'

/** Standard deviations of the noise that stand for a sensor pixel: half of it is one. */
const PIXEL_SDS = 2

/** Settings of {@link analyseOutlines}. */
export interface OutlineOptions {
  /** Folder for the results; `outlines-analysis` in the working folder by default. */
  out?: string | undefined
  /** Standard deviation of the drawn line's position, m; by default estimated or assumed. */
  noiseM?: number | undefined
  /** Length of line along which errors go together, m. */
  noiseLengthM?: number | undefined
  /** Pixel of the working grid, m; by default as fine as the areas need. */
  resolutionM?: number | undefined
  /** `overlap` (the default), `one` for a single object, or the attribute that names objects. */
  objects?: string | undefined
  /** A DEM of any GDAL raster format. */
  dem?: string | undefined
  signal?: AbortSignal | undefined
}

/** One object's outlines in short. */
export interface OutlineObject {
  objectId: number
  name: string | null
  areas: {
    /** YYYY-MM-DD. */
    day: string
    /** On the WGS 84 ellipsoid, m², with its 90 % interval. */
    areaM2: number
    lowM2: number
    highM2: number
    fragments: number
  }[]
  changes: OutlineRecord['objects'][number]['changes']
  events: number
  newZones: number
  words: string[]
}

/** What {@link analyseOutlines} found, in short. */
export interface OutlineSummary {
  /** Folder of the results. */
  folder: string
  files: readonly string[]
  noise: DigitisingNoise
  sheets: OutlineRecord['sheets']
  /** Largest first. */
  objects: OutlineObject[]
  elevation: string
  warnings: string[]
}

/**
 * All that `analyse` does for a site, for dated outlines drawn by hand and without one: areas on the
 * ellipsoid with intervals from digitising noise, changes within and beyond it, seasons, directions and
 * advance, events and onset where there are enough outlines, pieces and their lineage. Writes what
 * {@link OUTLINE_FILES} names.
 *
 * @param paths vector files and folders of them, read with the folders in them
 * @throws ScarlineError `not-found`, `corrupt-file`, `invalid-input` (no polygons, no dates, a folder
 * for the results that holds something else); errors of the DEM named; `disk`
 */
export async function* analyseOutlines(
  paths: readonly string[],
  options: OutlineOptions = {},
): Run<OutlineSummary> {
  const stage = 'outlines'
  const { signal } = options
  requirePositive(options)
  const folder = await openOutlineFolder(options.out ?? defaultOutlineFolder())
  yield { type: 'started', stage, total: null, message: `reading ${paths.join(', ')}` }
  const plan = planOutlines(await readOutlines(paths, { signal }), options)
  for (const message of plan.warnings) yield { type: 'warning', stage, message, item: null }
  const { objects, noise, epsg, sheets } = plan
  const names = new Map(sheets.map(({ file }, i) => [i, basename(file)]))
  const series = objects.map((days, i) =>
    outlineSeries(days, {
      objectId: i + 1,
      epsg,
      noise,
      resolutionM: options.resolutionM,
      filesOf: (day) =>
        [...new Set(day.outlines.map(({ sheet }) => names.get(sheet) ?? ''))].join(' + '),
    }),
  )
  for (const message of series.flatMap(({ warnings }) => warnings)) {
    plan.warnings.push(message)
    yield { type: 'warning', stage, message, item: null }
  }
  const sensorPixelM = PIXEL_SDS * noise.sdM
  const terrainOf = await outlineTerrain(
    options.dem,
    series.map(({ grid }) => grid),
  )
  const lastDay =
    sheets
      .flatMap(({ day }) => (day === null ? [] : [day]))
      .sort()
      .at(-1) ?? ''
  const layers = boundaryLayers(epsg, `${lastDay}T00:00:00.000Z`)
  const total = objects.reduce((sum, days) => sum + days.length, 0)
  const found: AnalysisResults[] = []
  let done = 0
  for (const { grid, source } of series) {
    const run = analyseSeries({
      grid,
      sensorPixelM,
      registration: { unregisteredM: 0, source: 'specified' },
      search: terrainOf(grid, sensorPixelM),
      sources: [source],
      method: outlineMethod(noise),
      lineNoise: noise,
      layers,
      signal,
    })
    let step: IteratorResult<AreaRow, AnalysisResults> = await run.next()
    for (; !step.done; step = await run.next()) {
      done += 1
      const item = `object ${source.objectId} ${step.value.capturedAt.slice(0, 10)}`
      yield { type: 'progress', stage, done, total, item }
    }
    found.push(step.value)
  }
  const results = mergeResults(found)
  const record = await outlineRecord(plan, series, results.summary)
  await writeAnalysis(folder.files, results)
  await folder.files.write(OUTLINE_CHANGES, changesCsv(record.objects))
  await folder.files.write(OUTLINE_RECORD, `${JSON.stringify(record, null, 1)}\n`)
  const summary: OutlineSummary = {
    folder: folder.path,
    files: OUTLINE_FILES,
    noise,
    sheets: record.sheets,
    objects: inShort(results, record),
    elevation: results.evolution.elevation.words,
    warnings: plan.warnings,
  }
  const message = `measured ${total} outlines of ${objects.length} object${objects.length === 1 ? '' : 's'} into ${folder.path}`
  yield { type: 'done', stage, message, summary }
  return summary
}

function requirePositive({ noiseM, noiseLengthM, resolutionM }: OutlineOptions): void {
  for (const [name, value] of Object.entries({ noiseM, noiseLengthM, resolutionM })) {
    if (value === undefined || (Number.isFinite(value) && value > 0)) continue
    throw new ScarlineError(`got ${value} as ${name}, expected metres above 0`, {
      code: 'invalid-input',
      hint: 'Give a length in metres, for example 2.5.',
    })
  }
}

/** The results of all objects as one, with what intervals of outlines say. */
function mergeResults(found: readonly AnalysisResults[]): AnalysisResults {
  const first = found[0] as AnalysisResults
  const { method } = first.evolution
  const summaries = inOutlineWords(found.flatMap(({ summary }) => summary.objects))
  const evolutions = inOutlineWords(found.flatMap(({ evolution }) => evolution.objects))
  const objects = summaries.map((one) => ({
    ...one,
    change: judgedChange(one),
    sameSeasonPairs: judgedPairs(one),
  }))
  const deposits = found.flatMap((one) => [...(one.deposits ?? [])])
  return {
    ...first,
    summary: { ...first.summary, objects },
    evolution: {
      ...first.evolution,
      method: inOutlineWords(method),
      objects: evolutions.map((one, i) => {
        const own = objects[i] as (typeof objects)[number]
        return { ...one, words: outlineSentences(own, one, outlineChanges(own.areas)) }
      }),
    },
    componentRows: found.flatMap(({ componentRows }) => componentRows),
    lineageRows: found.flatMap(({ lineageRows }) => lineageRows),
    directionRows: found.flatMap(({ directionRows }) => directionRows),
    deposits: deposits.length === 0 ? null : new Map(deposits),
  }
}

function inShort({ summary, evolution }: AnalysisResults, record: OutlineRecord): OutlineObject[] {
  return summary.objects.map(({ objectId, areas, events, newZones }, i) => ({
    objectId,
    name: record.objects[i]?.name ?? null,
    areas: areas.map(({ capturedAt, areaM2, lowM2, highM2, fragments }) => ({
      day: capturedAt.slice(0, 10),
      areaM2,
      lowM2,
      highM2,
      fragments,
    })),
    changes: record.objects[i]?.changes ?? [],
    events: events.length,
    newZones: newZones.filter((zone) => zone.event === null && isDistinct(zone)).length,
    words: evolution.objects[i]?.words ?? [],
  }))
}
