import type {
  DoubtfulGround,
  FrameSource,
  OpenSegmenterOptions,
  SegmentationRequest,
  SegmentedFrame,
  Segmenter,
  SegmenterSession,
} from '../segmenter.ts'
import { scoreOf } from '../confidence.ts'
import { UNRECOGNISED_FLAG } from '../flags.ts'
import { applyCorrections, type Correction } from './corrections.ts'
import { type DoubtSeen, doubtsSeen } from './doubtful-ground.ts'
import { frameConfidence } from './frame-confidence.ts'
import type { FrameScaling } from './frame-scaling.ts'
import { closeSpecks, objectLogOdds, pixelLogOdds } from './frame-state.ts'
import { SURE } from './ground-parts.ts'
import { type Ground, type Grounds, createGrounds } from './grounds.ts'
import { objectAreas } from './object-area.ts'
import type { WorkingPoint, WorkingRegion } from './named-labels.ts'
import { emptyMembership, type Membership } from './object-membership.ts'
import { INFER_STEPS_PER_FRAME } from './infer-bare.ts'
import { levelOffsetM } from './level-offset.ts'
import { probabilityOf } from './object-probability.ts'
import { openSeries } from './open-series.ts'
import type { PreparedSeries } from './prepare-series.ts'
import { type BareSense, promptedSenses } from './prompted-sense.ts'
import { enlarge, enlargeMask, shrinkMask, type WorkingGrid } from './working-grid.ts'

/** Engine version: equal versions give equal masks. */
const VERSION = 'ndvi-9'
/** Unrecognised clicks alone do not bring the confidence to nothing. */
const LEAST_SCORE = 0.05

/**
 * The engine that needs no weights: it tells bare from vegetated ground per pixel through the whole
 * series, and the object from other bare ground by the prompts and by what changed around them.
 */
export function createNdviSegmenter(): Segmenter {
  return { id: 'ndvi', modelHash: VERSION, open: openNdviSession }
}

/**
 * Prepares a series for prompts: reads each frame once, spills to the scratch, 8 steps of progress a
 * frame.
 *
 * @throws the signal's reason when aborted
 */
export async function openNdviSession(
  source: FrameSource,
  options: OpenSegmenterOptions,
): Promise<SegmenterSession> {
  const { scratch, prepared, signal, onProgress } = options
  const total = (1 + INFER_STEPS_PER_FRAME) * source.frames.length
  let done = 0
  const advance = (): void => {
    signal?.throwIfAborted()
    done++
    onProgress?.({ done, total })
  }
  const { series, bare } = await openSeries(source, { scratch, prepared, advance, signal })
  const grounds = createGrounds(series, bare)
  const shrink = shrinkOnce(series.working)
  onProgress?.({ done: total, total })
  let isOpen = true
  const close = async (): Promise<void> => {
    isOpen = false
  }
  return {
    async *segment(request, requestSignal) {
      if (!isOpen) throw new Error('the session is closed')
      const points = workingPoints(request, series.working)
      const step = (): void => requestSignal?.throwIfAborted()
      const senses = await promptedSenses(series, grounds.own.parts, points, step)
      const looked = request.hasty
        ? senses.flatMap((sense) => grounds.known(sense) ?? [])
        : await lookAll(grounds, senses, request, step)
      const ground = await borneOut(looked, points, series.working)
      const isProvisional = looked.length < senses.length
      const answers = segmentObject(series, ground ?? grounds.own, request, shrink, requestSignal)
      for await (const answer of answers)
        yield isProvisional ? { ...answer, isProvisional } : answer
    },
    close,
    [Symbol.asyncDispose]: close,
  }
}

/** The ground in each sense; what was not looked at yet is, and the request hears how far that is. */
async function lookAll(
  grounds: Grounds,
  senses: readonly BareSense[],
  { onPrepare }: SegmentationRequest,
  step: () => void,
): Promise<Ground[]> {
  const total = senses.reduce(
    (sum, sense) => sum + (grounds.known(sense) ? 0 : grounds.stepsOf(sense)),
    0,
  )
  let done = 0
  const advance = (): void => {
    step()
    done++
    onPrepare?.({ done, total })
  }
  const looked: Ground[] = []
  for (const sense of senses) looked.push(await grounds.find(sense, advance))
  return looked
}

type ShrinkMask = (mask: Uint8Array) => Uint8Array

/** Accepted masks come again with every request of a session: the same array is thinned once. */
function shrinkOnce(working: WorkingGrid): ShrinkMask {
  const known = new WeakMap<Uint8Array, Uint8Array>()
  return (mask) => {
    const shrunk = known.get(mask) ?? shrinkMask(mask, working)
    known.set(mask, shrunk)
    return shrunk
  }
}

