import type { AreaRow, ObjectSummary } from '../model/analysis-areas.ts'
import type { Onset, Phase, ScarEvent } from '../model/analysis-events.ts'
import type { ObjectEvolution, ToldEvolution } from '../model/analysis-evolution.ts'
import { isDistinct, isEdgeGrowth } from '../model/analysis-zones.ts'
import { areaWords, intervalWords, rateWords, shareWords, withOneUnit } from './event-words.ts'
import { dayWord, farthestSector, metres, zoneWhere } from './evolution-words.ts'

/** Events and zones that are told one by one. */
const TOLD_EVENTS = 2
const TOLD_ZONES = 3

type Series = Pick<ObjectSummary, 'change' | 'areas'>
type Zones = ObjectEvolution['newZones']
type Findings = Omit<ObjectEvolution, 'words'>

/** A series in words: what changed, when abruptly, how fast lately, where, what is new. */
export function tellEvolution({ change, areas }: Series, evolution: Findings): ToldEvolution {
  const [first, last] = [areas[0], areas.at(-1)]
  if (first === undefined || last === undefined || change === null) return { lead: [], more: [] }
  if (areas.length === 1) {
    return {
      lead: [`On ${dayWord(first.capturedAt)} the mapped scar ${measured(first)}.`],
      more: [],
    }
  }
  const { events, onsets, growth, newZones, dams, deseasoned } = evolution
  const lead = [
    changeWords(change, first, last),
    ...doubtSentence(first),
    eventsInShort(events),
    ...rateSentences(evolution),
    ...advanceSentence(growth),
    ...zonesInShort(newZones),
    ...edgeInShort(newZones),
  ]
  if (dams !== null && dams.intervals.length > 0) lead.push(dams.words)
  const whole = growth.find(({ span }) => span === 'whole')
  return {
    lead,
    more: [
      ...events.map(({ words }) => words),
      ...onsets.map(({ words }) => words),
      ...(whole === undefined ? [] : [whole.words]),
      ...largestZones(newZones),
      deseasoned.words,
      ...artefactSentence(evolution),
    ],
  }
}

/** A series in a few sentences, as in events.json. */
export function evolutionSentences(series: Series, evolution: Findings): string[] {
  const { lead, more } = tellEvolution(series, evolution)
  return [...lead, ...more]
}

function measured({ areaM2, lowM2, highM2 }: AreaRow): string {
  return `measured ${intervalWords(areaM2, lowM2, highM2)}`
}

function changeWords(
  change: NonNullable<ObjectSummary['change']>,
  first: AreaRow,
  last: AreaRow,
): string {
  const { changeM2, changeFraction, beyondUncertainty, largestAt, largestM2 } = change
  const share = changeFraction === null ? '' : `, ${signed(changeFraction, shareWords)}`
  const sum = `(${signed(changeM2, areaWords)}${share})`
  const isExtreme = largestAt !== first.capturedAt && largestAt !== last.capturedAt
  const largest = isExtreme
    ? `; it was largest, ${areaWords(largestM2)}, on ${dayWord(largestAt)}`
    : ''
  const then = `on ${dayWord(first.capturedAt)}`
  const now = `on ${dayWord(last.capturedAt)}`
  if (!beyondUncertainty) {
    return `Between its first and its last frame the mapped scar did not change beyond its 90 % intervals: ${intervalOf(first)} ${then}, ${intervalOf(last)} ${now}${largest}.`
  }
  const verb = changeM2 > 0 ? 'grew' : 'shrank'
  return `The mapped scar ${verb} from ${intervalOf(first)} ${then} to ${intervalOf(last)} ${now} ${sum}${largest}.`
}

/** `2.19 ha (90 % interval 2.01 to 2.35 ha)` */
function intervalOf({ areaM2, lowM2, highM2 }: AreaRow): string {
  return intervalWords(areaM2, lowM2, highM2)
}

