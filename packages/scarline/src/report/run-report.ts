import { join } from 'node:path'
import {
  type FigureSize,
  type FrameFigure,
  type Run,
  type SiteFolder,
  countStaleAreas,
  drawFrameFigure,
  encodeFramePicture,
  readReportData,
  readReportMaps,
  seriesOf,
} from '@scarline/core'
import { VERSION } from '../cli/version.ts'
import { buildReport } from './build-report.ts'

/** Settings of {@link runReport}. */
export interface ReportOptions {
  /** Credit line of the data; found from the scenes by default. */
  attribution?: string
  signal?: AbortSignal
}

/** Where the report is. */
export interface ReportSummary {
  path: string
  frames: number
  bytes: number
}

/** Bytes that all pictures together may take; a third more as base64 in the page. */
const PICTURE_BUDGET_BYTES = 5_000_000

/** Longer sides of pictures to choose from, pixels. */
const EDGES_PX = [1000, 840, 700, 580, 480, 400, 320, 240, 160]

const QUALITY = 74

/** Frames that are encoded to see what size the budget allows. */
const SAMPLES = 6

/**
 * Writes `report.html` into the site folder.
 * @throws ScarlineError `missing-step` before `track` and `analyse`
 */
export async function* runReport(
  folder: SiteFolder,
  options: ReportOptions = {},
): Run<ReportSummary> {
  const { signal } = options
  const data = await readReportData(folder)
  const { frames } = data.frames
  const total = frames.length
  yield { type: 'started', stage: 'report', total, message: `drawing ${total} frames` }
  const stale = countStaleAreas(data)
  if (stale > 0) {
    const message = `the analysis is older than ${stale} of the masks; run scarline analyse again`
    yield { type: 'warning', stage: 'report', message, item: null }
  }
  const size = await chooseSize(folder, data.frames.frames, signal)
  const series = seriesOf(data.frames, data.track)
  const figures: FrameFigure[] = []
  for (const frame of frames) {
    signal?.throwIfAborted()
    figures.push(await drawFrameFigure(folder, data.frames.grid, frame, series, size))
    const item = frame.capturedAt.slice(0, 10)
    yield { type: 'progress', stage: 'report', done: figures.length, total, item }
  }
  const maps = await readReportMaps(folder, data.frames.grid, frames, series)
  const { attribution } = options
  const page = buildReport({
    data,
    figures,
    maps,
    software: `Scarline ${VERSION}`,
    ...(attribution === undefined ? {} : { attribution }),
  })
  await folder.files.write('report.html', page)
  const path = join(folder.dir, 'report.html')
  const summary: ReportSummary = { path, frames: total, bytes: Buffer.byteLength(page) }
  yield { type: 'done', stage: 'report', message: `wrote ${path}`, summary }
  return summary
}

/** The largest pictures that keep the page within its budget, judged by some frames of the series. */
async function chooseSize(
  folder: SiteFolder,
  frames: readonly Parameters<typeof encodeFramePicture>[1][],
  signal: AbortSignal | undefined,
): Promise<FigureSize> {
  const count = Math.min(SAMPLES, frames.length)
  const samples = Array.from({ length: count }, (_, i) => Math.floor((i * frames.length) / count))
  for (const edgePx of EDGES_PX) {
    let bytes = 0
    for (const index of samples) {
      signal?.throwIfAborted()
      const frame = frames[index]
      if (frame === undefined) continue
      bytes += (await encodeFramePicture(folder, frame, { edgePx, quality: QUALITY })).webp.length
    }
    if ((bytes / Math.max(1, count)) * frames.length <= PICTURE_BUDGET_BYTES) {
      return { edgePx, quality: QUALITY }
    }
  }
  return { edgePx: EDGES_PX.at(-1) ?? 160, quality: QUALITY }
}
