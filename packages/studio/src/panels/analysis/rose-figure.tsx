import type { Season, ToldGrowth } from '@scarline/core/model'
import { type ReactElement, useRef } from 'react'
import { RoseChart } from '../../charts/rose-chart.tsx'
import { useWidth } from '../../charts/use-width.ts'
import { formatDays, formatHa, signed } from '../../words/format-analysis.ts'
import { type Words, useLanguage, useWords } from '../../words/use-words.ts'
import { Figure } from './figure.tsx'

/** Where the scar grew, over a span that can be chosen. */
export function RoseFigure({
  growths,
  span,
  onSpan,
}: {
  growths: readonly ToldGrowth[]
  span: number
  onSpan(span: number): void
}): ReactElement {
  const words = useWords()
  const { analysis } = words
  const language = useLanguage()
  const svg = useRef<SVGSVGElement>(null)
  const [width, ref] = useWidth<HTMLDivElement>()
  const growth = growths[span] ?? growths[0]
  const sum = (key: 'gainedM2' | 'lostM2'): string =>
    formatHa(
      language,
      (growth?.rose.sectors ?? []).reduce((total, sector) => total + sector[key], 0),
    )
  const most = growth?.rose.sectors.toSorted((a, b) => b.gainedM2 - a.gainedM2)[0]
  return (
    <Figure
      title={analysis.rose.title}
      name="direction"
      svg={svg}
      tools={
        <select
          className="select span-select"
          aria-label={analysis.rose.span}
          value={growths[span] ? span : 0}
          disabled={growths.length < 2}
          onChange={({ target }) => onSpan(Number(target.value))}
        >
          {growths.map((one, i) => (
            <option key={`${one.span} ${one.label}`} value={i}>
              {spanWords(one, words)}
            </option>
          ))}
        </select>
      }
    >
      <div ref={ref} className="figure-body">
        {!growth && <p className="muted">{analysis.rose.none}</p>}
        {growth && width > 0 && (
          <>
            <RoseChart
              growth={growth}
              width={width}
              svg={svg}
              label={analysis.rose.spoken(
                spanWords(growth, words),
                sum('gainedM2'),
                most ? analysis.sector(most.sector) : '',
                sum('lostM2'),
              )}
            />
            <p className="figure-words">
              {analysis.rose.totals(sum('gainedM2'), sum('lostM2'))} {directionWords(growth, words)}{' '}
              {advanceWords(growth)}
            </p>
          </>
        )}
      </div>
    </Figure>
  )

  function advanceWords({ advance }: ToldGrowth): string {
    const far = (advance?.sectors ?? [])
      .flatMap((one) => (one.advance ? [{ sector: one.sector, ...one.advance }] : []))
      .filter(({ lowM }) => lowM > 0)
      .toSorted((a, b) => b.meanM - a.meanM)[0]
    if (!far) return ''
    const metres = (value: number): string => signed(language, value, value < 10 ? 1 : 0)
    return analysis.rose.advance(
      analysis.sector(far.sector),
      metres(far.meanM),
      metres(far.lowM),
      metres(far.highM),
      signed(language, far.meanMPerDay, far.meanMPerDay < 0.1 ? 3 : 2),
    )
  }
}

/** From this many rivals on no direction is told. */
const TOO_MANY_RIVALS = 6

function directionWords({ direction }: ToldGrowth, { analysis }: Words): string {
  if (!direction?.beyondUncertainty || direction.rivals.length >= TOO_MANY_RIVALS) {
    return analysis.rose.noDirection
  }
  const rivals = direction.rivals.map((sector) => analysis.sector(sector)).join(', ')
  return analysis.rose.towards(analysis.sector(direction.sector), rivals)
}

function spanWords({ span, label, fromAt, toAt }: ToldGrowth, { analysis }: Words): string {
  const days = formatDays(fromAt, toAt)
  if (span === 'whole') return analysis.rose.whole(days)
  if (span === 'event') return analysis.rose.event(days)
  const [from, to] = seasonsIn(label)
  return from && to ? analysis.rose.between(analysis.season(from), analysis.season(to)) : days
}

/** The seasons in the analysis' own label, `Jun-Oct 2017 to Jun-Oct 2018`. */
export function seasonsIn(label: string): Pick<Season, 'name' | 'year'>[] {
  return [...label.matchAll(/(Jun-Oct|Nov-May) (\d{4})/g)].map(([, name, year]) => ({
    name: name === 'Jun-Oct' ? 'june-october' : 'november-may',
    year: Number(year),
  }))
}
