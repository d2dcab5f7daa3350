import type { FrameList, FrameThreshold } from '../model/frame.ts'
import type { SiteSettings } from '../model/site.ts'
import {
  type Histogram,
  addToHistogram,
  createHistogram,
  histogramQuantile,
  minimumErrorThreshold,
  otsuThreshold,
  seasonalRaise,
} from '../raster/threshold.ts'

/** NDVI at or below which ground is bare where a series cannot tell. */
export const DEFAULT_THRESHOLD = 0.1
/** A site's threshold outside this range is no border between bare ground and vegetation. */
const PLAUSIBLE: readonly [least: number, most: number] = [0.02, 0.35]
/** Vegetation level of a frame: the median of its ground. Scars fill less than half of an AOI. */
const VEGETATION_QUANTILE = 0.5
/** The split is found in this share of the frames, those with the greenest vegetation. */
const SPLIT_SHARE = 0.25
/** Dormant level: this share of the frames is less green. */
const DORMANT_QUANTILE = 0.1
const BINS = 400

/** An empty NDVI histogram, -1..1. */
export function ndviHistogram(): Histogram {
  return createHistogram(-1, 1, BINS)
}

/** NDVI histogram of a frame over the AOI. */
export function frameHistogram(ndvi: Float32Array, aoi: Uint8Array): Histogram {
  const histogram = ndviHistogram()
  addToHistogram(histogram, ndvi, aoi)
  return histogram
}

/** Thresholds of a series: the part of frames.json that says where bare ground ends. */
export interface ThresholdPlan {
  histogram: FrameList['histogram']
  siteThreshold: FrameList['siteThreshold']
  /** One per frame, in order. */
  frames: FrameThreshold[]
}

/**
 * Finds a site's NDVI threshold and what each frame adds to it.
 *
 * Bare and vegetated ground are farthest apart in the growing season, so the greenest quarter of the
 * frames decides. Each of their histograms is first moved back by its seasonal raise (half of what
 * its vegetation stands above the dormant level), so that the border between both lies at one place in
 * all of them; the sum is split in two by minimum error, or, where it does not fall into two normal
 * classes, by Otsu's rule. A fixed setting is used as it is, without raise.
 *
 * @param histograms NDVI of each frame over the AOI, {@link frameHistogram}
 */
export function planThresholds(
  histograms: readonly Histogram[],
  setting: SiteSettings['threshold'],
): ThresholdPlan {
  const levels = histograms.map((h) => histogramQuantile(h, VEGETATION_QUANTILE))
  const known = levels.filter((level) => !Number.isNaN(level)).sort((a, b) => a - b)
  const dormant = known[Math.floor(known.length * DORMANT_QUANTILE)] ?? NaN
  const raises =
    setting === 'auto'
      ? levels.map((level) => round3(seasonalRaise(level, dormant)))
      : levels.map(() => 0)
  const sum = ndviHistogram()
  const greenest = known[Math.floor(known.length * (1 - SPLIT_SHARE))] ?? NaN
  histograms.forEach((histogram, i) => {
    if ((levels[i] as number) >= greenest) addMoved(sum, histogram, -(raises[i] as number))
  })
  const site = setting === 'auto' ? split(sum) : fixed(setting, 'set by the user for all frames')
  return {
    histogram: {
      start: sum.start,
      binWidth: sum.binWidth,
      counts: sum.counts.map((count) => Math.round(count)),
    },
    siteThreshold: site,
    frames: raises.map((raise) => ({
      value: round3(site.value + raise),
      method: site.method,
      seasonalRaise: raise,
    })),
  }
}

const SEASON_NOTE =
  'In each frame it is raised by half of what the vegetation (median NDVI of the AOI) stands above its dormant level, because a half-covered pixel moves by half of what the vegetation does.'

function split(histogram: Histogram): FrameList['siteThreshold'] {
  const plausible = (value: number | null): value is number =>
    value !== null && value >= PLAUSIBLE[0] && value <= PLAUSIBLE[1]
  const minimumError = minimumErrorThreshold(histogram)
  if (plausible(minimumError))
    return {
      value: round3(minimumError),
      method: 'minimum-error',
      note: `Minimum-error split (Kittler & Illingworth) of the NDVI of the greenest quarter of the frames, each less its seasonal raise. ${SEASON_NOTE}`,
    }
  const otsu = otsuThreshold(histogram)
  if (plausible(otsu))
    return {
      value: round3(otsu),
      method: 'otsu',
      note: `Otsu's split of the NDVI of the greenest quarter of the frames, each less its seasonal raise; the histogram does not fall into two normal classes. ${SEASON_NOTE}`,
    }
  return fixed(
    DEFAULT_THRESHOLD,
    `the default, because neither minimum error nor Otsu split the histogram between ${PLAUSIBLE[0]} and ${PLAUSIBLE[1]}. ${SEASON_NOTE}`,
  )
}

function fixed(value: number, why: string): FrameList['siteThreshold'] {
  return { value, method: 'fixed', note: `NDVI ${value}, ${why}` }
}

/** Adds counts moved by `by` (NDVI), split between the two bins they fall on. */
function addMoved(into: Histogram, from: Histogram, by: number): void {
  const bins = by / from.binWidth
  const whole = Math.floor(bins)
  const part = bins - whole
  const last = into.counts.length - 1
  const add = (bin: number, count: number): void => {
    const at = Math.min(last, Math.max(0, bin))
    into.counts[at] = (into.counts[at] as number) + count
  }
  from.counts.forEach((count, bin) => {
    if (count === 0) return
    add(bin + whole, count * (1 - part))
    add(bin + whole + 1, count * part)
  })
}

function round3(value: number): number {
  return Math.round(value * 1000) / 1000
}
