import type { ObjectMask, OutputSource, StoredOutput } from '@scarline/sam2'
import { channelsFirst, compareMasks, compareValues, countBeyondStep } from './compare.ts'
import type { ExpectedRows } from './expected-rows.ts'
import { HARD_CAP, HARD_CAP_PIXELS, type OutputKind, type RowLimits, rowLimits } from './limits.ts'
import type { RecordedObject } from './manifest.ts'
import type { MaskResult } from './result.ts'

/** Logit of every pixel of an absent object. */
const NO_OBJECT = -1024

/** Logit of filled holes. */
const FILLED_LOGIT = Math.fround(0.1)

/** One returned mask and all that is needed to judge it. */
export interface GradeInput {
  readonly place: Pick<MaskResult, 'step' | 'call' | 'frameIdx' | 'objId'>
  readonly kind: OutputKind
  readonly mask: ObjectMask
  readonly output: StoredOutput | null
  readonly expected: RecordedObject
  readonly rows: ExpectedRows
  readonly width: number
  readonly height: number
  /** Memory channels. */
  readonly memDim: number
  /** Small holes are filled: see `isFilledOnce`. */
  readonly fillsHoles: boolean
  /** Stored memory features are float32, not rounded to bfloat16. */
  readonly memoryKeptFloat: boolean
  /** Noise of the stored memory features in this scenario. */
  readonly memoryNoise: number
}

/** Compares one returned mask with the recorded one. */
export async function gradeMask(input: GradeInput): Promise<MaskResult> {
  const { place, kind, mask, output, expected, rows, width, height } = input
  const limits = rowLimits(kind, expected.noise, width * height)
  const row = expected.row ?? null
  const failures: string[] = []
  let isCarriable = true
  const expect = (name: string, got: number | undefined, limit: number, cap = HARD_CAP) => {
    if (got === undefined || got <= limit) return
    failures.push(`${name} ${got.toPrecision(3)} > ${limit.toPrecision(3)}`)
    if (kind === 'initial' || !(got <= cap)) isCarriable = false
  }
  const fault = (text: string) => {
    failures.push(text)
    isCarriable = false
  }

  const source = sourceText(mask.source)
  if (expected.source !== undefined && source !== expected.source) {
    fault(`source ${source}, expected ${expected.source}`)
  }
  const mostPixels = HARD_CAP_PIXELS * width * height
  const pixels = await maskDifference(input)
  expect('flipped pixels', pixels?.flipped, limits.maskPixels, mostPixels)
  if (expected.area !== undefined) {
    const area = mask.logits.reduce((count, logit) => count + (logit > 0 ? 1 : 0), 0)
    expect('area difference', Math.abs(area - expected.area), limits.maskPixels, mostPixels)
  }
  const videoLogits = await difference(mask.logits, expected.video_res_row, (videoRow) =>
    rows.videoLogits(videoRow, width, height),
  )
  expect('video logits', videoLogits?.maxAbs, limits.lowRes)
  const seen = {
    ...place,
    kind,
    row,
    limits,
    ...(pixels && { mask: pixels }),
    ...(videoLogits && { videoLogits }),
  }
  if (row === null) {
    if (mask.logits.some((logit) => logit !== NO_OBJECT)) fault('logits other than -1024')
    return { ...seen, failures, isCarriable }
  }
  if (!output) {
    fault('no stored output')
    return { ...seen, failures, isCarriable }
  }

  const isExempt = input.fillsHoles ? isFilledOnce : undefined
  const lowRes = await difference(output.lowResLogits ?? [], row, rows.lowRes, isExempt)
  expect('low_res', lowRes?.maxAbs, limits.lowRes)
  const objPtr = await difference(output.objPtr, row, rows.objPtr)
  expect('obj_ptr', objPtr?.maxAbs, limits.objPtr)
  const score = (await rows.score(row)) ?? expected.object_score_logit
  const scoreAbs = score === undefined ? undefined : Math.abs(output.objectScoreLogit - score)
  expect('score', scoreAbs, limits.score)
  if (score !== undefined && output.objectScoreLogit > 0 !== score > 0) {
    fault('object present or not')
  }
  if (expected.has_memory !== undefined && expected.has_memory !== (output.memory !== null)) {
    fault(`memory ${output.memory === null ? 'absent' : 'there'}`)
  }
  if (output.memory && isBfloat16(output.memory) === input.memoryKeptFloat) {
    fault(`memory ${input.memoryKeptFloat ? '' : 'not '}rounded to bfloat16`)
  }
  const memory = await memoryDifference(input, output, limits)
  // Made from the mask, a pixel of which may have flipped: what was carried is seen from recorded masks.
  if (memory && memory.beyondStep > 0 && memory.difference.maxAbs > memory.limit) {
    failures.push(`memory ${memory.difference.maxAbs.toPrecision(3)} > ${memory.limit}`)
  }
  return {
    ...seen,
    ...(lowRes && { lowRes }),
    ...(objPtr && { objPtr }),
    ...(scoreAbs === undefined ? {} : { scoreAbs }),
    ...(memory && { memory: memory.difference, memoryBeyondStep: memory.beyondStep }),
    failures,
    isCarriable,
  }
}

/**
 * Whether only one of both pixels lies in a filled hole, because one pixel of the hole next to zero fell
 * on the other side. Such pixels are judged by the mask, where they count as flipped.
 */
function isFilledOnce(got: number, wanted: number): boolean {
  return (got === FILLED_LOGIT) !== (wanted === FILLED_LOGIT)
}

/** Whether every value has at most the 8 significant bits of bfloat16. */
function isBfloat16(values: Float32Array): boolean {
  return new Uint16Array(values.buffer, values.byteOffset, 2 * values.length).every(
    (half, i) => i % 2 === 1 || half === 0,
  )
}

function sourceText(source: OutputSource | null): string | null {
  if (!source) return null
  return `${source.pending ? 'temp' : 'stored'}/${source.kind}_frame_outputs`
}

async function maskDifference({ mask, expected, rows, width, height }: GradeInput) {
  const row = expected.mask_row
  if (row === undefined || row === null) return undefined
  const pixels = await rows.mask(row, width, height)
  return pixels && compareMasks(mask.logits, pixels)
}

async function difference(
  values: ArrayLike<number>,
  row: number | null | undefined,
  read: (row: number) => Promise<Float32Array | undefined>,
  isExempt?: (got: number, wanted: number) => boolean,
) {
  if (row === undefined || row === null) return undefined
  const expected = await read(row)
  return expected && compareValues(values, expected, isExempt)
}

/**
 * Stored memory. A value close to a rounding boundary of bfloat16 lands on either side of it, so the
 * limit is as wide as the scenario's own noise says, and what is off by more than a step is counted.
 */
async function memoryDifference(
  { expected, kind, memDim, memoryNoise, rows }: GradeInput,
  { memory }: StoredOutput,
  limits: RowLimits,
) {
  const row = expected.memory_row
  if (row === undefined || row === null || !memory) return undefined
  const wanted = await rows.memory(row)
  if (!wanted) return undefined
  const values = channelsFirst(memory, memDim)
  const limit = kind === 'tracked-float32' ? limits.lowRes : Math.max(1e-2, 10 * memoryNoise)
  const beyondStep = countBeyondStep(values, wanted)
  return { difference: compareValues(values, wanted), limit, beyondStep }
}
