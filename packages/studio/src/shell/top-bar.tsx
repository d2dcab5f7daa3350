import type { ReactElement } from 'react'
import { type Route, SITE_PAGES, hrefOf } from '../state/router.ts'
import { useStudio } from '../state/store.ts'
import { useWords } from '../words/use-words.ts'
import { HistoryButtons } from './history-buttons.tsx'
import { Mark } from './icons.tsx'
import { JobProgress } from './job-progress.tsx'
import { SettingsMenu } from './settings-menu.tsx'

/** The bar above every page. */
export function TopBar({ route, onHelp }: { route: Route; onHelp(): void }): ReactElement {
  const words = useWords()
  return (
    <header className="top-bar">
      <a className="brand" href={hrefOf({ page: 'sites' })} title={words.app.name}>
        <Mark />
        {route.page === 'sites' ? words.app.name : words.app.sites}
      </a>
      {'siteId' in route && <SiteTabs route={route} />}
      <span className="spread" />
      {'siteId' in route && (
        <>
          <JobProgress />
          <HistoryButtons place={route.page} />
          <ConnectionDot />
        </>
      )}
      <SettingsMenu onHelp={onHelp} />
    </header>
  )
}

function SiteTabs({ route }: { route: Extract<Route, { siteId: string }> }): ReactElement {
  const words = useWords()
  const name = useStudio(({ detail }) => detail?.site.name) ?? route.siteId
  const sceneId = useStudio((state) => state.sceneId)
  return (
    <>
      <span className="crumb" aria-hidden="true">
        /
      </span>
      <h1 className="site-name" title={name}>
        {name}
      </h1>
      <nav className="tabs" aria-label={words.app.pages}>
        {SITE_PAGES.map((page) => (
          <a
            key={page}
            href={hrefOf({ page, siteId: route.siteId, sceneId })}
            {...(page === route.page ? { 'aria-current': 'page' as const } : {})}
          >
            {words.pages[page]}
          </a>
        ))}
      </nav>
    </>
  )
}

function ConnectionDot(): ReactElement | null {
  const words = useWords()
  const connection = useStudio((state) => state.connection)
  const hasSite = useStudio((state) => state.siteFault === null)
  if (!hasSite) return null
  if (connection === 'lost') return <span className="badge reject">{words.app.lostShort}</span>
  const says = connection === 'open' ? words.app.connected : words.app.connecting
  return (
    <span
      className="connection"
      data-state={connection}
      role="img"
      aria-label={says}
      title={says}
    />
  )
}
