/**
 * Which scenes the site's position rests on. Sentinel-2 is geolocated to better than half a pixel
 * since its refinement against the Global Reference Image went operational world-wide (processing
 * baseline 03.01, 23 August 2021; reprocessed older scenes have it too); before, single scenes may be off
 * by more than a pixel. The reference itself only knows where scenes lie against each other.
 *
 * @param processingBaseline e.g. `05.00`; null where unknown
 * @param capturedAt UTC ISO 8601
 */
export function isGeolocationRefined(
  processingBaseline: string | null,
  capturedAt: string,
): boolean {
  const baseline = processingBaseline === null ? NaN : Number.parseFloat(processingBaseline)
  if (!Number.isNaN(baseline)) return baseline >= 3.01
  return capturedAt >= '2021-08-23'
}

/** Refined scenes needed before the position rests on them alone. */
const MIN_ANCHORS = 5

/**
 * The shift (of the site's true position in the reference's frame) to take off every measured one:
 * the median over the scenes with refined geolocation where there are at least five, else over all.
 */
export function anchorShift(
  measured: readonly { colPx: number; rowPx: number; refined: boolean }[],
): { colPx: number; rowPx: number } {
  const refined = measured.filter((m) => m.refined)
  const used = refined.length >= MIN_ANCHORS ? refined : measured
  return { colPx: median(used.map((m) => m.colPx)), rowPx: median(used.map((m) => m.rowPx)) }
}

function median(values: number[]): number {
  if (values.length === 0) return 0
  const sorted = values.sort((a, b) => a - b)
  const half = sorted.length >> 1
  return sorted.length % 2 === 1
    ? (sorted[half] as number)
    : ((sorted[half - 1] as number) + (sorted[half] as number)) / 2
}
