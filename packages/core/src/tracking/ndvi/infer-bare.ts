import { INITIAL_MESSAGE, stepBackward, stepForward, transitionTable } from './bare-chain.ts'
import { bareEvidence, beyondSparse } from './bare-evidence.ts'
import {
  type FrameLevels,
  type LevelSights,
  SERIES_LEVELS,
  bareFractionAt,
  seeLevels,
  settleLevels,
  shareOfHalfBare,
} from './frame-levels.ts'
import type { FrameScaling } from './frame-scaling.ts'
import type { BareHistory } from './history.ts'
import { type PosteriorStore, posteriorStore } from './posterior-store.ts'
import type { PreparedSeries } from './prepare-series.ts'
import { searchSparseGrowth } from './sparse-growth.ts'
import { SCRATCH_PREFIX, bytesOf, int16Of, int8Of, mustRead } from './spill.ts'
import { addVegetation, createVegetationSums, vegetationLevel } from './vegetation-level.ts'
import { HIDDEN, NDVI_SCALE } from './working-grid.ts'

/** Where and when ground was bare, in one sense of the word. */
export interface BareInference {
  history: BareHistory
  /** Stored posterior of being bare (log-odds times 8) of a frame. */
  readPosterior(index: number): Promise<Int8Array>
  /** NDVI halfway between bare and covered ground on a frame. */
  splitNdviAt(index: number): number
  /** How far bare and covered ground stand apart on a frame, in units of its noise. */
  separationAt(index: number): number
  /**
   * Share of bare ground in each pixel of a frame between its own vegetation and bare ground, NaN where
   * hidden or where the frame could not be scaled; null where bareness is no such share.
   */
  fractionAt: ((index: number, ndvi: Int16Array) => Float32Array) | null
}

/** Bare ground by its vigour. */
export interface VigourInference extends BareInference {
  /** Vigour of each pixel's own vegetation. */
  vegetation: Float32Array
  /** Bare fraction that each pixel shows under sparse growth, 0 where growth is not sparse. */
  sparse: Float32Array
  /** Where each frame itself shows bare and covered ground. */
  levels: readonly FrameLevels[]
}

/** Steps of progress per frame that {@link inferBare} takes. */
export const INFER_STEPS_PER_FRAME = 7
/** Bare fraction that sets surely bare ground apart. */
const SURELY_BARE = 0.85
/** Least noise that a frame is credited with, units of vigour. */
const LEAST_NOISE = 0.02

/**
 * Forward-backward over the series: evidence is asked for frame by frame, posteriors are handed out
 * from the last frame to the first. Holds a handful of working rasters; the rest is spilled.
 *
 * @param advance called twice a frame; throws to abort
 * @param sojournDays mean time that ground stays bare, or covered
 */
export async function runChain(
  series: PreparedSeries,
  evidenceOf: (index: number, ndvi: Int16Array) => Int8Array,
  take: (index: number, posterior: Int8Array) => Promise<void>,
  advance: () => void,
  sojournDays?: number,
): Promise<void> {
  const { working, days, scratch } = series
  const pixels = working.width * working.height
  // Between any two frames the same: were a change the likelier the longer the gap, ground that one
  // frame shows unclearly would be dated into a long gap before its failure.
  const spacingDays = ((days.at(-1) ?? 0) - (days[0] ?? 0)) / Math.max(1, days.length - 1)
  const table = transitionTable(spacingDays, sojournDays)
  const messages = new Int16Array(pixels).fill(INITIAL_MESSAGE)
  for (let t = 0; t < days.length; t++) {
    const evidence = evidenceOf(t, await series.readWorkingNdvi(t))
    stepForward(messages, t === 0 ? null : table, evidence)
    await scratch.write(`${SCRATCH_PREFIX}/evidence/${t}`, bytesOf(evidence))
    await scratch.write(`${SCRATCH_PREFIX}/forward/${t}`, bytesOf(messages.slice()))
    advance()
  }
  const backward = new Int16Array(pixels)
  for (let t = days.length - 1; t >= 0; t--) {
    const evidence = int8Of(await mustRead(scratch, `${SCRATCH_PREFIX}/evidence/${t}`))
    const forward = int16Of(await mustRead(scratch, `${SCRATCH_PREFIX}/forward/${t}`))
    await take(t, stepBackward(backward, forward, t === 0 ? null : table, evidence))
    advance()
  }
}

/**
 * Bare ground by its vigour: forward-backward twice, first for surely bare ground, from which each
 * pixel's own vegetation follows, where each frame itself shows bare and covered ground, and where
 * growth is sparse; then with these.
 *
 * @param bareVigour vigour that counts as bare
 * @param advance called {@link INFER_STEPS_PER_FRAME} times a frame; throws to abort
 */
