import { encodeCog } from '../cog/write-cog.ts'
import { pixelAreaM2, pixelSizeM } from '../geo/affine.ts'
import type { FrameList } from '../model/frame.ts'
import type { Prompt } from '../model/prompt.ts'
import type { Track, TrackRun, TrackedFrame } from '../model/track.ts'
import type { SiteFolder } from '../site/site-folder.ts'
import { observedFractionOf, scoreOf, thresholdAgreement } from '../tracking/confidence.ts'
import type { FrameSource, SegmentedFrame, Segmenter } from '../tracking/segmenter.ts'
import { frameStem, objectFile } from './frame-files.ts'
import { promptHashes, readMask } from './track-inputs.ts'

/** How much of the surroundings counts in the agreement with the threshold, metres. */
const AGREEMENT_MARGIN_M = 20

/**
 * Stores one answer (mask, probability, its entry in track.json) and returns the track with it: the
 * frame is no longer pending, and what it changed is noted.
 */
export async function saveMask(input: {
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
    validFraction: observedFractionOf(mask, ndvi),
    threshold: thresholdAgreement({
      mask,
      ndvi,
      threshold: frame.threshold.value,
      width: grid.width,
      height: grid.height,
      marginPx: Math.round(AGREEMENT_MARGIN_M / pixelSizeM(grid)[0]),
    }),
    // An engine that knows better what its object looks like says so itself.
    ...answer.confidence.parts,
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
