import {
  type MemoryEncoding,
  type ModelCall as OwnCall,
  type FrameSource,
  type PredictorOptions,
  type Sam2Config,
  Sam2Error,
  type Sam2Model,
  createVideoPredictor,
  describeState,
} from '@scarline/sam2'
import { median } from './compare.ts'
import {
  type CallDifferences,
  type CallLimits,
  compareCalls,
  compareEncodes,
  compareOutlines,
  compareStates,
} from './decisions.ts'
import type { ExpectedRows } from './expected-rows.ts'
import { gradeMask } from './grade-mask.ts'
import { type OutputKind, rowLimits } from './limits.ts'
import type { FrameRecord, Scenario, Step } from './manifest.ts'
import {
  type StepOutcome,
  manifestCall,
  manifestEncode,
  manifestState,
  performStep,
} from './perform-step.ts'
import type { MaskResult, ReplayResult } from './result.ts'

/** What a scenario is replayed on. */
export interface ReplayInput {
  readonly scenario: Scenario
  readonly model: Sam2Model
  readonly source: FrameSource
  readonly rows: ExpectedRows
  /** Options that all scenarios of the folder share. */
  readonly options: PredictorOptions
  readonly observer?: ReplayObserver
}

/** Hears of forward passes, and of stored memory features as they are returned. */
export interface ReplayObserver {
  onCall(frameIdx: number, numPoints: number): void
  onOutput(frameIdx: number, memory: Float32Array | null): void
}

/** Replays the calls of a scenario one by one and compares everything that each returns and decides. */
export async function replayScenario(input: ReplayInput): Promise<ReplayResult> {
  const { scenario, source } = input
  const started = performance.now()
  const calls: OwnCall[] = []
  const encodes: MemoryEncoding[] = []
  const { model, options } = applyOverrides(input.model, input.options, scenario)
  const predictor = createVideoPredictor(model, {
    ...options,
    correctionsStick: false,
    maxFramesInMemory: Infinity,
    roundMemoryToBfloat16: !scenario.memory_kept_float,
    onModelCall(call) {
      calls.push(call)
      input.observer?.onCall(call.frameIdx, call.numPoints)
    },
    onMemoryEncoded: (encoding) => encodes.push(encoding),
  })
  const state = predictor.initState(source)
  const kinds = outputKinds(scenario)
  const limitsOf = (isInitial: boolean) =>
    callLimits(scenario, isInitial, model.config.imageSize ** 2)
  const masks: MaskResult[] = []
  const decisions: string[] = []
  const numbers: string[] = []
  let modelCalls = 0
  for (const [index, step] of scenario.steps.entries()) {
    const outcome = await performStep(predictor, state, step)
    for (const call of calls) kinds.onCall(call)
    const inCalls = compareStepCalls(calls, encodes, step, limitsOf)
    const lines = [
      ...compareError(outcome, step),
      ...inCalls.decisions,
      ...(step.state_after
        ? compareStates(manifestState(describeState(state)), step.state_after)
        : []),
    ]
    const records = recordsOf(step)
    if (outcome.frames.length !== records.length) {
      lines.push(`got ${outcome.frames.length} frames, expected ${records.length}`)
    }
    for (const [i, record] of records.entries()) {
      const returned = outcome.frames[i]
      if (!returned) continue
      const { frame, outputs } = returned
      const own = { frame_idx: frame.frameIdx, obj_ids: [...frame.objIds] }
      const outline = compareOutlines(own, record)
      lines.push(...outline)
      if (outline.length > 0) continue
      for (const [position, expected] of record.objects.entries()) {
        const mask = frame.masks[position]
        if (!mask) continue
        input.observer?.onOutput(frame.frameIdx, outputs[position]?.memory ?? null)
        masks.push(
          await gradeMask({
            place: { step: index, call: step.call, frameIdx: frame.frameIdx, objId: mask.objId },
            kind: kinds.of(mask.objId, frame.frameIdx, expected.row ?? null),
            mask,
            output: outputs[position] ?? null,
            expected,
            rows: input.rows,
            width: source.width,
            height: source.height,
            memDim: model.config.memoryEncoder.outDim,
            fillsHoles: (options.fillHoleArea ?? DEFAULT_FILL_HOLE_AREA) > 0,
            memoryKeptFloat: scenario.memory_kept_float,
            memoryNoise: scenarioNoise(scenario, 'memory_features'),
          }),
        )
      }
    }
    const place = (line: string) => `step ${index} ${step.call}: ${line}`
    decisions.push(...lines.map(place))
    numbers.push(...inCalls.numbers.map(place))
    modelCalls += calls.length
    calls.length = 0
    encodes.length = 0
  }
  const medianLowRes = median(masks.flatMap(({ lowRes }) => (lowRes ? [lowRes.maxAbs] : [])))
  const isWithin =
    decisions.length === 0 &&
    numbers.length === 0 &&
    masks.every(({ failures }) => failures.length === 0)
  const seconds = (performance.now() - started) / 1000
  return { masks, medianLowRes, modelCalls, decisions, numbers, seconds, isWithin }
}

