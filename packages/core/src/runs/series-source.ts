import type { MultiPolygon } from 'geojson'
import { levelErrorM } from '../analysis/area.ts'
import { registrationResidualM } from '../analysis/registration.ts'
import { NEVER_SEEN } from '../analysis/change.ts'
import { type SeenGround, seenStates } from '../analysis/mask-comparison.ts'
import { isObserved } from '../model/validity.ts'
import type { Grid } from '../model/grid.ts'
import type { Scene } from '../model/scene.ts'
import type { DoubtfulArea, DoubtfulPlace } from '../model/track.ts'
import type { RegistrationSpread } from '../analysis/registration.ts'
import type { SiteFolder } from '../site/site-folder.ts'
import { readAhead } from './read-ahead.ts'
import { type TrackedSeries, readByteRaster } from './tracked-series.ts'

/** What an analysis knows of a frame before it reads its rasters. */
export interface FrameFacts {
  frameIndex: number
  sceneId: string
  /** UTC ISO 8601. */
  capturedAt: string
  registrationResidualM: number
  /** See {@link levelErrorM}; null where the segmenter has no levels, or the mask was drawn. */
  levelErrorM: number | null
  /** Null where nothing is in doubt. */
  doubtfulM2: DoubtfulArea | null
  /** Where what is in doubt lies, as far as it is worth naming. */
  doubts: readonly DoubtfulPlace[]
  confidence: number
  locked: boolean
  prompted: boolean
  flags: string[]
}

/** A frame's rasters on the grid. */
export interface FrameRasters {
  /** 0/1. */
  mask: Uint8Array
  /** VALIDITY codes. */
  validity: Uint8Array
}

/** One object's masks in time order, read one at a time: tracked ones, or outlines drawn by hand. */
export interface SeriesSource {
  objectId: number
  frames: readonly FrameFacts[]
  read(index: number): Promise<FrameRasters>
  /** Probability codes 0..200; null where there are none. */
  readProbability(index: number): Promise<Uint8Array | null>
  /** What was drawn, where the masks are only its image on a grid; null where masks are the source. */
  drawn: ((index: number) => DrawnOutline) | null
}

/** An outline drawn by hand, measured as it was drawn. */
export interface DrawnOutline {
  /** In the grid's map coordinates. */
  outline: MultiPolygon
  /** On the WGS 84 ellipsoid, m². */
  areaM2: number
  /** Half-width of its 90 % interval from digitising noise, m². */
  halfWidthM2: number
  perimeterM: number
}

/** A frame as it passes by, with the state of its hidden ground at the next sight. */
export interface PassingFrame extends FrameRasters {
  facts: FrameFacts
  probability: Uint8Array | null
  /** 0/1 of hidden pixels as next seen; {@link NEVER_SEEN} elsewhere. */
  nextSeen: Uint8Array
}

/** How many frames ahead the next sight of hidden ground is looked for. */
const LOOK_AHEAD_FRAMES = 6

/** Frames on one side that hidden ground is filled from where two single times are compared. */
const FILL_FRAMES = 3

