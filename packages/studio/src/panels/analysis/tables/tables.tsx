import type { ObjectEvolution, ObjectSummary, ToldGrowth, Verification } from '@scarline/core/model'
import { type KeyboardEvent, type ReactElement, useId, useState } from 'react'
import { useWords } from '../../../words/use-words.ts'
import { EventsTable, PhasesTable, type FrameOf } from './found-tables.tsx'
import { AccuracyTable, DirectionsTable, FramesTable, PairsTable } from './number-tables.tsx'
import { ZonesTable } from './zones-table.tsx'

const TABS = ['events', 'phases', 'zones', 'pairs', 'rose', 'accuracy', 'frames'] as const
type Tab = (typeof TABS)[number]

/** Every number of the analysis, a tab per kind. */
export function Tables({
  summary,
  found,
  growth,
  verification,
}: {
  summary: ObjectSummary
  found: ObjectEvolution
  /** What the rose shows. */
  growth: ToldGrowth | null
  verification: Verification | null
}): ReactElement {
  const { analysis } = useWords()
  const [tab, setTab] = useState<Tab>('events')
  const id = useId()
  const scenes = new Map(summary.areas.map(({ capturedAt, sceneId }) => [capturedAt, sceneId]))
  const frameOf: FrameOf = (at) => scenes.get(at) ?? null
  const onKeyDown = (event: KeyboardEvent<HTMLElement>): void => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key]
    if (by === undefined) return
    event.preventDefault()
    const next = TABS[(TABS.indexOf(tab) + by + TABS.length) % TABS.length] as Tab
    setTab(next)
    document.getElementById(`${id}-${next}`)?.focus()
  }
  return (
    <section className="panel tables" aria-label={analysis.tables.title}>
      <div className="table-tabs" role="tablist" aria-label={analysis.tables.title}>
        {TABS.map((one) => (
          <button
            key={one}
            id={`${id}-${one}`}
            type="button"
            role="tab"
            aria-selected={one === tab}
            aria-controls={`${id}-panel`}
            tabIndex={one === tab ? 0 : -1}
            onKeyDown={onKeyDown}
            onClick={() => setTab(one)}
          >
            {analysis.tables[one]}
          </button>
        ))}
      </div>
      <div
        id={`${id}-panel`}
        className="scroll table-scroll"
        role="tabpanel"
        aria-labelledby={`${id}-${tab}`}
        tabIndex={0}
      >
        {tab === 'events' && <EventsTable found={found} frameOf={frameOf} />}
        {tab === 'phases' && <PhasesTable found={found} frameOf={frameOf} />}
        {tab === 'zones' && <ZonesTable found={found} frameOf={frameOf} />}
        {tab === 'pairs' && <PairsTable pairs={summary.sameSeasonPairs} />}
        {tab === 'rose' && <DirectionsTable growth={growth} />}
        {tab === 'accuracy' && <AccuracyTable verification={verification} />}
        {tab === 'frames' && <FramesTable areas={summary.areas} />}
      </div>
    </section>
  )
}
