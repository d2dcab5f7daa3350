import type { AreaRow, ObjectSummary, SeasonArea, SeasonPair } from '../model/analysis-areas.ts'
import type { ObjectEvolution, ToldEvolution } from '../model/analysis-evolution.ts'
import { areaWords, intervalWords, shareWords, withOneUnit } from './event-words.ts'
import { tellEvolution } from './evolution-summary.ts'
import { dayWord } from './evolution-words.ts'
import { inOutlineWords } from './outline-words.ts'
import { FEWEST_FRAMES } from './trend-fit.ts'

const DAY_MS = 86_400_000

/** Change of area from one outline to the next. */
export interface OutlineChange {
  /** YYYY-MM-DD. */
  fromDay: string
  toDay: string
  days: number
  changeM2: number
  /** Of the earlier area; null where that is 0. */
  changeFraction: number | null
  /** 90 % interval. */
  lowM2: number
  highM2: number
  /** Whether the interval holds no change at all: nothing but the digitising may have changed. */
  withinNoise: boolean
  /** Ground that only one of the two outlines holds, on the working grid, m². */
  gainedM2: number
  lostM2: number
  words: string
}

/** Half-width of the 90 % interval of an area of an outline, m². */
function halfOf({ lowM2, highM2, areaM2 }: Pick<AreaRow, 'areaM2' | 'lowM2' | 'highM2'>): number {
  return Math.max(highM2 - areaM2, areaM2 - lowM2)
}

/**
 * Change from each outline to the next. Both were drawn independently, so their half-widths add up in
 * squares: half = sqrt(half1² + half2²). A change whose interval holds 0 is within digitising noise.
 */
export function outlineChanges(rows: readonly AreaRow[]): OutlineChange[] {
  return rows.slice(1).map((now, i): OutlineChange => {
    const before = rows[i] as AreaRow
    const changeM2 = now.areaM2 - before.areaM2
    const half = Math.hypot(halfOf(before), halfOf(now))
    const withinNoise = Math.abs(changeM2) <= half
    const change = {
      fromDay: dayWord(before.capturedAt),
      toDay: dayWord(now.capturedAt),
      days: (Date.parse(now.capturedAt) - Date.parse(before.capturedAt)) / DAY_MS,
      changeM2,
      changeFraction: before.areaM2 === 0 ? null : changeM2 / before.areaM2,
      lowM2: changeM2 - half,
      highM2: changeM2 + half,
      withinNoise,
      gainedM2: now.gainedM2,
      lostM2: now.lostM2,
    }
    const sort = changeM2 < 0 ? 'shrinkage' : 'growth'
    const beyond = withinNoise ? 'within digitising noise' : 'beyond digitising noise'
    const share =
      change.changeFraction === null ? '' : `, ${signed(change.changeFraction, percent)}`
    return {
      ...change,
      words: `From ${change.fromDay} to ${change.toDay}: ${sort} ${beyond} (${spanWords(changeM2, share, change.lowM2, change.highM2)}).`,
    }
  })
}

/** A summary's change with the rule of {@link outlineChanges}. */
export function judgedChange({ areas, change }: ObjectSummary): ObjectSummary['change'] {
  const [first, last] = [areas[0], areas.at(-1)]
  if (change === null || first === undefined || last === undefined) return change
  const half = Math.hypot(halfOf(first), halfOf(last))
  return { ...change, beyondUncertainty: Math.abs(change.changeM2) > half }
}

/** Same-season pairs with the rule of {@link outlineChanges}. */
export function judgedPairs({ seasons, sameSeasonPairs }: ObjectSummary): SeasonPair[] {
  const half = (label: string): number => {
    const season = seasons.find((one) => one.season.label === label) as SeasonArea
    return (season.highM2 - season.lowM2) / 2
  }
  return sameSeasonPairs.map((pair) => ({
    ...pair,
    beyondUncertainty:
      Math.abs(pair.changeM2) > Math.hypot(half(pair.from.label), half(pair.to.label)),
  }))
}

