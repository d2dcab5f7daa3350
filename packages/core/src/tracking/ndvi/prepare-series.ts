import type { FrameSource, Scratch } from '../segmenter.ts'
import { INITIAL_MESSAGE, stepBackward, stepForward, transitionTable } from './bare-chain.ts'
import { bareEvidence } from './bare-evidence.ts'
import { type FrameScaling, fitFrameScalings } from './frame-scaling.ts'
import { type BareHistory, addToHistory, createHistory } from './history.ts'
import { type BareLevel, findBareLevel, rescaleByCover } from './soil-line.ts'
import { addVegetation, createVegetationSums, vegetationLevel } from './vegetation-level.ts'
import {
  HIDDEN,
  NDVI_SCALE,
  type WorkingGrid,
  planWorkingGrid,
  shrinkNdvi,
} from './working-grid.ts'

/** A series read and scaled; nothing of it depends on prompts. */
export interface PreparedSeries {
  working: WorkingGrid
  /** Days since the first frame, by frame. */
  days: Float64Array
  scalings: FrameScaling[]
  /** Where the series itself says that bare ground lies. */
  bareLevel: BareLevel
  scratch: Scratch
  /** Stored NDVI of a frame on the working grid. */
  readWorkingNdvi(index: number): Promise<Int16Array>
}

/** Where and when ground was bare, for one level of bare ground. */
export interface BareInference {
  bareVigour: number
  history: BareHistory
  /** Stored posterior of being bare (log-odds times 8) of a frame. */
  readPosterior(index: number): Promise<Int8Array>
}

/** Sample pixels per frame, and sample values altogether: memory does not grow with the series. */
const SAMPLE_PIXELS = 5000
const SAMPLE_VALUES = 4_000_000
/** Steps of progress per frame: one of reading, four of inference. */
export const STEPS_PER_FRAME = 5
/** Bare fraction that sets surely bare ground apart. */
const SURELY_BARE = 0.85
const MS_PER_DAY = 86_400_000

/** Scratch keys of the engine begin with this; it changes with the algorithm. */
export const SCRATCH_PREFIX = 'ndvi-1'

/** Reads every frame once, thins it, and finds how the frames scale; memory holds a bounded sample. */
export async function prepareSeries(
  source: FrameSource,
  scratch: Scratch,
  advance: () => void,
  signal?: AbortSignal,
): Promise<PreparedSeries> {
  const working = planWorkingGrid(source.grid)
  const count = source.frames.length
  const startMs = Date.parse(source.frames[0]?.capturedAt ?? '')
  const days = Float64Array.from(
    source.frames,
    (frame) => (Date.parse(frame.capturedAt) - startMs) / MS_PER_DAY,
  )
  const step = sampleStep(working, count)
  const samples: Float32Array[] = []
  for (let t = 0; t < count; t++) {
    const small = shrinkNdvi(await source.readNdvi(t, signal), working)
    await scratch.write(`${SCRATCH_PREFIX}/ndvi/${t}`, bytesOf(small))
    samples.push(sampleOf(small, step))
    advance()
  }
  const scalings = fitFrameScalings(samples)
  const bareLevel = rescaleByCover(samples, scalings) ?? findBareLevel(samples, scalings)
  const readWorkingNdvi = async (index: number): Promise<Int16Array> =>
    int16Of(await mustRead(scratch, `${SCRATCH_PREFIX}/ndvi/${index}`))
  return { working, days, scalings, bareLevel, scratch, readWorkingNdvi }
}

/**
 * The log-odds of bare ground for each pixel and frame: forward-backward over the series, twice, first
 * for surely bare ground, from which each pixel's own vegetation follows, then with it. Holds a handful
 * of working rasters; the rest is spilled.
 *
 * @param bareVigour vigour that counts as bare
 * @param advance called four times a frame; throws to abort
 */
