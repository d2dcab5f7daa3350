import type { FrameScaling } from './frame-scaling.ts'
import { type GreenBaseline, greenBaseline } from './green-baseline.ts'
import type { GroundParts } from './ground-parts.ts'
import { middleOf } from './middle.ts'
import type { WorkingPoint } from './object-membership.ts'
import type { PreparedSeries } from './prepare-series.ts'
import { HIDDEN, NATIVE_PIXEL_M, NDVI_SCALE, type WorkingGrid, pixelsOf } from './working-grid.ts'

/** A level is taken from prompts only where they stand out this much from vegetation, as a bare fraction. */
const LEAST_CONTRAST = 0.2
/** A level deeper than this share of the series' own is that level. */
const LIKE_OWN = 0.65
/** The same where the series' own level is a guess. */
const LIKE_GUESS = 0.9
/** Ground around a click is even when its bare fraction is within this share of the click's own. */
const EVEN = 0.25
/** Cleared ground has lost at least this much against its own baseline, NDVI. */
const LEAST_DROP = 0.1
/** Cleared levels are told apart in these steps of NDVI. */
const CLEARED_STEP = 0.02
/** Levels are told apart in these steps of vigour, so that a session meets few of them. */
const LEVEL_STEP = 0.25
/** What was clicked is looked at on the frames of a season around the click, days either way. */
const SEASON_DAYS = 90
/** The clicked ground may have been covered on half of those frames: its level is the upper quartile. */
const QUANTILE = 0.75

/**
 * What counts as bare: ground of a certain vigour, or ground that has dropped from its own baseline to
 * a certain NDVI.
 */
export type BareSense = { kind: 'vigour'; vigour: number } | { kind: 'drop'; clearedNdvi: number }

/**
 * The sense in which the clicked ground is bare. It is the series' own unless most positive clicks lie
 * where that finds no ground that was ever bare. Then, if those clicks have lost green against their
 * own past and the series shows no bare ground to go by, it is that loss (a clearing); if they lie in ground that is evenly less bare, it is the
 * level of that ground (a thinly covered scar). Levels are taken over the season around the click: a
 * clearing among leafless trees stands out only when they come into leaf.
 *
 * @param parts of the series' own level
 * @param advance throws to abort
 */
export async function promptedSense(
  series: PreparedSeries,
  parts: GroundParts,
  points: readonly WorkingPoint[],
  advance: () => void,
): Promise<BareSense> {
  const own: BareSense = { kind: 'vigour', vigour: series.bareLevel.vigour }
  const clicks = points.filter((point) => point.positive)
  const isGuess = series.bareLevel.method !== 'peak'
  const reachM = (isGuess ? 0.5 : 1.5) * NATIVE_PIXEL_M
  const unknown = clicks.filter((point) => !isKnownGround(series, parts, point, reachM))
  if (2 * unknown.length <= clicks.length) return own
  // Where the series shows bare ground, small clicked patches are mixed pixels of it, not clearings.
  const knowsBare = series.bareLevel.method !== 'prior'
  const baseline = knowsBare ? null : await greenBaseline(series, advance)
  const cleared: number[] = []
  const weak: number[] = []
  const clicked: number[] = []
  for (const point of unknown) {
    const season = await clickedSeason(series, point)
    const drop = baseline && (await clickedDrop(series, baseline, point))
    if (drop !== null && drop >= LEAST_DROP) cleared.push(season.lowNdvi)
    const { level } = season
    if (level === null) continue
    if (level.own > LEAST_CONTRAST) clicked.push(level.own)
    const isEven = Math.abs(level.around - level.own) < EVEN * level.own
    if (isEven && level.around > LEAST_CONTRAST && level.around < LIKE_OWN) weak.push(level.around)
  }
  if (2 * cleared.length > clicks.length) {
    const ndvi = middleOf(Float64Array.from(cleared))
    return { kind: 'drop', clearedNdvi: Math.round(ndvi / CLEARED_STEP) * CLEARED_STEP }
  }
  if (2 * weak.length > clicks.length) return scaledSense(series, middleOf(Float64Array.from(weak)))
  // A level that no peak of bare ground confirms is a guess; the clicks know better. The barest of
  // them are least mixed with what stands around them.
  const barest = weightedQuantile(
    clicked.map((value) => ({ value, weight: 1 })),
    QUANTILE,
  )
  const isClicked = isGuess && 2 * clicked.length > clicks.length
  return isClicked && barest < LIKE_GUESS ? scaledSense(series, barest) : own
}

