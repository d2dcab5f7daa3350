import { pixelAreaM2, pixelSizeM } from '../geo/affine.ts'
import { encodeCog } from '../cog/write-cog.ts'
import { readRaster } from '../cog/read-geotiff.ts'
import type { FrameList } from '../model/frame.ts'
import type { Prompt } from '../model/prompt.ts'
import type { Run, RunEvent } from '../model/run-event.ts'
import type { MaskChange, Track, TrackRun, TrackedFrame } from '../model/track.ts'
import type { SiteFolder } from '../site/site-folder.ts'
import { ScarlineError } from '../errors.ts'
import {
  type ReviewItem,
  areaContinuity,
  observedFractionOf,
  reviewQueue,
  scoreOf,
  thresholdAgreement,
} from '../tracking/confidence.ts'
import { toPixelPrompt } from '../tracking/pixel-prompts.ts'
import { type TrackPlan, canResume, planTrack } from '../tracking/plan-track.ts'
import type {
  AcceptedMask,
  FrameSource,
  PixelPrompt,
  PrepareProgress,
  Scratch,
  SegmentedFrame,
  Segmenter,
  SegmenterSession,
} from '../tracking/segmenter.ts'
import { findFrame } from './find-frame.ts'
import { frameStem, objectFile } from './frame-files.ts'
import { siteFrameSource } from './frame-source.ts'
import { hashOf } from './hash.ts'
import { moveRenumberedMasks } from './move-masks.ts'
import { relay } from './relay.ts'
import { segmenterScratch } from './segmenter-scratch.ts'

/** How to track. */
export interface TrackOptions {
  segmenter: Segmenter
  /** Index or date: only frames from here on (or back, in reverse). */
  fromFrame?: string
  reverse?: boolean
  /** Compute every frame that is not locked again. */
  all?: boolean
  signal?: AbortSignal
}

/** What a propagation did. */
export interface TrackSummary {
  segmenter: string
  objects: number[]
  computed: number
  kept: number
  locked: number
  /** Frames whose masks the propagation changed, and by how much. */
  changes: MaskChange[]
  /** The frames where a correction gains most, best first (at most ten). */
  review: ReviewItem[]
  resumed: boolean
}

/** How much of the surroundings counts in the agreement with the threshold, metres. */
const AGREEMENT_MARGIN_M = 20

/**
 * Carries each object's mask from its prompts through the frames that need it (see `planTrack`),
 * saving after every frame. A run that was cut off resumes and ends with the same masks.
 *
 * @throws ScarlineError `missing-step` without frames or prompts
 */
