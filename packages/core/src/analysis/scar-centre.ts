import { pixelAreaM2, pixelToMap } from '../geo/affine.ts'
import type { FrameArea } from '../model/analysis-areas.ts'
import type { Grid } from '../model/grid.ts'
import { intervalOf } from './area.ts'
import { Z90 } from './normal-quantile.ts'
import { scarCentroid } from './sectors.ts'

/** Ground of which it is not known whether it is the scar's. */
export interface PlacedDoubt {
  /** Whether the mask has it. */
  isTakenIn: boolean
  areaM2: number
  /** Its middle, map coordinates. */
  at: readonly [x: number, y: number]
}

/** Where a scar is centred. */
export interface ScarCentre {
  /** Map coordinates. */
  at: [x: number, y: number]
  /** How well it is known along either axis, one standard deviation, m. */
  sdM: number
}

/**
 * The centre of gravity of the ground that is known to be a scar's: of its mask without what is taken in but in
 * doubt (of the whole mask where nothing else is left). Its standard deviation along either axis is
 *
 *   sqrt((σ(A) ρ / A)² + Σ s² / 4)
 *
 * with the area A of that ground, σ(A) of the 90 % interval over 3.29 without what is in doubt at known places, and the root mean
 * square distance ρ of the mask's ground from the centre: an area e that is wrong lies somewhere at the boundary, nobody knows where; at
 * distance d it moves the centre by e d / A, by 1/√2 of that along either axis, and the boundary of a disc lies at d = √2 ρ.
 * A piece of area a that is in doubt at distance d moves the centre by s = a d / (A + a) if it is the scar's, which is as
 * likely as not: s² / 2 in the mean of squares, half of that along either axis.
 *
 * @param states 0/1/{@link NEVER_SEEN} on the grid
 * @returns null where the mask is empty
 */
export function scarCentre(
  states: Uint8Array,
  grid: Grid,
  { uncertainty }: Pick<FrameArea, 'uncertainty'>,
  doubts: readonly PlacedDoubt[],
): ScarCentre | null {
  const whole = scarCentroid(states, grid)
  if (whole === null) return null
  const maskM2 = states.reduce((sum, state) => sum + (state === 1 ? 1 : 0), 0) * pixelAreaM2(grid)
  const takenIn = doubts.filter(({ isTakenIn }) => isTakenIn)
  const sureM2 = maskM2 - sumOf(takenIn)
  const [at, areaM2] = sureM2 > 0 ? [without(takenIn, whole, maskM2), sureM2] : [whole, maskM2]
  const [down, up] = uncertainty.membership
  const { lowM2, highM2 } = intervalOf(areaM2, {
    ...uncertainty,
    membership: [
      Math.max(0, down - sumOf(takenIn)),
      Math.max(0, up - sumOf(doubts.filter(({ isTakenIn }) => !isTakenIn))),
    ],
  })
  const sdM2 = (highM2 - lowM2) / (2 * Z90)
  const variances = doubts.map((doubt) => {
    const apartM = Math.hypot(doubt.at[0] - at[0], doubt.at[1] - at[1])
    return ((doubt.areaM2 * apartM) / (areaM2 + doubt.areaM2)) ** 2 / 4
  })
  return {
    at,
    sdM: Math.sqrt(
      ((sdM2 / areaM2) * spreadM(states, grid, at)) ** 2 +
        variances.reduce((sum, variance) => sum + variance, 0),
    ),
  }
}

function sumOf(doubts: readonly PlacedDoubt[]): number {
  return doubts.reduce((sum, { areaM2 }) => sum + areaM2, 0)
}

/** The centre of what is left of some ground. */
function without(
  pieces: readonly PlacedDoubt[],
  [x, y]: readonly [number, number],
  wholeM2: number,
): [x: number, y: number] {
  const leftM2 = wholeM2 - sumOf(pieces)
  const moment = (of: (piece: PlacedDoubt) => number): number =>
    pieces.reduce((sum, piece) => sum + piece.areaM2 * of(piece), 0)
  return [
    (wholeM2 * x - moment(({ at }) => at[0])) / leftM2,
    (wholeM2 * y - moment(({ at }) => at[1])) / leftM2,
  ]
}

/** Root mean square distance of the pixels in state 1 from a map position, m. */
function spreadM(states: Uint8Array, grid: Grid, [x, y]: readonly [number, number]): number {
  let [count, squares] = [0, 0]
  for (let i = 0; i < states.length; i++) {
    if (states[i] !== 1) continue
    const at = pixelToMap(grid.transform, (i % grid.width) + 0.5, Math.floor(i / grid.width) + 0.5)
    count++
    squares += (at[0] - x) ** 2 + (at[1] - y) ** 2
  }
  return Math.sqrt(squares / count)
}
