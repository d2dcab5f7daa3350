import { z } from 'zod'
import type { FrameSource, Scratch } from '../segmenter.ts'
import type { BareHistory } from './history.ts'
import { type VigourInference, inferBare, vigourInference } from './infer-bare.ts'
import { type PreparedSeries, prepareSeries, seriesOf } from './prepare-series.ts'
import { SCRATCH_PREFIX } from './spill.ts'

/** A series with where its ground was bare in the series' own sense of the word. */
export interface OpenedSeries {
  series: PreparedSeries
  bare: VigourInference
}

/**
 * Prepares a series, or takes what an earlier session prepared of it.
 *
 * @param storage `prepared` outlives the session; `advance` is called for the steps of work that are
 * done, and throws to abort
 */
export async function openSeries(
  source: FrameSource,
  storage: {
    scratch: Scratch
    prepared: Scratch | undefined
    advance: () => void
    signal: AbortSignal | undefined
  },
): Promise<OpenedSeries> {
  const { scratch, prepared, advance, signal } = storage
  const places = { scratch, store: prepared ?? scratch }
  const recalled = prepared ? await recall(prepared, source, places) : null
  if (recalled) return recalled
  const series = await prepareSeries(source, places, advance, signal)
  const bare = await inferBare(series, series.bareLevel.vigour, advance)
  if (prepared) await keep(prepared, { series, bare })
  return { series, bare }
}

const KEYS = {
  highest: `${SCRATCH_PREFIX}/highest`,
  lowest: `${SCRATCH_PREFIX}/lowest`,
  bareFrames: `${SCRATCH_PREFIX}/bare-frames`,
  vegetation: `${SCRATCH_PREFIX}/vegetation`,
  sparse: `${SCRATCH_PREFIX}/sparse`,
  /** Written last: what is named here is there. */
  facts: `${SCRATCH_PREFIX}/series.json`,
}

const factsSchema = z.object({
  scalings: z.array(
    z.object({ gain: z.number(), offset: z.number(), noise: z.number(), observed: z.number() }),
  ),
  greenness: z.array(z.number().nullable()),
  levels: z.array(z.object({ bare: z.number(), covered: z.number(), soilBrightness: z.number() })),
  bareLevel: z.object({ vigour: z.number(), method: z.enum(['peak', 'soil-line', 'prior']) }),
  frameCount: z.number(),
})

async function keep(prepared: Scratch, { series, bare }: OpenedSeries): Promise<void> {
  const { highest, lowest, bareFrames, frameCount } = bare.history
  const { scalings, greenness, bareLevel } = series
  await prepared.write(KEYS.highest, bytes(highest))
  await prepared.write(KEYS.lowest, bytes(lowest))
  await prepared.write(KEYS.bareFrames, bytes(bareFrames))
  await prepared.write(KEYS.vegetation, bytes(bare.vegetation))
  await prepared.write(KEYS.sparse, bytes(bare.sparse))
  const facts: z.infer<typeof factsSchema> = {
    ...{ scalings, levels: [...bare.levels], bareLevel, frameCount },
    greenness: [...greenness].map((value) => (value === value ? value : null)),
  }
  const text = JSON.stringify(facts)
  // Numbers that JSON has no word for would come back as others.
  if (factsSchema.safeParse(JSON.parse(text)).success) {
    await prepared.write(KEYS.facts, new TextEncoder().encode(text))
  }
}

async function recall(
  prepared: Scratch,
  source: FrameSource,
  places: Pick<PreparedSeries, 'scratch' | 'store'>,
): Promise<OpenedSeries | null> {
  const text = await prepared.read(KEYS.facts)
  if (text === null) return null
  const facts = factsSchema.safeParse(jsonOf(text)).data
  const count = source.frames.length
  if (!facts || facts.scalings.length !== count || facts.levels.length !== count) return null
  const { scalings, levels, bareLevel, frameCount } = facts
  const greenness = Float64Array.from(facts.greenness, (value) => value ?? NaN)
  const series = seriesOf(source, { scalings, greenness, bareLevel }, places)
  const pixels = series.working.width * series.working.height
  const read = async (key: string, bytesPerPixel: number): Promise<ArrayBuffer | null> => {
    const stored = await prepared.read(key)
    return stored?.byteLength === pixels * bytesPerPixel ? stored.slice().buffer : null
  }
  const [highest, lowest] = [await read(KEYS.highest, 1), await read(KEYS.lowest, 1)]
  const [bareFrames, vegetation] = [await read(KEYS.bareFrames, 2), await read(KEYS.vegetation, 4)]
  const sparse = await read(KEYS.sparse, 4)
  if (!highest || !lowest || !bareFrames || !vegetation || !sparse) return null
  const history: BareHistory = {
    highest: new Int8Array(highest),
    lowest: new Int8Array(lowest),
    bareFrames: new Uint16Array(bareFrames),
    frameCount,
  }
  const growth = { vegetation: new Float32Array(vegetation), sparse: new Float32Array(sparse) }
  const found = { history, ...growth, levels }
  return { series, bare: vigourInference(series, bareLevel.vigour, found) }
}

function jsonOf(text: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(text))
  } catch {
    return null
  }
}

function bytes(values: Int8Array | Uint16Array | Float32Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
}