export async function inferBare(
  series: PreparedSeries,
  bareVigour: number,
  advance: () => void,
): Promise<VigourInference> {
  const { working, scalings, bareLevel } = series
  const scalingOf = (t: number): FrameScaling => scalings[t] as FrameScaling
  const sums = createVegetationSums(working)
  const first = (t: number, ndvi: Int16Array): Int8Array =>
    bareEvidence(
      {
        ...{ ndvi, scaling: scalingOf(t), bareVigour, soilVigour: bareLevel.vigour },
        ...{ vegetation: null, levels: SERIES_LEVELS, sparse: null },
        ...{ splitFraction: SURELY_BARE, sharpen: false },
      },
      working,
    )
  const addCovered = async (t: number, posterior: Int8Array): Promise<void> => {
    const ndvi = await series.readWorkingNdvi(t)
    addVegetation(sums, ndvi, scalingOf(t), bareVigour, posterior, working)
    await series.scratch.write(surelyBareKey(t), bytesOf(posterior))
  }
  await runChain(series, first, addCovered, advance)
  const vegetation = vegetationLevel(sums, bareVigour, working)
  const levels = await frameLevels(series, bareVigour, vegetation, advance)
  const sparse = await sparseGrowth(series, bareVigour, { vegetation, levels }, advance)
  const second = (t: number, ndvi: Int16Array): Int8Array =>
    bareEvidence(
      {
        ...{ ndvi, scaling: scalingOf(t), bareVigour, soilVigour: bareLevel.vigour },
        ...{ vegetation, sparse, levels: levels[t] as FrameLevels },
        ...{ splitFraction: 0.5, sharpen: true },
      },
      working,
    )
  const { history, keep, holdHidden } = vigourStore(series, bareVigour)
  await runChain(series, second, keep, advance)
  await holdHidden(advance)
  return vigourInference(series, bareVigour, { history, vegetation, sparse, levels })
}

/** What {@link inferBare} found, its posteriors being stored. */
export function vigourInference(
  series: PreparedSeries,
  bareVigour: number,
  found: Pick<VigourInference, 'history' | 'vegetation' | 'sparse' | 'levels'>,
): VigourInference {
  const { scalings } = series
  const { levels } = found
  const scalingOf = (t: number): FrameScaling => scalings[t] as FrameScaling
  const levelsOf = (t: number): FrameLevels => levels[t] as FrameLevels
  return {
    ...found,
    readPosterior: vigourStore(series, bareVigour).readPosterior,
    splitNdviAt(t) {
      const { offset, gain } = scalingOf(t)
      return offset + gain * bareVigour * shareOfHalfBare(levelsOf(t))
    },
    separationAt: (t) => separationOf(scalingOf(t), levelsOf(t), bareVigour),
    fractionAt: (t, ndvi) => bareFraction(ndvi, scalingOf(t), bareVigour, found, levelsOf(t)),
  }
}

function separationOf(
  { gain, noise }: FrameScaling,
  { bare, covered }: FrameLevels,
  bareVigour: number,
): number {
  return gain > 0 ? (Math.abs(bareVigour) * (bare - covered)) / Math.max(LEAST_NOISE, noise) : 0
}

function vigourStore(series: PreparedSeries, bareVigour: number): PosteriorStore {
  return posteriorStore(series, `bare/${bareVigour.toFixed(3)}`)
}

function surelyBareKey(index: number): string {
  return `${SCRATCH_PREFIX}/surely-bare/${index}`
}

async function frameLevels(
  series: PreparedSeries,
  bareVigour: number,
  vegetation: Float32Array,
  advance: () => void,
): Promise<FrameLevels[]> {
  const sights: LevelSights[] = []
  for (const [t, scaling] of series.scalings.entries()) {
    const ndvi = await series.readWorkingNdvi(t)
    const surelyBare = int8Of(await mustRead(series.scratch, surelyBareKey(t)))
    const growth = { vegetation, sparse: null }
    const fraction = bareFraction(ndvi, scaling, bareVigour, growth, SERIES_LEVELS)
    const brightness = await series.readBrightness(t)
    sights.push(seeLevels(fraction, brightness, surelyBare, series.working))
    advance()
  }
  return settleLevels(sights)
}

async function sparseGrowth(
  series: PreparedSeries,
  bareVigour: number,
  { vegetation, levels }: Pick<VigourInference, 'vegetation' | 'levels'>,
  advance: () => void,
): Promise<Float32Array> {
  const search = searchSparseGrowth(series.working)
  const growth = { vegetation, sparse: null }
  for (const [t, scaling] of series.scalings.entries()) {
    const own = levels[t] as FrameLevels
    const fraction = bareFraction(await series.readWorkingNdvi(t), scaling, bareVigour, growth, own)
    search.add(series.days[t] as number, fraction, 1 / separationOf(scaling, own, bareVigour))
    advance()
  }
  return search.find()
}

/** What grows on each pixel. */
interface Growth {
  vegetation: Float32Array
  sparse: Float32Array | null
}

function bareFraction(
  ndvi: Int16Array,
  { gain, offset }: FrameScaling,
  bareVigour: number,
  { vegetation, sparse }: Growth,
  levels: FrameLevels,
): Float32Array {
  const fraction = new Float32Array(ndvi.length).fill(NaN)
  if (gain <= 0) return fraction
  for (let i = 0; i < ndvi.length; i++) {
    const stored = ndvi[i] as number
    if (stored === HIDDEN) continue
    const own = vegetation[i] as number
    const share = (own - (stored / NDVI_SCALE - offset) / gain) / (own - bareVigour)
    fraction[i] = beyondSparse(bareFractionAt(share, levels), sparse?.[i] ?? 0)
  }
  return fraction
}
