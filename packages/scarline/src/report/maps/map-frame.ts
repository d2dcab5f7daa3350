import type { ReportMaps } from '@scarline/core'
import { n, niceStep } from '../charts/chart-frame.ts'
import { type Insert, type Markup, html } from '../markup.ts'
import { formatNumber } from '../words.ts'

/** Where a map stands in its figure, in units of the figure. */
export interface MapPlace {
  x: number
  y: number
  width: number
  /** Whether its northings are written on the left. */
  hasNorthings: boolean
}

/** Room that coordinates take left of a map and below it. */
export const MAP_MARGIN = { left: 22, bottom: 24 } as const

/** Share of white over the picture, so that lines stand out. */
const VEIL = 0.5

/** Id of the element that holds the picture; all other maps use it. */
const GROUND_ID = 'map-ground'

/** Height of a map of a width. */
export function mapHeight({ window }: ReportMaps, width: number): number {
  return (width * window.height) / window.width
}

/** Units of the figure per pixel of the grid. */
export function mapScale({ window }: ReportMaps, { width }: MapPlace): number {
  return width / window.width
}

/** Place in the figure of a position on the grid, pixels. */
export function onMap(
  { window }: ReportMaps,
  place: MapPlace,
  [col, row]: readonly [number, number],
): [x: number, y: number] {
  const scale = place.width / window.width
  return [place.x + (col - window.col) * scale, place.y + (row - window.row) * scale]
}

/** The frame picture that all maps share; stands once in the page, before them. */
export function mapGround({ ground, window }: ReportMaps): Markup | null {
  if (ground === null) return null
  const uri = `data:image/webp;base64,${Buffer.from(ground.webp).toString('base64')}`
  return html`<svg class="defs" aria-hidden="true" width="0" height="0">
    <defs>
      <image
        id="${GROUND_ID}"
        width="${window.width}"
        height="${window.height}"
        preserveAspectRatio="none"
        href="${uri}"
      />
    </defs>
  </svg>`
}

/**
 * A map: picture, lines in pixels of the grid, neat line with coordinates, scale bar and north arrow.
 *
 * @param lines drawn in pixels of the grid; strokes keep their width
 */
export function mapPanel(maps: ReportMaps, place: MapPlace, lines: Insert): Markup {
  const { window } = maps
  const height = mapHeight(maps, place.width)
  return html`<svg
      x="${n(place.x)}"
      y="${n(place.y)}"
      width="${n(place.width)}"
      height="${n(height)}"
      viewBox="${window.col} ${window.row} ${window.width} ${window.height}"
      preserveAspectRatio="none"
    >
      ${maps.ground === null ? gridLines(maps, place) : paledGround(maps)} ${lines}</svg
    >${scaleBar(maps, place, height)}${northArrow(place)}<rect
      class="neat"
      x="${n(place.x)}"
      y="${n(place.y)}"
      width="${n(place.width)}"
      height="${n(height)}"
    />${coordinates(maps, place, height)}`
}

function paledGround({ window }: ReportMaps): Markup {
  return html`<use href="#${GROUND_ID}" x="${window.col}" y="${window.row}" /><rect
      x="${window.col}"
      y="${window.row}"
      width="${window.width}"
      height="${window.height}"
      fill="#fff"
      fill-opacity="${VEIL}"
    />`
}

/** Lines of the coordinates on an empty ground, in pixels of the grid. */
function gridLines(maps: ReportMaps, place: MapPlace): Markup {
  const { grid, window } = maps
  const [a, , c, , e, f] = grid.transform
  const { eastings, northings } = coordinateValues(maps, place)
  const [right, bottom] = [window.col + window.width, window.row + window.height]
  const path = [
    ...eastings.map((x) => `M${n((x - c) / a)} ${window.row}V${bottom}`),
    ...northings.map((y) => `M${window.col} ${n((y - f) / e)}H${right}`),
  ]
  return html`<path class="graticule" d="${path.join('')}" />`
}

/** Rings as the data of one path, in pixels of the grid. */
export function ringsPath(rings: readonly (readonly number[])[]): string {
  return rings
    .map((ring) => {
      const points: string[] = []
      for (let i = 0; i + 3 < ring.length; i += 2) {
        points.push(`${tenth(ring[i] ?? 0)} ${tenth(ring[i + 1] ?? 0)}`)
      }
      return points.length < 3 ? '' : `M${points.join('L')}Z`
    })
    .join('')
}