export async function* track(folder: SiteFolder, options: TrackOptions): Run<TrackSummary> {
  const { segmenter, signal } = options
  const list = await folder.readFrames()
  const prompts = promptsOnFrames(await folder.readPrompts(), list)
  const source = siteFrameSource(folder, list)
  let state = await moveRenumberedMasks(folder, list)

  const objects = objectsOf(prompts, state)
  if (objects.length === 0) {
    throw new ScarlineError('got no prompts, expected at least one positive point, box or mask', {
      code: 'missing-step',
      hint: 'Run scarline prompt <site> --frame DATE --positive LNG,LAT.',
    })
  }
  for (const objectId of objects) requireEvidence(objectId, prompts, state)

  const inputHash = hashOf([
    list.frames.map(({ sceneId, inputHash }) => [sceneId, inputHash]),
    prompts,
    state.frames.filter(({ locked }) => locked).map(({ sceneId, objectId }) => [sceneId, objectId]),
    options.fromFrame ?? null,
    options.reverse ?? false,
    options.all ?? false,
  ])
  const { id, modelHash } = segmenter
  const resumed = canResume(state.run, { segmenter: id, modelHash, inputHash })
  if (!resumed) {
    const plans = objects.map((objectId) => planObject(objectId, list, prompts, state, options))
    for (const plan of plans) {
      for (const index of plan.lockedButPrompted) {
        yield {
          type: 'warning',
          stage: 'track',
          item: list.frames[index]?.sceneId ?? null,
          message: 'the frame is locked: its new prompts were not used; unlock it to use them',
        }
      }
    }
    state = { ...state, changes: [], run: runOf(plans, list, { segmenter: id, modelHash, inputHash }) }
  }
  const run = state.run as TrackRun
  const total = run.pending.length
  yield {
    type: 'started',
    stage: 'track',
    total,
    message: `${id}: ${total} masks to compute${resumed ? ' (resumed)' : ''}`,
  }
  if (total > 0) {
    await folder.writeTrack(state)
    const { scratch, clear } = segmenterScratch(folder.files, id)
    const session = yield* prepare(segmenter, source, scratch, signal)
    try {
      let done = 0
      for (const objectId of objects) {
        const pending = run.pending.filter((item) => item.objectId === objectId)
        const order = pending.map(({ sceneId }) => findFrame(list, sceneId).index)
        if (order.length === 0) continue
        const request = {
          objectId,
          prompts: await pixelPromptsOf(folder, prompts, list, objectId),
          accepted: await acceptedMasks(folder, run, state, list, objectId),
          frameIndices: order,
        }
        for await (const answer of session.segment(request, signal)) {
          state = await saveAnswer({ folder, list, source, prompts, segmenter, state, answer })
          done++
          const item = list.frames[answer.frameIndex]?.capturedAt.slice(0, 10) ?? ''
          yield { type: 'progress', stage: 'track', done, total, item }
        }
      }
      await clear()
    } finally {
      await session.close()
    }
  }
  state = finish(state, list)
  await folder.writeTrack(state)
  const summary = summarise(state, list, { objects, computed: total, segmenter: id, resumed })
  yield {
    type: 'done',
    stage: 'track',
    message: `${total} masks computed, ${summary.kept} stand, ${summary.changes.length} changed`,
    summary,
  }
  return summary
}

/** Opens the engine, telling how far its work over the whole series is. */
async function* prepare(
  segmenter: Segmenter,
  source: FrameSource,
  scratch: Scratch,
  signal: AbortSignal | undefined,
): AsyncGenerator<RunEvent<TrackSummary>, SegmenterSession, void> {
  const opening = relay<PrepareProgress, SegmenterSession>((onProgress) =>
    segmenter.open(source, { scratch, onProgress, ...(signal ? { signal } : {}) }),
  )
  for (;;) {
    const step = await opening.next()
    if (step.done) return step.value
    const { done, total } = step.value
    yield { type: 'progress', stage: 'prepare', done, total, item: 'reading the series' }
  }
}

function promptsOnFrames(prompts: readonly Prompt[], list: FrameList): Prompt[] {
  const scenes = new Set(list.frames.map(({ sceneId }) => sceneId))
  return prompts.filter(({ sceneId }) => scenes.has(sceneId))
}

function objectsOf(prompts: readonly Prompt[], state: Track): number[] {
  const locked = state.frames.filter((frame) => frame.locked)
  return [...new Set([...prompts, ...locked].map(({ objectId }) => objectId))].sort((a, b) => a - b)
}

function requireEvidence(objectId: number, prompts: readonly Prompt[], state: Track): void {
  const inside = prompts.some(
    (prompt) => prompt.objectId === objectId && (prompt.kind !== 'point' || prompt.positive),
  )
  const locked = state.frames.some((frame) => frame.objectId === objectId && frame.locked)
  if (inside || locked) return
  throw new ScarlineError(`object ${objectId} has only negative points, expected a positive one`, {
    code: 'missing-step',
    hint: 'Add --positive LNG,LAT inside the scar on one frame.',
  })
}

function promptHashes(prompts: readonly Prompt[], objectId: number): Map<string, string> {
  const byScene = new Map<string, string[]>()
  for (const prompt of prompts) {
    if (prompt.objectId !== objectId) continue
    byScene.set(prompt.sceneId, [...(byScene.get(prompt.sceneId) ?? []), prompt.id])
  }
  return new Map([...byScene].map(([sceneId, ids]) => [sceneId, hashOf(ids.sort())]))
}

