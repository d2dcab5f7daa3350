import { evidenceOfRatio } from './bare-evidence.ts'
import { type GreenBaseline, greenBaseline } from './green-baseline.ts'
import { type BareInference, runChain } from './infer-bare.ts'
import { middleOf } from './middle.ts'
import { posteriorStore } from './posterior-store.ts'
import type { PreparedSeries } from './prepare-series.ts'
import { HIDDEN, NDVI_SCALE } from './working-grid.ts'

/** Pixels that cleared ground would not set apart by this much tell nothing, NDVI. */
const LEAST_CONTRAST = 0.1
/** Mean time that ground stays cleared: herbs and brush cover it again within a growing season or two. */
const SOJOURN_DAYS = 365
/** Spread of the cleared fraction about 0 and 1: mixed pixels, brash, leaves a week early or late. */
const FRACTION_SPREAD = 0.3
/** Spread of NDVI about the baseline on undisturbed ground. */
const NDVI_SPREAD = 0.03

/** Steps of progress per frame that {@link inferDrop} takes. */
export const DROP_STEPS_PER_FRAME = 4

/**
 * Cleared ground by what it lost: how far a pixel lies below its own baseline for that season, as a
 * share of the way down to cleared ground. For scars that never look bare beside their surroundings:
 * a clearing among leafless trees is as green as they are, but not as green as it was.
 *
 * @param clearedNdvi NDVI of the ground that was clicked
 * @param advance called {@link DROP_STEPS_PER_FRAME} times a frame; throws to abort
 */
export async function inferDrop(
  series: PreparedSeries,
  clearedNdvi: number,
  advance: () => void,
): Promise<BareInference> {
  const baseline = await greenBaseline(series, null, advance)
  const store = posteriorStore(series, `drop/${clearedNdvi.toFixed(2)}`)
  const { history, keep, readPosterior, holdHidden } = store
  const { greenness } = series
  await runChain(
    series,
    (t, ndvi) => dropEvidence(ndvi, baseline, greenness[t] as number, clearedNdvi),
    keep,
    advance,
    SOJOURN_DAYS,
  )
  await holdHidden(advance)
  return {
    history,
    readPosterior,
    splitNdviAt: (t) => ((greenness[t] as number) + clearedNdvi) / 2,
    separationAt: (t) => Math.max(0, (greenness[t] as number) - clearedNdvi) / NDVI_SPREAD,
    fractionAt: null,
  }
}

function dropEvidence(
  ndvi: Int16Array,
  baseline: GreenBaseline,
  green: number,
  clearedNdvi: number,
): Int8Array {
  const result = new Int8Array(ndvi.length)
  if (Number.isNaN(green)) return result
  const levels = Float32Array.from(ndvi, (_, i) => baseline.at(i, green))
  const drops = levels.map((level, i) =>
    ndvi[i] === HIDDEN ? NaN : level - (ndvi[i] as number) / NDVI_SCALE,
  )
  // The baseline is an upper envelope: undisturbed ground lies below it by what is usual that day.
  const usual = middleOf(drops.filter((drop) => drop === drop))
  for (let i = 0; i < ndvi.length; i++) {
    const drop = (drops[i] as number) - usual
    const contrast = (levels[i] as number) - usual - clearedNdvi
    if (!(contrast >= LEAST_CONTRAST) || Number.isNaN(drop)) continue
    const fraction = Math.min(1, Math.max(0, drop / contrast))
    const spread = NDVI_SPREAD / contrast
    result[i] = evidenceOfRatio((fraction - 0.5) / (FRACTION_SPREAD ** 2 + spread ** 2))
  }
  return result
}
