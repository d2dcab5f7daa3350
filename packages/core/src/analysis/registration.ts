import type { SceneShift } from '../model/scene.ts'

/** How far a scene may still be off after registration, and where that figure comes from. */
export interface RegistrationSpread {
  /** One standard deviation of the shift of an unregistered scene along an axis, m. */
  unregisteredM: number
  /** `measured`: over the site's own shifts; `specified`: too few of them, the mission's figure. */
  source: 'measured' | 'specified'
}

/**
 * Multi-temporal registration of Sentinel-2 before the global reference image came into use: 12 m at
 * 95 % (Sentinel-2 L1C Data Quality Report), which is 12 / 2.45 m along an axis.
 */
const SPECIFIED_M = 12 / 2.45

/** Shifts needed before their spread is believed. */
const MIN_SHIFTS = 5

/** Error of a sub-pixel registration whose windows all agree, in sensor pixels. */
const BEST_RESIDUAL_SENSOR_PIXELS = 0.1

/** How far scenes of a site are off before registration, from the shifts that were measured. */
export function registrationSpread(shifts: readonly (SceneShift | null)[]): RegistrationSpread {
  const applied = shifts.filter((shift) => shift !== null && shift.applied) as SceneShift[]
  if (applied.length < MIN_SHIFTS) return { unregisteredM: SPECIFIED_M, source: 'specified' }
  const axes = [applied.map(({ xM }) => xM), applied.map(({ yM }) => yM)]
  const variances = axes.map((values) => {
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length
    return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1)
  })
  return {
    unregisteredM: Math.sqrt(variances.reduce((sum, value) => sum + value, 0) / variances.length),
    source: 'measured',
  }
}

/**
 * Residual shift of a scene after registration, one standard deviation, m: a tenth of a sensor pixel
 * where the windows of the measurement agreed (quality 1), the spread of unregistered scenes where
 * they did not or no shift was applied (quality 0), linear in between.
 */
export function registrationResidualM(
  shift: SceneShift | null,
  spread: RegistrationSpread,
  sensorPixelM: number,
): number {
  const bestM = Math.min(BEST_RESIDUAL_SENSOR_PIXELS * sensorPixelM, spread.unregisteredM)
  if (shift === null || !shift.applied) return Math.max(bestM, spread.unregisteredM)
  const quality = Math.min(1, Math.max(0, shift.quality))
  return quality * bestM + (1 - quality) * spread.unregisteredM
}
