import type { Artefact, ScarEvent } from '../model/analysis-events.ts'
import type { AbruptGround } from './abrupt-ground.ts'
import { pairedChangeInterval } from './beyond-interval.ts'
import { type ChangePoint, type FittedTrend, RESOLUTION_CELL_M2 } from './change-points.ts'
import type { DatedMeasure } from './dated-measure.ts'
import { areaWords, chanceWords, shareWords } from './event-words.ts'
import { type FoundChange, datedByShown, joinUnseen } from './found-change.ts'
import { Z90 } from './normal-quantile.ts'
import { studentT90 } from './student-quantile.ts'
import { YEAR_DAYS } from './trend-design.ts'
import { dateWord, dayNumber } from './trend-fit.ts'
import { seasonAt, trendAt } from './trend-values.ts'

/** Later frames that must hold a change. */
const HOLDING_FRAMES = 2

/** Changes of the same time of year lie within this many days of it. */
const SAME_TIME_OF_YEAR_DAYS = 30

/** Abrupt changes of a series, and what looks like one and is none. */
export interface SeriesEvents {
  events: ScarEvent[]
  artefacts: Artefact[]
}

interface Step {
  change: ChangePoint
  frame: number
  day: number
  size: number
}

/**
 * Tells abrupt lasting changes from artefacts. A step of the trend is an event when two later frames
 * hold at least half of it (or when there are no two yet: unconfirmed). What is gone by then, what
 * comes back every year at the same time and goes again, and what only one frame shows, or only a
 * frame that saw less than half of the scar, is an artefact.
 *
 * @param resolutionCellM2 area within which errors of masks go together, m²
 */
export function eventsOf(
  trend: FittedTrend,
  resolutionCellM2: number = RESOLUTION_CELL_M2,
): SeriesEvents {
  const steps = stepsOf(trend)
  const seasonal = seasonalSteps(steps)
  const found: FoundChange[] = []
  const artefacts: Artefact[] = [...singleFrames(trend), ...hiddenFrames(trend, steps)]
  for (const step of steps) {
    const measure = trend.series.measures[step.frame] as DatedMeasure
    const ground = trend.ground.get(step.frame)
    const isLasting = !seasonal.has(step) && isHeld(step, steps) && !isReturn(step, steps)
    const isSure = step.size > 0 && step.change.pValue <= trend.significance
    if (ground !== undefined && !(isLasting && isSure)) {
      found.push(groundChange(ground))
    } else if (seasonal.has(step)) {
      artefacts.push({
        capturedAt: measure.capturedAt,
        kind: 'season',
        changeM2: step.size,
        words: `The area changes by ${areaWords(step.size)} by ${dateWord(measure.capturedAt)}, as it does at the same time of another year, and goes back in between: a season, not an event.`,
      })
    } else if (!isHeld(step, steps)) {
      artefacts.push(passing(trend, step, steps))
    } else if (!isReturn(step, steps)) {
      found.push(stepChange(trend, step, resolutionCellM2))
    }
  }
  const { held } = trend.series
  const whole =
    held === null
      ? found
      : joinUnseen(
          found.map((change) => datedByShown(change, held.shownBy[change.frame] ?? null)),
          held.seenSince,
        )
  return {
    events: whole.map((change) => eventOf(trend, change)),
    artefacts: artefacts.sort((a, b) => dayNumber(a.capturedAt) - dayNumber(b.capturedAt)),
  }
}

function stepsOf({ changes, series }: FittedTrend): Step[] {
  return changes
    .flatMap((change): Step[] => {
      const { term, size } = change
      if (term.kind !== 'step') return []
      return [{ change, frame: term.frame, day: series.days[term.frame] as number, size }]
    })
    .sort((a, b) => a.frame - b.frame)
}

/** Whether at least half of a step is still there two frames on. */
function isHeld(step: Step, steps: readonly Step[]): boolean {
  let left = step.size
  for (const { frame, size } of steps) {
    if (frame > step.frame && frame <= step.frame + HOLDING_FRAMES) left += size
  }
  return left / step.size >= 0.5
}

