import { type ScoringInputs, dateOf } from './evolution-inputs.ts'

/** Dams against the truth. */
export interface DamScore {
  /** Whether debris truly lay across the river, from and until when. */
  truth: { fromDate: string; untilDate: string } | null
  /** `untold`: no river was known. */
  outcome: 'right' | 'wrong' | 'untold'
  reported: { dammedBy: string; dammedUntil: string; clearedBy: string | null }[]
}

/**
 * Right: one dam, seen first while the true one lay there and as cleared once it was gone; none where
 * there is none.
 */
export function scoreDams({ schedule, evolution }: ScoringInputs): DamScore {
  const truth = schedule.dam
  const reported = (evolution.dams?.intervals ?? []).map((interval) => ({
    dammedBy: dateOf(interval.dammedByAt),
    dammedUntil: dateOf(interval.dammedUntilAt),
    clearedBy: interval.clearedByAt === null ? null : dateOf(interval.clearedByAt),
  }))
  const [only, ...more] = reported
  const isRight =
    truth === null
      ? only === undefined
      : only !== undefined &&
        more.length === 0 &&
        only.dammedBy >= truth.fromDate &&
        only.dammedUntil < truth.untilDate &&
        only.clearedBy !== null &&
        only.clearedBy >= truth.untilDate
  const outcome = evolution.dams === null ? 'untold' : isRight ? 'right' : 'wrong'
  return { truth, outcome, reported }
}
