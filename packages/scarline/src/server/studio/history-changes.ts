import {
  type Prompt,
  ScarlineError,
  type Scene,
  type SiteFolder,
  type Track,
  type TrackedFrame,
} from '@scarline/core'
import type { HistoryWay, Touches } from './context.ts'
import type { HistoryStep, LockChange, PlacedPrompt, SceneChoice } from './history-file.ts'
import { keepFile, restoreMask } from './history-masks.ts'

/** What steps change. */
export interface Snapshot {
  prompts: Prompt[]
  masks: TrackedFrame[]
  scenes: Scene[]
}

/** Of the documents that work touches; the others stay empty. */
export async function takeSnapshot(folder: SiteFolder, touches: Touches): Promise<Snapshot> {
  return {
    prompts: touches === 'prompts' ? await folder.readPrompts() : [],
    masks: touches === 'track' ? ((await folder.readTrack())?.frames ?? []) : [],
    scenes: touches === 'scenes' ? await folder.readScenes() : [],
  }
}

type Changes = Pick<HistoryStep, 'prompts' | 'locks' | 'scenes'>

/** What is different; null where nothing is. Keeps the masks whose lock was changed. */
export async function compare(
  folder: SiteFolder,
  before: Snapshot,
  after: Snapshot,
): Promise<Changes | null> {
  const removed = missingFrom(after.prompts, before.prompts)
  const added = missingFrom(before.prompts, after.prompts)
  const locks: LockChange[] = []
  for (const tracked of after.masks) {
    const was = maskOf(before.masks, tracked)
    if (was === undefined || was.locked === tracked.locked) continue
    locks.push({
      ...{ before: was.locked, after: tracked.locked, tracked },
      mask: await keepFile(folder, tracked.mask),
      probability:
        tracked.probability === null ? null : await keepFile(folder, tracked.probability),
    })
  }
  const scenes: Changes['scenes'] = after.scenes.flatMap((scene) => {
    const was = before.scenes.find(({ id }) => id === scene.id)
    if (was === undefined) return []
    const [from, to] = [choiceOf(was), choiceOf(scene)]
    return JSON.stringify(from) === JSON.stringify(to)
      ? []
      : [{ id: scene.id, before: from, after: to }]
  })
  const isSame = removed.length + added.length + locks.length + scenes.length === 0
  return isSame ? null : { prompts: { removed, added }, locks, scenes }
}

/** Which document a step writes that a job might write too. */
export function touchesOf({ locks, scenes }: Changes): Touches {
  return scenes.length > 0 ? 'scenes' : locks.length > 0 ? 'track' : 'prompts'
}

/** Takes changes back, or makes them again. @throws ScarlineError where the site is no longer as it was */
export async function apply(folder: SiteFolder, changes: Changes, way: HistoryWay): Promise<void> {
  const isUndo = way === 'undo'
  const { removed, added } = changes.prompts
  if (removed.length + added.length > 0) {
    const [out, back] = isUndo ? [added, removed] : [removed, added]
    await folder.writePrompts(exchange(await folder.readPrompts(), out, back))
  }
  if (changes.locks.length > 0) await setLocks(folder, changes.locks, isUndo)
  if (changes.scenes.length > 0) {
    const scenes = await folder.readScenes()
    for (const { id, before, after } of changes.scenes) {
      const scene = scenes.find((one) => one.id === id)
      if (scene) Object.assign(scene, isUndo ? before : after)
    }
    await folder.writeScenes(scenes)
  }
}

function missingFrom(from: readonly Prompt[], list: readonly Prompt[]): PlacedPrompt[] {
  const there = new Set(from.map(({ id }) => id))
  return list.flatMap((prompt, index) => (there.has(prompt.id) ? [] : [{ index, prompt }]))
}

function exchange(
  prompts: readonly Prompt[],
  out: readonly PlacedPrompt[],
  back: readonly PlacedPrompt[],
): Prompt[] {
  const gone = new Set(out.map(({ prompt }) => prompt.id))
  const result = prompts.filter(({ id }) => !gone.has(id))
  for (const { index, prompt } of back) {
    if (!result.some(({ id }) => id === prompt.id)) result.splice(index, 0, prompt)
  }
  return result
}

async function setLocks(
  folder: SiteFolder,
  locks: readonly LockChange[],
  isUndo: boolean,
): Promise<void> {
  const [list, track] = [await folder.readFrames(), await folder.readTrack()]
  if (track?.run?.pending.length) {
    throw new ScarlineError(
      `the last track was cut off with ${track.run.pending.length} masks to go`,
      { code: 'missing-step', hint: 'Finish the propagation first.' },
    )
  }
  const changed = new Map<TrackedFrame, { change: LockChange; locked: boolean }>()
  for (const change of locks) {
    const now = track === null ? undefined : maskOf(track.frames, change.tracked)
    const frame = list.frames.find(({ sceneId }) => sceneId === change.tracked.sceneId)
    const locked = isUndo ? change.before : change.after
    if (now === undefined || (locked && frame?.inputHash !== change.tracked.frameHash)) {
      throw new ScarlineError(
        `the frame ${change.tracked.sceneId} is no longer what it was when its mask was accepted`,
        { code: 'usage', hint: 'Look at it again, and accept the mask that it has now.' },
      )
    }
    changed.set(now, { change, locked })
  }
  const { frames } = track as Track
  for (const [index, now] of frames.entries()) {
    const wanted = changed.get(now)
    if (wanted === undefined) continue
    frames[index] = wanted.locked
      ? await restoreMask(folder, wanted.change, now)
      : { ...now, locked: false }
  }
  await folder.writeTrack(track as Track)
}

function maskOf(
  masks: readonly TrackedFrame[],
  { sceneId, objectId }: Pick<TrackedFrame, 'sceneId' | 'objectId'>,
): TrackedFrame | undefined {
  return masks.find((mask) => mask.sceneId === sceneId && mask.objectId === objectId)
}

function choiceOf({ kept, decidedBy, reason }: Scene): SceneChoice {
  return { kept, decidedBy, reason }
}
