import type { Encode, FrameRecord, ModelCall, StateAfter } from './manifest.ts'

/** How far the numbers of a forward pass may be from the expected ones. */
export interface CallLimits {
  /** Predicted IoUs and the score logit. */
  readonly score: number
  /** Stability: a ratio of areas. */
  readonly stability: number
  /** Area of the mask that the memory encoder saw, pixels at model size. */
  readonly areaPixels: number
}

/** What differs, one line each; both empty: equal. */
export interface CallDifferences {
  /** What has to be equal: who was asked, what was chosen. */
  readonly decisions: string[]
  /** Numbers further off than their limits. */
  readonly numbers: string[]
}

/** Fields that are equal or wrong: they follow from decisions, not from arithmetic. */
const EXACT = [
  'frame_idx',
  'is_init_cond_frame',
  'reverse',
  'num_points',
  'mask_input',
  'prev_mask_fed',
  'run_mem_encoder',
  'n_memory_tokens',
  'n_ptr_tokens',
  'multimask_output',
  'stability_fallback',
  'best_index',
  'memory_was_bf16_only',
] as const satisfies readonly (keyof ModelCall)[]

/** Times of pointers are small rationals rounded to float32. */
const TIME_LIMIT = 1e-6

/** Compares two lists of forward passes. */
export function compareCalls(
  got: readonly ModelCall[],
  expected: readonly ModelCall[],
  limitsOf: (call: ModelCall) => CallLimits,
): CallDifferences {
  if (got.length !== expected.length) {
    const framesOf = (calls: readonly ModelCall[]) => calls.map((call) => call.frame_idx).join(' ')
    const line = `got ${got.length} model calls (frames ${framesOf(got)}), expected ${expected.length} (frames ${framesOf(expected)})`
    return { decisions: [line], numbers: [] }
  }
  const decisions: string[] = []
  const numbers: string[] = []
  for (const [i, call] of expected.entries()) {
    const mine = got[i] as ModelCall
    const limits = limitsOf(call)
    const place = (text: string) => `model call ${i} (frame ${call.frame_idx}): ${text}`
    decisions.push(...callDecisions(mine, call).map(place))
    numbers.push(...callNumbers(mine, call, limits).map(place))
    const encodes = compareEncodes(encodesOf(mine), encodesOf(call), limits)
    decisions.push(...encodes.decisions.map(place))
    numbers.push(...encodes.numbers.map(place))
  }
  return { decisions, numbers }
}

function callDecisions(got: ModelCall, expected: ModelCall): string[] {
  const differences: string[] = []
  for (const field of EXACT) {
    if (expected[field] === undefined || got[field] === expected[field]) continue
    differences.push(`${field}: got ${got[field]}, expected ${expected[field]}`)
  }
  const lists = [
    ['memory', got.memory.map(memoryText), expected.memory.map(memoryText)],
    ['pointers', got.pointers.map(pointerText), expected.pointers.map(pointerText)],
  ] as const
  for (const [field, mine, theirs] of lists) {
    if (mine.join(' ') === theirs.join(' ')) continue
    differences.push(`${field}: got [${mine.join(' ')}], expected [${theirs.join(' ')}]`)
  }
  for (const [i, { tpos }] of expected.pointers.entries()) {
    differences.push(...near(`pointer ${i} time`, got.pointers[i]?.tpos, tpos, TIME_LIMIT))
  }
  return differences
}

function callNumbers(got: ModelCall, expected: ModelCall, limits: CallLimits): string[] {
  const differences = near('stability', got.stability, expected.stability, limits.stability)
  for (const field of ['all_ious', 'ious'] as const) {
    for (const [i, iou] of (expected[field] ?? []).entries()) {
      differences.push(...near(`${field}[${i}]`, got[field]?.[i], iou, limits.score))
    }
  }
  const score = expected.decoder_object_score_logit
  differences.push(...near('score', got.decoder_object_score_logit, score, limits.score))
  return differences
}

function encodesOf({ memory_encoded }: ModelCall): Encode[] {
  return memory_encoded ? [memory_encoded] : []
}

/** Compares two lists of memory encodings; the order is that of the objects. */
export function compareEncodes(
  got: readonly Encode[],
  expected: readonly Encode[],
  limits: CallLimits,
): CallDifferences {
  if (got.length !== expected.length) {
    const line = `got ${got.length} memory encodings, expected ${expected.length}`
    return { decisions: [line], numbers: [] }
  }
  const decisions: string[] = []
  const numbers: string[] = []
  for (const [i, { binarized, area_positive, object_score_logit }] of expected.entries()) {
    const mine = got[i] as Encode
    if (mine.binarized !== binarized) {
      decisions.push(`encoded binarized: got ${mine.binarized}, expected ${binarized}`)
    }
    numbers.push(
      ...near('encoded area', mine.area_positive, area_positive, limits.areaPixels),
      ...near('encoded score', mine.object_score_logit, object_score_logit, limits.score),
    )
  }
  return { decisions, numbers }
}

/** What differs between two states; empty: equal. Lists of frames are compared as sets, sorted. */
export function compareStates(got: StateAfter, expected: StateAfter): string[] {
  const mine = stateLines(got)
  const theirs = stateLines(expected)
  if (mine.length !== theirs.length) {
    return [`state after: got objects [${got.obj_ids}], expected [${expected.obj_ids}]`]
  }
  return theirs.flatMap((line, i) => {
    return line === mine[i] ? [] : [`state after: got ${mine[i]}, expected ${line}`]
  })
}

/** What differs between the outlines of two returned frames (not their masks). */
export function compareOutlines(
  got: Pick<FrameRecord, 'frame_idx' | 'obj_ids'>,
  expected: FrameRecord,
): string[] {
  const mine = `frame ${got.frame_idx} objects [${got.obj_ids}]`
  const theirs = `frame ${expected.frame_idx} objects [${expected.obj_ids}]`
  return mine === theirs ? [] : [`got ${mine}, expected ${theirs}`]
}

function near(
  name: string,
  got: number | undefined,
  expected: number | undefined,
  limit: number,
): string[] {
  if (expected === undefined) return []
  if (got !== undefined && Math.abs(got - expected) <= limit) return []
  return [`${name}: got ${got}, expected ${expected} within ${limit}`]
}

function memoryText({ frame, kind, tpos_index }: ModelCall['memory'][number]): string {
  return `${frame}:${kind}${tpos_index === undefined ? '' : `:${tpos_index}`}`
}

function pointerText({ frame, kind }: ModelCall['pointers'][number]): string {
  return `${frame}:${kind}`
}

function stateLines({ obj_ids, per_obj }: StateAfter): string[] {
  return per_obj.map((frames, i) => {
    const tracked = Object.entries(frames.tracked)
      .toSorted(([a], [b]) => Number(a) - Number(b))
      .map(([frame, reverse]) => `${frame}${reverse ? ' reverse' : ''}`)
    const lists = [
      ['cond', sorted(frames.cond)],
      ['non_cond', sorted(frames.non_cond)],
      ['temp_cond', sorted(frames.temp_cond)],
      ['temp_non_cond', sorted(frames.temp_non_cond)],
      ['tracked', tracked],
      ['point_frames', sorted(frames.point_frames)],
      ['mask_frames', sorted(frames.mask_frames)],
    ] as const
    return `object ${obj_ids[i]} ${lists.map(([name, list]) => `${name} [${list}]`).join(' ')}`
  })
}

function sorted(frames: readonly number[]): number[] {
  return frames.toSorted((a, b) => a - b)
}
