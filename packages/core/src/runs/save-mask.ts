import { encodeCog } from '../cog/write-cog.ts'
import { pixelAreaM2, pixelSizeM } from '../geo/affine.ts'
import type { Frame, FrameList } from '../model/frame.ts'
import type { Prompt } from '../model/prompt.ts'
import type { DoubtfulArea, Track, TrackRun, TrackedFrame } from '../model/track.ts'
import type { SiteFolder } from '../site/site-folder.ts'
import { observedFractionOf, scoreOf, thresholdAgreement } from '../tracking/confidence.ts'
import type {
  DoubtfulGround,
  FrameSource,
  SegmentedFrame,
  Segmenter,
} from '../tracking/segmenter.ts'
import { frameStem } from '../frames/plan-frames.ts'
import { doubtfulPlaces } from './doubtful-places.ts'
import { objectFile } from './frame-files.ts'
import { promptHashes, readMask } from './track-inputs.ts'

/** How much of the surroundings counts in the agreement with the threshold, metres. */
const AGREEMENT_MARGIN_M = 20

/**
 * Stores one answer's mask and probability and returns the track with it, which is not stored yet:
 * the frame is no longer pending, and what it changed is noted.
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
  const { folder, list, prompts, segmenter, state, answer } = input
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
  const probabilityFile = probability ? objectFile('probability', objectId, stem) : null
  const writeMask = async (): Promise<void> =>
    folder.files.write(maskFile, await encodeCog({ grid, data: mask }))
  const writeProbability = async (): Promise<void> => {
    if (!probability || !probabilityFile) return
    const data = storedProbability(probability)
    await folder.files.write(probabilityFile, await encodeCog({ grid, data }, { nodata: 255 }))
  }
  const written = await Promise.allSettled([writeMask(), writeProbability()])
  for (const result of written) if (result.status === 'rejected') throw result.reason
  const parts = await confidenceParts(input, frame)
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
    levelOffsetM: answer.levelOffsetM ?? null,
    doubtfulM2: answer.doubts ? doubtfulM2(answer.doubts) : null,
    doubts: doubtfulPlaces(answer, list.grid),
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
  return next
}

function doubtfulM2(doubts: readonly DoubtfulGround[]): DoubtfulArea {
  const sumOf = (side: boolean): number =>
    doubts.reduce((sum, { isTakenIn, areaM2 }) => (isTakenIn === side ? sum + areaM2 : sum), 0)
  return { takenIn: sumOf(true), leftOut: sumOf(false) }
}

/** Probability in steps of 1/200; 255 where it is unknown. */
function storedProbability(probability: Float32Array): Uint8Array {
  const stored = new Uint8Array(probability.length)
  for (let i = 0; i < stored.length; i++) {
    const p = probability[i] as number
    stored[i] = p !== p ? 255 : Math.round(p * 200)
  }
  return stored
}

/** What the engine says of its own certainty, with what can be said of any mask where it does not. */
async function confidenceParts(
  { list, source, answer }: { list: FrameList; source: FrameSource; answer: SegmentedFrame },
  frame: Frame,
): Promise<Record<string, number>> {
  const { mask, confidence, frameIndex } = answer
  const own = confidence.parts
  // Reading a frame takes longer than what is looked up in it.
  if (own['validFraction'] !== undefined && own['threshold'] !== undefined) {
    const { validFraction, threshold } = own
    return { validFraction, threshold, ...own }
  }
  const { grid } = list
  const ndvi = await source.readNdvi(frameIndex)
  return {
    validFraction: observedFractionOf(mask, ndvi),
    threshold: thresholdAgreement({
      mask,
      ndvi,
      threshold: frame.threshold.value,
      width: grid.width,
      height: grid.height,
      marginPx: Math.round(AGREEMENT_MARGIN_M / pixelSizeM(grid)[0]),
    }),
    ...own,
  }
}