/** Ground in doubt is told, and worth a click, from this share of the area on. */
export const TOLD_DOUBT = 0.05

function doubtSentence({ areaM2, capturedAt, uncertainty }: AreaRow): string[] {
  const [takenIn, leftOut] = uncertainty.membership
  if (takenIn + leftOut === 0 || takenIn + leftOut < TOLD_DOUBT * areaM2) return []
  const out = areaWords(leftOut)
  const parts =
    takenIn === 0
      ? `${out} beside the mask may be the scar's`
      : `${areaWords(takenIn)} of the mask may not be the scar's${leftOut > 0 ? ` and ${out} beside it may be` : ''}`
  return [
    `Of ground that was bare throughout, ${parts} (${dayWord(capturedAt)}): no click tells. The intervals of areas contain this; changes between frames are the same either way.`,
  ]
}

function eventsInShort(events: readonly ScarEvent[]): string {
  if (events.length === 0) return 'No abrupt and lasting change of its area stands out.'
  const told = events
    .toSorted((a, b) => Math.abs(b.changeM2) - Math.abs(a.changeM2))
    .slice(0, TOLD_EVENTS)
    .toSorted((a, b) => a.byAt.localeCompare(b.byAt))
    .map(
      ({ changeM2, lowM2, highM2, afterAt, byAt, confirmed }) =>
        `by ${changeM2 > 0 ? '+' : ''}${intervalWords(changeM2, lowM2, highM2)} between ${dayWord(afterAt)} and ${dayWord(byAt)}${confirmed ? '' : ', which later frames have yet to bear out'}`,
    )
  const rest = events.length - told.length
  const others =
    rest === 0
      ? ''
      : `; ${rest} smaller abrupt ${rest === 1 ? 'change is' : 'changes are'} told below`
  return `Its area changed abruptly and lastingly ${told.join(', and ')}${others}.`
}

/** The greatest rise of the rate, and the rate of late. */
function rateSentences({ onsets, phases }: Findings): string[] {
  const sentences: string[] = []
  const main = onsets.toSorted((a, b) => riseOf(b) - riseOf(a))[0]
  if (main !== undefined) {
    const { at, lowAt, highAt, rateBeforeM2PerDay: before, rateAfterM2PerDay: after } = main
    const earlier =
      before < 0
        ? `after it had shrunk by ${rateWords(-before)}`
        : `after ${rateWords(before)} before`
    sentences.push(
      `From about ${dayWord(at)} (90 % interval ${dayWord(lowAt)} to ${dayWord(highAt)}) its area grew by ${rateWords(after)}, ${earlier}.`,
    )
  }
  const latest = phases.at(-1)
  if (latest !== undefined && phases.length > 1 && latest.fromAt !== main?.turnAt) {
    sentences.push(latestWords(latest))
  }
  return sentences
}

function riseOf({ rateBeforeM2PerDay, rateAfterM2PerDay }: Onset): number {
  return rateAfterM2PerDay - rateBeforeM2PerDay
}

function latestWords({ fromAt, toAt, rateM2PerDay, lowM2PerDay, highM2PerDay }: Phase): string {
  const span = `Of late, from ${dayWord(fromAt)} to ${dayWord(toAt)},`
  if (lowM2PerDay <= 0 && highM2PerDay >= 0) {
    return `${span} its rate of change cannot be told from zero (90 % interval ${rateSpan(lowM2PerDay, highM2PerDay)}).`
  }
  const isGrowth = rateM2PerDay > 0
  const [low, high] = isGrowth ? [lowM2PerDay, highM2PerDay] : [-highM2PerDay, -lowM2PerDay]
  return `${span} its area ${isGrowth ? 'grew' : 'shrank'} by ${rateWords(Math.abs(rateM2PerDay))} (90 % interval ${rateSpan(low, high)}).`
}

