import type { FrameSource, Scratch } from '../segmenter.ts'
import { type FrameScaling, fitFrameScalings } from './frame-scaling.ts'
import { type BareLevel, findBareLevel, rescaleByCover } from './soil-line.ts'
import { SCRATCH_PREFIX, bytesOf, int16Of, mustRead } from './spill.ts'
import {
  HIDDEN,
  NDVI_SCALE,
  type WorkingGrid,
  planWorkingGrid,
  shrinkNdvi,
  workingGridOnMap,
} from './working-grid.ts'

/** A series read and scaled; nothing of it depends on prompts. */
export interface PreparedSeries {
  working: WorkingGrid
  /** Days since the first frame, by frame. */
  days: Float64Array
  scalings: FrameScaling[]
  /** How green the site was, by frame: an upper quantile of its NDVI, NaN where all was hidden. */
  greenness: Float64Array
  /** Where the series itself says that bare ground lies. */
  bareLevel: BareLevel
  /** For as long as the session. */
  scratch: Scratch
  /** For what the series alone decides; may outlive the session. */
  store: Scratch
  /** Stored NDVI of a frame on the working grid. */
  readWorkingNdvi(index: number): Promise<Int16Array>
  /** Red and near infrared together on the working grid; null where the bands are not known. */
  readBrightness(index: number): Promise<Float32Array | null>
}

/** Sample pixels per frame, and sample values altogether: memory does not grow with the series. */
const SAMPLE_PIXELS = 5000
const SAMPLE_VALUES = 4_000_000
/** Quantile of NDVI that stands for the season. */
const GREENNESS_QUANTILE = 0.7
const MS_PER_DAY = 86_400_000

/** Reads every frame once, thins it, and finds how the frames scale; memory holds a bounded sample. */
export async function prepareSeries(
  source: FrameSource,
  { scratch, store }: Pick<PreparedSeries, 'scratch' | 'store'>,
  advance: () => void,
  signal?: AbortSignal,
): Promise<PreparedSeries> {
  const working = planWorkingGrid(source.grid)
  const count = source.frames.length
  const step = sampleStep(working, count)
  const samples: Float32Array[] = []
  for (let t = 0; t < count; t++) {
    const small = shrinkNdvi(await source.readNdvi(t, signal), working)
    await store.write(ndviKey(t), bytesOf(small))
    samples.push(sampleOf(small, step))
    advance()
  }
  const scalings = fitFrameScalings(samples)
  const bareLevel = rescaleByCover(samples, scalings) ?? findBareLevel(samples, scalings)
  const greenness = Float64Array.from(samples, greennessOf)
  return seriesOf(source, { scalings, greenness, bareLevel }, { scratch, store })
}

/** A series of which all is known. */
export function seriesOf(
  source: FrameSource,
  found: Pick<PreparedSeries, 'scalings' | 'greenness' | 'bareLevel'>,
  { scratch, store }: Pick<PreparedSeries, 'scratch' | 'store'>,
): PreparedSeries {
  const startMs = Date.parse(source.frames[0]?.capturedAt ?? '')
  const working = planWorkingGrid(source.grid)
  const brightnessGrid = workingGridOnMap(working, source.grid)
  return {
    ...found,
    working,
    days: Float64Array.from(
      source.frames,
      (frame) => (Date.parse(frame.capturedAt) - startMs) / MS_PER_DAY,
    ),
    scratch,
    store,
    readWorkingNdvi: async (index) => int16Of(await mustRead(store, ndviKey(index))),
    readBrightness: async (index) => (await source.readBrightness?.(index, brightnessGrid)) ?? null,
  }
}

function ndviKey(index: number): string {
  return `${SCRATCH_PREFIX}/ndvi/${index}`
}

/** A clearing may take up to {@link GREENNESS_QUANTILE} of the site without changing this. */
function greennessOf(sample: Float32Array): number {
  const seen = sample.filter((value) => value === value).sort()
  return seen[Math.floor(GREENNESS_QUANTILE * seen.length)] ?? NaN
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
