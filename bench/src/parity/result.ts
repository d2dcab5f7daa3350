import type { Difference, MaskDifference } from './compare.ts'
import type { OutputKind, RowLimits } from './limits.ts'

/** One inner tensor beside the expected one. */
export interface ModuleResult {
  readonly name: string
  /** Absent: not compared, see `reason`. */
  readonly difference?: Difference
  readonly limit?: number
  readonly isWithin: boolean
  /** Why it was not compared, or what else is wrong. */
  readonly reason?: string
}

/** One mask returned for one object by one call, beside the expected one. */
export interface MaskResult {
  readonly step: number
  readonly call: string
  readonly frameIdx: number
  readonly objId: number
  readonly kind: OutputKind
  /** Row of the expected arrays; null where the object has no output. */
  readonly row: number | null
  readonly limits: RowLimits
  readonly lowRes?: Difference
  readonly objPtr?: Difference
  readonly scoreAbs?: number
  readonly mask?: MaskDifference
  readonly videoLogits?: Difference
  readonly memory?: Difference
  /** Memory values further off than one bfloat16 step. */
  readonly memoryBeyondStep?: number
  /** What is beyond its limit, one line each. */
  readonly failures: readonly string[]
  /** Whether what is beyond may have been carried from earlier frames: numbers of a tracked frame, below the hard cap. */
  readonly isCarriable: boolean
}

/** One replay of a scenario beside the expected one. */
export interface ReplayResult {
  readonly masks: readonly MaskResult[]
  /** Median over the masks of their largest logit difference. */
  readonly medianLowRes: number
  /** Forward passes compared. */
  readonly modelCalls: number
  /** Decisions, lists, states and errors that differ, one line each. */
  readonly decisions: readonly string[]
  /** Numbers of forward passes beyond their limits, one line each. */
  readonly numbers: readonly string[]
  readonly seconds: number
  readonly isWithin: boolean
}

/** One scenario beside the expected one. */
export interface ScenarioResult extends ReplayResult {
  readonly id: string
  /** The replay from recorded masks, made when the free one is beyond limits by what it may have carried. */
  readonly fromRecorded?: ReplayResult
  /**
   * `carried`: beyond a limit, below the hard cap, all decisions equal, and within all limits
   * when every memory is made from the recorded mask.
   */
  readonly verdict: 'within' | 'carried' | 'beyond'
}

/** One model folder beside our own results. */
export interface FolderResult {
  readonly name: string
  readonly config: string
  readonly weights: {
    readonly source: string
    readonly checked: number
    readonly wrong: readonly string[]
  }
  readonly frames: { readonly checked: number; readonly wrong: readonly string[] }
  readonly modules: readonly ModuleResult[]
  readonly scenarios: readonly ScenarioResult[]
  /** Median over all different rows; rows of carried scenarios as from recorded masks. */
  readonly medianLowRes: number
  readonly seconds: number
  readonly isWithin: boolean
}
