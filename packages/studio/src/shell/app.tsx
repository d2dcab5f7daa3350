import type { PlainError } from '@scarline/core/model'
import { type ReactElement, Suspense, lazy, useEffect, useRef, useState } from 'react'
import { type Shortcut, useShortcuts } from '../keyboard/shortcuts.ts'
import { openSite, redo, undo } from '../state/actions-site.ts'
import { watchServer } from '../state/server-watch.ts'
import { type Route, SITE_PAGES, hrefOf, navigate, useRoute } from '../state/router.ts'
import { type Place, studioStore, useStudio } from '../state/store.ts'
import { wordsOfError } from '../words/error-words.ts'
import { useLanguage, useWords } from '../words/use-words.ts'
import { HelpOverlay } from './help-overlay.tsx'
import { NoticeArea } from './notice-area.tsx'
import { TopBar } from './top-bar.tsx'
import { useFrameAddress } from './use-frame-address.ts'

const SitesPage = lazy(async () => ({
  default: (await import('../panels/sites/sites-page.tsx')).SitesPage,
}))
const NewSitePage = lazy(async () => ({
  default: (await import('../panels/new-site/new-site-page.tsx')).NewSitePage,
}))
const ScenesPage = lazy(async () => ({
  default: (await import('../panels/scenes/scenes-page.tsx')).ScenesPage,
}))
const TrackPage = lazy(async () => ({
  default: (await import('../panels/track/track-page.tsx')).TrackPage,
}))
const AnalysisPage = lazy(async () => ({
  default: (await import('../panels/analysis/analysis-page.tsx')).AnalysisPage,
}))
const PlayPage = lazy(async () => ({
  default: (await import('../panels/play/play-page.tsx')).PlayPage,
}))

/** The whole page. */
export function App(): ReactElement {
  const words = useWords()
  const route = useRoute()
  const [hasHelp, setHasHelp] = useState(false)
  const ended = useStudio((state) => state.ended)
  const siteId = 'siteId' in route ? route.siteId : null
  const siteFault = useStudio((state) => (state.siteId === siteId ? state.siteFault : null))
  useDocument(route)
  useEffect(watchServer, [])
  useEffect(() => (siteId === null ? undefined : openSite(siteId)), [siteId])
  useAppShortcuts(route, () => setHasHelp(true))
  useFrameAddress(route)
  useFocusOnPage(route.page)
  if (ended) {
    return (
      <main className="centre">
        <p>{words.app.ended}</p>
      </main>
    )
  }
  return (
    <div className="shell">
      <a className="button skip" href="#main" onClick={toMain}>
        {words.app.skip}
      </a>
      <TopBar route={route} onHelp={() => setHasHelp(true)} />
      <div role="status">
        <LostServer hasSite={siteId !== null} />
      </div>
      <main className="main" id="main" tabIndex={-1}>
        <NoticeArea place="app" />
        <Suspense fallback={<p className="centre muted">{words.app.loading}</p>}>
          {siteId !== null && siteFault ? <NoSite fault={siteFault} /> : <Page route={route} />}
        </Suspense>
      </main>
      {hasHelp && <HelpOverlay onClose={() => setHasHelp(false)} />}
    </div>
  )
}

/** In place of a page: why the site cannot be opened, and the way back. */
function NoSite({ fault }: { fault: PlainError }): ReactElement {
  const words = useWords()
  const { lead, message } = wordsOfError(words, fault)
  return (
    <div className="centre no-site" role="alert">
      <h2>{words.app.noSite}</h2>
      <p className="muted">
        {lead} {message}
      </p>
      <p>
        <a className="button primary" href={hrefOf({ page: 'sites' })}>
          {words.app.sites}
        </a>
      </p>
    </div>
  )
}

/** Says that the server is gone, above every page, until it is back. */
function LostServer({ hasSite }: { hasSite: boolean }): ReactElement | null {
  const words = useWords()
  const server = useStudio((state) => state.server)
  const isCut = useStudio(({ connection }) => hasSite && connection === 'lost')
  if (server === 'other') return <p className="lost">{words.app.restarted}</p>
  return server === 'gone' || isCut ? <p className="lost">{words.app.lost}</p> : null
}

function Page({ route }: { route: Route }): ReactElement {
  switch (route.page) {
    case 'sites':
      return <SitesPage />
    case 'new-site':
      return <NewSitePage />
    case 'scenes':
      return <ScenesPage key={route.siteId} siteId={route.siteId} />
    case 'track':
      return <TrackPage key={route.siteId} siteId={route.siteId} />
    case 'analysis':
      return <AnalysisPage key={route.siteId} siteId={route.siteId} />
    case 'play':
      return <PlayPage key={route.siteId} siteId={route.siteId} />
  }
}

function useAppShortcuts(route: Route, showHelp: () => void): void {
  const siteId = 'siteId' in route ? route.siteId : null
  useShortcuts({
    title: ({ keyboard }) => keyboard.everywhere,
    shortcuts: [
      { keys: ['?'], says: ({ keyboard }) => keyboard.showHelp, run: showHelp },
      {
        keys: ['g s'],
        says: ({ keyboard }) => keyboard.goSites,
        run: () => navigate({ page: 'sites' }),
      },
      ...(siteId === null
        ? []
        : SITE_PAGES.map((page) => ({
            keys: [`g ${{ scenes: 'c', track: 't', analysis: 'a', play: 'p' }[page]}`],
            says: ({ keyboard, pages }: ReturnType<typeof useWords>) =>
              keyboard.goPage(pages[page]),
            run: () => navigate({ page, siteId, sceneId: studioStore.get().sceneId }),
          }))),
      ...(route.page === 'sites' || route.page === 'new-site' ? [] : historyKeys(route.page)),
    ],
  })
}

function historyKeys(place: Place): Shortcut[] {
  return [
    { keys: ['ctrl+z'], says: ({ keyboard }) => keyboard.undo, run: () => void undo(place) },
    {
      keys: ['ctrl+shift+z', 'ctrl+y'],
      says: ({ keyboard }) => keyboard.redo,
      run: () => void redo(place),
    },
  ]
}

function useDocument(route: Route): void {
  const words = useWords()
  const language = useLanguage()
  const name = useStudio(({ detail }) => detail?.site.name)
  useEffect(() => {
    document.documentElement.lang = language === 'zh' ? 'zh-Hans' : 'en'
    const title =
      'siteId' in route ? `${words.pages[route.page]} · ${name ?? route.siteId}` : words.app.sites
    document.title = `${title} · Scarline`
  }, [language, name, route, words])
}

/** A page that replaces the one with the focus begins at its head, not at the browser's. */
function useFocusOnPage(page: Route['page']): void {
  const known = useRef(page)
  useEffect(() => {
    if (known.current === page) return undefined
    known.current = page
    // The browser lets go of what is hidden only once it has drawn the page.
    let handle = requestAnimationFrame(() => {
      handle = requestAnimationFrame(() => {
        if (document.activeElement === document.body) focusMain()
      })
    })
    return () => cancelAnimationFrame(handle)
  }, [page])
}

function focusMain(): void {
  document.querySelector<HTMLElement>('#main')?.focus({ preventScroll: true })
}

function toMain(event: { preventDefault(): void }): void {
  event.preventDefault()
  focusMain()
}
