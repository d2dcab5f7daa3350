import type { OutlineObject, OutlineSummary } from '@scarline/core'
import { formatArea, formatPercent } from '../format.ts'
import type { Terminal } from '../terminal.ts'

/** Objects that are told one by one. */
const TOLD_OBJECTS = 3

/** Areas and changes of the largest objects as tables, what became of them in words, and where the rest is. */
export function printOutlines(terminal: Terminal, summary: OutlineSummary): void {
  const { objects, noise, folder } = summary
  terminal.print(noise.words)
  const told = objects.filter(({ areas }) => areas.length > 1).slice(0, TOLD_OBJECTS)
  for (const object of told.length > 0 ? told : objects.slice(0, TOLD_OBJECTS)) {
    terminal.print('')
    printObject(terminal, object, objects.length)
  }
  const rest = objects.length - Math.min(objects.length, told.length || TOLD_OBJECTS)
  terminal.print('')
  if (rest > 0) {
    const once = objects.filter(({ areas }) => areas.length === 1).length
    terminal.print(
      `${rest} more object${rest === 1 ? '' : 's'} (${once} drawn on one day only) in area.csv and changes.csv`,
    )
  }
  terminal.print(`written to ${folder}; report.html tells it all`)
}

function printObject(
  terminal: Terminal,
  { objectId, name, areas, changes, words }: OutlineObject,
  count: number,
): void {
  const size = count > 1 && objectId === 1 ? ', the largest' : ''
  terminal.print(`object ${objectId}${name === null ? '' : ` (${name})`}${size}`)
  terminal.print(row('date', 'area', '90 % interval', 'change', 'what it is'))
  for (const [i, { day, areaM2, lowM2, highM2 }] of areas.entries()) {
    const change = changes[i - 1]
    const share =
      change === undefined || change.changeFraction === null
        ? ''
        : formatPercent(change.changeFraction, true)
    const verdict =
      change === undefined
        ? ''
        : change.withinNoise
          ? `${change.changeM2 < 0 ? 'shrinkage' : 'growth'} within digitising noise`
          : change.changeM2 < 0
            ? 'shrinkage'
            : 'growth'
    const interval = `${formatArea(lowM2)} to ${formatArea(highM2)}`
    terminal.print(row(day, formatArea(areaM2), interval, share, verdict))
  }
  for (const sentence of words) terminal.print(`  ${sentence}`)
}

function row(day: string, area: string, interval: string, share: string, verdict: string): string {
  return `  ${day.padEnd(10)}  ${area.padStart(9)}  ${interval.padEnd(20)}  ${share.padStart(8)}  ${verdict}`.trimEnd()
}
