import type { FrameList } from '../model/frame.ts'
import type { Track, TrackedFrame } from '../model/track.ts'
import type { SiteFolder } from '../site/site-folder.ts'
import { frameStem } from '../frames/plan-frames.ts'
import { objectFile } from './frame-files.ts'

const EMPTY: Track = { formatVersion: 1, frames: [], run: null, changes: [] }

/**
 * The track so far, its files named after the frames as they are numbered now: a scene that was
 * added or rejected renumbers the frames behind it. Masks of frames that are gone and of objects that
 * have no prompts any more are dropped, except locked ones: a person made those. A mask whose file
 * is gone is forgotten, so that it is made again.
 *
 * @param prompted objects that have prompts
 */
export async function moveRenumberedMasks(
  folder: SiteFolder,
  list: FrameList,
  prompted: ReadonlySet<number>,
): Promise<Track> {
  const track = await folder.readTrack()
  if (!track) return EMPTY
  const frameOf = new Map(list.frames.map((frame) => [frame.sceneId, frame]))
  const present = await Promise.all(track.frames.map(({ mask }) => folder.files.exists(mask)))
  const kept = track.frames.filter(
    ({ sceneId, objectId, locked }, i) =>
      present[i] && (locked || (frameOf.has(sceneId) && prompted.has(objectId))),
  )
  const renamed = kept.map((tracked): TrackedFrame => {
    const frame = frameOf.get(tracked.sceneId)
    if (!frame) return tracked
    const stem = frameStem(frame)
    return {
      ...tracked,
      mask: objectFile('masks', tracked.objectId, stem),
      probability: tracked.probability && objectFile('probability', tracked.objectId, stem),
    }
  })
  const moves = kept.flatMap((before, i) => {
    const after = renamed[i] as TrackedFrame
    return [
      [before.mask, after.mask] as const,
      ...(before.probability && after.probability
        ? [[before.probability, after.probability] as const]
        : []),
    ]
  })
  const changed = moves.filter(([from, to]) => from !== to)
  if (changed.length === 0 && kept.length === track.frames.length) return track
  const contents = await Promise.all(changed.map(([from]) => folder.files.read(from)))
  for (const [i, [, to]] of changed.entries()) {
    await folder.files.write(to, contents[i] as Uint8Array)
  }
  const result: Track = { ...track, frames: renamed }
  await folder.writeTrack(result)
  const used = new Set(renamed.flatMap(({ mask, probability }) => [mask, probability]))
  for (const { mask, probability } of track.frames) {
    for (const file of [mask, probability]) {
      if (file && !used.has(file)) await folder.files.remove(file)
    }
  }
  return result
}
