import type { OutlineReportData } from '@scarline/core'
import { formatBracket } from '../words.ts'
import { type Verdict, verdictOf } from './verdicts.ts'

/** Abrupt changes that the head of the page tells. */
const TOLD_EVENTS = 4

/** Dates on which anything was drawn, in time order. */
export function daysOf({ analysis }: OutlineReportData): string[] {
  const days = analysis.objects.flatMap(({ areas }) => areas.map(({ capturedAt }) => capturedAt))
  return [...new Set(days)].sort()
}

/** How many objects there are of each verdict. */
export function countsOf({ analysis }: OutlineReportData): Record<Verdict, number> {
  const counts = { grew: 0, shrank: 0, same: 0, once: 0 }
  for (const summary of analysis.objects) counts[verdictOf(summary)] += 1
  return counts
}

/** Several objects in few sentences. */
export function overviewWords(data: OutlineReportData): string[] {
  return [drawnWords(data), changeWords(data), largestWords(data), eventWords(data)].filter(
    (sentence) => sentence !== '',
  )
}

function drawnWords(data: OutlineReportData): string {
  const { length } = data.analysis.objects
  const { once } = countsOf(data)
  const days = daysOf(data).map((day) => day.slice(0, 10))
  if (days.length === 1) return `${length} objects were drawn, all on ${days[0]} and only then.`
  const often =
    once === 0
      ? 'all of them on more than one date'
      : once === length
        ? 'each of them only once'
        : `${length - once} of them on more than one date and ${once} only once`
  return `${length} objects were drawn on ${days.length} dates from ${days[0]} to ${days.at(-1)}, ${often}.`
}

/** `From first outline to last, 14 grew and 3 shrank beyond digitising noise, and 18 changed within it.` */
function changeWords(data: OutlineReportData): string {
  const { grew, shrank, same } = countsOf(data)
  if (grew + shrank + same === 0) return ''
  const beyond = [grew > 0 ? `${grew} grew` : '', shrank > 0 ? `${shrank} shrank` : '']
    .filter((part) => part !== '')
    .join(' and ')
  if (beyond === '') return 'From first outline to last none changed beyond digitising noise.'
  const within = same === 0 ? '' : `, and ${same} changed within it`
  return `From first outline to last, ${beyond} beyond digitising noise${within}.`
}

function largestWords({ analysis: { objects }, told }: OutlineReportData): string {
  const at = objects.findIndex(({ areas }) => areas.length > 1)
  const words = told[at]?.lead[0] ?? ''
  if (words === '') return ''
  const which = at === 0 ? 'with the largest outline' : 'the largest of those drawn more than once'
  return `Object ${objects[at]?.objectId}, ${which}: ${words.slice(0, 1).toLowerCase()}${words.slice(1)}`
}

function eventWords({ evolution }: OutlineReportData): string {
  const events = evolution.objects.flatMap(({ objectId, events: own }) =>
    own.map((event) => ({ objectId, event })),
  )
  if (events.length === 0) return ''
  const told = events
    .toSorted((a, b) => Math.abs(b.event.changeM2) - Math.abs(a.event.changeM2))
    .slice(0, TOLD_EVENTS)
    .map(({ objectId, event: { afterAt, byAt, confirmed } }) => {
      const open = confirmed ? '' : ', to be borne out by later outlines'
      return `object ${objectId} (${formatBracket(afterAt, byAt)}${open})`
    })
  const rest = events.length - told.length
  const more = rest > 0 ? ` and ${rest} more` : ''
  return events.length === 1
    ? `An abrupt and lasting change of the area stands out at ${told.join('')}.`
    : `Abrupt and lasting changes of the area stand out at ${told.join(', ')}${more}.`
}