/** The ground of which the clicks say most that is so: positive ones on the object, negative ones off it. */
async function borneOut(
  grounds: readonly Ground[],
  points: readonly WorkingPoint[],
  working: WorkingGrid,
): Promise<Ground | null> {
  let best = grounds[0] ?? null
  let most = -1
  if (grounds.length < 2) return best
  for (const ground of grounds) {
    const membership = ground.findMembership(await tellingPoints(points, ground, working), [])
    let borne = 0
    for (const { frameIndex, col, row, positive } of points) {
      const posterior = await ground.bare.readPosterior(frameIndex)
      const logOdds = pixelLogOdds(membership, posterior, row * working.width + col)
      if (logOdds > 0 === positive) borne++
    }
    if (borne > most) [best, most] = [ground, borne]
  }
  return best
}

interface ObjectModel {
  /** Columns of the working grid. */
  width: number
  membership: Membership
  corrections: Correction[]
}

async function* segmentObject(
  series: PreparedSeries,
  ground: Ground,
  request: SegmentationRequest,
  shrink: ShrinkMask,
  signal?: AbortSignal,
): AsyncGenerator<SegmentedFrame> {
  const { working, days } = series
  const given = givenMasks(request)
  const model = await modelObject(series, ground, request, given, shrink, signal)
  const logOddsOf = async (index: number): Promise<Float32Array> => {
    const posterior = await ground.bare.readPosterior(index)
    const logOdds = objectLogOdds(model.membership, posterior, working.width)
    closeSpecks(logOdds, working, model.membership.extent)
    applyCorrections(model.corrections, index, days, logOdds)
    return logOdds
  }
  const doubtsAt = async (index: number, logOdds: Float32Array): Promise<DoubtfulGround[]> => {
    const { doubts } = model.membership
    if (doubts.length === 0) return []
    const posterior = await ground.bare.readPosterior(index)
    return doubtsSeen(doubts, logOdds, posterior).map((doubt) => onSite(doubt, working))
  }
  const recognised = await recognisedShare(workingPoints(request, working), model, ground)
  const coveredAt = objectAreas(model, ground.bare.readPosterior, days, working)
  const areas = new Map<number, number>()
  const areaAt = async (index: number): Promise<number | null> => {
    if (index < 0 || index >= days.length) return null
    const area = areas.get(index) ?? (await coveredAt(index))
    areas.set(index, area)
    return area
  }
  for (const frameIndex of request.frameIndices) {
    signal?.throwIfAborted()
    const logOdds = await logOddsOf(frameIndex)
    areas.set(frameIndex, areaOf(logOdds))
    const scaling = series.scalings[frameIndex] as FrameScaling
    const ndvi = await series.readWorkingNdvi(frameIndex)
    const own = frameConfidence({
      logOdds,
      ndvi,
      splitNdvi: ground.bare.splitNdviAt(frameIndex),
      separation: ground.bare.separationAt(frameIndex),
      previousPx: await areaAt(frameIndex - 1),
      nextPx: await areaAt(frameIndex + 1),
    })
    const confidence = scoreOf({ ...own.parts, prompts: Math.max(LEAST_SCORE, recognised) })
    const fine = request.maskOnly ? null : enlarge(logOdds, working)
    const accepted = given.get(frameIndex)
    const fraction =
      accepted || request.maskOnly ? null : (ground.bare.fractionAt?.(frameIndex, ndvi) ?? null)
    yield {
      frameIndex,
      objectId: request.objectId,
      mask: accepted ? accepted.slice() : fine ? maskOf(fine) : enlargeMask(logOdds, working),
      probability: !fine ? null : accepted ? Float32Array.from(accepted) : probabilityOf(fine),
      levelOffsetM: fraction && levelOffsetM(fraction, maskOf(logOdds), working),
      doubts: accepted || request.maskOnly ? null : await doubtsAt(frameIndex, logOdds),
      confidence,
      flags: flagsOf(scaling, confidence.parts, recognised),
    }
  }
}

function onSite({ isTakenIn, barePx, middle }: DoubtSeen, working: WorkingGrid): DoubtfulGround {
  const { width, stride, pixelM } = working
  return {
    isTakenIn,
    areaM2: barePx * pixelM ** 2,
    xPx: ((middle % width) + 0.5) * stride,
    yPx: (Math.floor(middle / width) + 0.5) * stride,
  }
}

/**
 * Share of the positive clicks whose ground the engine itself takes for the object on their frame, 0..1;
 * 1 without clicks. Where it is low the masks are little more than the clicks.
 */
async function recognisedShare(
  points: readonly WorkingPoint[],
  model: ObjectModel,
  ground: Ground,
): Promise<number> {
  const clicks = points.filter((point) => point.positive)
  let hits = 0
  for (const { frameIndex, col, row } of clicks) {
    const posterior = await ground.bare.readPosterior(frameIndex)
    if (pixelLogOdds(model.membership, posterior, row * model.width + col) > 0) hits++
  }
  return clicks.length === 0 ? 1 : hits / clicks.length
}

