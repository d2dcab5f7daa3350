import type { ChangeScore, FalseEvent } from './evolution-events.ts'
import type { SiteScore } from './evolution-site.ts'
import { goalsOf } from './evolution-totals.ts'

const COLUMNS: readonly [name: string, cell: (site: SiteScore) => string][] = [
  ['site', ({ scenario, seed }) => `${scenario} ${seed}`],
  ['frames', ({ frames }) => String(frames)],
  ['events found', ({ events }) => events.changes.map(changeWord).join(', ')],
  ['false events', ({ events }) => falseWords(events.falseEvents)],
  ['onset, days off', ({ onsets }) => onsets.rises.filter(isMain).map(riseWord).join(', ') || '-'],
  [
    'other rises, days off',
    ({ onsets }) =>
      onsets.rises
        .filter((rise) => !isMain(rise))
        .map(riseWord)
        .join(', ') || '-',
  ],
  ['false onsets', ({ onsets }) => String(onsets.falseOnsets.length)],
  ['new zone', ({ zones }) => zoneWord(zones.zone)],
  ['false zones', ({ zones }) => `${zones.falseZones.length} of ${zones.reported}`],
  ['largest gain', ({ directions }) => directionWords(directions, 'whole')],
  ['of events', ({ directions }) => directionWords(directions, 'event')],
  ['dam', ({ dams }) => dams.outcome],
  ['interval holds', ({ areas }) => percent(areas.held / areas.frames)],
  ['bias', ({ areas }) => signed(areas.bias)],
]

/** Sites and goals as Markdown tables. */
export function markdownTables(sites: readonly SiteScore[]): string {
  const rows = sites.map((site) => COLUMNS.map(([, cell]) => cell(site)))
  const goals = goalsOf(sites).map(({ words, baige, sela, total, isMet }) => [
    words,
    baige,
    sela,
    total,
    isMet === null ? '-' : isMet ? 'yes' : 'no',
  ])
  return [
    markdown(['goal', 'baige', 'sela', 'together', 'met'], goals),
    markdown(
      COLUMNS.map(([name]) => name),
      rows,
    ),
  ].join('\n\n')
}

/** The same with columns in line, for a terminal. */
export function textTables(sites: readonly SiteScore[]): string {
  return markdownTables(sites)
    .split('\n\n')
    .map((table) => {
      const rows = table.split('\n').map((line) => line.slice(2, -2).split(' | '))
      const shown = rows.filter((_, i) => i !== 1)
      const widths = (shown[0] ?? []).map((_, col) =>
        Math.max(...shown.map((row) => (row[col] ?? '').length)),
      )
      return shown
        .map((row) =>
          row
            .map((cell, col) => cell.padEnd(widths[col] ?? 0))
            .join('  ')
            .trimEnd(),
        )
        .join('\n')
    })
    .join('\n\n')
}

/** What failed at a site and why, a line each. */
export function failuresOf({
  scenario,
  seed,
  events,
  onsets,
  zones,
  directions,
  dams,
}: SiteScore): {
  topic: 'events' | 'onsets' | 'zones' | 'directions' | 'dams'
  words: string
}[] {
  const site = `${scenario} ${seed}`
  return [
    ...events.changes
      .filter(({ outcome }) => outcome !== 'found')
      .map(({ kind, date, outcome, expected, reported, hiddenBetween }) => ({
        topic: 'events' as const,
        words: `${site}: ${kind} of ${date} ${outcome}; expected ${expected.after} to ${expected.by}, got ${reported === null ? 'nothing' : `${reported.after} to ${reported.by}`}; hidden between: ${hiddenBetween.map(({ date: day, seenShare }) => `${day} (${percent(seenShare)} seen)`).join(', ') || 'none'}`,
      })),
    ...events.falseEvents.map(({ kind, after, by, changeM2, trueM2, isGradual }) => ({
      topic: 'events' as const,
      words: `${site}: false ${kind} ${after} to ${by} of ${Math.round(changeM2)} m2, true area ${Math.round(trueM2)} m2${isGradual ? ' (gradual)' : ''}`,
    })),
    ...onsets.rises
      .filter(({ isMain: main, errorDays, intervalHolds }) => {
        return main && (errorDays === null || Math.abs(errorDays) > 60 || !intervalHolds)
      })
      .map((rise) => ({
        topic: 'onsets' as const,
        words: `${site}: main rise ${rise.date}, reported ${rise.reportedDate ?? 'none'} [${rise.lowDate ?? ''}, ${rise.highDate ?? ''}]`,
      })),
    ...onsets.falseOnsets.map(({ date, lowDate, highDate }) => ({
      topic: 'onsets' as const,
      words: `${site}: false onset ${date} [${lowDate}, ${highDate}]`,
    })),
    ...(zones.zone === null || zones.zone.isProvenInTime
      ? []
      : [{ topic: 'zones' as const, words: `${site}: ${JSON.stringify(zones.zone)}` }]),
    ...zones.falseZones.map(({ id, since, areaM2, trueShare }) => ({
      topic: 'zones' as const,
      words: `${site}: false zone ${id} since ${since}, ${Math.round(areaM2)} m2, ${percent(trueShare)} true`,
    })),
    ...directions
      .filter(({ apart }) => apart === null || apart > 1)
      .map(({ span, from, to, reported, truth, sourceTruth, trueShare, shareOfReported }) => ({
        topic: 'directions' as const,
        words: `${site}: ${span} ${from} to ${to}: reported ${reported} (${percent(shareOfReported)} of true gain), true ${truth} (${percent(trueShare)}), source ${sourceTruth}`,
      })),
    ...(dams.outcome === 'right'
      ? []
      : [{ topic: 'dams' as const, words: `${site}: ${JSON.stringify(dams)}` }]),
  ]
}

function markdown(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

function changeWord({ outcome, hiddenBetween }: ChangeScore): string {
  const hidden = hiddenBetween.length
  return hidden === 0 ? outcome : `${outcome} (${hidden} hidden)`
}

function falseWords(events: readonly FalseEvent[]): string {
  const gradual = events.filter(({ isGradual }) => isGradual).length
  return gradual === 0 ? String(events.length) : `${events.length} (${gradual} gradual)`
}

type Rise = SiteScore['onsets']['rises'][number]

function isMain(rise: Rise): boolean {
  return rise.isMain
}

function riseWord({ errorDays, intervalHolds }: Rise): string {
  if (errorDays === null) return 'none'
  return `${errorDays > 0 ? '+' : ''}${errorDays}${intervalHolds ? '' : ' (outside)'}`
}

function zoneWord(zone: SiteScore['zones']['zone']): string {
  if (zone === null) return '-'
  const inTime = `${zone.framesInTime} in time`
  if (zone.confirmedDays === null) return `none (${inTime})`
  return `IoU ${zone.iou.toFixed(2)}, shown day ${zone.openedDays}, proven day ${zone.confirmedDays} (${inTime})`
}

function directionWords(directions: SiteScore['directions'], span: 'whole' | 'event'): string {
  const words = directions
    .filter((direction) => direction.span === span)
    .map(({ reported, truth, apart, firstApart, sourceTruth }) => {
      const source = sourceTruth === truth ? '' : ` (source ${sourceTruth})`
      const told = `${reported ?? 'none'}${apart === firstApart ? '' : ' or rivals'}`
      return `${firstApart === 0 ? '' : `${told} for `}${truth}${source}`
    })
  return words.join(', ') || '-'
}

function percent(share: number): string {
  return `${Math.round(100 * share)} %`
}

function signed(share: number): string {
  return `${share >= 0 ? '+' : ''}${(100 * share).toFixed(1)} %`
}
