import { Component, type ReactElement, type ReactNode } from 'react'
import { languageStore } from '../words/language.ts'
import { CATALOGUES } from '../words/use-words.ts'

/** Says a fault of the page itself in words instead of leaving an empty page. */
export class FaultBoundary extends Component<{ children: ReactNode }, { fault: Error | null }> {
  override state: { fault: Error | null } = { fault: null }

  static getDerivedStateFromError(fault: Error): { fault: Error } {
    return { fault }
  }

  override render(): ReactNode {
    const { fault } = this.state
    return fault ? <Fault fault={fault} /> : this.props.children
  }
}

function Fault({ fault }: { fault: Error }): ReactElement {
  const words = CATALOGUES[languageStore.get().language]
  return (
    <main className="centre" role="alert">
      <h1>{words.app.fatal}</h1>
      <p className="muted">{fault.message}</p>
      <p>
        <button type="button" className="button primary" onClick={() => location.reload()}>
          {words.app.reload}
        </button>
      </p>
    </main>
  )
}
