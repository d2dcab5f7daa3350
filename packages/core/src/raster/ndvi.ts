/** Below this sum of red and near-infrared reflectance a pixel is too dark for a ratio to mean anything. */
export const MIN_REFLECTANCE_SUM = 0.01

/**
 * NDVI = (nir - red) / (nir + red) of one pixel (Rouse et al., 1974), -1..1.
 *
 * Atmospheric correction may leave slightly negative reflectance: it counts as 0, so the ratio stays
 * within -1..1. NaN where a band is NaN, or where both together reflect less than
 * {@link MIN_REFLECTANCE_SUM}: there noise of one count would swing the ratio.
 *
 * @param redReflectance 0..1, NaN where not observed
 * @param nirReflectance 0..1, NaN where not observed
 */
export function ndviOf(redReflectance: number, nirReflectance: number): number {
  const red = redReflectance < 0 ? 0 : redReflectance
  const nir = nirReflectance < 0 ? 0 : nirReflectance
  const sum = nir + red
  if (!(sum >= MIN_REFLECTANCE_SUM)) return NaN
  return (nir - red) / sum
}

/** {@link ndviOf} for whole bands of equal length. */
export function computeNdvi(
  redReflectance: Float32Array,
  nirReflectance: Float32Array,
): Float32Array {
  if (redReflectance.length !== nirReflectance.length)
    throw new RangeError(
      `got ${redReflectance.length} red and ${nirReflectance.length} nir pixels, expected as many`,
    )
  const ndvi = new Float32Array(redReflectance.length)
  for (let i = 0; i < ndvi.length; i++)
    ndvi[i] = ndviOf(redReflectance[i] as number, nirReflectance[i] as number)
  return ndvi
}