/** Whether a step only takes back one that did not last. */
function isReturn(step: Step, steps: readonly Step[]): boolean {
  return steps.some(
    (other) =>
      other.frame < step.frame &&
      other.frame >= step.frame - HOLDING_FRAMES &&
      Math.sign(other.size) !== Math.sign(step.size) &&
      !isHeld(other, steps) &&
      Math.abs(step.size) < 1.5 * Math.abs(other.size),
  )
}

function passing({ series }: FittedTrend, step: Step, steps: readonly Step[]): Artefact {
  const back = steps.find(
    ({ frame, size }) => frame > step.frame && Math.sign(size) !== Math.sign(step.size),
  )
  const measure = series.measures[step.frame] as DatedMeasure
  const gone = series.measures[back?.frame ?? step.frame] as DatedMeasure
  const frames = (back?.frame ?? step.frame) - step.frame
  return {
    capturedAt: measure.capturedAt,
    kind: 'single-frame',
    changeM2: step.size,
    words: `A change of ${areaWords(step.size)} on ${dateWord(measure.capturedAt)} is gone again on ${dateWord(gone.capturedAt)}, ${frames === 1 ? 'the next frame' : `${frames} frames later`}: not an event.`,
  }
}

/** Steps that come at the same time of two years and are undone in between, with what undoes them. */
function seasonalSteps(steps: readonly Step[]): Set<Step> {
  const seasonal = new Set<Step>()
  for (const first of steps) {
    for (const second of steps) {
      const years = Math.round((second.day - first.day) / YEAR_DAYS)
      const off = Math.abs(second.day - first.day - years * YEAR_DAYS)
      if (years < 1 || off > SAME_TIME_OF_YEAR_DAYS) continue
      if (Math.sign(first.size) !== Math.sign(second.size)) continue
      const between = steps.filter(({ day }) => day > first.day && day < second.day)
      const undone = between.filter(({ size }) => Math.sign(size) !== Math.sign(first.size))
      const net = between.reduce((sum, { size }) => sum + size, 0)
      if (-net / first.size < 0.5) continue
      for (const step of [first, second, ...undone]) seasonal.add(step)
    }
  }
  return seasonal
}

/**
 * The interval of a change is the fit's and the frames' own together. The frames' own is that of the
 * difference of two areas, or of the pair of masks where the areas alone would not set them apart.
 */
function stepChange(trend: FittedTrend, step: Step, resolutionCellM2: number): FoundChange {
  const { series, degrees } = trend
  const { measures, sigmas } = series
  const { size, frame, change } = step
  // Where the ground itself shows the change, frames whose area is off still date it.
  const isOff = (at: number): boolean =>
    !trend.ground.has(frame) &&
    trend.changes.some(({ term }) => term.kind === 'pulse' && term.frame === at)
  const own = Z90 * Math.hypot(sigmas[frame - 1] as number, sigmas[frame] as number)
  const { gainedM2, lostM2 } = measures[frame] as DatedMeasure
  const [low, high] =
    gainedM2 === undefined || lostM2 === undefined
      ? [-own, own]
      : pairedChangeInterval({ gainedM2, lostM2 }, resolutionCellM2)
  const halfWidthM2 = Math.hypot(
    studentT90(degrees) * change.standardError,
    own < Math.abs(size) ? own : (high - low) / 2,
  )
  return {
    ...{ frame, changeM2: size, halfWidthM2, pValue: change.pValue, isNewGround: false },
    after: frame >= 2 && isOff(frame - 1) ? frame - 2 : frame - 1,
    by: isOff(frame) && frame + 1 < measures.length ? frame + 1 : frame,
    inSight: null,
    shownAt: null,
  }
}

/** Ground that came at once and stayed, while the area as a whole came and went with something else. */
function groundChange({ frame, changeM2, halfWidthM2, pValue }: AbruptGround): FoundChange {
  const change = { frame, changeM2, halfWidthM2, pValue }
  return { ...change, after: frame - 1, by: frame, isNewGround: true, inSight: null, shownAt: null }
}

