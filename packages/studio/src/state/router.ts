import { useSyncExternalStore } from 'react'

/** Pages of one site. */
export const SITE_PAGES = ['scenes', 'track', 'analysis', 'play'] as const
export type SitePage = (typeof SITE_PAGES)[number]

/** What the address after `#` means. */
export type Route =
  | { page: 'sites' }
  | { page: 'new-site' }
  /** `sceneId`: the frame or scene in view, kept in the address so that a reload comes back to it. */
  | { page: SitePage; siteId: string; sceneId: string | null }

/** Reads an address such as `#/sites/baige/track?frame=S2A_20170116`; what is not known is the list of sites. */
export function parseRoute(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#/, '').split('?')
  const parts = path
    .split('/')
    .filter((part) => part !== '')
    .map(decode)
  if (parts[0] === 'new') return { page: 'new-site' }
  const [root, siteId, page = 'track'] = parts
  if (root !== 'sites' || !siteId) return { page: 'sites' }
  const known = SITE_PAGES.find((one) => one === page)
  if (!known) return { page: 'sites' }
  return { page: known, siteId, sceneId: new URLSearchParams(query).get('frame') }
}

/** The address of a route, with `#`. */
export function hrefOf(route: Route): string {
  if (route.page === 'sites') return '#/sites'
  if (route.page === 'new-site') return '#/new'
  const frame = route.sceneId ? `?frame=${encodeURIComponent(route.sceneId)}` : ''
  return `#/sites/${encodeURIComponent(route.siteId)}/${route.page}${frame}`
}

/** Goes to a page. `replace`: without a step for the browser's back button. */
export function navigate(route: Route, { replace = false } = {}): void {
  const href = hrefOf(route)
  if (href === location.hash) return
  if (!replace) {
    location.hash = href
    return
  }
  history.replaceState(null, '', href)
  dispatchEvent(new HashChangeEvent('hashchange'))
}

let cached: { hash: string; route: Route } | null = null

function currentRoute(): Route {
  if (cached?.hash !== location.hash) {
    cached = { hash: location.hash, route: parseRoute(location.hash) }
  }
  return cached.route
}

function subscribe(listener: () => void): () => void {
  addEventListener('hashchange', listener)
  return () => removeEventListener('hashchange', listener)
}

/** The page in view. */
export function useRoute(): Route {
  return useSyncExternalStore(subscribe, currentRoute, currentRoute)
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}