export async function inferBare(
  series: PreparedSeries,
  bareVigour: number,
  advance: () => void,
): Promise<BareInference> {
  const { working, days, scalings, scratch } = series
  const pixels = working.width * working.height
  const count = days.length
  const name = bareVigour.toFixed(3)
  const sums = createVegetationSums(working)
  const history = createHistory(pixels)
  const run = async (
    vegetation: Float32Array | null,
    splitFraction: number,
    take: (t: number, posterior: Int8Array) => Promise<void>,
  ): Promise<void> => {
    const sharpen = vegetation !== null
    const tableOf = (t: number): Int16Array | null =>
      t === 0 ? null : transitionTable((days[t] as number) - (days[t - 1] as number))
    const messages = new Int16Array(pixels).fill(INITIAL_MESSAGE)
    for (let t = 0; t < count; t++) {
      const ndvi = await series.readWorkingNdvi(t)
      const scaling = scalings[t] as FrameScaling
      const soilVigour = series.bareLevel.vigour
      const input = {
        ndvi,
        scaling,
        bareVigour,
        soilVigour,
        vegetation,
        splitFraction,
        sharpen,
      }
      const evidence = bareEvidence(input, working)
      stepForward(messages, tableOf(t), evidence)
      await scratch.write(`${SCRATCH_PREFIX}/evidence/${t}`, bytesOf(evidence))
      await scratch.write(`${SCRATCH_PREFIX}/forward/${t}`, bytesOf(messages.slice()))
      advance()
    }
    const backward = new Int16Array(pixels)
    for (let t = count - 1; t >= 0; t--) {
      const evidence = int8Of(await mustRead(scratch, `${SCRATCH_PREFIX}/evidence/${t}`))
      const forward = int16Of(await mustRead(scratch, `${SCRATCH_PREFIX}/forward/${t}`))
      await take(t, stepBackward(backward, forward, tableOf(t), evidence))
      advance()
    }
  }
  await run(null, SURELY_BARE, async (t, posterior) => {
    const ndvi = await series.readWorkingNdvi(t)
    addVegetation(sums, ndvi, scalings[t] as FrameScaling, bareVigour, posterior, working)
  })
  const vegetation = vegetationLevel(sums, bareVigour, working)
  await run(vegetation, 0.5, async (t, posterior) => {
    addToHistory(history, posterior)
    await scratch.write(`${SCRATCH_PREFIX}/bare/${name}/${t}`, bytesOf(posterior))
  })
  const readPosterior = async (index: number): Promise<Int8Array> =>
    int8Of(await mustRead(scratch, `${SCRATCH_PREFIX}/bare/${name}/${index}`))
  return { bareVigour, history, readPosterior }
}

function sampleStep(working: WorkingGrid, frames: number): number {
  const pixels = working.width * working.height
  const wanted = Math.min(SAMPLE_PIXELS, Math.floor(SAMPLE_VALUES / Math.max(1, frames)))
  let step = Math.max(1, Math.floor(pixels / Math.max(1, wanted)))
  while (step > 1 && commonDivisor(step, working.width) > 1) step++
  return step
}

function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b)
}

function sampleOf(ndvi: Int16Array, step: number): Float32Array {
  const sample = new Float32Array(Math.ceil(ndvi.length / step))
  for (let i = 0, at = 0; i < ndvi.length; i += step, at++) {
    const stored = ndvi[i] as number
    sample[at] = stored === HIDDEN ? NaN : stored / NDVI_SCALE
  }
  return sample
}

async function mustRead(scratch: Scratch, key: string): Promise<Uint8Array> {
  const bytes = await scratch.read(key)
  if (!bytes) throw new Error(`scratch has lost ${key}`)
  return bytes
}

function bytesOf(values: Int8Array | Int16Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
}

function int8Of(bytes: Uint8Array): Int8Array {
  return new Int8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

function int16Of(bytes: Uint8Array): Int16Array {
  if (bytes.byteOffset % 2 === 0) {
    return new Int16Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 2)
  }
  return new Int16Array(bytes.slice().buffer)
}
