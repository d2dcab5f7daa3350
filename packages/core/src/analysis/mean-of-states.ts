import { NEVER_SEEN } from './change.ts'

/**
 * Mean of states 0 and 1 over a square of `2 * radiusPx + 1` pixels a side, from known pixels only; NaN
 * where there is none. Counts are whole numbers, so a pixel's mean does not depend on the window read.
 *
 * @param states 0/1, {@link NEVER_SEEN} where unknown; `width * height` long, row-major
 */
export function meanOfStates(
  states: Uint8Array,
  width: number,
  height: number,
  radiusPx: number,
): Float32Array {
  const mean = new Float32Array(states.length)
  // Of each column: pixels of state 1, and known pixels, in the rows of the square.
  const set = new Int32Array(width)
  const known = new Int32Array(width)
  const addRow = (row: number, sign: 1 | -1): void => {
    const start = row * width
    for (let col = 0; col < width; col++) {
      const state = states[start + col] as number
      if (state !== NEVER_SEEN) known[col] = (known[col] as number) + sign
      if (state === 1) set[col] = (set[col] as number) + sign
    }
  }
  for (let row = 0; row < Math.min(radiusPx, height); row++) addRow(row, 1)
  for (let row = 0; row < height; row++) {
    if (row + radiusPx < height) addRow(row + radiusPx, 1)
    if (row - radiusPx - 1 >= 0) addRow(row - radiusPx - 1, -1)
    let setSum = 0
    let knownSum = 0
    for (let col = 0; col < Math.min(radiusPx, width); col++) {
      setSum += set[col] as number
      knownSum += known[col] as number
    }
    for (let col = 0; col < width; col++) {
      const enters = col + radiusPx
      const leaves = enters - 2 * radiusPx - 1
      if (enters < width) {
        setSum += set[enters] as number
        knownSum += known[enters] as number
      }
      if (leaves >= 0) {
        setSum -= set[leaves] as number
        knownSum -= known[leaves] as number
      }
      // Most ground lies far from any boundary: without a pixel of state 1 the mean is 0 as it stands.
      if (setSum > 0 || knownSum === 0) mean[row * width + col] = setSum / knownSum
    }
  }
  return mean
}
