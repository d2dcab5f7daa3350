import { type ReportData, type ReportMaps, isEdgeGrowth } from '@scarline/core'
import { type LegendEntry, chart, legend, legendHeight, n } from '../charts/chart-frame.ts'
import { type Markup, html } from '../markup.ts'
import { COLOURS } from '../palette.ts'
import { FRAME_TERMS, type Terms } from '../terms.ts'
import { formatArea } from '../words.ts'
import {
  MAP_MARGIN,
  type MapPlace,
  mapHeight,
  mapPanel,
  mapScale,
  onMap,
  ringsPath,
} from './map-frame.ts'
import { placeMarks, pointInside } from './zone-labels.ts'

/** A new zone of the evolution, or growth along the edge. */
export type Zone = ReportData['evolution']['objects'][number]['newZones'][number]

const WIDTH = 960
const WIDEST = 700
/** Highest map without a picture below it. */
const HIGHEST = 560
const LEGEND_TOP = 6
const MARK = 10

const LOOK_ORDER = ['own', 'event', 'edge', 'closed'] as const
type Look = (typeof LOOK_ORDER)[number]

const LOOKS: Record<Look, { fill: string; opacity: string; stroke: string; dash: string }> = {
  own: { fill: COLOURS.vermillion, opacity: '0.75', stroke: '#7a3300', dash: '' },
  event: { fill: COLOURS.blue, opacity: '0.5', stroke: '#003f63', dash: '' },
  edge: { fill: COLOURS.vermillion, opacity: '0.22', stroke: COLOURS.vermillion, dash: '' },
  closed: { fill: '#fff', opacity: '0.5', stroke: COLOURS.ink, dash: '3 2' },
}

function lookOf(zone: Zone): Look {
  const { status, event } = zone
  if (status === 'closed') return 'closed'
  if (event !== null) return 'event'
  return isEdgeGrowth(zone) ? 'edge' : 'own'
}

/** New zones and growth along the edge on the map; those that the table tells of have their number. */
export function zoneMap(
  maps: ReportMaps,
  zones: readonly Zone[],
  numbered: readonly Zone[],
  objectId: number,
  id: string,
  { shape }: Terms = FRAME_TERMS,
): Markup {
  const { ground, window } = maps
  const mapWidth =
    ground === null ? Math.min(WIDEST, (HIGHEST * window.width) / window.height) : WIDEST
  const left = (WIDTH - mapWidth) / 2
  const ends = maps.ends.filter((end) => end.objectId === objectId)
  const looks = LOOK_ORDER.filter((look) => zones.some((zone) => lookOf(zone) === look))
  const entries: LegendEntry[] = [
    ...looks.map((look) => ({ text: LOOK_NAMES[look], swatch: swatch(look) })),
    ...(ends.length > 1
      ? [
          {
            text: `first ${shape}`,
            swatch: html`<line class="end first" x1="2" x2="26" y1="6" y2="6" />`,
          },
        ]
      : []),
    {
      text: `last ${shape}`,
      swatch: html`<line class="end" x1="2" x2="26" y1="6" y2="6" />`,
    },
  ]
  const legendBox = { left: left - 4, right: 0, width: WIDTH }
  const top = LEGEND_TOP + legendHeight(legendBox, entries) + LEGEND_TOP
  const place: MapPlace = { x: left, y: top, width: mapWidth, hasNorthings: true }
  const height = mapHeight(maps, mapWidth)
  const outlineOf = new Map(
    maps.newZones
      .filter((outline) => outline.objectId === objectId)
      .map((outline) => [outline.zoneId, outline.rings] as const),
  )
  const places = numbered.flatMap((zone, i) => {
    const point = pointInside(outlineOf.get(zone.id) ?? [])
    return point === null ? [] : [{ number: i + 1, anchor: onMap(maps, place, point) }]
  })
  const marks = placeMarks(
    places.map(({ anchor }) => anchor),
    MARK,
    [place.x, place.y, place.x + mapWidth, place.y + height],
  )
  const drawn = zones.toSorted((a, b) => Number(isEdgeGrowth(b)) - Number(isEdgeGrowth(a)))
  const scale = mapScale(maps, place)
  return chart(
    { width: WIDTH, height: top + height + MAP_MARGIN.bottom },
    'Map of new zones and growth along the edge',
    id,
    [
      mapPanel(maps, place, [
        ends.map(
          ({ rings, capturedAt }, i) =>
            html`<path
              class="${i === 0 && ends.length > 1 ? 'end first' : 'end'}"
              d="${ringsPath(rings)}"
              ><title>${capturedAt.slice(0, 10)}</title></path
            >`,
        ),
        drawn.map((zone) => {
          const look = LOOKS[lookOf(zone)]
          return html`<path
            class="zone"
            d="${ringsPath(outlineOf.get(zone.id) ?? [])}"
            fill="${look.fill}"
            fill-opacity="${look.opacity}"
            stroke="${look.stroke}"
            stroke-dasharray="${look.dash}"
            ><title>${formatArea(zone.areaM2)}</title></path
          >`
        }),
      ]),
      marks.map(({ at: [x, y], anchor: [ax, ay] }, i) => {
        const isMoved = Math.hypot(x - ax, y - ay) > scale
        return html`<g class="zone-mark"
          >${isMoved && html`<line x1="${n(ax)}" y1="${n(ay)}" x2="${n(x)}" y2="${n(y)}" />`}<circle
            cx="${n(x)}"
            cy="${n(y)}"
            r="${MARK}"
          /><text text-anchor="middle" x="${n(x)}" y="${n(y + 4.5)}"
            >${places[i]?.number ?? ''}</text
          ></g
        >`
      }),
      legend(legendBox, entries, LEGEND_TOP),
    ],
  )
}

const LOOK_NAMES: Record<Look, string> = {
  own: 'new zone',
  event: 'part of an abrupt change',
  edge: 'growth along the edge',
  closed: 'closed again',
}

function swatch(look: Look): Markup {
  const { fill, opacity, stroke, dash } = LOOKS[look]
  return html`<rect
    x="2"
    y="0.5"
    width="24"
    height="11"
    fill="${fill}"
    fill-opacity="${opacity}"
    stroke="${stroke}"
    stroke-dasharray="${dash}"
  />`
}
