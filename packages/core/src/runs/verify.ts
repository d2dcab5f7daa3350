import { basename } from 'node:path'
import { ScarlineError } from '../errors.ts'
import type { Frame, FrameList } from '../model/frame.ts'
import type { Grid } from '../model/grid.ts'
import type { Run } from '../model/run-event.ts'
import { isObserved } from '../model/validity.ts'
import type { FrameVerification, MeanScore, Verification } from '../model/verification.ts'
import type { SiteFolder } from '../site/site-folder.ts'
import { boundaryTolerancePx } from '../verification/boundary.ts'
import { meanScore, scoreMask } from '../verification/metrics.ts'
import { type TrackedSeries, readByteRaster, requireTrack } from './tracked-series.ts'
import { type TruthDay, type TruthMask, findTruth } from './truth.ts'

/** Settings of {@link verify}. */
export interface VerifyOptions {
  /** A file or a folder: rasters per date, or polygons with dates; any format that GDAL reads. */
  truth: string
  /** Compare one object only; all objects together by default. */
  objectId?: number
  /** Truth this many days from a frame still counts for it; 0 by default. */
  maxDays?: number
  signal?: AbortSignal
}

/** How well the masks agree with the truth, in short. */
export interface VerifySummary {
  frames: number
  /** Over ground that the frames saw: the headline. */
  mean: MeanScore | null
  /** Over all ground that the truth tells of. */
  meanAll: MeanScore | null
  unobservedFraction: number
  unmatchedTruthDays: number
  file: string
}

const FILE = 'verification.json'

/**
 * Compares the masks with ground truth, frame by frame, and writes `verification.json`.
 *
 * @throws ScarlineError `missing-step` before `track`, `not-found` or `invalid-input` for truth that is
 * not there, has no dates, no date of a frame, or lies elsewhere
 */
export async function* verify(folder: SiteFolder, options: VerifyOptions): Run<VerifySummary> {
  const { list, series } = await requireTrack(folder)
  const compared = chooseObjects(series, options.objectId)
  const truth = await findTruth(options.truth, list.grid)
  const { pairs, unmatched } = matchDays(list, compared, truth.days, options.maxDays ?? 0)
  if (pairs.length === 0) {
    const [first, last] = [truth.days[0]?.day, truth.days.at(-1)?.day]
    throw new ScarlineError(
      `got truth of ${truth.days.length} days (${first} to ${last}), none of which has a frame`,
      {
        code: 'invalid-input',
        hint: 'Give truth of the days in frames.json, or allow some days between with --max-days.',
        details: { truthDays: truth.days.map(({ day }) => day) },
      },
    )
  }
  yield {
    type: 'started',
    stage: 'verify',
    total: pairs.length,
    message: `comparing ${pairs.length} frames with the truth`,
  }
  for (const note of truth.notes) {
    yield { type: 'warning', stage: 'verify', message: `truth ${note}`, item: null }
  }
  const frames: FrameVerification[] = []
  const cached: { day: TruthDay | null; mask: TruthMask | null } = { day: null, mask: null }
  for (const { frame, day } of pairs) {
    options.signal?.throwIfAborted()
    if (cached.day !== day || cached.mask === null) {
      cached.mask = await day.read()
      cached.day = day
    }
    const scored = await scoreFrame(folder, list.grid, compared, frame, day, cached.mask)
    if (scored === null) {
      const message = `the truth of ${day.day} does not cover the site`
      yield { type: 'warning', stage: 'verify', message, item: day.source }
      continue
    }
    frames.push(scored)
    const item = frame.capturedAt.slice(0, 10)
    yield { type: 'progress', stage: 'verify', done: frames.length, total: pairs.length, item }
  }
  if (frames.length === 0) {
    throw new ScarlineError(`got truth at ${options.truth} that lies outside of the site`, {
      code: 'invalid-input',
      hint: 'Check the coordinate system of the truth.',
    })
  }
  const result: Verification = {
    formatVersion: 1,
    objectId: options.objectId ?? 'all',
    truth: basename(options.truth),
    boundaryTolerancePx: boundaryTolerancePx(list.grid.width, list.grid.height),
    frames,
    mean: {
      observed: meanScore(frames.flatMap(({ observed }) => (observed === null ? [] : [observed]))),
      all: meanScore(frames.map(({ all }) => all)),
    },
    unobservedFraction:
      frames.reduce((sum, { unobservedFraction: f }) => sum + f, 0) / frames.length,
    unmatched,
    notes: truth.notes,
  }
  await folder.files.write(FILE, `${JSON.stringify(result, null, 1)}\n`)
  const summary: VerifySummary = {
    frames: frames.length,
    mean: result.mean.observed,
    meanAll: result.mean.all,
    unobservedFraction: result.unobservedFraction,
    unmatchedTruthDays: unmatched.truthDays.length,
    file: FILE,
  }
  const iou = result.mean.observed?.iou
  yield {
    type: 'done',
    stage: 'verify',
    message:
      `${frames.length} frames compared` +
      (iou === undefined ? '' : `, mean IoU ${iou.toFixed(3)}`),
    summary,
  }
  return summary
}

