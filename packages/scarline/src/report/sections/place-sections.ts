import type { ReportData, ReportMaps } from '@scarline/core'
import { directionChart } from '../charts/direction-chart.ts'
import { eventRoses } from '../charts/rose-chart.ts'
import { seasonMap } from '../maps/season-map.ts'
import { zoneMap } from '../maps/zone-map.ts'
import { type Insert, html } from '../markup.ts'
import { slopeTable, zoneTable } from '../tables/evolution-tables.ts'
import { formatCount, formatDay, formatNumber, readable } from '../words.ts'
import { objectsOf } from './objects.ts'
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
function mapWords({ evolution }: ReportData, { grid, ground }: ReportMaps): Insert {
  const convergence = evolution.objects
    .flatMap(({ growth }) => growth)
    .map(({ rose }) => rose.convergenceDeg)[0]
  const north =
    convergence === undefined
      ? ''
      : ` (${formatNumber(Math.abs(convergence), 2)}° ${convergence < 0 ? 'west' : 'east'} of true north)`
  return `Ground: NDVI of ${formatDay(ground.capturedAt)}, paled. Coordinates: metres east and north, EPSG:${grid.epsg}; N: grid north${north}.`
}

/** Roses, advance by sector and against the slope. */
export function directionSection(data: ReportData): Section {
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
        ${events.length === 1 ? 'the abrupt change' : 'each abrupt change'}, between the frames that
        bracket it. Each rose has its own scale, written at its rings.`,
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

/** New zones on the map and in a table, the largest first. */
export function zoneSection(data: ReportData, maps: ReportMaps | null): Section {
  const parts = objectsOf(data).flatMap(({ objectId, found, of }): (Part | false)[] => {
    const zones = found.newZones
    if (zones.length === 0) return []
    const told = zones.toSorted((a, b) => b.areaM2 - a.areaM2).slice(0, TOLD_ZONES)
    return [
      maps !== null && {
        kind: 'figure',
        body: zoneMap(maps, zones, told, objectId, `zone-map-${objectId}`),
        caption: html`${formatCount(zones.length, 'new zone')}${of}: ground without scar for a year
        at least that became scar for good. Numbers:
        ${told.length === zones.length ? 'all zones' : `the ${told.length} largest`}, as in the
        table below. ${mapWords(data, maps)}`,
      },
      {
        kind: 'table',
        body: zoneTable(zones, told),
        caption: html`New zones${of}, the largest first. Id: as in the layer new_zones of
        analysis/boundaries.gpkg. A zone opened after the first of the two dates and by the second.`,
      },
    ]
  })
  return { title: 'New zones', parts }
}
