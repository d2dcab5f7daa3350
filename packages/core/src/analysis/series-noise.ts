/**
 * How the errors of a series of areas go together in time. With e the error of frame i,
 * e_i = s r_i (sqrt(c) u(t_i) + sqrt(1 - c) w_i): w is independent from frame to frame, u has the
 * correlation exp(-|dt| / L) (Ornstein-Uhlenbeck: AR(1) on irregular dates), and
 * r_i² = (1 - q) + q (interval of i / mean interval)².
 */
export interface SeriesNoise {
  /** c, 0..1: share of the variance that is slow. */
  slowShare: number
  /** L, days. */
  correlationDays: number
  /** q, 0..1: share of the variance that follows the frames' intervals; the rest is equal for all. */
  intervalShare: number
}

/** Makes columns of a regression independent and of equal variance. */
export interface Whitening {
  apply(column: Float64Array): Float64Array
  /** ln det of the errors' covariance divided by s². */
  logDeterminant: number
  /** Columns whitened so far, by name. */
  columns: Map<string, Float64Array>
}

/**
 * Whitens by the Kalman filter of an Ornstein-Uhlenbeck process seen with independent error, in
 * O(n) a column (Jones 1981, "Fitting a continuous time autoregression to discrete data").
 *
 * @param days ascending
 * @param sigmas standard errors of the frames by their own intervals
 */
export function whitening(
  days: Float64Array,
  sigmas: Float64Array,
  { slowShare, correlationDays, intervalShare }: SeriesNoise,
): Whitening {
  const n = days.length
  let meanSquare = 0
  for (const sigma of sigmas) meanSquare += (sigma * sigma) / n
  const scale = sigmas.map((sigma) =>
    Math.sqrt(1 - intervalShare + (intervalShare * sigma * sigma) / meanSquare),
  )
  const root = Math.sqrt(slowShare)
  const carry = new Float64Array(n)
  const gain = new Float64Array(n)
  const spread = new Float64Array(n)
  let variance = 1
  let logDeterminant = 0
  for (let i = 0; i < n; i++) {
    if (i > 0) {
      const step = (days[i] as number) - (days[i - 1] as number)
      const phi = Math.exp(-step / correlationDays)
      carry[i] = phi
      variance = phi * phi * variance + 1 - phi * phi
    }
    const innovation = slowShare * variance + 1 - slowShare
    gain[i] = (variance * root) / innovation
    spread[i] = Math.sqrt(innovation)
    variance *= 1 - (gain[i] as number) * root
    logDeterminant += Math.log(innovation) + 2 * Math.log(scale[i] as number)
  }
  const apply = (column: Float64Array): Float64Array => {
    const out = new Float64Array(n)
    let state = 0
    for (let i = 0; i < n; i++) {
      state *= carry[i] as number
      const innovation = (column[i] as number) / (scale[i] as number) - root * state
      out[i] = innovation / (spread[i] as number)
      state += (gain[i] as number) * innovation
    }
    return out
  }
  return { apply, logDeterminant, columns: new Map() }
}

const SLOW_SHARES = [0.5, 0.9, 0.99]
const CORRELATION_DAYS = [30, 100, 300, 1000]

/** The noises that are tried, independent errors first. */
export const SERIES_NOISES: readonly SeriesNoise[] = [
  { slowShare: 0, correlationDays: 1, intervalShare: 1 },
  ...SLOW_SHARES.flatMap((slowShare) =>
    CORRELATION_DAYS.map((correlationDays) => ({ slowShare, correlationDays, intervalShare: 1 })),
  ),
]
