import { readRaster } from '../cog/read-geotiff.ts'
import { pixelAreaM2 } from '../geo/affine.ts'
import { rasterizePolygon } from '../geo/rasterize.ts'
import type { FrameList } from '../model/frame.ts'
import type { Prompt } from '../model/prompt.ts'
import type { DoubtfulPlace, Track } from '../model/track.ts'
import type { SiteFolder } from '../site/site-folder.ts'
import { planTrack } from '../tracking/plan-track.ts'
import { toPixelPrompt } from '../tracking/pixel-prompts.ts'
import type { PrepareProgress, Scratch, SegmentedFrame, Segmenter } from '../tracking/segmenter.ts'
import { createBoundedCache } from './bounded-cache.ts'
import { doubtfulPlaces } from './doubtful-places.ts'
import { findFrame } from './find-frame.ts'
import { siteFrameSource } from './frame-source.ts'
import { practiceQuestions } from './live-practice.ts'
import {
  liveScratch,
  preparedStore,
  rememberingScratch,
  removeOtherSeries,
} from './segmenter-scratch.ts'
import { promptHashes } from './track-inputs.ts'

/** A mask of the site folder; `mark` changes when the file does. */
export interface StoredMask {
  file: string
  mark: string
}

/** Ground that a person painted. */
export interface PaintedRegion {
  /** Rings of [x, y] in the site's coordinate system, metres; even-odd. */
  rings: [x: number, y: number][][]
  /** False: the ground is taken away. */
  add: boolean
}

/** What prompts would make of one frame. */
export interface LiveQuestion {
  sceneId: string
  objectId: number
  /** The object's on every frame; drawn masks are read from their files. */
  prompts: readonly Prompt[]
  /** Masks that stand ({@link standingScenes}). */
  standing: readonly (StoredMask & { sceneId: string })[]
  /** Painted onto the frame's mask. */
  region: PaintedRegion | null
  /** What the region is painted onto; null: what the prompts make. */
  base: StoredMask | null
}

/** A mask that is stored nowhere yet. */
export interface LiveAnswer {
  /** 0/1 on the site grid. */
  mask: Uint8Array
  areaM2: number
  /** 0..1; null for a mask that a person painted. */
  confidence: number | null
  flags: string[]
  /** See `TrackedFrame.doubts`. */
  doubts: DoubtfulPlace[]
  /** Another answer may come of the same question when there is no haste. */
  isProvisional: boolean
}

/** An engine that holds a site's series ready. */
export interface LivePreview {
  /**
   * @param options `hasty`: from what is known at once; clicks on ground unlike the rest would have the engine look at
   * the whole series again, which takes seconds. Hasty questions may be asked meanwhile.
   * @throws ScarlineError `usage`, `invalid-input`, `corrupt-file`
   */
  answer(question: LiveQuestion, options?: { hasty?: boolean }): Promise<LiveAnswer>
  /**
   * Answers one made-up question, for nobody: the first real one then finds compiled code.
   * @returns false once there is nothing left to learn
   */
  practise(): Promise<boolean>
  close(): Promise<void>
}

/** Masks in memory: 100 of a site of 1200 x 1200 pixels. */
const MASK_CACHE_BYTES = 150 * 2 ** 20
/** What the engine prepared, in memory: 170 frames of such a site. */
const PREPARED_CACHE_BYTES = 192 * 2 ** 20

/**
 * Opens an engine over a site's frames to answer clicks at once. Reads the site folder and writes only
 * into its `.cache`; needs no lock.
 *
 * @throws the signal's reason; as the engine does
 */
