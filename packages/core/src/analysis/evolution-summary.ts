import { areaWords, shareWords } from './event-words.ts'
import { dayWord } from './evolution-words.ts'
import type { ObjectEvolution } from './evolution.ts'
import type { ObjectSummary } from './summary.ts'

/** New zones that are told one by one. */
const TOLD_ZONES = 3

/** A series in a few sentences: what changed, when abruptly, from when faster, where, what is new. */
export function evolutionSentences(
  { change, areas }: Pick<ObjectSummary, 'change' | 'areas'>,
  evolution: Omit<ObjectEvolution, 'words'>,
): string[] {
  const { events, onsets, growth, newZones, dams, deseasoned, artefacts } = evolution
  const [first, last] = [areas[0], areas.at(-1)]
  if (first === undefined || last === undefined || change === null) return []
  if (areas.length === 1) {
    return [
      `On ${dayWord(first.capturedAt)} the scar measured ${areaWords(first.areaM2)} (90 % interval ${areaWords(first.lowM2)} to ${areaWords(first.highM2)}).`,
    ]
  }
  const sentences = [changeWords(change, first.capturedAt, last.capturedAt)]
  if (events.length === 0) sentences.push('No abrupt and lasting change of the area stands out.')
  for (const { words } of events) sentences.push(words)
  for (const { words } of onsets) sentences.push(words)
  const whole = growth.find(({ span }) => span === 'whole')
  if (whole !== undefined) sentences.push(whole.words)
  sentences.push(...zoneSentences(newZones))
  if (dams !== null && dams.intervals.length > 0) sentences.push(dams.words)
  sentences.push(deseasoned.words)
  if (artefacts.length > 0) {
    const days = [...new Set(artefacts.map(({ capturedAt }) => dayWord(capturedAt)))]
    sentences.push(
      `Not counted as events: what ${days.length === 1 ? 'one frame shows' : `${days.length} frames show`} and others do not bear out (${days.join(', ')}).`,
    )
  }
  return sentences
}

function changeWords(
  change: NonNullable<ObjectSummary['change']>,
  firstAt: string,
  lastAt: string,
): string {
  const { changeM2, changeFraction, beyondUncertainty, largestAt, largestM2 } = change
  const verb = !beyondUncertainty
    ? 'changed by no more than its 90 % intervals'
    : changeM2 > 0
      ? 'grew'
      : 'shrank'
  const share = changeFraction === null ? '' : `, ${shareWords(changeFraction)}`
  const isExtreme = largestAt !== firstAt && largestAt !== lastAt
  const largest = isExtreme
    ? `; it was largest, ${areaWords(largestM2)}, on ${dayWord(largestAt)}`
    : ''
  return `The scar ${verb}: from ${areaWords(change.fromM2)} on ${dayWord(firstAt)} to ${areaWords(change.toM2)} on ${dayWord(lastAt)} (${changeM2 > 0 ? '+' : ''}${areaWords(changeM2)}${share})${largest}.`
}

function zoneSentences(zones: ObjectEvolution['newZones']): string[] {
  const own = zones.filter(({ event }) => event === null)
  if (own.length === 0) return ['No new zone opened outside of abrupt gains.']
  const largest = own.toSorted((a, b) => b.areaM2 - a.areaM2).slice(0, TOLD_ZONES)
  const told = largest.toSorted((a, b) => a.sinceByAt.localeCompare(b.sinceByAt))
  const count = own.length === 1 ? 'One new zone' : `${own.length} new zones`
  const which = own.length > TOLD_ZONES ? `; the ${TOLD_ZONES} largest` : ''
  return [`${count} opened outside of abrupt gains${which}:`, ...told.map(({ words }) => words)]
}
