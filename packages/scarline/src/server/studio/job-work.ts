import {
  type JobOptions,
  type PublishedWeights,
  type Run,
  type RunEvent,
  ScarlineError,
  type Segmenter,
  type SiteFolder,
  type TrackOptions,
  acquire,
  analyse,
  exportBoundaries,
  exportQgis,
  exportStac,
  frames,
  importRasters,
  track,
} from '@scarline/core'
import { runReport } from '../../report/run-report.ts'
import type { JobOrder } from './job-types.ts'

/** What jobs need of the product around them. */
export interface JobTools {
  version: string
  /** Where official weights are published, by model: for the catalogue. */
  weights: ReadonlyMap<string, PublishedWeights>
  choose(id: string | undefined, signal?: AbortSignal): Promise<Segmenter>
}

/** Events of a job: those of its stages, one after the other. */
export type JobWork = AsyncGenerator<RunEvent, void, void>

/**
 * Does a job on a site: the same work as the command of that name.
 * @throws ScarlineError as the stages do; the signal's reason when cancelled
 */
export async function* workOf(
  folder: SiteFolder,
  { kind, options }: JobOrder,
  tools: JobTools,
  signal: AbortSignal,
): JobWork {
  switch (kind) {
    case 'acquire':
      return yield* told(acquire(folder, { signal }))
    case 'import':
      return yield* told(importRasters(folder, { paths: options.paths ?? [], signal }))
    case 'frames':
      return yield* told(frames(folder, { signal }))
    case 'track':
      return yield* propagate(folder, options, tools, signal)
    case 'analyse':
      return yield* told(analyse(folder, { signal }))
    case 'report':
      return yield* told(runReport(folder, { signal }))
    case 'export':
      return yield* exportAs(folder, options, tools, signal)
    case 'run':
      return yield* everything(folder, options, tools, signal)
  }
}

/** A stage without its return value: the last event has it too. */
async function* told<Summary>(run: Run<Summary>): JobWork {
  yield* run
}

async function* propagate(
  folder: SiteFolder,
  options: JobOptions,
  tools: JobTools,
  signal: AbortSignal,
): JobWork {
  const { direction = 'both', fromScene, all } = options
  const segmenter = await tools.choose(options.segmenter, signal)
  const chosen: TrackOptions = { segmenter, signal, ...(all ? { all } : {}) }
  if (direction !== 'both' && fromScene !== undefined) chosen.fromFrame = fromScene
  if (direction === 'backwards') chosen.reverse = true
  yield* track(folder, chosen)
}

async function* exportAs(
  folder: SiteFolder,
  { format }: JobOptions,
  { version, weights }: JobTools,
  signal: AbortSignal,
): JobWork {
  if (format === 'geojson' || format === 'flatgeobuf') {
    const message = `writing the boundaries as ${format}`
    yield { type: 'started', stage: 'export', total: 1, message }
    const file = await exportBoundaries(folder, format)
    yield { type: 'done', stage: 'export', message: `wrote ${file}`, summary: { file } }
    return
  }
  // The catalogue comes last: it describes the project.
  if (format !== 'stac') yield* told(exportQgis(folder, { signal }))
  if (format === 'qgis') return
  yield* told(exportStac(folder, { software: { scarline: version }, weights, signal }))
}

async function* everything(
  folder: SiteFolder,
  options: JobOptions,
  tools: JobTools,
  signal: AbortSignal,
): JobWork {
  const { source } = await folder.readSite()
  if (source.kind === 'stac') yield* told(acquire(folder, { signal }))
  yield* told(frames(folder, { signal }))
  // Without a prompt there is nothing to follow yet: the frames are what was to be had.
  if ((await folder.readPrompts()).length === 0) return
  yield* propagate(folder, { segmenter: options.segmenter }, tools, signal)
  yield* told(analyse(folder, { signal }))
  yield* told(runReport(folder, { signal }))
}

/** What each kind of job may be told. */
const TAKES: Record<JobOrder['kind'], readonly (keyof JobOrder['options'])[]> = {
  acquire: [],
  import: ['paths'],
  frames: [],
  track: ['segmenter', 'direction', 'fromScene', 'all'],
  analyse: [],
  report: [],
  run: ['segmenter'],
  export: ['format'],
}

/** @throws ScarlineError `usage` for an option that the kind does not take */
export function requireOptions({ kind, options }: JobOrder): void {
  const given = Object.entries(options).filter(([, value]) => value !== undefined)
  const odd = given.find(([name]) => !TAKES[kind].includes(name as keyof JobOrder['options']))
  if (odd) {
    const takes = TAKES[kind].join(', ') || 'none'
    throw new ScarlineError(`got the option ${odd[0]} for ${kind}, which takes ${takes}`, {
      code: 'usage',
    })
  }
}