export async function openLivePreview(
  folder: SiteFolder,
  list: FrameList,
  options: {
    segmenter: Segmenter
    onProgress?: (progress: PrepareProgress) => void
    /** Awaited again and again while the series is looked at: others may be given the machine. */
    breathe?: () => Promise<void>
    signal?: AbortSignal
  },
): Promise<LivePreview> {
  const { segmenter, onProgress, breathe, signal } = options
  const { files } = folder
  const { scratch, clear } = await liveScratch(folder, segmenter.id)
  const breathing = (store: Scratch): Scratch => ({
    read: store.read,
    async write(key, bytes) {
      await breathe?.()
      await store.write(key, bytes)
    },
  })
  const prepared = breathing(preparedStore(files, list, segmenter))
  const session = await segmenter
    .open(siteFrameSource(folder, list), {
      scratch: breathing(scratch),
      prepared: rememberingScratch(prepared, PREPARED_CACHE_BYTES),
      ...(onProgress ? { onProgress } : {}),
      ...(signal ? { signal } : {}),
    })
    .finally(clear)
  await removeOtherSeries(folder, list, segmenter)
  const masks = createBoundedCache<Uint8Array>(
    MASK_CACHE_BYTES,
    (mask) => mask.byteLength,
    async (key) => {
      const file = key.slice(key.indexOf(' ') + 1)
      return (await readRaster(await files.read(file), file)).data as Uint8Array
    },
  )
  const read = ({ file, mark }: StoredMask): Promise<Uint8Array> => masks.get(`${mark} ${file}`)

  const practice = practiceQuestions(list)
  let practised: Uint8Array | null = list.frames.length === 0 ? null : new Uint8Array()

  const ask = async (question: LiveQuestion, hasty: boolean): Promise<SegmentedFrame> => {
    const { sceneId, objectId, prompts } = question
    const drawn = new Map<string, Uint8Array>()
    for (const prompt of prompts) {
      // A drawn mask's file never changes.
      if (prompt.kind === 'mask') drawn.set(prompt.id, await read({ file: prompt.file, mark: '-' }))
    }
    const standing: { frameIndex: number; mask: Uint8Array }[] = []
    for (const stored of question.standing) {
      standing.push({
        frameIndex: findFrame(list, stored.sceneId).index,
        mask: await read(stored),
      })
    }
    const answers = session.segment({
      objectId,
      prompts: prompts.map((prompt) =>
        toPixelPrompt(prompt, findFrame(list, prompt.sceneId).index, list.grid, drawn),
      ),
      accepted: standing,
      frameIndices: [findFrame(list, sceneId).index],
      maskOnly: true,
      hasty,
    })
    for await (const answer of answers) return answer
    throw new Error(`the engine gave no answer for ${sceneId}`)
  }

  return {
    async answer(question, { hasty = false } = {}) {
      const { region, base } = question
      // What is painted is written: its base must be the answer that stands.
      const isHasty = hasty && region === null
      const asked = region !== null && base !== null ? null : await ask(question, isHasty)
      const shown = asked?.mask ?? (await read(base as StoredMask))
      const mask = region === null ? shown : paint(shown, region, list)
      return {
        mask,
        areaM2: countSet(mask) * pixelAreaM2(list.grid),
        confidence: region === null && asked !== null ? asked.confidence.score : null,
        flags: asked?.flags ?? [],
        doubts: region === null && asked !== null ? doubtfulPlaces(asked, list.grid) : [],
        isProvisional: asked?.isProvisional ?? false,
      }
    },
    async practise() {
      const { value: question } = practised ? practice.next(practised) : { value: undefined }
      practised = null
      if (!question) return false
      for await (const { mask } of session.segment(question)) practised = mask
      return true
    },
    async close() {
      await session.close()
      await clear()
    },
  }
}

/** Of 0/1. */
function countSet(mask: Uint8Array): number {
  const { buffer, byteOffset } = mask.byteOffset % 4 === 0 ? mask : mask.slice()
  // Four at a time: the sum of a word's bytes is the top byte of this product.
  const words = new Uint32Array(buffer, byteOffset, mask.length >> 2)
  let count = 0
  for (let i = 0; i < words.length; i++) count += Math.imul(words[i] as number, 0x01010101) >>> 24
  for (let i = words.length << 2; i < mask.length; i++) count += mask[i] as number
  return count
}

/** @returns a new mask */
function paint(mask: Uint8Array, { rings, add }: PaintedRegion, { grid }: FrameList): Uint8Array {
  const region = rasterizePolygon({ type: 'Polygon', coordinates: rings }, grid)
  return mask.map((value, i) => (region[i] ? (add ? 1 : 0) : value))
}

/** Scenes whose masks of an object a propagation would keep as they are, and learn from. */
export function standingScenes(
  list: FrameList,
  prompts: readonly Prompt[],
  track: Track | null,
  request: { objectId: number; segmenter: Pick<Segmenter, 'id' | 'modelHash'> },
): string[] {
  const { objectId, segmenter } = request
  const { accepted } = planTrack({
    objectId,
    frames: list.frames.map(({ sceneId, inputHash }) => ({ sceneId, frameHash: inputHash })),
    promptHashes: promptHashes(prompts, objectId),
    previous: track,
    segmenter: segmenter.id,
    modelHash: segmenter.modelHash,
  })
  return accepted.map((index) => list.frames[index]?.sceneId as string)
}

/**
 * Frames whose masks do not answer the prompts that they have now, by object: what a propagation has
 * to do. Locked frames are left out.
 */
export function unansweredFrames(
  list: FrameList,
  prompts: readonly Prompt[],
  track: Track | null,
): { sceneId: string; objectId: number }[] {
  const masks = new Map(
    (track?.frames ?? []).map((frame) => [`${frame.sceneId} ${frame.objectId}`, frame]),
  )
  const objects = [
    ...new Set([...prompts, ...(track?.frames ?? [])].map(({ objectId }) => objectId)),
  ].sort((a, b) => a - b)
  return objects.flatMap((objectId) => {
    const hashes = promptHashes(prompts, objectId)
    return list.frames
      .filter(({ sceneId }) => {
        const mask = masks.get(`${sceneId} ${objectId}`)
        if (mask?.locked) return false
        const hash = hashes.get(sceneId)
        return mask === undefined ? hash !== undefined : mask.promptHash !== (hash ?? null)
      })
      .map(({ sceneId }) => ({ sceneId, objectId }))
  })
}