function flagsOf(
  scaling: FrameScaling,
  parts: Record<string, number>,
  recognised: number,
): string[] {
  const flags: string[] = []
  if (scaling.gain <= 0) flags.push('unscaled')
  if ((parts['validFraction'] ?? 1) < 0.5) flags.push('mostly-hidden')
  if ((parts['contrast'] ?? 1) < 0.5) flags.push('low-contrast')
  if (recognised < 0.5) flags.push(UNRECOGNISED_FLAG)
  return flags
}

function areaOf(logOdds: Float32Array): number {
  let area = 0
  for (let i = 0; i < logOdds.length; i++) if ((logOdds[i] as number) > 0) area++
  return area
}

function maskOf(logOdds: Float32Array): Uint8Array {
  const mask = new Uint8Array(logOdds.length)
  for (let i = 0; i < mask.length; i++) if ((logOdds[i] as number) > 0) mask[i] = 1
  return mask
}

/** Masks that are the truth for their frame, on the site grid: mask prompts, then accepted masks over them. */
function givenMasks(request: SegmentationRequest): Map<number, Uint8Array> {
  const given = new Map<number, Uint8Array>()
  for (const prompt of request.prompts) {
    if (prompt.kind === 'mask') given.set(prompt.frameIndex, prompt.mask)
  }
  for (const { frameIndex, mask } of request.accepted) given.set(frameIndex, mask)
  return given
}

async function modelObject(
  series: PreparedSeries,
  ground: Ground,
  request: SegmentationRequest,
  given: ReadonlyMap<number, Uint8Array>,
  shrink: ShrinkMask,
  signal?: AbortSignal,
): Promise<ObjectModel> {
  const { working } = series
  const { readPosterior } = ground.bare
  const points = workingPoints(request, working)
  const accepted = new Map<number, Uint8Array>()
  for (const [frameIndex, mask] of given) accepted.set(frameIndex, shrink(mask))
  const regions: WorkingRegion[] = []
  for (const [frameIndex, inside] of accepted) {
    regions.push({ inside, posterior: await readPosterior(frameIndex), exhaustive: true })
  }
  for (const prompt of request.prompts) {
    if (prompt.kind !== 'box') continue
    regions.push({
      inside: boxMask(prompt, working),
      posterior: await readPosterior(prompt.frameIndex),
      exhaustive: false,
    })
  }
  const hasPositive = points.some((point) => point.positive) || regions.length > 0
  const membership = hasPositive
    ? ground.findMembership(await tellingPoints(points, ground, working), regions)
    : emptyMembership(working.width * working.height)
  const corrections = await ground.findCorrections({
    membership,
    accepted,
    points: hasPositive ? points : [],
    signal,
  })
  return { width: working.width, membership, corrections }
}

/**
 * The clicks that tell which ground is the object's. A negative one on ground that is surely covered on its
 * frame says that it is no scar there and then, as the engine does; what fails later is another matter.
 */
async function tellingPoints(
  points: readonly WorkingPoint[],
  { bare }: Ground,
  { width }: WorkingGrid,
): Promise<WorkingPoint[]> {
  const telling: WorkingPoint[] = []
  for (const point of points) {
    const posterior = await bare.readPosterior(point.frameIndex)
    const isCovered = (posterior[point.row * width + point.col] as number) < -SURE
    if (point.positive || !isCovered) telling.push(point)
  }
  return telling
}

function workingPoints(request: SegmentationRequest, working: WorkingGrid): WorkingPoint[] {
  const points: WorkingPoint[] = []
  for (const prompt of request.prompts) {
    if (prompt.kind !== 'point') continue
    points.push({
      frameIndex: prompt.frameIndex,
      col: Math.min(working.width - 1, Math.max(0, Math.floor(prompt.xPx / working.stride))),
      row: Math.min(working.height - 1, Math.max(0, Math.floor(prompt.yPx / working.stride))),
      positive: prompt.positive,
    })
  }
  return points
}

function boxMask(
  box: { x0Px: number; y0Px: number; x1Px: number; y1Px: number },
  working: WorkingGrid,
): Uint8Array {
  const inside = new Uint8Array(working.width * working.height)
  for (let row = 0, i = 0; row < working.height; row++) {
    const y = (row + 0.5) * working.stride
    for (let col = 0; col < working.width; col++, i++) {
      const x = (col + 0.5) * working.stride
      if (x >= box.x0Px && x < box.x1Px && y >= box.y0Px && y < box.y1Px) inside[i] = 1
    }
  }
  return inside
}