function eventOf(trend: FittedTrend, change: FoundChange): ScarEvent {
  const { changeM2, halfWidthM2, pValue, inSight, isNewGround } = change
  const instant = (frame: number): string =>
    (trend.series.measures[frame] as DatedMeasure).capturedAt
  const [afterAt, byAt] = [instant(change.after), change.shownAt ?? instant(change.by)]
  const { confirmed, held } = holdOf(trend, inSight?.frame ?? change.frame)
  const isGain = changeM2 > 0
  const what = `Abrupt ${isGain ? 'gain' : 'loss'} of ${areaWords(Math.abs(changeM2))}${isNewGround ? ' of new ground' : ''}`
  const when = `after ${dateWord(afterAt)} and by ${dateWord(byAt)}`
  const late =
    inSight === null
      ? ''
      : `, ${areaWords(inSight.m2)} of it in sight only on ${dateWord(instant(inSight.frame))}`
  const beyond = isNewGround
    ? 'beyond what the frames around it gain'
    : 'beyond what the scar did before and after at a steady rate'
  return {
    kind: isGain ? 'abrupt-gain' : 'abrupt-loss',
    ...{ afterAt, byAt },
    ...(inSight === null ? {} : { inSightAt: instant(inSight.frame) }),
    changeM2,
    lowM2: changeM2 - halfWidthM2,
    highM2: changeM2 + halfWidthM2,
    ...{ pValue, confirmed },
    words: `${what} (90 % interval ± ${areaWords(halfWidthM2, changeM2)}) ${when}${late}, ${beyond} (${chanceWords(pValue)}), ${held}.`,
  }
}

function holdOf({ series }: FittedTrend, frame: number): { confirmed: boolean; held: string } {
  const later = series.measures.length - 1 - frame
  const confirmed = later >= HOLDING_FRAMES
  const held = confirmed
    ? `held by the ${later} frames after`
    : `unconfirmed: ${later === 0 ? 'no frame follows' : 'only one frame follows'}`
  return { confirmed, held }
}

function singleFrames({ changes, series }: FittedTrend): Artefact[] {
  return changes.flatMap(({ term, size }): Artefact[] => {
    if (term.kind !== 'pulse') return []
    const measure = series.measures[term.frame] as DatedMeasure
    if (Math.abs(size) <= Z90 * (series.sigmas[term.frame] as number)) return []
    const date = dateWord(measure.capturedAt)
    const share = Math.abs(size) / Math.max(1, Math.abs(measure.areaM2 - size))
    return [
      {
        capturedAt: measure.capturedAt,
        kind: 'single-frame',
        changeM2: size,
        words: `On ${date} alone the area is ${areaWords(Math.abs(size))} (${shareWords(share)}) ${size > 0 ? 'above' : 'below'} the frames before and after${conditions(measure)}: not an event.`,
      },
    ]
  })
}

function hiddenFrames(trend: FittedTrend, steps: readonly Step[]): Artefact[] {
  const { series, noiseM2 } = trend
  return series.hidden.flatMap((measure): Artefact[] => {
    const day = dayNumber(measure.capturedAt)
    const isInBracket = steps.some(
      ({ frame }) =>
        day > (series.days[frame - 1] as number) && day < (series.days[frame] as number),
    )
    if (isInBracket) return []
    const changeM2 = measure.areaM2 - trendAt(trend, day) - (seasonAt(trend, day)?.valueM2 ?? 0)
    const own = changeM2 > 0 ? measure.areaM2 - measure.lowM2 : measure.highM2 - measure.areaM2
    if (Math.abs(changeM2) <= Math.hypot(own, Z90 * noiseM2)) return []
    return [
      {
        capturedAt: measure.capturedAt,
        kind: 'hidden',
        changeM2,
        words: `On ${dateWord(measure.capturedAt)} the area is ${areaWords(Math.abs(changeM2))} ${changeM2 > 0 ? 'above' : 'below'} the frames before and after, but only ${shareWords(measure.validInside)} of the scar and ${shareWords(measure.validAround)} of its surroundings were in sight: not an event.`,
      },
    ]
  })
}

function conditions({ validInside, flags }: DatedMeasure): string {
  const notes = flags.filter((flag) => flag !== '')
  const seen = validInside < 0.95 ? [`${shareWords(validInside)} of the scar in sight`] : []
  const all = [...seen, ...notes]
  return all.length === 0 ? '' : ` (${all.join(', ')})`
}
