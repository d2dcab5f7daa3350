import type { OutlineReportData, ReportMaps } from '@scarline/core'
import { chart, legend, legendHeight, n } from '../charts/chart-frame.ts'
import {
  MAP_MARGIN,
  type MapPlace,
  mapHeight,
  mapPanel,
  onMap,
  ringsPath,
} from '../maps/map-frame.ts'
import { placeMarks, pointInside } from '../maps/zone-labels.ts'
import { type Markup, html } from '../markup.ts'
import { COLOURS } from '../palette.ts'
import { soleMap } from './outline-map.ts'
import { type Box, groupsOf } from './overview-groups.ts'
import { VERDICTS, VERDICT_FILLS, VERDICT_WORDS, type Verdict, verdictOf } from './verdicts.ts'

const WIDTH = 960
const TOP = 8
const TITLE = 22
/** Side of a square panel, and from one to the next. */
const PANEL = 340
const ACROSS = PANEL + 56
const LEFT = (WIDTH - ACROSS - PANEL + MAP_MARGIN.left) / 2
const DOWN = PANEL + TITLE + MAP_MARGIN.bottom + 12

/** Half the height of a number, and its distance from the outline that it belongs to. */
const MARK = 9
const BESIDE = 5

/** An outline that is larger than this both ways has its number inside. */
const ROOMY = 34

/** Objects that have their numbers on the map: the largest. */
const NUMBERED = 60

/** Room around the objects of a panel, share of its side. */
const ROOM = 0.15

interface Drawn {
  objectId: number
  rings: number[][]
  verdict: Verdict
  box: Box
}

/**
 * Every object's last outline with its number, filled by what became of it. Where objects stand in
 * groups far apart, each group has an enlarged panel of its own (`b`, `c`, …).
 */
export function overviewMap({ analysis, map }: OutlineReportData, id: string): Markup {
  const objects = analysis.objects.flatMap((summary): Drawn[] => {
    const { objectId } = summary
    const last = map.dated.findLast((one) => one.objectId === objectId)
    if (last === undefined) return []
    return [{ objectId, rings: last.rings, verdict: verdictOf(summary), box: boxOf(last.rings) }]
  })
  const groups = groupsOf(
    objects.map(({ box }) => box),
    map.window,
  )
  const shown = VERDICTS.filter((verdict) => objects.some((one) => one.verdict === verdict))
  const entries = shown.map((verdict) => ({
    text: VERDICT_WORDS[verdict],
    swatch: html`<rect x="2" y="0.5" width="24" height="11" ${paint(verdict)} />`,
  }))
  const sole = soleMap(map, TOP)
  const panels =
    groups.length === 0
      ? [{ maps: map as ReportMaps, place: sole, numbered: objects }]
      : panelsOf(map, objects, groups)
  const last = panels.at(-1) as (typeof panels)[number]
  const legendTop = last.place.y + mapHeight(last.maps, last.place.width) + MAP_MARGIN.bottom + 8
  const box = { left: (groups.length === 0 ? sole.x : LEFT) - 4, right: 0, width: WIDTH }
  return chart(
    { width: WIDTH, height: legendTop + legendHeight(box, entries) },
    'Map of all objects',
    id,
    [
      panels.map(({ maps, place, numbered }, i) => [
        groups.length > 0 &&
          html`<text class="panel" x="${n(place.x)}" y="${n(place.y - 7)}"
            >${LETTERS[i] ?? ''}</text
          >`,
        mapPanel(
          maps,
          place,
          objects.map(
            ({ objectId, rings, verdict }) =>
              html`<path class="zone" d="${ringsPath(rings)}" ${paint(verdict)}
                ><title>object ${objectId}: ${VERDICT_WORDS[verdict]}</title></path
              >`,
          ),
        ),
        i === 0 &&
          panels.slice(1).map((panel, k) => frameOf(maps, place, panel.maps, LETTERS[k + 1] ?? '')),
        numbers(maps, place, numbered),
      ]),
      legend(box, entries, legendTop),
    ],
  )
}

const LETTERS = 'abcd'

