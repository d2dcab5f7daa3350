import type { BboxLngLat, NewSite } from '@scarline/core/model'
import type { MultiPolygon, Polygon } from 'geojson'
import { aoiAreaM2, aoiBbox, gridSizePx } from '../../map/aoi-measure.ts'
import { formatArea, formatNumber } from '../../words/format.ts'
import type { Language } from '../../words/language.ts'
import type { Words } from '../../words/use-words.ts'

export const PROVIDERS = ['earth-search', 'planetary-computer', 'cdse', 'stac', 'local'] as const
export type Provider = (typeof PROVIDERS)[number]

/** What a person has entered so far; kept over a reload. */
export interface SiteDraft {
  name: string
  area: Polygon | MultiPolygon | null
  /** Text of the box, as typed; follows the area. */
  bbox: string
  from: string
  to: string
  provider: Provider
  stacUrl: string
  collection: string
  pixelSizeM: string
  acquireAtOnce: boolean
}

export type SiteField = 'name' | 'area' | 'from' | 'to' | 'source' | 'pixelSizeM' | 'files'
export type SiteFaults = Partial<Record<SiteField, string>>

const MIN_AREA_M2 = 10_000
const MAX_AREA_M2 = 1e10
const MAX_GRID_PIXELS = 2 ** 27

/** An empty form: Sentinel-2 covers all land from 2017 on. */
export function emptyDraft(today: string): SiteDraft {
  return {
    name: '',
    area: null,
    bbox: '',
    from: '2017-01-01',
    to: today,
    provider: 'earth-search',
    stacUrl: '',
    collection: 'sentinel-2-l2a',
    pixelSizeM: '2',
    acquireAtOnce: true,
  }
}

/** What has to be mended, field by field. `has` tells of files, which a draft does not hold. */
export function faultsOf(
  draft: SiteDraft,
  has: { areaFile: boolean; rasters: boolean },
  words: Words,
  language: Language,
): SiteFaults {
  const { faults } = words.newSite
  const found: SiteFaults = {}
  const isLocal = draft.provider === 'local'
  if (draft.name.trim() === '') found.name = faults.name
  const area = areaFault(draft, has.areaFile || isLocal, words, language)
  if (area) found.area = area
  const pixelSizeM = Number(draft.pixelSizeM)
  if (!(draft.pixelSizeM.trim() !== '' && pixelSizeM >= 0.5 && pixelSizeM <= 100)) {
    found.pixelSizeM = faults.pixelSize
  } else if (draft.area && !area) {
    const { width, height } = gridSizePx(draft.area, pixelSizeM)
    if (width * height > MAX_GRID_PIXELS) {
      found.pixelSizeM = faults.tooManyPixels(formatNumber(language, (width * height) / 1e6))
    }
  }
  if (isLocal) {
    if (!has.rasters) found.files = faults.files
    return found
  }
  if (!isDay(draft.from)) found.from = faults.day
  if (!isDay(draft.to)) found.to = faults.day
  else if (isDay(draft.from) && draft.from > draft.to) found.to = faults.dayOrder
  if (draft.provider === 'stac' && !/^https?:\/\/[^\s/]+/i.test(draft.stacUrl.trim())) {
    found.source = faults.stacUrl
  }
  return found
}

function areaFault(
  { area, bbox }: SiteDraft,
  mayLack: boolean,
  words: Words,
  language: Language,
): string | null {
  const { faults } = words.newSite
  if (!area) {
    if (bbox.trim() !== '') return boxFault(bbox, words)
    return mayLack ? null : faults.noArea
  }
  const [, south, , north] = aoiBbox(area)
  if (south < -80 || north > 84) return faults.bboxRange
  const areaM2 = aoiAreaM2(area)
  if (areaM2 < MIN_AREA_M2) return faults.tooSmall(formatArea(language, areaM2))
  if (areaM2 > MAX_AREA_M2) return faults.tooLarge(formatArea(language, areaM2))
  return null
}

/** Four numbers of a text such as `98.49, 31.05, 98.53, 31.08`, if they make a box. */
export function parseBox(text: string): BboxLngLat | null {
  const [west = NaN, south = NaN, east = NaN, north = NaN, ...more] = numbersOf(text)
  const isBox =
    more.length === 0 &&
    Math.abs(west) <= 180 &&
    Math.abs(east) <= 180 &&
    south >= -80 &&
    north <= 84 &&
    south < north &&
    west !== east
  return isBox ? [west, south, east, north] : null
}

/** What is wrong with the text of a box; null where nothing is. */
export function boxFault(text: string, words: Words): string | null {
  if (parseBox(text)) return null
  const { faults } = words.newSite
  const numbers = numbersOf(text)
  const [west = NaN, south = NaN, east = NaN, north = NaN] = numbers
  if (numbers.length !== 4 || !numbers.every(Number.isFinite)) return faults.bbox(text.trim())
  const isInRange = Math.abs(west) <= 180 && Math.abs(east) <= 180 && south >= -80 && north <= 84
  return isInRange ? faults.bboxOrder : faults.bboxRange
}

/** Longitude and latitude of a text such as `98.70, 31.08`. */
export function parseLngLat(text: string): [lng: number, lat: number] | null {
  const [lng = NaN, lat = NaN, ...more] = numbersOf(text)
  return more.length === 0 && Math.abs(lng) <= 180 && Math.abs(lat) <= 85 ? [lng, lat] : null
}

/** The text of an area's box; within 180 degrees, five decimals (a metre). */
export function boxText(area: Polygon | MultiPolygon): string {
  const wrap = (lng: number): number => (lng > 180 ? lng - 360 : lng < -180 ? lng + 360 : lng)
  const [west, south, east, north] = aoiBbox(area)
  return [wrap(west), south, wrap(east), north].map((value) => Number(value.toFixed(5))).join(', ')
}

/** What the server is asked for. */
export function requestOf(draft: SiteDraft): NewSite {
  const { provider, name, from, to, area, stacUrl, collection, pixelSizeM } = draft
  return {
    name: name.trim(),
    from,
    to,
    pixelSizeM: Number(pixelSizeM),
    ...(area ? { aoi: area } : {}),
    ...(provider === 'stac'
      ? { stac: stacUrl.trim(), ...(collection.trim() ? { collection: collection.trim() } : {}) }
      : { stac: provider }),
  }
}

function numbersOf(text: string): number[] {
  return text
    .split(/[,，;\s]+/)
    .filter((part) => part !== '')
    .map(Number)
}

function isDay(day: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(day)) return false
  const time = Date.parse(`${day}T00:00:00Z`)
  return !Number.isNaN(time) && new Date(time).toISOString().slice(0, 10) === day
}
