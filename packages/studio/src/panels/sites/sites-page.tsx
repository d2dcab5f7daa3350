import { type ReactElement, useEffect, useRef, useState } from 'react'
import { useShortcuts } from '../../keyboard/shortcuts.ts'
import { Icon } from '../../shell/icons.tsx'
import { NoticeArea } from '../../shell/notice-area.tsx'
import { SITE_SORTS, type SiteSort, arrangeSites, loadSites } from '../../state/actions-sites.ts'
import { hrefOf, navigate } from '../../state/router.ts'
import { useStudio } from '../../state/store.ts'
import { useWords } from '../../words/use-words.ts'
import { SiteCard } from './site-card.tsx'
import '../../style/sites.css'

/** The page `#/sites`. */
export function SitesPage(): ReactElement {
  const words = useWords()
  const sites = useStudio((state) => state.sites)
  const session = useStudio((state) => state.session)
  const [filter, setFilter] = useState('')
  const [sort, setSort] = useState<SiteSort>('name')
  const field = useRef<HTMLInputElement>(null)
  useFreshSites()
  const canCreate = session?.canCreate ?? true
  useShortcuts({
    title: () => words.sites.title,
    shortcuts: [
      { keys: ['/'], says: (w) => w.sites.filterKey, run: () => field.current?.focus() },
      ...(canCreate
        ? [
            {
              keys: ['n'],
              says: (w: typeof words) => w.sites.newSiteKey,
              run: () => navigate({ page: 'new-site' }),
            },
          ]
        : []),
    ],
  })
  const shown = sites && arrangeSites(sites, { filter, sort })
  return (
    <div className="page sites-page">
      <div className="sites-head">
        <h1>{words.sites.title}</h1>
        <span className="muted" role="status">
          {sites && shown && shown.length < sites.length
            ? words.sites.found(shown.length, sites.length)
            : sites && words.sites.count(sites.length)}
        </span>
        <span className="muted sites-dir" title={session?.dir}>
          <bdi>{session?.dir}</bdi>
        </span>
        <span className="spread" />
        <input
          ref={field}
          type="search"
          className="input"
          placeholder={words.sites.filter}
          aria-label={words.sites.filter}
          value={filter}
          onChange={(event) => setFilter(event.target.value)}
        />
        <select
          className="select"
          aria-label={words.sites.sort}
          value={sort}
          onChange={(event) => setSort(event.target.value as SiteSort)}
        >
          {SITE_SORTS.map((one) => (
            <option key={one} value={one}>
              {words.sites.sorts[one]}
            </option>
          ))}
        </select>
        {canCreate && (
          <a className="button primary" href={hrefOf({ page: 'new-site' })}>
            <Icon name="plus" />
            {words.sites.create}
          </a>
        )}
      </div>
      <NoticeArea place="sites" />
      {shown ? (
        <SiteGrid shown={shown} isFiltered={filter !== ''} canCreate={canCreate} />
      ) : (
        <p className="centre muted">{words.app.loading}</p>
      )}
    </div>
  )
}

function SiteGrid({
  shown,
  isFiltered,
  canCreate,
}: {
  shown: ReturnType<typeof arrangeSites>
  isFiltered: boolean
  canCreate: boolean
}): ReactElement {
  const words = useWords()
  if (shown.length === 0) {
    return (
      <div className="centre sites-none">
        <h2>{isFiltered ? words.sites.noneFound : words.sites.none}</h2>
        {!isFiltered && <p className="muted">{words.sites.noneHint}</p>}
        {!isFiltered && canCreate && (
          <p>
            <a className="button primary" href={hrefOf({ page: 'new-site' })}>
              <Icon name="plus" />
              {words.sites.create}
            </a>
          </p>
        )}
      </div>
    )
  }
  return (
    <div className="scroll sites-scroll">
      <ul className="sites-grid">
        {shown.map((site) => (
          <li key={site.id}>
            <SiteCard site={site} />
          </li>
        ))}
      </ul>
      {!canCreate && <p className="muted">{words.sites.oneOnly}</p>}
    </div>
  )
}

/** Reads the list now and whenever the tab comes back into view. */
function useFreshSites(): void {
  useEffect(() => {
    const gone = new AbortController()
    const load = (): void => {
      if (document.visibilityState === 'visible') void loadSites(gone.signal)
    }
    load()
    document.addEventListener('visibilitychange', load)
    return () => {
      document.removeEventListener('visibilitychange', load)
      gone.abort()
    }
  }, [])
}