/** The masks of one object of a site. */
export function siteSource(
  folder: SiteFolder,
  grid: Grid,
  { objectId, entries }: TrackedSeries,
  scenes: ReadonlyMap<string, Scene>,
  spread: RegistrationSpread,
  sensorPixelM: number,
): SeriesSource {
  const entryAt = (index: number): TrackedSeries['entries'][number] =>
    entries[index] as TrackedSeries['entries'][number]
  const offsetsM = entries.map(({ tracked }) => tracked.levelOffsetM ?? null)
  const levelM = levelErrorM(offsetsM, sensorPixelM)
  return {
    objectId,
    frames: entries.map(({ frame, tracked }) => ({
      frameIndex: frame.index,
      sceneId: frame.sceneId,
      capturedAt: frame.capturedAt,
      registrationResidualM: registrationResidualM(
        scenes.get(frame.sceneId)?.shift ?? null,
        spread,
        sensorPixelM,
      ),
      levelErrorM: typeof tracked.levelOffsetM === 'number' ? levelM : null,
      doubtfulM2: tracked.locked ? null : (tracked.doubtfulM2 ?? null),
      doubts: tracked.locked ? [] : (tracked.doubts ?? []),
      confidence: tracked.confidence.score,
      locked: tracked.locked,
      prompted: tracked.promptHash !== null,
      flags: [...new Set([...frame.flags, ...tracked.flags])],
    })),
    async read(index) {
      const { frame, tracked } = entryAt(index)
      const [mask, validity] = await Promise.all([
        readByteRaster(folder, tracked.mask, grid),
        readByteRaster(folder, frame.files.validity, grid),
      ])
      return { mask, validity }
    },
    async readProbability(index) {
      const { probability } = entryAt(index).tracked
      return probability === null ? null : readByteRaster(folder, probability, grid)
    },
    drawn: null,
  }
}

/** Reads a series once, a few frames ahead. */
export async function* passFrames(
  source: SeriesSource,
  signal: AbortSignal | undefined,
): AsyncGenerator<PassingFrame> {
  const { frames } = source
  const rasters = readAhead(frames.length, (index) => source.read(index))
  const probabilities = readAhead(frames.length, (index) => source.readProbability(index))
  const ahead: FrameRasters[] = []
  for (const facts of frames) {
    while (ahead.length <= LOOK_AHEAD_FRAMES) {
      signal?.throwIfAborted()
      const read = await rasters.next()
      if (read.done) break
      ahead.push(read.value)
    }
    const { mask, validity } = ahead.shift() as FrameRasters
    const probability = (await probabilities.next()).value ?? null
    yield { facts, mask, validity, probability, nextSeen: nextSeen(validity, ahead) }
  }
}

function nextSeen(validity: Uint8Array, ahead: readonly FrameRasters[]): Uint8Array {
  const after = new Uint8Array(validity.length).fill(NEVER_SEEN)
  let hidden = hiddenPixels(validity)
  for (const frame of ahead) {
    // Those that stay hidden move to the front.
    let left = 0
    for (const i of hidden) {
      if (isObserved(frame.validity[i] as number)) after[i] = frame.mask[i] as number
      else hidden[left++] = i
    }
    hidden = hidden.subarray(0, left)
  }
  return after
}

/** In reading order. */
function hiddenPixels(validity: Uint8Array): Int32Array {
  let count = 0
  for (let i = 0; i < validity.length; i++) if (!isObserved(validity[i] as number)) count++
  const hidden = new Int32Array(count)
  for (let i = validity.length - 1; count > 0; i--) {
    if (!isObserved(validity[i] as number)) hidden[--count] = i
  }
  return hidden
}

/**
 * The ground at a frame; what it did not see as the next two frames on one side saw it.
 *
 * @param step -1 fills from frames before, 1 from frames after
 */
export async function groundAt(
  source: SeriesSource,
  index: number,
  step: -1 | 1,
): Promise<SeenGround> {
  const facts = source.frames[index] as FrameFacts
  const { mask, validity } = await source.read(index)
  const states = seenStates(mask, validity)
  const probability = await source.readProbability(index)
  for (let other = index + step; Math.abs(other - index) < FILL_FRAMES; other += step) {
    if (source.frames[other] === undefined || !states.includes(NEVER_SEEN)) break
    const filling = await source.read(other)
    const codes = await source.readProbability(other)
    for (let i = 0; i < states.length; i++) {
      if (states[i] !== NEVER_SEEN || !isObserved(filling.validity[i] as number)) continue
      states[i] = filling.mask[i] as number
      if (probability !== null && codes !== null) probability[i] = codes[i] as number
    }
  }
  return { states, probability, registrationResidualM: facts.registrationResidualM }
}
