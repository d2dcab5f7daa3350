import type { ScarEvent } from '@scarline/core'
import type { SimulatedChange } from '@scarline/core/internals'
import {
  type JudgedFrame,
  type ScoringInputs,
  countOf,
  dateOf,
  pixelM2,
} from './evolution-inputs.ts'

/** Share of the ground that changed which a frame must have seen to tell of the change. */
const SEEN_SHARE = 0.5

/** What became of one true failure or flood. */
export interface ChangeScore {
  kind: SimulatedChange['kind']
  date: string
  /** Net true change over the frames that bracket it, m². */
  trueM2: number
  /** Last frame before it and first after it that saw at least half of the ground it changed. */
  expected: { after: string | null; by: string | null }
  /** Frames between those that did not see it: date and share seen. */
  hiddenBetween: { date: string; seenShare: number }[]
  /**
   * `found`: an event contains the day and lies within the expected bracket. `wide`: it contains the
   * day and frames beyond. `late`: it lies in the weeks of the change, after its first day. `missed`.
   */
  outcome: 'found' | 'wide' | 'late' | 'missed'
  reported: Bracket | null
}

/** When an event tells a change to have come, `YYYY-MM-DD`. */
interface Bracket {
  after: string
  by: string
  changeM2: number
}

/** An event that brackets no true abrupt change. */
export interface FalseEvent {
  kind: string
  after: string
  by: string
  changeM2: number
  /** What the true area did between the two frames, m². */
  trueM2: number
  /** The true area did change so, at least by half, but gradually. */
  isGradual: boolean
}

/** Events against the truth. */
export interface EventScore {
  changes: ChangeScore[]
  falseEvents: FalseEvent[]
}

/** Failures and floods found, and events that are none. */
export function scoreEvents(inputs: ScoringInputs): EventScore {
  const { schedule, evolution } = inputs
  const wanted = schedule.changes.filter(({ kind }) => kind !== 'dam-removed')
  const falseEvents = evolution.events.flatMap((event): FalseEvent[] => {
    const [after, by] = [dateOf(event.afterAt), dateOf(event.byAt)]
    const effect = event.kind === 'abrupt-gain' ? 'gain' : 'loss'
    const isTrue = schedule.changes.some(
      (change) => change.effect === effect && overlaps(change, after, by),
    )
    if (isTrue) return []
    const trueM2 = trueChangeM2(inputs, event.afterAt, event.byAt)
    const isGradual = trueM2 / event.changeM2 >= 0.5
    return [{ kind: event.kind, after, by, changeM2: event.changeM2, trueM2, isGradual }]
  })
  return { changes: wanted.map((change) => scoreChange(inputs, change)), falseEvents }
}

/** Whether part of a change falls after one frame and not after another. */
export function overlaps(change: SimulatedChange, after: string, by: string): boolean {
  return after < change.untilDate && by >= change.date
}

function scoreChange(inputs: ScoringInputs, change: SimulatedChange): ChangeScore {
  const { frames, evolution, grid } = inputs
  const { kind, date, untilDate } = change
  const before = frames.filter((frame) => frame.date < date)
  const after = frames.filter((frame) => frame.date >= untilDate)
  const ground = changedGround(before.at(-1), after[0])
  const share = (frame: JudgedFrame): number => seenShare(frame, ground)
  const expectedAfter = before.findLast((frame) => share(frame) >= SEEN_SHARE)?.date ?? null
  const expectedBy = after.find((frame) => share(frame) >= SEEN_SHARE)?.date ?? null
  const between = frames.filter(
    (frame) =>
      frame.date > (expectedAfter ?? '') && frame.date < (expectedBy ?? '9') && share(frame) < 0.5,
  )
  const brackets = gainBrackets(evolution.events)
  const containing = brackets.find((bracket) => bracket.after < date && bracket.by >= date)
  const reported =
    containing ?? brackets.find((bracket) => overlaps(change, bracket.after, bracket.by)) ?? null
  const isWithin =
    reported !== null &&
    (expectedAfter === null || reported.after >= expectedAfter) &&
    (expectedBy === null || reported.by <= expectedBy)
  const outcome = reported === null ? 'missed' : !containing ? 'late' : isWithin ? 'found' : 'wide'
  return {
    kind,
    date,
    trueM2: countOf(ground) * pixelM2(grid),
    expected: { after: expectedAfter, by: expectedBy },
    hiddenBetween: between.map((frame) => ({ date: frame.date, seenShare: share(frame) })),
    outcome,
    reported,
  }
}

/** Of what an event has in sight only later, the bracket ends then: it may have come at any time until. */
function gainBrackets(events: readonly ScarEvent[]): Bracket[] {
  const gains = events.filter(({ kind }) => kind === 'abrupt-gain')
  const endingAt = ({ afterAt, changeM2 }: ScarEvent, endAt: string): Bracket => ({
    after: dateOf(afterAt),
    by: dateOf(endAt),
    changeM2,
  })
  return [
    ...gains.map((event) => endingAt(event, event.byAt)),
    ...gains.flatMap((event) => (event.inSightAt ? [endingAt(event, event.inSightAt)] : [])),
  ]
}

/** Ground that became scar between two frames. */
function changedGround(
  before: JudgedFrame | undefined,
  after: JudgedFrame | undefined,
): Uint8Array {
  if (!before || !after) return new Uint8Array(0)
  return after.truth.map((value, i) => (value === 1 && before.truth[i] === 0 ? 1 : 0))
}

function seenShare({ seen }: JudgedFrame, ground: Uint8Array): number {
  let all = 0
  let sum = 0
  for (let i = 0; i < ground.length; i++) {
    if (ground[i] !== 1) continue
    all++
    sum += seen[i] as number
  }
  return all === 0 ? 1 : sum / all
}

function trueChangeM2({ frames, grid }: ScoringInputs, afterAt: string, byAt: string): number {
  const at = (moment: string): number => {
    const frame = frames.find(({ capturedAt }) => capturedAt === moment)
    return frame === undefined ? NaN : countOf(frame.truth) * pixelM2(grid)
  }
  return at(byAt) - at(afterAt)
}
