import { Z90 } from './normal-quantile.ts'

/**
 * Half-width of a two-sided 90 % interval in standard errors, by Student's t with `degrees` degrees of
 * freedom. Cornish-Fisher expansion in 1/degrees (Abramowitz and Stegun 26.7.5), within 0.5 % from
 * three degrees on; below that the exact values 6.314 and 2.920.
 */
export function studentT90(degrees: number): number {
  if (degrees < 1.5) return 6.314
  if (degrees < 2.5) return 2.92
  const z3 = Z90 ** 3
  const z5 = Z90 ** 5
  const z7 = Z90 ** 7
  return (
    Z90 +
    (z3 + Z90) / (4 * degrees) +
    (5 * z5 + 16 * z3 + 3 * Z90) / (96 * degrees ** 2) +
    (3 * z7 + 19 * z5 + 17 * z3 - 15 * Z90) / (384 * degrees ** 3)
  )
}