/** The whole, and a panel for each group; what has a panel is numbered there. */
function panelsOf(
  map: ReportMaps,
  objects: readonly Drawn[],
  groups: readonly (readonly number[])[],
): { maps: ReportMaps; place: MapPlace; numbered: Drawn[] }[] {
  const placeOf = (i: number): MapPlace => ({
    x: LEFT + (i % 2) * ACROSS,
    y: TITLE + Math.floor(i / 2) * DOWN,
    width: PANEL,
    hasNorthings: true,
  })
  const { col, row, width, height } = map.window
  const whole = squareAround([col, row, col + width, row + height], 0)
  const grouped = new Set(groups.flat())
  return [
    {
      maps: { ...map, window: whole },
      place: placeOf(0),
      numbered: objects.filter((_, i) => !grouped.has(i)),
    },
    ...groups.map((members, i) => {
      const numbered = members.map((at) => objects[at] as Drawn)
      const box = numbered.map((one) => one.box).reduce(unite)
      return { maps: { ...map, window: squareAround(box, ROOM) }, place: placeOf(i + 1), numbered }
    }),
  ]
}

function squareAround([left, top, right, bottom]: Box, room: number): ReportMaps['window'] {
  const side = Math.max(right - left, bottom - top) * (1 + 2 * room)
  return {
    col: (left + right - side) / 2,
    row: (top + bottom - side) / 2,
    width: side,
    height: side,
  }
}

/** Where a panel lies on the map of the whole. */
function frameOf(
  maps: ReportMaps,
  place: MapPlace,
  { window: { col, row, width, height } }: ReportMaps,
  letter: string,
): Markup {
  const [x, y] = onMap(maps, place, [col, row])
  const [right, bottom] = onMap(maps, place, [col + width, row + height])
  return html`<rect
      class="neat"
      x="${n(x)}"
      y="${n(y)}"
      width="${n(right - x)}"
      height="${n(bottom - y)}"
    /><text class="panel" text-anchor="end" x="${n(x - 4)}" y="${n(y + 12)}">${letter}</text>`
}

/** The objects' numbers in their outlines or, where those are small, beside; none upon another. */
function numbers(maps: ReportMaps, place: MapPlace, objects: readonly Drawn[]): Markup {
  const told = objects.slice(0, NUMBERED)
  const anchors = told.map(({ box, rings }) => {
    const [left, top] = onMap(maps, place, [box[0], box[1]])
    const [right, bottom] = onMap(maps, place, [box[2], box[3]])
    const inside = pointInside(rings)
    return inside !== null && Math.min(right - left, bottom - top) > ROOMY
      ? onMap(maps, place, inside)
      : ([right + BESIDE, top - BESIDE] as const)
  })
  const bottom = place.y + mapHeight(maps, place.width)
  const marks = placeMarks(anchors, MARK, [place.x, place.y, place.x + place.width, bottom])
  return html`${marks.map(({ at: [x, y], anchor: [ax, ay] }, i) => {
    const isMoved = Math.hypot(x - ax, y - ay) > MARK
    return html`<g class="object-mark"
      >${isMoved && html`<line class="leader" x1="${n(ax - BESIDE)}" y1="${n(ay + BESIDE)}" x2="${n(x)}" y2="${n(y)}" />`}<text
        class="key"
        text-anchor="middle"
        x="${n(x)}"
        y="${n(y + 4)}"
        >${told[i]?.objectId ?? ''}</text
      ></g
    >`
  })}`
}

function boxOf(rings: readonly (readonly number[])[]): Box {
  const xs = rings.flatMap((ring) => ring.filter((_, i) => i % 2 === 0))
  const ys = rings.flatMap((ring) => ring.filter((_, i) => i % 2 === 1))
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)]
}

function unite(a: Box, b: Box): Box {
  return [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.max(a[2], b[2]), Math.max(a[3], b[3])]
}

function paint(verdict: Verdict): Markup {
  const dash = verdict === 'once' ? '2 2' : ''
  return html`fill="${VERDICT_FILLS[verdict]}" fill-opacity="0.6" stroke="${COLOURS.ink}"
  stroke-width="0.7" stroke-dasharray="${dash}"`
}
