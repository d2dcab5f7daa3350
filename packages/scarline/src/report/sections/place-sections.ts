import { type ReportData, type ReportMaps, isEdgeGrowth } from '@scarline/core'
import { directionChart } from '../charts/direction-chart.ts'
import { eventRoses } from '../charts/rose-chart.ts'
import { seasonMap } from '../maps/season-map.ts'
import { zoneMap } from '../maps/zone-map.ts'
import { type Insert, html } from '../markup.ts'
import { slopeTable, zoneTable } from '../tables/evolution-tables.ts'
import { FRAME_TERMS, type Terms } from '../terms.ts'
import { formatCount, formatDay, formatNumber, readable } from '../words.ts'
import { type Measured, objectsOf } from './objects.ts'
import type { Part, Section } from './section.ts'

/** Zones that are told one by one. */
const TOLD_ZONES = 8

/** Abrupt changes that have a rose. */
const EVENT_ROSES = 8

/** Boundaries of the same season, year by year. */
export function mapSection(data: ReportData, maps: ReportMaps | null): Section | null {
  if (maps === null) return null
  const parts = objectsOf(data).map(({ objectId, of }): Part | false => {
    const body = seasonMap(maps, objectId, `season-map-${objectId}`)
    if (body === null) return false
    return {
      kind: 'figure',
      body,
      caption: html`Boundaries of the scar${of} in the same season of each year, early in amber,
      late in dark blue and drawn on top; a season's boundary is that of the ground which most of
      its frames show as scar. A November–May season bears the years it begins and ends in.
      ${mapWords(data, maps)}`,
    }
  })
  return { title: 'Map: boundaries of the same season', parts }
}

/** What all maps have in common. */
export function mapWords({ evolution }: Measured, { grid, ground }: ReportMaps): Insert {
  const convergence = evolution.objects
    .flatMap(({ growth }) => growth)
    .map(({ rose }) => rose.convergenceDeg)[0]
  const north =
    convergence === undefined
      ? ''
      : ` (${formatNumber(Math.abs(convergence), 2)}° ${convergence < 0 ? 'west' : 'east'} of true north)`
  const below = ground === null ? '' : `Ground: NDVI of ${formatDay(ground.capturedAt)}, paled. `
  return `${below}Coordinates: metres east and north, EPSG:${grid.epsg}; N: grid north${north}.`
}

/** Roses, advance by sector and against the slope. */
export function directionSection(data: Measured, terms: Terms = FRAME_TERMS): Section {
  const parts = objectsOf(data).flatMap(({ objectId, found, of }): (Part | false)[] => {
    const whole = found.growth.find(({ span }) => span === 'whole')
    const events = found.growth
      .filter(({ span }) => span === 'event')
      .toSorted((a, b) => changeOf(b) - changeOf(a))
      .slice(0, EVENT_ROSES)
      .sort((a, b) => a.toAt.localeCompare(b.toAt))
    if (whole === undefined) return []
    return [
      { kind: 'text', body: html`<p>${readable(whole.words)}</p>` },
      {
        kind: 'figure',
        body: directionChart(whole, `direction-chart-${objectId}`),
        caption: html`${formatDay(whole.fromAt)} to ${formatDay(whole.toAt)},
        ${formatNumber(whole.days)} days${of}. Ground that became scar (<b>a</b>) and that ceased to
        be (<b>b</b>) in 16 sectors of true north about one centre, on one scale; the area of a
        wedge is in proportion to the ground. (<b>c</b>) Mean advance of the boundary by sector with
        its 90 % interval, in m over the whole span (left) and in m a day (right); pale bars cannot
        be told from 0, sectors without a bar have too little boundary seen. The advance of a
        boundary is not displacement of the ground.`,
      },
      whole.slope !== null && {
        kind: 'table',
        body: slopeTable(whole.slope),
        caption: html`The same growth${of} against the slope of the ground, averaged over 100 m.
        ${data.evolution.elevation.words}`,
      },
      events.length > 0 && {
        kind: 'figure',
        body: eventRoses(events, `event-roses-${objectId}`),
        caption: html`Gained (or, where that is more, lost) ground${of} in 16 sectors at
        ${events.length === 1 ? 'the abrupt change' : 'each abrupt change'}, between the
        ${terms.many} that bracket it. Each rose has its own scale, written at its rings.`,
      },
    ]
  })
  return { title: 'Direction and advance of the boundary', parts }
}

