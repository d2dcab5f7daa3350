import type { FrameList } from '../model/frame.ts'
import type { Prompt } from '../model/prompt.ts'
import type { Run, RunEvent } from '../model/run-event.ts'
import type { Track, TrackRun, TrackedFrame } from '../model/track.ts'
import type { SiteFolder } from '../site/site-folder.ts'
import { ScarlineError } from '../errors.ts'
import { type TrackPlan, canResume, planTrack } from '../tracking/plan-track.ts'
import type {
  FrameSource,
  PrepareProgress,
  Scratch,
  Segmenter,
  SegmenterSession,
} from '../tracking/segmenter.ts'
import { planFrames } from '../frames/plan-frames.ts'
import { UNRECOGNISED_FLAG } from '../tracking/flags.ts'
import { doubtWords } from './doubt-words.ts'
import { findFrame } from './find-frame.ts'
import { type TrackSummary, finishTrack, summariseTrack } from './finish-track.ts'
import { siteFrameSource } from './frame-source.ts'
import { hashOf } from './hash.ts'
import { moveRenumberedMasks } from './move-masks.ts'
import { relay } from './relay.ts'
import { saveMask } from './save-mask.ts'
import { secondsLeftMeter, segmentEvents } from './segment-events.ts'
import { preparedStore, removeOtherSeries, segmenterScratch } from './segmenter-scratch.ts'
import { acceptedMasks, pixelPromptsOf, promptHashes } from './track-inputs.ts'

/** What a killed process may lose of its work. */
const SAVE_EVERY_MS = 1000

/** Told when scenes were kept or rejected after the frames were made. */
const OUTDATED: RunEvent<TrackSummary> = {
  type: 'warning',
  stage: 'track',
  item: null,
  message: 'scenes were kept or rejected since the frames were made; run scarline frames first',
}

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
  const prompted = new Set(prompts.map(({ objectId }) => objectId))
  let state = await moveRenumberedMasks(folder, list, prompted)
  if (await framesAreOutdated(folder, list)) yield OUTDATED

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
    state = {
      ...state,
      changes: [],
      run: runOf(plans, list, { segmenter: id, modelHash, inputHash }),
    }
  }
  const run = state.run as TrackRun
  const total = run.pending.length
  yield {
    type: 'started',
    stage: 'track',
    total,
    message: `${id}: ${total} masks to compute${resumed ? ' (resumed)' : ''}`,
  }
  const { scratch, clear } = segmenterScratch(folder.files, id)
  // What another run left there was found for other prompts, frames or accepted masks.
  if (!resumed) await clear()
  if (total > 0) {
    await folder.writeTrack(state)
    const prepared = preparedStore(folder.files, list, segmenter)
    const session = yield* prepare(segmenter, source, { scratch, prepared }, signal)
    let saved = state
    let savedMs = Date.now()
    const save = async (): Promise<void> => {
      if (saved === state) return
      await folder.writeTrack(state)
      saved = state
      savedMs = Date.now()
    }
    try {
      let done = 0
      const meter = secondsLeftMeter(total, () => performance.now())
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
        let warned = false
        let doubts: string | null = null
        for await (const event of segmentEvents(session, request, signal)) {
          if (event.type === 'prepare') {
            const item = `object ${objectId}: the frames that the others follow`
            yield { type: 'progress', stage: 'prompts', done: event.done, total: event.total, item }
            continue
          }
          const { answer } = event
          if (!warned && answer.flags.includes(UNRECOGNISED_FLAG)) {
            warned = true
            yield {
              type: 'warning',
              stage: 'track',
              item: `object ${objectId}`,
              message:
                'most clicked ground does not stand out from what is around it in this series; check the masks, draw a mask on one frame, or use a longer series',
            }
          }
          doubts ??= doubtWords(answer, list)
          state = await saveMask({ folder, list, source, prompts, segmenter, state, answer })
          done++
          // The list grows with the series: saved at each frame, a long one would be slow.
          if (Date.now() - savedMs >= SAVE_EVERY_MS) await save()
          const item = list.frames[answer.frameIndex]?.capturedAt.slice(0, 10) ?? ''
          const secondsLeft = meter(done)
          const mask = state.frames.at(-1) as TrackedFrame
          yield { type: 'progress', stage: 'track', done, total, item, ...secondsLeft, mask }
        }
        if (doubts !== null) {
          const item = `object ${objectId}`
          yield { type: 'warning', stage: 'track', item, message: doubts }
        }
      }
    } finally {
      try {
        await save()
      } finally {
        await session.close()
      }
    }
  }
  await clear()
  await removeOtherSeries(folder, list, segmenter)
  state = finishTrack(state, list)
  await folder.writeTrack(state)
  const summary = summariseTrack(state, list, { objects, computed: total, segmenter: id, resumed })
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
  storage: { scratch: Scratch; prepared: Scratch },
  signal: AbortSignal | undefined,
): AsyncGenerator<RunEvent<TrackSummary>, SegmenterSession, void> {
  const opening = relay<PrepareProgress, SegmenterSession>(
    (onProgress, either) => segmenter.open(source, { ...storage, onProgress, signal: either }),
    signal,
  )
  for (;;) {
    const step = await opening.next()
    if (step.done) return step.value
    const { done, total } = step.value
    yield { type: 'progress', stage: 'prepare', done, total, item: 'reading the series' }
  }
}

async function framesAreOutdated(folder: SiteFolder, list: FrameList): Promise<boolean> {
  const planned = planFrames(await folder.readScenes()).map(({ sceneId }) => sceneId)
  const made = list.frames.map(({ sceneId }) => sceneId)
  return planned.length > 0 && planned.join() !== made.join()
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