function scaledSense(series: PreparedSeries, fraction: number): BareSense {
  const steps = Math.round((-fraction * series.bareLevel.vigour) / LEVEL_STEP)
  return { kind: 'vigour', vigour: -LEVEL_STEP * Math.max(1, steps) }
}

/** How far a click lies below its baseline on its frame, NDVI; null where hidden or not known. */
async function clickedDrop(
  series: PreparedSeries,
  baseline: GreenBaseline,
  point: WorkingPoint,
): Promise<number | null> {
  const ndvi = await series.readWorkingNdvi(point.frameIndex)
  const green = series.greenness[point.frameIndex] as number
  const drops = neighbourhood(series.working, point)
    .filter((at) => ndvi[at] !== HIDDEN)
    .map((at) => baseline.at(at, green) - (ndvi[at] as number) / NDVI_SCALE)
    .filter((drop) => drop === drop)
  return drops.length === 0 ? null : middleOf(Float64Array.from(drops))
}

interface ClickedSeason {
  /** Bare fractions of the series' own level, of the click and of the ground around it. */
  level: { own: number; around: number } | null
  /** NDVI of the ground around the click when it was barest. */
  lowNdvi: number
}

async function clickedSeason(series: PreparedSeries, point: WorkingPoint): Promise<ClickedSeason> {
  const { working, scalings, days, bareLevel } = series
  const day = days[point.frameIndex] as number
  const own: Weighted[] = []
  const around: Weighted[] = []
  const ndvis: Weighted[] = []
  for (let t = 0; t < days.length; t++) {
    if (Math.abs((days[t] as number) - day) > SEASON_DAYS) continue
    const ndvi = await series.readWorkingNdvi(t)
    const clicked = ndvi[point.row * working.width + point.col] as number
    if (clicked === HIDDEN) continue
    const near = neighbourhood(working, point).map((at) => ndvi[at] as number)
    const middle = middleOf(Float64Array.from(near.filter((stored) => stored !== HIDDEN)))
    ndvis.push({ value: middle / NDVI_SCALE, weight: 1 })
    const { gain, offset } = scalings[t] as FrameScaling
    if (gain <= 0) continue
    const fraction = (stored: number): number =>
      (stored / NDVI_SCALE - offset) / gain / bareLevel.vigour
    const weight = gain * gain
    own.push({ value: fraction(clicked), weight })
    around.push({ value: fraction(middle), weight })
  }
  return {
    level:
      own.length === 0
        ? null
        : { own: weightedQuantile(own, QUANTILE), around: weightedQuantile(around, QUANTILE) },
    lowNdvi: weightedQuantile(ndvis, 1 - QUANTILE),
  }
}

function isKnownGround(
  series: PreparedSeries,
  parts: GroundParts,
  point: WorkingPoint,
  reachM: number,
): boolean {
  return neighbourhood(series.working, point, reachM).some(
    (at) => parts.changed[at] || parts.steady[at],
  )
}

/** Working pixels within a reach of a click, one and a half native pixels by default. */
function neighbourhood(
  working: WorkingGrid,
  { col, row }: WorkingPoint,
  reachM: number = 1.5 * NATIVE_PIXEL_M,
): number[] {
  const radius = pixelsOf(working, reachM)
  const result: number[] = []
  for (let r = Math.max(0, row - radius); r <= Math.min(working.height - 1, row + radius); r++) {
    for (let c = Math.max(0, col - radius); c <= Math.min(working.width - 1, col + radius); c++) {
      result.push(r * working.width + c)
    }
  }
  return result
}

interface Weighted {
  value: number
  weight: number
}

function weightedQuantile(values: Weighted[], quantile: number): number {
  const sorted = [...values].sort((a, b) => a.value - b.value)
  const total = sorted.reduce((sum, { weight }) => sum + weight, 0)
  let below = 0
  for (const { value, weight } of sorted) {
    below += weight
    if (below >= quantile * total) return value
  }
  return sorted.at(-1)?.value ?? 0
}