function advanceSentence(growth: ObjectEvolution['growth']): string[] {
  const whole = growth.find(({ span }) => span === 'whole')
  const far = whole === undefined ? null : farthestSector(whole)
  if (whole === undefined || far === null) return []
  const { meanM, lowM, highM } = far.advance
  return [
    `Its boundary advanced most towards ${far.sector}, by ${metres(meanM)} m on average there over the whole period (90 % interval ${metres(lowM)} to ${metres(highM)} m); this is not displacement of the ground.`,
  ]
}

/** New zones outside of abrupt changes. */
function ownZones(zones: Zones): Zones {
  return zones.filter((zone) => zone.event === null && isDistinct(zone))
}

/** Growth along the edge outside of abrupt changes. */
function edgeGrowth(zones: Zones): Zones {
  return zones.filter(isEdgeGrowth)
}

function zonesInShort(zones: Zones): string[] {
  const own = ownZones(zones)
  const largest = own.toSorted((a, b) => b.areaM2 - a.areaM2)[0]
  if (largest === undefined) return []
  const sum = own.reduce((total, { areaM2 }) => total + areaM2, 0)
  const { areaM2, lowM2, highM2, sinceAfterAt, sinceByAt, status, closedAt } = largest
  const end = status === 'open' ? 'still open' : `closed by ${dayWord(closedAt ?? '')}`
  const one = `${intervalWords(areaM2, lowM2, highM2)} ${zoneWhere(largest.place)}, opened after ${dayWord(sinceAfterAt)} and by ${dayWord(sinceByAt)}, ${end}`
  return [
    own.length === 1
      ? `One new zone opened outside of abrupt changes: ${one}.`
      : `${own.length} new zones, ${areaWords(sum)} in all, opened outside of abrupt changes; the largest: ${one}.`,
  ]
}

function edgeInShort(zones: Zones): string[] {
  const edge = edgeGrowth(zones)
  const first = edge.toSorted((a, b) => a.sinceAfterAt.localeCompare(b.sinceAfterAt))[0]
  if (first === undefined) return []
  const areaM2 = edge.reduce((total, zone) => total + zone.areaM2, 0)
  const pieces = edge.reduce((total, zone) => total + zone.pieces, 0)
  const closedM2 = edge
    .filter(({ status }) => status === 'closed')
    .reduce((total, zone) => total + zone.areaM2, 0)
  const end = closedM2 > 0 ? `; ground of ${areaWords(closedM2)} of that was covered again` : ''
  return [
    `Since ${dayWord(first.sinceAfterAt)} the scar has also grown along its edge by ${areaWords(areaM2)} in ${pieces} ${pieces === 1 ? 'piece' : 'pieces'}${end}.`,
  ]
}

function largestZones(zones: Zones): string[] {
  const own = ownZones(zones)
  const none = own.length === 0 ? ['No new zone opened outside of abrupt changes.'] : []
  return [...none, ...toldZones(own), ...toldZones(edgeGrowth(zones))]
}

/** The largest, in order of time. */
function toldZones(zones: Zones): string[] {
  return zones
    .toSorted((a, b) => b.areaM2 - a.areaM2)
    .slice(0, TOLD_ZONES)
    .toSorted((a, b) => a.sinceByAt.localeCompare(b.sinceByAt))
    .map(({ words }) => words)
}

function artefactSentence({ artefacts }: Findings): string[] {
  if (artefacts.length === 0) return []
  const days = [...new Set(artefacts.map(({ capturedAt }) => dayWord(capturedAt)))]
  return [
    `Not counted as events: what ${days.length === 1 ? 'one frame shows' : `${days.length} frames show`} and others do not bear out (${days.join(', ')}).`,
  ]
}

/** `46.1 to 112 m² a day` */
function rateSpan(low: number, high: number): string {
  return withOneUnit(rateWords(low), rateWords(high))
}

function signed(value: number, words: (value: number) => string): string {
  return `${value > 0 ? '+' : ''}${words(value)}`
}
