import type { OutlineMap } from '@scarline/core'
import { chart, legend, legendHeight } from '../charts/chart-frame.ts'
import { MAP_MARGIN, type MapPlace, mapHeight, mapPanel, ringsPath } from '../maps/map-frame.ts'
import { type Markup, html } from '../markup.ts'
import { rampColour } from '../palette.ts'
import { formatShortDay } from '../words.ts'

const WIDTH = 960
const TOP = 8
const WIDEST = 700
const HIGHEST = 560

/** Dates that the legend names; of more of them it names some, evenly. */
const NAMED_DATES = 14

/** Where a map stands that is as large as the page allows, in the middle of its figure. */
export function soleMap(map: OutlineMap, top: number): MapPlace {
  const width = Math.min(WIDEST, (HIGHEST * map.window.width) / map.window.height)
  return { x: (WIDTH - width) / 2, y: top, width, hasNorthings: true }
}

/** The outlines of one object on all dates, early in amber, late in dark blue. */
export function datedMap(map: OutlineMap, id: string): Markup {
  const days = [...new Set(map.dated.map(({ capturedAt }) => capturedAt))].sort()
  const colourOf = (day: string): string =>
    rampColour(days.length < 2 ? 1 : days.indexOf(day) / (days.length - 1))
  const last = days.at(-1)
  const place = soleMap(map, TOP)
  const height = mapHeight(map, place.width)
  const box = { left: MAP_MARGIN.left, right: 0, width: WIDTH }
  const entries = namedDays(days).map((day) => ({
    text: formatShortDay(day),
    swatch: html`<line
      x1="2"
      x2="26"
      y1="6"
      y2="6"
      stroke="${colourOf(day)}"
      stroke-width="${day === last ? '3' : '2'}"
    />`,
  }))
  const legendTop = TOP + height + MAP_MARGIN.bottom + 8
  const lines = map.dated
    .toSorted((a, b) => a.capturedAt.localeCompare(b.capturedAt))
    .map(
      ({ capturedAt, rings }) =>
        html`<path
          class="${capturedAt === last ? 'boundary last' : 'boundary'}"
          d="${ringsPath(rings)}"
          stroke="${colourOf(capturedAt)}"
          ><title>${formatShortDay(capturedAt)}</title></path
        >`,
    )
  return chart(
    { width: WIDTH, height: legendTop + legendHeight(box, entries) },
    'Map of the outlines of all dates',
    id,
    [mapPanel(map, place, lines), legend(box, entries, legendTop)],
    `Dates: ${days.map(formatShortDay).join(', ')}.`,
  )
}

/** All days, or some of them evenly, the first and the last among them. */
function namedDays(days: readonly string[]): string[] {
  if (days.length <= NAMED_DATES) return [...days]
  const step = (days.length - 1) / (NAMED_DATES - 1)
  return Array.from({ length: NAMED_DATES }, (_, i) => days[Math.round(i * step)] as string)
}

/** Whether the legend names only some of the dates. */
export function isLegendThinned(map: OutlineMap): boolean {
  return new Set(map.dated.map(({ capturedAt }) => capturedAt)).size > NAMED_DATES
}
