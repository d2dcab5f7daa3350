import type { Sam2Config } from '../config/model-config.ts'
import { Sam2Error } from '../errors.ts'
import type { MemoryEncoding, ModelCall } from './model-call.ts'
import type { MemorySettings } from './plan-memory.ts'

/**
 * Where outputs go that no longer fit in memory. One store belongs to one video state; keys are short
 * strings, written again when a frame is tracked again.
 */
export interface OutputStore {
  write(key: string, bytes: Uint8Array): Promise<void>
  /** The bytes last written under that key. */
  read(key: string): Promise<Uint8Array>
}

/** How a video predictor behaves. Everything not said otherwise is as upstream. */
export interface PredictorOptions {
  /**
   * A prompt on a tracked frame makes it a conditioning frame that is never computed again, and a
   * correction on an initial frame replaces it. True. False is upstream: the correction is lost when
   * propagation passes over the frame again.
   */
  readonly correctionsStick?: boolean
  /** Upstream's own switch, which matters only where `correctionsStick` is false. False. */
  readonly addAllFramesToCorrectAsCond?: boolean
  /** Returned masks of several objects do not overlap: the highest logit wins. False. */
  readonly nonOverlapMasks?: boolean
  /** Holes of at most that many low-resolution pixels are closed; 0: none. 8, as upstream. */
  readonly fillHoleArea?: number
  /** Overrides the model's own; -1: all, else at least 2. */
  readonly maxCondFramesInAttn?: number
  /** Overrides the model's own: memory is taken from every n-th frame. */
  readonly memoryTemporalStrideForEval?: number
  /** Memory features are kept as bfloat16, as upstream. True. */
  readonly roundMemoryToBfloat16?: boolean
  /**
   * Non-conditioning frames per object whose masks and memory features stay in memory; 32. The ones
   * longest unused go to `spill`, or are dropped where there is none: a dropped frame counts as one
   * without memory, keeps its pointer and score, and has no mask to return or to refine. At least the
   * window of memory attention, so that tracking straight on never notices. Infinity keeps all.
   * Conditioning frames are always kept.
   */
  readonly maxFramesInMemory?: number
  readonly spill?: OutputStore
  /** Frames whose image features are kept; 2. */
  readonly featureCacheFrames?: number
  /** Hears of every forward pass, after it. */
  readonly onModelCall?: (call: ModelCall) => void
  /** Hears of the memories of prompted frames, encoded when propagation starts. */
  readonly onMemoryEncoded?: (encoding: MemoryEncoding) => void
}

/** The options with everything decided. */
export interface ResolvedOptions {
  readonly correctionsStick: boolean
  readonly correctionsAreCond: boolean
  readonly nonOverlapMasks: boolean
  readonly fillHoleArea: number
  readonly roundMemoryToBfloat16: boolean
  readonly maxFramesInMemory: number
  readonly spill: OutputStore | undefined
  readonly featureCacheFrames: number
  readonly memory: MemorySettings
  readonly onModelCall: ((call: ModelCall) => void) | undefined
  readonly onMemoryEncoded: ((encoding: MemoryEncoding) => void) | undefined
}

const DEFAULT_FILL_HOLE_AREA = 8
const DEFAULT_FRAMES_IN_MEMORY = 32
const DEFAULT_FEATURE_FRAMES = 2

/**
 * Fills in the defaults and checks the numbers.
 * @throws Sam2Error `input`
 */
export function resolveOptions(config: Sam2Config, options: PredictorOptions): ResolvedOptions {
  const memory: MemorySettings = {
    numMaskmem: config.numMaskmem,
    maxObjPtrsInEncoder: config.maxObjPtrsInEncoder,
    maxCondFramesInAttn: options.maxCondFramesInAttn ?? config.maxCondFramesInAttn,
    memoryTemporalStrideForEval:
      options.memoryTemporalStrideForEval ?? config.memoryTemporalStrideForEval,
    useObjPtrsInEncoder: config.useObjPtrsInEncoder,
    onlyObjPtrsInThePastForEval: config.onlyObjPtrsInThePastForEval,
    useSignedTposEncToObjPtrs: config.useSignedTposEncToObjPtrs,
  }
  const stride = memory.memoryTemporalStrideForEval
  requireNumber('memoryTemporalStrideForEval', stride, 1)
  if (memory.maxCondFramesInAttn !== -1) {
    requireNumber('maxCondFramesInAttn', memory.maxCondFramesInAttn, 2)
  }
  const maxFramesInMemory = options.maxFramesInMemory ?? DEFAULT_FRAMES_IN_MEMORY
  const window = config.numMaskmem * stride
  const resolvedMaxFrames =
    options.maxFramesInMemory === undefined
      ? Math.max(maxFramesInMemory, window)
      : maxFramesInMemory
  if (resolvedMaxFrames !== Infinity) {
    requireNumber('maxFramesInMemory', resolvedMaxFrames, window)
  }
  const fillHoleArea = options.fillHoleArea ?? DEFAULT_FILL_HOLE_AREA
  requireNumber('fillHoleArea', fillHoleArea, 0)
  const featureCacheFrames = options.featureCacheFrames ?? DEFAULT_FEATURE_FRAMES
  requireNumber('featureCacheFrames', featureCacheFrames, 1)
  const correctionsStick = options.correctionsStick ?? true
  return {
    correctionsStick,
    correctionsAreCond: correctionsStick || (options.addAllFramesToCorrectAsCond ?? false),
    nonOverlapMasks: options.nonOverlapMasks ?? false,
    fillHoleArea,
    roundMemoryToBfloat16: options.roundMemoryToBfloat16 ?? true,
    maxFramesInMemory: resolvedMaxFrames,
    spill: options.spill,
    featureCacheFrames,
    memory,
    onModelCall: options.onModelCall,
    onMemoryEncoded: options.onMemoryEncoded,
  }
}

function requireNumber(name: string, value: number, least: number): void {
  if (Number.isInteger(value) && value >= least) return
  throw new Sam2Error(`got ${name} ${value}, expected a whole number of at least ${least}`, {
    code: 'input',
    hint: `Give a larger ${name}, or leave it out.`,
  })
}
