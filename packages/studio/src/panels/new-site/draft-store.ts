import type { MultiPolygon, Polygon } from 'geojson'
import type { NamedFile } from '../../api/client.ts'
import { type Store, createStore } from '../../state/create-store.ts'
import { type SiteDraft, boxText, emptyDraft, parseBox } from './site-form.ts'
import { bboxArea } from '../../map/aoi-measure.ts'

const KEY = 'scarline.new-site'

interface NewSiteState {
  draft: SiteDraft
  /** An area that only the server can read. */
  areaFile: File | null
  /** Where the area came from, for the words beside it. */
  areaName: string | null
  rasters: NamedFile[]
  /** What was wrong with the last thing dropped. */
  dropFault: string | null
  /** Counts areas that did not come from the map: it brings them into view. */
  placed: number
  /** Faults of untouched fields are shown from the first attempt on. */
  attempted: boolean
  busy: 'creating' | 'sending' | null
}

/** The new site so far; the draft outlives a reload of the tab, files cannot. */
export const newSiteStore: Store<NewSiteState> = createStore<NewSiteState>({
  draft: storedDraft(),
  areaFile: null,
  areaName: null,
  rasters: [],
  dropFault: null,
  placed: 0,
  attempted: false,
  busy: null,
})

/** Changes fields of the draft. */
export function editDraft(part: Partial<SiteDraft>): void {
  newSiteStore.set(({ draft }) => ({ draft: { ...draft, ...part } }))
  sessionStorage.setItem(KEY, JSON.stringify(newSiteStore.get().draft))
}

/** Takes an area that was drawn on the map. */
export function drawArea(area: Polygon | MultiPolygon): void {
  editDraft({ area, bbox: boxText(area) })
  newSiteStore.set({ areaFile: null, areaName: null, dropFault: null })
}

/** Takes an area from elsewhere, and brings it into view. */
export function placeArea(area: Polygon | MultiPolygon | null, name: string | null): void {
  editDraft({ area, bbox: area ? boxText(area) : '' })
  newSiteStore.set(({ placed }) => ({
    areaFile: null,
    areaName: name,
    dropFault: null,
    placed: placed + 1,
  }))
}

/** Takes the text of a box as it is typed; the map follows when it makes one. */
export function typeBox(text: string): void {
  const box = parseBox(text)
  editDraft({ bbox: text, area: box ? bboxArea(box) : null })
  newSiteStore.set(({ placed }) => ({
    areaFile: null,
    areaName: null,
    dropFault: null,
    placed: placed + 1,
  }))
}

/** Empties the form after the site was made. */
export function clearDraft(): void {
  sessionStorage.removeItem(KEY)
  newSiteStore.set({
    draft: emptyDraft(today()),
    areaFile: null,
    areaName: null,
    rasters: [],
    dropFault: null,
    attempted: false,
    busy: null,
  })
}

function storedDraft(): SiteDraft {
  const empty = emptyDraft(today())
  if (typeof sessionStorage === 'undefined') return empty
  try {
    return { ...empty, ...(JSON.parse(sessionStorage.getItem(KEY) ?? '{}') as Partial<SiteDraft>) }
  } catch {
    return empty
  }
}

function today(): string {
  return new Date().toISOString().slice(0, 10)
}
