import type { SiteListing } from '@scarline/core/model'
import { getSites } from '../api/client.ts'
import { dismiss, tellError } from './actions-notices.ts'
import { studioStore } from './store.ts'

/** Reads the list of sites. */
export async function loadSites(signal?: AbortSignal): Promise<void> {
  try {
    studioStore.set({ sites: await getSites(signal) })
    dismiss({ place: 'sites' })
  } catch (error) {
    tellError('sites', error)
  }
}

export const SITE_SORTS = ['name', 'last', 'growth'] as const
export type SiteSort = (typeof SITE_SORTS)[number]

const YEAR_MS = 365.25 * 86_400_000

/** Growth over the last year of the curve, m²; what has no curve counts as none. */
export function lastYearGrowthM2(area: SiteListing['area']): number {
  const last = area.at(-1)
  if (!last) return 0
  const since = Date.parse(last[0]) - YEAR_MS
  const first = area.find(([at]) => Date.parse(at) >= since) ?? last
  return last[1] - first[1]
}

/** The sites with that in their name or id, in order. */
export function arrangeSites(
  sites: readonly SiteListing[],
  { filter, sort }: { filter: string; sort: SiteSort },
): SiteListing[] {
  const wanted = filter.trim().toLowerCase()
  const byName = (a: SiteListing, b: SiteListing): number =>
    a.name.localeCompare(b.name, undefined, { numeric: true })
  const compare: Record<SiteSort, (a: SiteListing, b: SiteListing) => number> = {
    name: byName,
    last: (a, b) => (b.lastAt ?? '').localeCompare(a.lastAt ?? '') || byName(a, b),
    growth: (a, b) => lastYearGrowthM2(b.area) - lastYearGrowthM2(a.area) || byName(a, b),
  }
  return sites
    .filter(({ id, name }) => `${name} ${id}`.toLowerCase().includes(wanted))
    .sort(compare[sort])
}