function planObject(
  objectId: number,
  list: FrameList,
  prompts: readonly Prompt[],
  previous: Track,
  options: TrackOptions,
): TrackPlan {
  return planTrack({
    objectId,
    frames: list.frames.map(({ sceneId, inputHash }) => ({ sceneId, frameHash: inputHash })),
    promptHashes: promptHashes(prompts, objectId),
    previous,
    segmenter: options.segmenter.id,
    modelHash: options.segmenter.modelHash,
    ...(options.all ? { all: true } : {}),
    ...(options.reverse ? { reverse: true } : {}),
    ...(options.fromFrame === undefined
      ? {}
      : { fromFrame: findFrame(list, options.fromFrame).index }),
  })
}

function runOf(
  plans: readonly TrackPlan[],
  list: FrameList,
  hashes: Pick<TrackRun, 'segmenter' | 'modelHash' | 'inputHash'>,
): TrackRun {
  const named = (objectId: number, indices: readonly number[]): TrackRun['pending'] =>
    indices.map((index) => ({ sceneId: list.frames[index]?.sceneId as string, objectId }))
  return {
    ...hashes,
    pending: plans.flatMap(({ objectId, compute }) => named(objectId, compute)),
    accepted: plans.flatMap(({ objectId, accepted }) => named(objectId, accepted)),
  }
}

async function readMask(folder: SiteFolder, file: string): Promise<Uint8Array> {
  return (await readRaster(await folder.files.read(file), file)).data as Uint8Array
}

async function pixelPromptsOf(
  folder: SiteFolder,
  prompts: readonly Prompt[],
  list: FrameList,
  objectId: number,
): Promise<PixelPrompt[]> {
  const own = prompts.filter((prompt) => prompt.objectId === objectId)
  const masks = new Map<string, Uint8Array>()
  for (const prompt of own) {
    if (prompt.kind === 'mask') masks.set(prompt.id, await readMask(folder, prompt.file))
  }
  return own.map((prompt) =>
    toPixelPrompt(prompt, findFrame(list, prompt.sceneId).index, list.grid, masks),
  )
}

async function acceptedMasks(
  folder: SiteFolder,
  run: TrackRun,
  state: Track,
  list: FrameList,
  objectId: number,
): Promise<AcceptedMask[]> {
  const result: AcceptedMask[] = []
  for (const item of run.accepted) {
    if (item.objectId !== objectId) continue
    const tracked = state.frames.find(
      (frame) => frame.sceneId === item.sceneId && frame.objectId === objectId,
    )
    if (!tracked) continue
    const frameIndex = findFrame(list, item.sceneId).index
    result.push({ frameIndex, mask: await readMask(folder, tracked.mask) })
  }
  return result
}