function changeOf({
  rose: { sectors },
}: {
  rose: { sectors: readonly { gainedM2: number; lostM2: number }[] }
}): number {
  return sectors.reduce((sum, { gainedM2, lostM2 }) => sum + gainedM2 + lostM2, 0)
}

/** New zones, then growth along the edge, on one map and in a table each, the largest first. */
export function zoneSection(
  data: Measured,
  maps: ReportMaps | null,
  terms: Terms = FRAME_TERMS,
): Section {
  const found = data.evolution.objects.flatMap(({ newZones }) => newZones)
  const hasEdge = found.some(isEdgeGrowth)
  const parts = objectsOf(data).flatMap((object): (Part | false)[] => {
    const { objectId, of } = object
    const all = object.found.newZones
    if (all.length === 0) return []
    const edge = all.filter(isEdgeGrowth)
    const zones = all.filter((zone) => !isEdgeGrowth(zone))
    const told = largest(zones)
    const toldEdge = largest(edge)
    const isAll = told.length === zones.length && toldEdge.length === edge.length
    return [
      maps !== null && {
        kind: 'figure',
        body: zoneMap(maps, all, [...told, ...toldEdge], objectId, `zone-map-${objectId}`, terms),
        caption: html`${countsWords(zones, edge)}${of}: ground without scar for a year at least that
        became scar for good. New zones lie apart from the scar before them (more than
        ${terms.apart}) or stand out of it as a lobe, at least half as far as its contact is
        wide${edge.length > 0 && '; what grew along the edge is pale'}. Numbers:
        ${isAll ? 'all of them' : 'the largest'}, as in the
        table${zones.length > 0 && edge.length > 0 && 's'} below. ${mapWords(data, maps)}`,
      },
      zones.length > 0 && {
        kind: 'table',
        body: zoneTable(zones, told, 1),
        caption: html`New zones${of} and ground of abrupt changes, the largest first. Id: as in the
        layer new_zones of ${terms.folder}boundaries.gpkg. A zone opened after the first of the two
        dates and by the second.`,
      },
      zones.length > 0 &&
        edge.length > 0 && { kind: 'text', body: html`<h3>Growth along the edge${of}</h3>` },
      edge.length > 0 && {
        kind: 'table',
        body: zoneTable(edge, toldEdge, told.length + 1),
        caption: html`Ground${of} that became scar for good along the edge of the scar, the largest
        first; no new zones. Id: as in the layer new_zones of ${terms.folder}boundaries.gpkg, where
        its character is fringe. It began after the first of the two dates and by the second.`,
      },
    ]
  })
  const hasZones = found.length === 0 || found.some((zone) => !isEdgeGrowth(zone))
  const titles = [hasZones ? 'new zones' : '', hasEdge ? 'growth along the edge' : '']
  const title = titles.filter((part) => part !== '').join(' and ')
  return { title: `${title.slice(0, 1).toUpperCase()}${title.slice(1)}`, parts }
}

type Zones = ReportData['evolution']['objects'][number]['newZones']

function largest(zones: Zones): Zones {
  return zones.toSorted((a, b) => b.areaM2 - a.areaM2).slice(0, TOLD_ZONES)
}

/** `2 new zones and ground of abrupt changes, and growth along the edge in 30 pieces` */
function countsWords(zones: Zones, edge: Zones): string {
  const pieces = edge.reduce((sum, zone) => sum + zone.pieces, 0)
  const along = `rowth along the edge in ${formatCount(pieces, 'piece')}`
  if (zones.length === 0) return `G${along}`
  const outside = zones.filter(({ event }) => event === null).length
  const own = [
    ...(outside > 0 ? [formatCount(outside, 'new zone')] : []),
    ...(outside < zones.length ? ['ground of abrupt changes'] : []),
  ].join(' and ')
  const words = `${own.slice(0, 1).toUpperCase()}${own.slice(1)}`
  return edge.length === 0 ? words : `${words}, and g${along}`
}
