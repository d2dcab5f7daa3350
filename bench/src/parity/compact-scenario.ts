import { z } from 'zod'
import type {
  Encode,
  FrameRecord,
  ModelCall,
  RecordedObject,
  Scenario,
  StateAfter,
} from './manifest.ts'

/*
 * Scenarios written short, for figures kept in the repository: what has its usual value is left out,
 * lists of frames are texts ("0c4 3n0": frame 0, conditioning, row 4; frame 3, non-conditioning, row 0).
 */

/** A scenario written short: read it with {@link expandScenario}. */
export type CompactScenario = Readonly<Record<string, unknown>>

const USUAL_CALL = {
  is_init_cond_frame: false,
  reverse: false,
  num_points: 0,
  mask_input: false,
  prev_mask_fed: false,
  run_mem_encoder: true,
  multimask_output: true,
} as const

/** Writes a scenario short; numbers keep 5 digits, noise 2. */
export function compactScenario(scenario: Scenario): CompactScenario {
  return {
    ...scenario,
    noise: rounded(scenario.noise, 2),
    steps: scenario.steps.map((step) => ({
      ...step,
      ...(step.raises && { raises: { type: step.raises.type, message: '' } }),
      ...(step.returns && {
        returns:
          'updated' in step.returns
            ? { ...step.returns, updated: step.returns.updated.map(compactRecord) }
            : compactRecord(step.returns),
      }),
      ...(step.yields && { yields: step.yields.map(compactRecord) }),
      ...(step.model_calls && { model_calls: step.model_calls.map(compactCall) }),
      ...(step.memory_encodes_before_tracking && {
        memory_encodes_before_tracking: step.memory_encodes_before_tracking.map(compactEncode),
      }),
      ...(step.state_after && { state_after: compactState(step.state_after) }),
    })),
  }
}

const Step = z.looseObject({
  returns: z.unknown().optional(),
  yields: z.array(z.unknown()).optional(),
  model_calls: z.array(z.unknown()).optional(),
  memory_encodes_before_tracking: z.array(z.unknown()).optional(),
  state_after: z.unknown().optional(),
})
const Compact = z.looseObject({ steps: z.array(Step) })

/** The scenario in the manifest's words, for its own schema to check. */
export function expandScenario(compact: unknown): unknown {
  const { steps, ...scenario } = Compact.parse(compact)
  return {
    ...scenario,
    steps: steps.map((step) => ({
      ...step,
      ...(step.returns === undefined ? {} : { returns: expandReturn(step.returns) }),
      ...(step.yields && { yields: step.yields.map(expandRecord) }),
      ...(step.model_calls && { model_calls: step.model_calls.map(expandCall) }),
      ...(step.memory_encodes_before_tracking && {
        memory_encodes_before_tracking: step.memory_encodes_before_tracking.map(expandEncode),
      }),
      ...(step.state_after === undefined ? {} : { state_after: expandState(step.state_after) }),
    })),
  }
}

function compactCall(call: ModelCall): Record<string, unknown> {
  const { memory, pointers, memory_encoded, ...fields } = call
  const unusual = Object.entries(fields).filter(
    ([name, value]) =>
      value !== undefined && (USUAL_CALL as Readonly<Record<string, unknown>>)[name] !== value,
  )
  return {
    ...Object.fromEntries(unusual.map(([name, value]) => [name, rounded(value, 5)])),
    ...(memory.length > 0 && {
      memory: memory.map((m) => `${m.frame}${letterOf(m.kind)}${m.tpos_index ?? ''}`).join(' '),
    }),
    ...(pointers.length > 0 && {
      pointers: pointers
        .map(
          (p) => `${p.frame}${letterOf(p.kind)}${p.tpos === undefined ? '' : rounded(p.tpos, 8)}`,
        )
        .join(' '),
    }),
    ...(memory_encoded && { memory_encoded: compactEncode(memory_encoded) }),
  }
}

const CompactCall = z.looseObject({
  memory: z.string().default(''),
  pointers: z.string().default(''),
  memory_encoded: z.unknown().optional(),
})

function expandCall(compact: unknown): unknown {
  const { memory, pointers, memory_encoded, ...fields } = CompactCall.parse(compact)
  return {
    ...USUAL_CALL,
    ...fields,
    memory: frameList(memory).map(({ value, ...frame }) => ({ ...frame, tpos_index: value })),
    pointers: frameList(pointers).map(({ value, ...frame }) => ({ ...frame, tpos: value })),
    ...(memory_encoded === undefined ? {} : { memory_encoded: expandEncode(memory_encoded) }),
  }
}

function frameList(text: string): { frame: number; kind: string; value: number | undefined }[] {
  return [...text.matchAll(/(\d+)([cn])(\S*)/g)].map(([, frame, letter, value]) => ({
    frame: Number(frame),
    kind: letter === 'c' ? 'cond' : 'non_cond',
    value: value === '' ? undefined : Number(value),
  }))
}

function letterOf(kind: string): string {
  return kind === 'cond' ? 'c' : 'n'
}