function recordsOf(step: Step): readonly FrameRecord[] {
  if (step.yields) return step.yields
  if (!step.returns) return []
  return 'updated' in step.returns ? step.returns.updated : [step.returns]
}

function compareError({ error, objIds }: StepOutcome, step: Step): string[] {
  const lines: string[] = []
  if (step.raises && !error)
    lines.push(`got no error, expected ${step.raises.type}: ${step.raises.message}`)
  if (!step.raises && error) lines.push(`got the error "${error.message}", expected none`)
  if (objIds && step.returns && 'updated' in step.returns) {
    const expected = step.returns.obj_ids
    if (objIds.join() !== expected.join())
      lines.push(`got objects [${objIds}], expected [${expected}]`)
  }
  return lines
}

function compareStepCalls(
  calls: readonly OwnCall[],
  encodes: readonly MemoryEncoding[],
  step: Step,
  limitsOf: (isInitial: boolean) => CallLimits,
): CallDifferences {
  if (!step.model_calls) return { decisions: [], numbers: [] }
  const inCalls = compareCalls(calls.map(manifestCall), step.model_calls, (call) =>
    limitsOf(call.is_init_cond_frame && !call.prev_mask_fed),
  )
  const inEncodes = compareEncodes(
    encodes.map(manifestEncode),
    step.memory_encodes_before_tracking ?? [],
    limitsOf(false),
  )
  return {
    decisions: [...inCalls.decisions, ...inEncodes.decisions],
    numbers: [...inCalls.numbers, ...inEncodes.numbers],
  }
}

/** Limits of the numbers in a forward pass: those of its mask, with the noise of the whole scenario. */
function callLimits(scenario: Scenario, isInitial: boolean, modelPixels: number): CallLimits {
  const tracked: OutputKind = scenario.memory_kept_float ? 'tracked-float32' : 'tracked'
  const noise = {
    score: scenarioNoise(scenario, 'object_score_logits'),
    mask_pixels: scenario.noise?.['video_mask_pixels_flipped_vs_float64'] ?? 0,
  }
  const { score, maskPixels } = rowLimits(isInitial ? 'initial' : tracked, noise, modelPixels)
  return { score, stability: isInitial ? 2e-3 : 1e-2, areaPixels: maskPixels }
}

function scenarioNoise({ noise }: Scenario, name: string): number {
  return Math.max(noise?.[`${name}_vs_float64_max`] ?? 0, noise?.[`${name}_threads_max`] ?? 0)
}

/** Tells which limits an output has to meet: whether any memory went into it. */
function outputKinds(scenario: Scenario): {
  onCall: (call: OwnCall) => void
  of: (objId: number, frameIdx: number, row: number | null) => OutputKind
} {
  const latest = new Map<string, OutputKind>()
  const ofRow = new Map<number, OutputKind>()
  const tracked: OutputKind = scenario.memory_kept_float ? 'tracked-float32' : 'tracked'
  return {
    onCall({ objId, frameIdx, isInitCondFrame, maskInput, prevMaskFed }) {
      const key = `${objId} ${frameIdx}`
      const isInitial =
        maskInput || (isInitCondFrame && (!prevMaskFed || latest.get(key) === 'initial'))
      latest.set(key, isInitial ? 'initial' : tracked)
    },
    // A row that is returned again is what it was when it was first returned.
    of(objId, frameIdx, row) {
      const known = row === null ? undefined : ofRow.get(row)
      const kind = known ?? latest.get(`${objId} ${frameIdx}`) ?? tracked
      if (row !== null) ofRow.set(row, kind)
      return kind
    },
  }
}

/** Upstream's, where neither the folder nor the scenario says otherwise. */
const DEFAULT_FILL_HOLE_AREA = 8

/** Constructor options of upstream by the names of ours. */
const OPTION_NAMES: Readonly<Record<string, keyof PredictorOptions>> = {
  fill_hole_area: 'fillHoleArea',
  non_overlap_masks: 'nonOverlapMasks',
  add_all_frames_to_correct_as_cond: 'addAllFramesToCorrectAsCond',
  max_cond_frames_in_attn: 'maxCondFramesInAttn',
  memory_temporal_stride_for_eval: 'memoryTemporalStrideForEval',
}

/** The model and the options with a scenario's own constructor options. */
function applyOverrides(
  model: Sam2Model,
  shared: PredictorOptions,
  { model_overrides }: Scenario,
): { model: Sam2Model; options: PredictorOptions } {
  const options: Record<string, unknown> = { ...shared }
  const config: Record<string, unknown> = { ...model.config }
  for (const [name, value] of Object.entries(model_overrides)) {
    const option = OPTION_NAMES[name]
    const field = name.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase())
    if (option) options[option] = value
    else if (field in config) config[field] = value
    else {
      throw new Sam2Error(`got the model override ${name}, expected one that this runner knows`, {
        code: 'input',
        hint: 'Teach replay.ts the option.',
      })
    }
  }
  const overridden = { ...model, config: config as unknown as Sam2Config }
  return { model: overridden, options: options as PredictorOptions }
}