function tenth(value: number): string {
  return String(Math.round(value * 10) / 10)
}

/** Eastings below, northings on the left, full metres of the projection. */
function coordinates(maps: ReportMaps, place: MapPlace, height: number): Markup {
  const { grid, window } = maps
  const [a, , c, , e, f] = grid.transform
  const scale = place.width / window.width
  const west = c + a * window.col
  const north = f + e * window.row
  const { eastings, northings } = coordinateValues(maps, place)
  const bottom = place.y + height
  return html`${eastings.map((easting) => {
    const x = place.x + ((easting - west) / a) * scale
    return html`<line
        class="axis"
        x1="${n(x)}"
        x2="${n(x)}"
        y1="${n(bottom)}"
        y2="${n(bottom + 5)}"
      /><text
        class="tick"
        text-anchor="middle"
        x="${n(Math.min(x, place.x + place.width - HALF_LABEL))}"
        y="${n(bottom + 18)}"
        >${formatNumber(easting)}</text
      >`
  })}${
    place.hasNorthings &&
    northings.map((northing) => {
      const y = place.y + ((northing - north) / e) * scale
      const labelY = Math.max(place.y + HALF_LABEL, Math.min(y, bottom - HALF_LABEL))
      return html`<line
          class="axis"
          x1="${n(place.x - 5)}"
          x2="${n(place.x)}"
          y1="${n(y)}"
          y2="${n(y)}"
        /><text
          class="tick"
          text-anchor="middle"
          transform="translate(${n(place.x - 9)} ${n(labelY)}) rotate(-90)"
          >${formatNumber(northing)}</text
        >`
    })
  }`
}

/** Round eastings and northings within a map, m. */
function coordinateValues(
  { grid, window }: ReportMaps,
  place: MapPlace,
): { eastings: number[]; northings: number[] } {
  const [a, , c, , e, f] = grid.transform
  const least = (TICK_ROOM * a * window.width) / place.width
  const west = c + a * window.col
  const north = f + e * window.row
  return {
    eastings: roundValues(west, west + a * window.width, least),
    northings: roundValues(north + e * window.height, north, least),
  }
}

/** Half of the width of a coordinate: the last one stays beside its map. */
const HALF_LABEL = 28

/** Least room between two coordinates. */
const TICK_ROOM = 84

/** Multiples of a step of 1, 2 or 5 times a power of ten, no closer than `least`. */
function roundValues(min: number, max: number, least: number): number[] {
  const power = 10 ** Math.floor(Math.log10(least))
  const step = power * ([1, 2, 5].find((factor) => factor * power >= least) ?? 10)
  const values: number[] = []
  for (let k = Math.ceil(min / step); k * step <= max; k++) values.push(k * step)
  return values
}

/** A bar of a round length, black and white in halves. */
function scaleBar({ grid, window }: ReportMaps, place: MapPlace, height: number): Markup {
  const metresPerUnit = (Math.abs(grid.transform[0]) * window.width) / place.width
  const metres = niceStep(place.width * metresPerUnit, 4)
  const width = metres / metresPerUnit
  const x = place.x + 14
  const y = place.y + height - 18
  const label = metres >= 1000 ? `${formatNumber(metres / 1000)} km` : `${formatNumber(metres)} m`
  return html`<g class="scale-bar"
    ><rect
      class="plate"
      x="${n(x - 8)}"
      y="${n(y - 18)}"
      width="${n(width + 16)}"
      height="30"
    /><rect x="${n(x)}" y="${n(y)}" width="${n(width / 2)}" height="5" fill="#000" /><rect
      x="${n(x)}"
      y="${n(y)}"
      width="${n(width)}"
      height="5"
      fill="none"
      stroke="#000"
      stroke-width="0.8"
    /><text class="tick" text-anchor="middle" x="${n(x + width / 2)}" y="${n(y - 5)}"
      >${label}</text
    ></g
  >`
}

function northArrow({ x, y, width }: MapPlace): Markup {
  const cx = x + width - 18
  const top = y + 10
  return html`<g class="north"
    ><rect class="plate" x="${n(cx - 11)}" y="${n(top - 3)}" width="22" height="42" /><path
      d="M${n(cx)} ${n(top)}L${n(cx + 6)} ${n(top + 20)}L${n(cx)} ${n(top + 15)}L${n(cx - 6)} ${n(top + 20)}Z"
    /><text class="tick strong" text-anchor="middle" x="${n(cx)}" y="${n(top + 35)}">N</text></g
  >`
}
