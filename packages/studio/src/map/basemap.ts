import TileLayer from 'ol/layer/Tile'
import XYZ from 'ol/source/XYZ'
import { readPreference, writePreference } from '../state/preferences.ts'

/** Addresses to choose from; nothing is fetched before one is put into use. */
export const BASEMAP_EXAMPLES: readonly string[] = [
  'https://tile.openstreetmap.org/{z}/{x}/{y}.png',
  'https://server.arcgisonline.com/ArcGIS/rest/services/World_Imagery/MapServer/tile/{z}/{y}/{x}',
  'https://tiles.maps.eox.at/wmts/1.0.0/s2cloudless-2020_3857/default/g/{z}/{y}/{x}.jpg',
]

/** Whether it is an address of tiles: http(s) with {z}, {x} and {y} (or {-y}). */
export function isTileUrl(url: string): boolean {
  const isAddress = /^https?:\/\/[a-z0-9.{}-]+(:\d+)?\/\S*$/i.test(url)
  return isAddress && /\{z\}/.test(url) && /\{x\}/.test(url) && /\{-?y\}/.test(url)
}

/** The address in use, if any. */
export function storedBasemap(): string | null {
  const url = readPreference('basemap')
  return url !== null && isTileUrl(url) ? url : null
}

/** Hosts that tiles of an address come from: `{a-c}` stands for three. */
export function originsOf(url: string): string[] {
  const range = /\{([a-z])-([a-z])\}|\{(\d)-(\d)\}/i.exec(url)
  if (!range) return [new URL(url.replace(/\{[^}]*\}/g, '0')).origin]
  const first = (range[1] ?? range[3] ?? '').charCodeAt(0)
  const last = (range[2] ?? range[4] ?? '').charCodeAt(0)
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => {
    const one = url.replace(range[0], String.fromCharCode(first + i))
    return new URL(one.replace(/\{[^}]*\}/g, '0')).origin
  })
}

/**
 * Whether the page was loaded with leave for the basemap's hosts, which the server gives by a cookie of
 * its own port. If not, asks for it and loads the page again.
 */
export function hasLeaveFor(url: string): boolean {
  if (isAllowed(url)) return true
  allow(url)
  location.reload()
  return false
}

function leaveOf(url: string | null): string {
  const origins = url === null ? '' : encodeURIComponent(originsOf(url).join(' '))
  return `scarline-basemap-${location.port}=${origins}`
}

function isAllowed(url: string): boolean {
  return document.cookie.split('; ').includes(leaveOf(url))
}

function allow(url: string | null): void {
  document.cookie = `${leaveOf(url)}; Path=/; SameSite=Strict${url === null ? '; Max-Age=0' : ''}`
}

/**
 * Puts a basemap into use, or null none. The server's policy lets in the host of this choice only, and
 * only from the next load of the page on.
 */
export function chooseBasemap(url: string | null): void {
  writePreference('basemap', url)
  allow(url)
  location.reload()
}

/** Web Mercator tiles. */
export function basemapLayer(url: string): TileLayer<XYZ> {
  return new TileLayer({ source: new XYZ({ url, transition: 150 }), className: 'basemap' })
}
