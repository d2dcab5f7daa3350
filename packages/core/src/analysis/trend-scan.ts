import { dot } from './least-squares.ts'
import type { Whitening } from './series-noise.ts'
import { type TrendDates, type TrendTerm, termColumn, termKey } from './trend-design.ts'

/** A candidate term, whitened and freed of what the chosen columns say. */
export interface ScanColumn {
  term: TrendTerm
  rest: Float64Array
  fullSquare: number
}

/** Candidates beside chosen columns. Changed in place as columns are taken. */
export interface Scan {
  columns: ScanColumn[]
  /** Whitened areas, freed of the chosen columns. */
  residuals: Float64Array
  /** The chosen columns, orthonormal. */
  basis: Float64Array[]
}

/** Candidates with less of their own than this share of their square are left out. */
const INDEPENDENT_SHARE = 1e-3

/** Squared residuals below this per frame, m⁴, are rounding. */
export const RSS_FLOOR = 1e-6

/** A term's whitened column; the same one for the same term, so that it must not be changed. */
export function whiteTerm(dates: TrendDates, white: Whitening, term: TrendTerm): Float64Array {
  const key = termKey(term)
  const known = white.columns.get(key)
  if (known !== undefined) return known
  const column = white.apply(termColumn(dates, term))
  white.columns.set(key, column)
  return column
}

/** Orthogonalises candidates and areas against whitened columns. */
export function scanBeside(
  dates: TrendDates,
  white: Whitening,
  whiteAreas: Float64Array,
  chosen: readonly Float64Array[],
  candidates: readonly TrendTerm[],
): Scan {
  const columns = candidates.map((term) => {
    const rest = Float64Array.from(whiteTerm(dates, white, term))
    return { term, rest, fullSquare: dot(rest, rest) }
  })
  const scan: Scan = { columns, residuals: Float64Array.from(whiteAreas), basis: [] }
  for (const column of chosen) takeColumn(scan, column)
  return scan
}

/** Adds a whitened column to the chosen ones. */
export function takeColumn(scan: Scan, column: Float64Array): void {
  const unit = beside(scan, column)
  const length = Math.sqrt(dot(unit, unit))
  if (!(length > 0)) return
  for (let i = 0; i < unit.length; i++) unit[i] = (unit[i] as number) / length
  for (const { rest } of scan.columns) subtract(rest, unit)
  subtract(scan.residuals, unit)
  scan.basis.push(unit)
}

/** What a column says that the chosen ones do not. */
export function beside({ basis }: Scan, column: Float64Array): Float64Array {
  const rest = Float64Array.from(column)
  for (const unit of basis) subtract(rest, unit)
  return rest
}

function subtract(from: Float64Array, unit: Float64Array): void {
  const size = dot(from, unit)
  for (let i = 0; i < from.length; i++) from[i] = (from[i] as number) - size * (unit[i] as number)
}

/** By how much a candidate lowers the squared residuals; 0 where the others say the same. */
export function dropOf({ rest, fullSquare }: ScanColumn, residuals: Float64Array): number {
  const square = dot(rest, rest)
  return square > INDEPENDENT_SHARE * fullSquare ? dot(rest, residuals) ** 2 / square : 0
}

/**
 * Gain in 2 ln likelihood when squared residuals fall by `drop`: degrees of freedom times the log of
 * their ratio, so that few frames are not believed too much.
 */
export function gainOf(rss: number, drop: number, degrees: number): number {
  const floor = RSS_FLOOR * Math.max(1, degrees)
  return Math.max(1, degrees) * Math.log(Math.max(rss, floor) / Math.max(rss - drop, floor))
}