/** An object's series of outlines in sentences, with what so few of them cannot tell. */
export function outlineSentences(
  summary: Pick<ObjectSummary, 'areas' | 'change'>,
  evolution: ObjectEvolution,
  changes: readonly OutlineChange[],
): string[] {
  const { lead, more } = tellOutlines(summary, evolution, changes)
  const within = changes.filter(({ withinNoise }) => withinNoise).map(({ words }) => words)
  return [...lead.slice(0, 1), ...within, ...lead.slice(1), ...more]
}

/** The same without the changes from outline to outline: what matters most, and the rest. */
export function tellOutlines(
  { areas, change }: Pick<ObjectSummary, 'areas' | 'change'>,
  evolution: ObjectEvolution,
  changes: readonly OutlineChange[],
): ToldEvolution {
  const [first, last] = [areas[0], areas.at(-1)]
  if (first === undefined || last === undefined || change === null) return { lead: [], more: [] }
  if (areas.length === 1) {
    const once = `Drawn once: on ${dayWord(first.capturedAt)} the outline holds ${intervalWords(first.areaM2, first.lowM2, first.highM2)}. One outline tells no change.`
    return { lead: [once], more: [] }
  }
  const half = Math.hypot(halfOf(first), halfOf(last))
  const verb = change.changeM2 < 0 ? 'shrank' : 'grew'
  const ends = `from ${areaWords(first.areaM2)} on ${dayWord(first.capturedAt)} to ${areaWords(last.areaM2)} on ${dayWord(last.capturedAt)}`
  const share =
    change.changeFraction === null ? '' : `, ${signed(change.changeFraction, shareWords)}`
  const { changeM2 } = change
  const interval = spanWords(changeM2, share, changeM2 - half, changeM2 + half)
  const main = change.beyondUncertainty
    ? `The outline ${verb} ${ends} (${interval}).`
    : `From the first outline to the last the area did not change beyond digitising noise: ${ends} (${interval}).`
  const gapDays = Math.round(Math.max(...changes.map(({ days }) => days)))
  const ending = [
    `Outlines are up to ${gapDays} days apart: when within such a gap the ground changed, and what came and went in it, they do not tell.`,
    ...pieceSentence(evolution),
  ]
  if (areas.length < FEWEST_FRAMES) {
    const whole = evolution.growth.find(({ span }) => span === 'whole')
    const few = `${areas.length} outlines are too few to tell an abrupt change from a steady one, a date of acceleration or a season: ${FEWEST_FRAMES} are the least for the first two, and 16 over two years for a season.`
    return { lead: [main, ...(whole === undefined ? [] : [whole.words]), few], more: ending }
  }
  const { lead, more } = inOutlineWords(tellEvolution({ areas, change }, evolution))
  return { lead: [main, ...lead.slice(1)], more: [...more, ...ending] }
}

function pieceSentence({ lineage: { edges } }: ObjectEvolution): string[] {
  if (edges.length === 0) return []
  const told = edges.map(({ kind, fromId, toId, afterAt, byAt }) => {
    const what =
      kind === 'merge' ? `piece ${fromId} merged into ${toId}` : `piece ${toId} split off ${fromId}`
    return `${what} after ${dayWord(afterAt)} and by ${dayWord(byAt)}`
  })
  return [`Pieces: ${told.join('; ')}.`]
}

/** `-728 m², -1.1 %; 90 % interval -1560 to +104 m²`, all in one unit */
function spanWords(changeM2: number, share: string, lowM2: number, highM2: number): string {
  const words = (areaM2: number): string =>
    signed(areaM2, (area) => areaWords(area, changeM2, lowM2, highM2))
  return `${words(changeM2)}${share}; 90 % interval ${withOneUnit(words(lowM2), words(highM2))}`
}

function signed(value: number, words: (value: number) => string): string {
  return `${value > 0 ? '+' : ''}${words(value)}`
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`
}
