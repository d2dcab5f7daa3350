import type { SiteFolder } from '../site/site-folder.ts'
import { ScarlineError } from '../errors.ts'
import { findFrame } from './find-frame.ts'

/** What {@link setLocked} did. */
export interface LockSummary {
  locked: boolean
  /** Frames whose lock was changed, by index. */
  changed: number[]
  /** Frames of the track that are locked now. */
  totalLocked: number
}

/**
 * Accepts frames (their masks never change until unlocked), or takes acceptance back.
 * @throws ScarlineError `missing-step` before tracking, `usage` for a frame without a mask
 */
export async function setLocked(
  folder: SiteFolder,
  options: { frames: readonly string[]; locked: boolean; objectId?: number },
): Promise<LockSummary> {
  const list = await folder.readFrames()
  const track = await folder.readTrack()
  if (!track) {
    throw new ScarlineError('there is no track.json yet', {
      code: 'missing-step',
      hint: 'Run scarline track first; only a mask can be accepted.',
    })
  }
  if (track.run?.pending.length) {
    throw new ScarlineError(
      `the last track was cut off with ${track.run.pending.length} masks to go`,
      { code: 'missing-step', hint: 'Run scarline track to finish it, then lock.' },
    )
  }
  const changed: number[] = []
  for (const wanted of options.frames) {
    const frame = findFrame(list, wanted)
    const masks = track.frames.filter(
      (tracked) =>
        tracked.sceneId === frame.sceneId &&
        (options.objectId === undefined || tracked.objectId === options.objectId),
    )
    if (masks.length === 0) {
      throw new ScarlineError(
        `frame ${wanted} has no mask to ${options.locked ? 'lock' : 'unlock'}`,
        {
          code: 'usage',
          hint: 'Run scarline track first.',
        },
      )
    }
    if (masks.some((mask) => mask.locked !== options.locked)) changed.push(frame.index)
    for (const mask of masks) mask.locked = options.locked
  }
  await folder.writeTrack(track)
  return {
    locked: options.locked,
    changed,
    totalLocked: track.frames.filter((mask) => mask.locked).length,
  }
}