function chooseObjects(
  series: readonly TrackedSeries[],
  objectId: number | undefined,
): readonly TrackedSeries[] {
  if (objectId === undefined) return series
  const chosen = series.filter((one) => one.objectId === objectId)
  if (chosen.length > 0) return chosen
  throw new ScarlineError(
    `got object ${objectId}, expected one of ${series.map((one) => one.objectId).join(', ')}`,
    { code: 'usage', hint: 'Choose an object that has been tracked.' },
  )
}

/** Pairs each frame that has a mask with the truth nearest in time, exact days first. */
function matchDays(
  list: FrameList,
  compared: readonly TrackedSeries[],
  days: readonly TruthDay[],
  maxDays: number,
): { pairs: { frame: Frame; day: TruthDay }[]; unmatched: Verification['unmatched'] } {
  const tracked = new Set(
    compared.flatMap(({ entries }) => entries.map(({ frame }) => frame.index)),
  )
  const pairs: { frame: Frame; day: TruthDay }[] = []
  const used = new Set<TruthDay>()
  const frameDays: string[] = []
  for (const frame of list.frames) {
    if (!tracked.has(frame.index)) continue
    let best: TruthDay | null = null
    let bestGap = Infinity
    for (const day of days) {
      const gap = dayGap(frame, day.day)
      if (gap <= maxDays && gap < bestGap) {
        best = day
        bestGap = gap
      }
    }
    if (best === null) {
      frameDays.push(frame.capturedAt.slice(0, 10))
      continue
    }
    pairs.push({ frame, day: best })
    used.add(best)
  }
  const truthDays = days.filter((day) => !used.has(day)).map(({ day }) => day)
  return { pairs, unmatched: { truthDays, frameDays } }
}

/** Days between a frame (by its UTC day or its scene's solar day) and a day. */
function dayGap(frame: Frame, day: string): number {
  const solar = /_(\d{4})(\d{2})(\d{2})$/.exec(frame.sceneId)
  const own = [frame.capturedAt.slice(0, 10)]
  if (solar) own.push(`${solar[1]}-${solar[2]}-${solar[3]}`)
  return Math.min(...own.map((one) => Math.abs(Date.parse(one) - Date.parse(day)) / 86_400_000))
}

async function scoreFrame(
  folder: SiteFolder,
  grid: Grid,
  compared: readonly TrackedSeries[],
  frame: Frame,
  day: TruthDay,
  truth: TruthMask,
): Promise<FrameVerification | null> {
  const pixels = grid.width * grid.height
  const mask = new Uint8Array(pixels)
  for (const { entries } of compared) {
    const entry = entries.find((one) => one.frame.index === frame.index)
    if (entry === undefined) continue
    const own = await readByteRaster(folder, entry.tracked.mask, grid)
    for (let i = 0; i < pixels; i++) if (own[i]) mask[i] = 1
  }
  const validity = await readByteRaster(folder, frame.files.validity, grid)
  const seen = new Uint8Array(pixels)
  let known = 0
  let hidden = 0
  for (let i = 0; i < pixels; i++) {
    if (!truth.known[i]) continue
    known++
    if (isObserved(validity[i] as number)) seen[i] = 1
    else hidden++
  }
  const all = scoreMask(grid, mask, truth.mask, truth.known)
  if (all === null) return null
  return {
    frameIndex: frame.index,
    sceneId: frame.sceneId,
    capturedAt: frame.capturedAt,
    truthDay: day.day,
    truthSource: day.source,
    unobservedFraction: hidden / known,
    untoldFraction: 1 - known / pixels,
    observed: hidden === 0 ? all : scoreMask(grid, mask, truth.mask, seen),
    all,
  }
}
