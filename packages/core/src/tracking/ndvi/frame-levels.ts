import { dilateSquare } from './blur.ts'
import { middleOf } from './middle.ts'
import { NATIVE_PIXEL_M, type WorkingGrid, pixelsOf } from './working-grid.ts'

/**
 * Where a frame itself shows bare and covered ground, on the scale of bare fractions that the series
 * gives: 1 and 0 where the series is right about it.
 */
export interface FrameLevels {
  bare: number
  covered: number
  /** How many times as bright, in red and near infrared together, bare ground is as what grows beside it. */
  soilBrightness: number
}

/** One level as a frame shows it, with its standard error; `value` NaN where too little was seen. */
export interface LevelSight {
  value: number
  error: number
}

/** The levels as one frame shows them. */
export interface LevelSights {
  bare: LevelSight
  covered: LevelSight
  soilBrightness: LevelSight
}

/** The levels that the series itself gives; without brightness nothing tells bare ground from covered by it. */
export const SERIES_LEVELS: FrameLevels = { bare: 1, covered: 0, soilBrightness: 1 }
const NOT_SEEN: LevelSight = { value: NaN, error: NaN }

/** Ground well inside bare ground lies so far from its edge; covered ground beside it begins there. */
const EDGE_NATIVE_PIXELS = 1
/** Covered ground is looked at this near to bare ground: like vegetation, in like light. */
const BESIDE_NATIVE_PIXELS = 3
/** Fewer native pixels than this have no middle worth the name. */
const LEAST_NATIVE_PIXELS = 5
/** Standard error of a median over that of a mean. */
const MEDIAN_ERROR = 1.2533
/** Standard deviation over the median distance from the median. */
const SIGMA_PER_MAD = 1.4826
/** A frame whose levels lie nearer than this tells bare from covered no better by them. */
const LEAST_CONTRAST = 0.25

/**
 * The middles of a frame's bare fractions well inside bare ground and on the covered ground beside it, and
 * the ratio of the middles of its brightness there.
 *
 * @param fraction bare fraction by working pixel, NaN where hidden
 * @param brightness red and near infrared together, any unit; null where the bands are not known
 * @param bare stored posterior of being surely bare on that frame
 */
export function seeLevels(
  fraction: Float32Array,
  brightness: Float32Array | null,
  bare: Int8Array,
  working: WorkingGrid,
): LevelSights {
  const { width, height } = working
  const own = new Uint8Array(bare.length)
  const others = new Uint8Array(bare.length)
  for (let i = 0; i < bare.length; i++) {
    if ((bare[i] as number) > 0) own[i] = 1
    else others[i] = 1
  }
  const edge = pixelsOf(working, EDGE_NATIVE_PIXELS * NATIVE_PIXEL_M)
  const beside = pixelsOf(working, BESIDE_NATIVE_PIXELS * NATIVE_PIXEL_M)
  const nearOthers = dilateSquare(others, width, height, edge)
  const nearOwn = dilateSquare(own, width, height, edge)
  const aroundOwn = dilateSquare(own, width, height, beside)
  const perNative = (NATIVE_PIXEL_M / working.pixelM) ** 2
  const isInside = (i: number): boolean => nearOthers[i] === 0
  const isBeside = (i: number): boolean => nearOwn[i] === 0 && aroundOwn[i] === 1
  const isSeen = (i: number): boolean => fraction[i] === fraction[i]
  return {
    bare: sightOf(fraction, isInside, perNative),
    covered: sightOf(fraction, isBeside, perNative),
    soilBrightness:
      brightness === null
        ? NOT_SEEN
        : ratioOf(
            sightOf(brightness, (i) => isSeen(i) && isInside(i), perNative),
            sightOf(brightness, (i) => isSeen(i) && isBeside(i), perNative),
          ),
  }
}

/** One level over another; relative errors add up in squares. */
function ratioOf(over: LevelSight, under: LevelSight): LevelSight {
  if (!(over.value > 0 && under.value > 0)) return NOT_SEEN
  const value = over.value / under.value
  return { value, error: value * Math.hypot(over.error / over.value, under.error / under.value) }
}

function sightOf(
  fraction: Float32Array,
  isAsked: (index: number) => boolean,
  perNative: number,
): LevelSight {
  const values = new Float32Array(fraction.length)
  let count = 0
  for (let i = 0; i < fraction.length; i++) {
    const value = fraction[i] as number
    if (value === value && isAsked(i)) values[count++] = value
  }
  const natives = count / perNative
  if (natives < LEAST_NATIVE_PIXELS) return NOT_SEEN
  const seen = values.subarray(0, count)
  const value = middleOf(seen)
  for (let i = 0; i < count; i++) seen[i] = Math.abs((seen[i] as number) - value)
  const error = (MEDIAN_ERROR * SIGMA_PER_MAD * middleOf(seen)) / Math.sqrt(natives)
  return { value, error }
}

/**
 * Levels to reckon with, frame by frame: each sight drawn towards the series' level the more its own
 * error weighs against how much the frames differ (empirical Bayes, Efron and Morris 1975): with the
 * spread tau² = max(0, mean of ((value - level)² - error²)) the level is
 * level + (value - level) tau² / (tau² + error²).
 */
export function settleLevels(sights: readonly LevelSights[]): FrameLevels[] {
  const bare = settle(
    sights.map((sight) => sight.bare),
    SERIES_LEVELS.bare,
  )
  const covered = settle(
    sights.map((sight) => sight.covered),
    SERIES_LEVELS.covered,
  )
  const ratios = sights.map((sight) => sight.soilBrightness)
  const known = Float64Array.from(ratios, ({ value }) => value).filter((value) => value === value)
  const soilBrightness = settle(
    ratios,
    known.length > 0 ? middleOf(known) : SERIES_LEVELS.soilBrightness,
  )
  return sights.map((_, t) => {
    const own = { bare: bare[t] as number, covered: covered[t] as number }
    const levels = own.bare - own.covered < LEAST_CONTRAST ? SERIES_LEVELS : own
    return { ...levels, soilBrightness: soilBrightness[t] as number }
  })
}

/**
 * Share of bare ground in a pixel between both levels. NDVI of a mixture is the mean of its parts' NDVI weighted by
 * how bright they are in red and near infrared together (Kerdiles & Grondona 1995): with a the share that NDVI alone
 * gives and b how many times brighter the bare part is, a = f b / (f b + 1 - f), so f = a / (a + (1 - a) b).
 *
 * @param share bare fraction on the scale of the series
 */
export function bareFractionAt(
  share: number,
  { bare, covered, soilBrightness }: FrameLevels,
): number {
  const byNdvi = (share - covered) / (bare - covered)
  return byNdvi > 0 && byNdvi < 1 ? byNdvi / (byNdvi + (1 - byNdvi) * soilBrightness) : byNdvi
}

/** Where ground is half bare, on the scale of the series: {@link bareFractionAt} the other way round. */
export function shareOfHalfBare({ bare, covered, soilBrightness }: FrameLevels): number {
  return covered + ((bare - covered) * soilBrightness) / (1 + soilBrightness)
}

function settle(sights: readonly LevelSight[], level: number): number[] {
  const known = sights.filter(({ value }) => value === value)
  const excess = known.reduce((sum, { value, error }) => sum + (value - level) ** 2 - error ** 2, 0)
  const spread = known.length === 0 ? 0 : Math.max(0, excess / known.length)
  return sights.map(({ value, error }) =>
    value === value && spread > 0
      ? level + ((value - level) * spread) / (spread + error ** 2)
      : level,
  )
}