/** [binarized, area, score] */
function compactEncode({ binarized, area_positive, object_score_logit }: Encode): unknown[] {
  return [binarized ? 1 : 0, area_positive, rounded(object_score_logit, 5)]
}

const CompactEncode = z.tuple([z.number(), z.number(), z.number()])

function expandEncode(compact: unknown): Encode {
  const [binarized, area_positive, object_score_logit] = CompactEncode.parse(compact)
  return { binarized: binarized === 1, area_positive, object_score_logit }
}

/** [frame, objects, what of each] */
function compactRecord({ frame_idx, obj_ids, objects }: FrameRecord): unknown[] {
  return [frame_idx, obj_ids, objects.map(compactObject)]
}

/** Where an output is kept, by a letter. */
const SOURCES: readonly (readonly [string, string | null])[] = [
  ['tc', 'temp/cond_frame_outputs'],
  ['tn', 'temp/non_cond_frame_outputs'],
  ['sc', 'stored/cond_frame_outputs'],
  ['sn', 'stored/non_cond_frame_outputs'],
  ['-', null],
]

const ROWS = ['row', 'mask_row', 'video_res_row', 'memory_row'] as const
const NOISES = ['low', 'ptr', 'score', 'mask_pixels'] as const

/** [object, source, has memory, area, rows, noise]; the score is in the rows. */
function compactObject(object: RecordedObject): unknown[] {
  const source = SOURCES.find(([, name]) => name === object.source)?.[0] ?? ''
  return [
    object.obj_id,
    source,
    object.has_memory === undefined ? null : Number(object.has_memory),
    object.area ?? null,
    ROWS.map((name) => object[name] ?? null),
    object.noise ? NOISES.map((name) => rounded(object.noise?.[name] ?? 0, 2)) : null,
  ]
}

const Maybe = z.number().nullable()
const CompactObject = z.tuple([
  z.number(),
  z.string(),
  Maybe,
  Maybe,
  z.array(Maybe),
  z.array(z.number()).nullable(),
])
const CompactRecord = z.tuple([z.number(), z.array(z.number()), z.array(CompactObject)])
const CompactRemoval = z.looseObject({ updated: z.array(z.unknown()) })

function expandReturn(compact: unknown): unknown {
  const removal = CompactRemoval.safeParse(compact).data
  return removal
    ? { ...removal, updated: removal.updated.map(expandRecord) }
    : expandRecord(compact)
}

function expandRecord(compact: unknown): unknown {
  const [frame_idx, obj_ids, objects] = CompactRecord.parse(compact)
  return {
    frame_idx,
    obj_ids,
    objects: objects.map(([obj_id, letter, hasMemory, area, rows, noise]) => {
      const source = SOURCES.find(([known]) => known === letter)
      return {
        obj_id,
        ...(source && { source: source[1] }),
        ...(hasMemory === null ? {} : { has_memory: hasMemory === 1 }),
        ...(area === null ? {} : { area }),
        ...Object.fromEntries(ROWS.map((name, i) => [name, rows[i] ?? null])),
        ...(noise && { noise: Object.fromEntries(NOISES.map((name, i) => [name, noise[i]])) }),
      }
    }),
  }
}

const LISTS = [
  'cond',
  'non_cond',
  'temp_cond',
  'temp_non_cond',
  'point_frames',
  'mask_frames',
] as const

/** Per object: its lists of frames, then the frames tracked forwards and those tracked in reverse. */
function compactState({ obj_ids, per_obj }: StateAfter): unknown {
  return {
    obj_ids,
    per_obj: per_obj.map((frames) => {
      const tracked = Object.entries(frames.tracked)
      const going = (reverse: boolean) =>
        tracked.filter(([, was]) => was === reverse).map(([frame]) => Number(frame))
      return [...LISTS.map((name) => frames[name]), going(false), going(true)]
        .map((list) => list.join(' '))
        .join(',')
    }),
  }
}

const CompactState = z.looseObject({ per_obj: z.array(z.string()) })

function expandState(compact: unknown): unknown {
  const { per_obj, ...state } = CompactState.parse(compact)
  return {
    ...state,
    per_obj: per_obj.map((text) => {
      const lists = text.split(',').map((list) => (list === '' ? [] : list.split(' ').map(Number)))
      const going = (place: number, reverse: boolean) =>
        (lists[place] ?? []).map((frame) => [frame, reverse] as const)
      return {
        ...Object.fromEntries(LISTS.map((name, i) => [name, lists[i] ?? []])),
        tracked: Object.fromEntries([
          ...going(LISTS.length, false),
          ...going(LISTS.length + 1, true),
        ]),
      }
    }),
  }
}

/** Numbers, alone or in lists and records, with so many significant digits. */
export function rounded(value: unknown, digits: number): unknown {
  if (typeof value === 'number') return Number(value.toPrecision(digits))
  if (Array.isArray(value)) return value.map((item) => rounded(item, digits))
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, rounded(item, digits)]),
    )
  }
  return value
}
