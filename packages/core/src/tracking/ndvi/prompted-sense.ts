import type { FrameScaling } from './frame-scaling.ts'
import { greenBaseline } from './green-baseline.ts'
import type { GroundParts } from './ground-parts.ts'
import { middleOf } from './middle.ts'
import type { WorkingPoint } from './named-labels.ts'
import type { PreparedSeries } from './prepare-series.ts'
import { HIDDEN, NATIVE_PIXEL_M, NDVI_SCALE, type WorkingGrid, pixelsOf } from './working-grid.ts'

/** A level is taken from clicks only where they stand out this much from vegetation, as a bare fraction. */
const LEAST_CONTRAST = 0.2
/** Clicks this near to the series' own level, as a bare fraction, confirm it. */
const LIKE_OWN = 0.9
/** Cleared ground has lost at least this much against its own baseline, NDVI. */
const LEAST_DROP = 0.1
/** Cleared levels are told apart in these steps of NDVI. */
const CLEARED_STEP = 0.02
/** Levels are told apart in these steps of vigour, so that a session meets few of them. */
const LEVEL_STEP = 0.25
/** What was clicked is looked at on the frames of a season around the click, days either way. */
const SEASON_DAYS = 90
/** A frame so many days off counts e times less: the click is true for its own frame only. */
const FADE_DAYS = 30
/** Some clicks lie on mixed pixels, and cleared ground greens: levels are taken towards the barest. */
const QUANTILE = 0.75
/** Where all of them do, the barest click is still too bare a level for the others. */
const MIDDLE = 0.5

/**
 * What counts as bare: ground of a certain vigour, or ground that has dropped from its own baseline to
 * a certain NDVI.
 */
export type BareSense = { kind: 'vigour'; vigour: number } | { kind: 'drop'; clearedNdvi: number }

/**
 * The senses in which the clicked ground may be bare, the likeliest first. It is the series' own, and
 * where the barest quarter of the clicks does not come near that, it may be the level of the clicked
 * ground itself, that of its barest quarter or its middle: which of them the clicks bear out is for the
 * caller to try. Where most clicks lie on
 * ground that was never bare in the series' own sense, that is out: if they hardly stand out as bare but
 * have lost green against their own past, it is that loss (a clearing). Levels are taken over the season
 * around the click: a clearing among leafless trees stands out only when they come into leaf.
 *
 * @param parts of the series' own level
 * @param advance throws to abort
 */
export async function promptedSenses(
  series: PreparedSeries,
  parts: GroundParts,
  points: readonly WorkingPoint[],
  advance: () => void,
): Promise<BareSense[]> {
  const own: BareSense = { kind: 'vigour', vigour: series.bareLevel.vigour }
  const clicks = points.filter((point) => point.positive)
  const seasons = await Promise.all(clicks.map((point) => clickedSeason(series, point)))
  const levels = seasons.flatMap(({ level }) =>
    level !== null && level > LEAST_CONTRAST ? [{ value: level, weight: 1 }] : [],
  )
  const clicked = 2 * levels.length > clicks.length ? clickedSenses(series, levels) : []
  const unknown = clicks.filter((point) => !isKnownGround(series, parts, point))
  if (2 * unknown.length <= clicks.length) {
    return [own, ...clicked]
  }
  // Ground that stands out as bare where bare ground is known is that, mixed; not a clearing.
  const isSettled = series.bareLevel.method !== 'prior'
  const seasonOf = (point: WorkingPoint): ClickedSeason =>
    seasons[clicks.indexOf(point)] as ClickedSeason
  const doubtful = unknown.filter((point) => {
    const { level } = seasonOf(point)
    return !(isSettled && level !== null && level > LEAST_CONTRAST)
  })
  const drops = await clickedDrops(series, doubtful, advance)
  const cleared = doubtful.flatMap((point, i) =>
    (drops[i] ?? 0) >= LEAST_DROP ? [seasonOf(point).lowNdvi] : [],
  )
  if (2 * cleared.length > clicks.length) {
    const ndvi = middleOf(Float64Array.from(cleared))
    return [{ kind: 'drop', clearedNdvi: Math.round(ndvi / CLEARED_STEP) * CLEARED_STEP }]
  }
  return clicked.length > 0 ? clicked : [own]
}

/** The levels of the clicked ground itself; none where it is as bare as the series' own. */
function clickedSenses(series: PreparedSeries, levels: Weighted[]): BareSense[] {
  const barest = weightedQuantile(levels, QUANTILE)
  if (barest >= LIKE_OWN) return []
  const senses = [barest, weightedQuantile(levels, MIDDLE)].map((level) =>
    scaledSense(series, level),
  )
  return senses.filter(({ vigour }, i) => vigour !== senses[i - 1]?.vigour)
}

function scaledSense(
  series: PreparedSeries,
  fraction: number,
): Extract<BareSense, { kind: 'vigour' }> {
  const steps = Math.round((-fraction * series.bareLevel.vigour) / LEVEL_STEP)
  return { kind: 'vigour', vigour: -LEVEL_STEP * Math.max(1, steps) }
}

/** How far each click lies below its baseline on its frame, NDVI; null where hidden or not known. */
async function clickedDrops(
  series: PreparedSeries,
  points: readonly WorkingPoint[],
  advance: () => void,
): Promise<(number | null)[]> {
  const near = points.map((point) => neighbourhood(series.working, point))
  // The series is read once for all of them.
  const baseline = await greenBaseline(series, near.flat(), advance)
  const drops: (number | null)[] = []
  let first = 0
  for (const [i, { frameIndex }] of points.entries()) {
    const ndvi = await series.readWorkingNdvi(frameIndex)
    const green = series.greenness[frameIndex] as number
    const own = (near[i] as number[])
      .map((at, k) => ({ seen: ndvi[at] as number, usual: baseline.at(first + k, green) }))
      .filter(({ seen, usual }) => seen !== HIDDEN && usual === usual)
      .map(({ seen, usual }) => usual - seen / NDVI_SCALE)
    drops.push(own.length === 0 ? null : middleOf(Float64Array.from(own)))
    first += (near[i] as number[]).length
  }
  return drops
}

interface ClickedSeason {
  /** Bare fraction, of the series' own level, of the click; null where no frame could be scaled. */
  level: number | null
  /** NDVI of the ground around the click when it was barest. */
  lowNdvi: number
}

async function clickedSeason(series: PreparedSeries, point: WorkingPoint): Promise<ClickedSeason> {
  const { working, scalings, days, bareLevel } = series
  const day = days[point.frameIndex] as number
  const own: Weighted[] = []
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
    const value = (clicked / NDVI_SCALE - offset) / gain / bareLevel.vigour
    const weight = gain * gain * Math.exp(-Math.abs((days[t] as number) - day) / FADE_DAYS)
    own.push({ value, weight })
  }
  return {
    level: own.length === 0 ? null : weightedQuantile(own, 0.5),
    lowNdvi: weightedQuantile(ndvis, 1 - QUANTILE),
  }
}

function isKnownGround(series: PreparedSeries, parts: GroundParts, point: WorkingPoint): boolean {
  return neighbourhood(series.working, point, 0.5 * NATIVE_PIXEL_M).some(
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
