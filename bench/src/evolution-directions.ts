import { SECTORS, type Sector, type ToldGrowth } from '@scarline/core/internals'
import { overlaps } from './evolution-events.ts'
import { type JudgedFrame, type ScoringInputs, dateOf } from './evolution-inputs.ts'

/** The sector of the largest gain between two frames, as reported and in truth. */
export interface DirectionScore {
  span: 'whole' | 'event'
  from: string
  to: string
  reported: Sector | null
  /** Sectors that it says cannot be told from the reported one. */
  rivals: Sector[]
  truth: Sector | null
  /** Sectors between the true one and the reported one, 0..8; null where one of them is missing. */
  firstApart: number | null
  /** The same for the nearest of those named, rivals included where they are few. */
  apart: number | null
  /** True sector with ground that a true loss took away again left out: the deposit in the river. */
  sourceTruth: Sector | null
  sourceApart: number | null
  /** True gain of the true sector, and of the reported one, as shares of all true gain. */
  trueShare: number
  shareOfReported: number
}

/** A sentence that names more directions beside the largest names none. */
const FEW_RIVALS = 2

/** Directions of the whole period and of each reported gain that holds a true one. */
export function scoreDirections(inputs: ScoringInputs): DirectionScore[] {
  const { evolution, schedule } = inputs
  const wanted = evolution.growth.filter(({ span, fromAt, toAt }) => {
    if (span === 'whole') return true
    if (span !== 'event') return false
    const event = evolution.events.find(
      ({ afterAt, byAt, inSightAt }) => afterAt === fromAt && (inSightAt ?? byAt) === toAt,
    )
    return schedule.changes.some(
      (change) =>
        change.effect === 'gain' &&
        event?.kind === 'abrupt-gain' &&
        overlaps(change, dateOf(fromAt), dateOf(toAt)),
    )
  })
  return wanted.map((growth) => scoreDirection(inputs, growth))
}

function scoreDirection(inputs: ScoringInputs, growth: ToldGrowth): DirectionScore {
  const { frames } = inputs
  const frameAt = (moment: string): JudgedFrame | undefined =>
    frames.find(({ capturedAt }) => capturedAt === moment)
  const [from, to] = [frameAt(growth.fromAt), frameAt(growth.toAt)]
  const nothing = Array.from({ length: SECTORS.length }, () => 0)
  const { convergenceDeg } = growth.rose
  const gainsWithout = (left: Uint8Array | null): number[] =>
    from && to
      ? sectorGains(inputs, { before: from.truth, after: to.truth, left }, convergenceDeg)
      : nothing
  const gains = gainsWithout(null)
  const total = gains.reduce((sum, gain) => sum + gain, 0)
  const reported = growth.direction?.sector ?? null
  const rivals = growth.direction?.rivals ?? []
  const named = rivals.length <= FEW_RIVALS ? rivals : []
  const all = reported === null ? [] : [reported, ...named]
  const at = reported === null ? -1 : SECTORS.indexOf(reported)
  const truth = largestOf(gains)
  const sourceTruth = largestOf(gainsWithout(depositOf(inputs)))
  return {
    span: growth.span === 'whole' ? 'whole' : 'event',
    from: dateOf(growth.fromAt),
    to: dateOf(growth.toAt),
    reported,
    rivals,
    truth,
    firstApart: sectorsApart(reported, truth),
    apart: nearestApart(all, truth),
    sourceTruth,
    sourceApart: nearestApart(all, sourceTruth),
    trueShare: total === 0 ? 0 : Math.max(...gains) / total,
    shareOfReported: total === 0 ? 0 : (gains[at] ?? 0) / total,
  }
}

function largestOf(gains: readonly number[]): Sector | null {
  const largest = Math.max(...gains)
  return largest === 0 ? null : (SECTORS[gains.indexOf(largest)] as Sector)
}

function nearestApart(reported: readonly Sector[], truth: Sector | null): number | null {
  const gaps = reported.flatMap((sector) => sectorsApart(sector, truth) ?? [])
  return gaps.length === 0 ? null : Math.min(...gaps)
}

function sectorsApart(one: Sector | null, other: Sector | null): number | null {
  if (one === null || other === null) return null
  const gap = Math.abs(SECTORS.indexOf(one) - SECTORS.indexOf(other))
  return Math.min(gap, SECTORS.length - gap)
}

/** Ground that a simulated loss took away; null where there is none. */
function depositOf({ frames, schedule }: ScoringInputs): Uint8Array | null {
  const loss = schedule.changes.find(({ effect }) => effect === 'loss')
  if (loss === undefined) return null
  const before = frames.findLast(({ date }) => date < loss.date)
  const after = frames.find(({ date }) => date >= loss.untilDate)
  if (!before || !after) return null
  return before.truth.map((value, i) => (value === 1 && after.truth[i] === 0 ? 1 : 0))
}

/** Pixels gained in each sector of true north about the centre of the first true scar. */
function sectorGains(
  { frames, grid }: ScoringInputs,
  { before, after, left }: { before: Uint8Array; after: Uint8Array; left: Uint8Array | null },
  convergenceDeg: number,
): number[] {
  const { width, transform } = grid
  const first = (frames.find(({ truth }) => truth.includes(1)) as JudgedFrame).truth
  const [centreCol, centreRow] = centroidOf(first, width)
  const gains = Array.from({ length: SECTORS.length }, () => 0)
  for (let i = 0; i < after.length; i++) {
    if (after[i] !== 1 || before[i] !== 0 || left?.[i] === 1) continue
    const eastM = ((i % width) - centreCol) * transform[0]
    const northM = (Math.floor(i / width) - centreRow) * transform[4]
    const azimuthDeg = (Math.atan2(eastM, northM) * 180) / Math.PI + convergenceDeg
    const sector = ((Math.round(azimuthDeg / 22.5) % 16) + 16) % 16
    gains[sector] = (gains[sector] as number) + 1
  }
  return gains
}

function centroidOf(mask: Uint8Array, width: number): [col: number, row: number] {
  let [count, cols, rows] = [0, 0, 0]
  for (let i = 0; i < mask.length; i++) {
    if (mask[i] !== 1) continue
    count++
    cols += i % width
    rows += Math.floor(i / width)
  }
  return [cols / count, rows / count]
}
