import type { ReportMaps } from '@scarline/core'
import { chart, legend, legendHeight, n } from '../charts/chart-frame.ts'
import { type Markup, html } from '../markup.ts'
import { rampColour } from '../palette.ts'
import { MAP_MARGIN, type MapPlace, mapHeight, mapPanel, ringsPath } from './map-frame.ts'

type SeasonOutline = ReportMaps['seasons'][number]

const WIDTH = 960
const GAP = 24
const TITLE = 24
const RIGHT = 4
/** Width of a map that stands alone. */
const ALONE = 620

const NAMES = { 'june-october': 'June–October', 'november-may': 'November–May' } as const

/** Boundaries of the same season in each year, a panel per season. */
export function seasonMap(maps: ReportMaps, objectId: number, id: string): Markup | null {
  const own = maps.seasons.filter((outline) => outline.objectId === objectId)
  const panels = (['june-october', 'november-may'] as const)
    .map((name) => ({ name, outlines: own.filter(({ season }) => season === name) }))
    .filter(({ outlines }) => outlines.length > 0)
  if (panels.length === 0) return null
  const years = own.map(({ year }) => year)
  const [first, last] = [Math.min(...years), Math.max(...years)]
  const colourOf = (year: number): string =>
    rampColour(last === first ? 1 : (year - first) / (last - first))
  const width = panels.length === 1 ? ALONE : (WIDTH - MAP_MARGIN.left - GAP - RIGHT) / 2
  const left = panels.length === 1 ? (WIDTH - ALONE) / 2 : MAP_MARGIN.left
  const height = mapHeight(maps, width)
  const legendTop = TITLE + height + MAP_MARGIN.bottom + 8
  const drawn = panels.map(({ name, outlines }, i) => {
    const place: MapPlace = {
      x: left + i * (width + GAP),
      y: TITLE,
      width,
      hasNorthings: i === 0,
    }
    const box = { left: place.x - 4, right: WIDTH - place.x - width, width: WIDTH }
    const entries = outlines.map(({ label, year }) => ({
      text: label.replace(/^\S+ /, ''),
      swatch: html`<line
        x1="2"
        x2="26"
        y1="6"
        y2="6"
        stroke="${colourOf(year)}"
        stroke-width="${year === outlines.at(-1)?.year ? '3' : '2'}"
      />`,
    }))
    const markup = html`<text class="label" x="${n(place.x)}" y="${TITLE - 8}"
        >${panels.length > 1 && html`<tspan class="panel">${'ab'[i] ?? ''}</tspan> `}${NAMES[name]}</text
      >${mapPanel(
        maps,
        place,
        outlines.map((outline) =>
          boundary(outline, colourOf(outline.year), outline === outlines.at(-1)),
        ),
      )}${legend(box, entries, legendTop)}`
    return { markup, legendHeight: legendHeight(box, entries) }
  })
  return chart(
    {
      width: WIDTH,
      height: legendTop + Math.max(...drawn.map((panel) => panel.legendHeight)),
    },
    'Map of the boundaries of the scar in the same season of each year',
    id,
    drawn.map(({ markup }) => markup),
    panels
      .map(
        ({ name, outlines }) => `${NAMES[name]}: ${outlines.map(({ label }) => label).join(', ')}.`,
      )
      .join(' '),
  )
}

function boundary({ label, rings }: SeasonOutline, colour: string, isLast: boolean): Markup {
  return html`<path
    class="${isLast ? 'boundary last' : 'boundary'}"
    d="${ringsPath(rings)}"
    stroke="${colour}"
    ><title>${label}</title></path
  >`
}