async function saveAnswer(input: {
  folder: SiteFolder
  list: FrameList
  source: FrameSource
  prompts: readonly Prompt[]
  segmenter: Segmenter
  state: Track
  answer: SegmentedFrame
}): Promise<Track> {
  const { folder, list, source, prompts, segmenter, state, answer } = input
  const { grid } = list
  const { objectId, mask, probability } = answer
  const frame = list.frames[answer.frameIndex]
  if (!frame) throw new RangeError(`frame ${answer.frameIndex} of ${list.frames.length}`)
  const isHere = (item: { sceneId: string; objectId: number }): boolean =>
    item.sceneId === frame.sceneId && item.objectId === objectId
  const before = state.frames.find(isHere)
  const beforeMask = before ? await readMask(folder, before.mask) : null
  const stem = frameStem(frame)
  const maskFile = objectFile('masks', objectId, stem)
  await folder.files.write(maskFile, await encodeCog({ grid, data: mask }))
  const probabilityFile = probability ? objectFile('probability', objectId, stem) : null
  if (probability && probabilityFile) {
    const data = Uint8Array.from(probability, (p) => (Number.isNaN(p) ? 255 : Math.round(p * 200)))
    await folder.files.write(probabilityFile, await encodeCog({ grid, data }, { nodata: 255 }))
  }
  const ndvi = await source.readNdvi(answer.frameIndex)
  const parts = {
    ...answer.confidence.parts,
    observed: observedFractionOf(mask, ndvi),
    threshold: thresholdAgreement({
      mask,
      ndvi,
      threshold: frame.threshold.value,
      width: grid.width,
      height: grid.height,
      marginPx: Math.round(AGREEMENT_MARGIN_M / pixelSizeM(grid)[0]),
    }),
  }
  let pixels = 0
  let gained = 0
  let lost = 0
  for (let i = 0; i < mask.length; i++) {
    const is = mask[i] as number
    const was = beforeMask ? (beforeMask[i] as number) : is
    pixels += is
    if (is > was) gained++
    if (is < was) lost++
  }
  const areaOfPixel = pixelAreaM2(grid)
  const tracked: TrackedFrame = {
    sceneId: frame.sceneId,
    objectId,
    mask: maskFile,
    probability: probabilityFile,
    areaM2: pixels * areaOfPixel,
    segmenter: segmenter.id,
    modelHash: segmenter.modelHash,
    confidence: scoreOf(parts),
    locked: false,
    promptHash: promptHashes(prompts, objectId).get(frame.sceneId) ?? null,
    frameHash: frame.inputHash,
    flags: answer.flags,
  }
  const change = { gainedM2: gained * areaOfPixel, lostM2: lost * areaOfPixel }
  const run = state.run as TrackRun
  const next: Track = {
    ...state,
    frames: [...state.frames.filter((item) => !isHere(item)), tracked],
    run: { ...run, pending: run.pending.filter((item) => !isHere(item)) },
    changes:
      gained + lost === 0
        ? state.changes
        : [...state.changes, { sceneId: frame.sceneId, objectId, ...change }],
  }
  await folder.writeTrack(next)
  return next
}

/** Puts frames in order and adds what only the neighbours tell. */
function finish(state: Track, list: FrameList): Track {
  const position = new Map(list.frames.map(({ sceneId }, index) => [sceneId, index]))
  const order = (item: { sceneId: string; objectId: number }): number =>
    item.objectId * 1e6 + (position.get(item.sceneId) ?? 1e6 - 1)
  const frames = [...state.frames].sort((a, b) => order(a) - order(b))
  const isNeighbour = (a: TrackedFrame | undefined, b: TrackedFrame): a is TrackedFrame =>
    a !== undefined && a.objectId === b.objectId && position.has(a.sceneId)
  const rated = frames.map((frame, i): TrackedFrame => {
    const [before, after] = [frames[i - 1], frames[i + 1]]
    const continuity = areaContinuity(
      isNeighbour(before, frame) ? before.areaM2 : null,
      frame.areaM2,
      isNeighbour(after, frame) ? after.areaM2 : null,
    )
    return { ...frame, confidence: scoreOf({ ...frame.confidence.parts, jump: continuity }) }
  })
  return {
    ...state,
    frames: rated,
    run: null,
    changes: [...state.changes].sort((a, b) => order(a) - order(b)),
  }
}

function summarise(
  state: Track,
  list: FrameList,
  facts: { objects: number[]; computed: number; segmenter: string; resumed: boolean },
): TrackSummary {
  const scenes = new Set(list.frames.map(({ sceneId }) => sceneId))
  const current = state.frames.filter(({ sceneId }) => scenes.has(sceneId))
  const review = facts.objects.flatMap((objectId) =>
    reviewQueue(current.filter((frame) => frame.objectId === objectId)),
  )
  return {
    ...facts,
    kept: current.length - facts.computed,
    locked: current.filter(({ locked }) => locked).length,
    changes: state.changes,
    review: review.sort((a, b) => b.gainM2 - a.gainM2).slice(0, 10),
  }
}
