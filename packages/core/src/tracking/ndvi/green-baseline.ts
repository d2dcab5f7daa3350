import type { PreparedSeries } from './prepare-series.ts'
import { HIDDEN, NDVI_SCALE } from './working-grid.ts'

/** Baselines are kept for site greennesses this far apart, NDVI. */
const NODE_STEP = 0.04
/** A frame tells of the nodes within this of its own greenness, NDVI. */
const WINDOW = 0.06
/** No more nodes than this, whatever the range. */
const MAX_NODES = 32

/** How green pixels are when nothing has happened to them, given how green the site is. */
export interface GreenBaseline {
  /** NDVI of the pixel at a place of the list for a site greenness; NaN where the series does not tell. */
  at(place: number, greenness: number): number
}

/**
 * Per pixel and site greenness the second highest NDVI seen: a clearing lowers it only if it lasts
 * through all but one of the frames of that greenness, and a single bright outlier does not raise it.
 * The season is told by how green the site is, not by the calendar: leaves come out when they do, and
 * evergreen and deciduous ground each have their own course. Memory: two numbers per pixel and node.
 *
 * @param places working pixels; null for all of them, in their order
 * @param advance called once a frame; throws to abort
 */
export async function greenBaseline(
  series: PreparedSeries,
  places: readonly number[] | null,
  advance: () => void,
): Promise<GreenBaseline> {
  const { working, greenness } = series
  const pixels = places?.length ?? working.width * working.height
  const known = greenness.filter((value) => value === value)
  const low = known.reduce((a, b) => Math.min(a, b), Infinity)
  const high = known.reduce((a, b) => Math.max(a, b), -Infinity)
  const step = Math.max(NODE_STEP, (high - low) / (MAX_NODES - 1))
  const nodes = known.length === 0 ? 0 : Math.floor((high - low) / step + 1e-9) + 2
  const first = new Int16Array(nodes * pixels).fill(HIDDEN)
  const second = new Int16Array(nodes * pixels).fill(HIDDEN)
  for (let t = 0; t < greenness.length; t++) {
    const green = greenness[t] as number
    if (green === green) {
      const whole = await series.readWorkingNdvi(t)
      const ndvi = places ? Int16Array.from(places, (at) => whole[at] as number) : whole
      for (let node = 0; node < nodes; node++) {
        if (Math.abs(low + node * step - green) > Math.max(WINDOW, step)) continue
        raise(first, second, node * pixels, ndvi)
      }
    }
    advance()
  }
  const stored = (node: number, place: number): number => {
    const value = second[node * pixels + place] as number
    return value === HIDDEN ? NaN : value / NDVI_SCALE
  }
  return {
    at(place, green) {
      const position = Math.min(nodes - 1, Math.max(0, (green - low) / step))
      const node = Math.floor(position)
      const below = stored(node, place)
      const above = node + 1 < nodes ? stored(node + 1, place) : below
      if (Number.isNaN(below)) return above
      if (Number.isNaN(above)) return below
      return below + (position - node) * (above - below)
    },
  }
}

function raise(first: Int16Array, second: Int16Array, offset: number, ndvi: Int16Array): void {
  for (let i = 0; i < ndvi.length; i++) {
    const value = ndvi[i] as number
    if (value > (first[offset + i] as number)) {
      second[offset + i] = first[offset + i] as number
      first[offset + i] = value
    } else if (value > (second[offset + i] as number)) second[offset + i] = value
  }
}
