import type { NewZoneRules, UnsteadyGround } from './new-zones-pixels.ts'

/** Edge of the cell within which errors of masks go together, sensor pixels. */
const CELL_SENSOR_PIXELS = 2

/** A series as its noise is reckoned with. */
export interface NoisySeries {
  /** Pixels of the grid to a sensor pixel. */
  pixelsPerSensorPixel: number
  frames: number
  /** From the first frame to the last. */
  days: number
}

/**
 * Chance that noise proves a covered cell to be new from one sight on: that sight and two of the next
 * three show it bare, p (3p² - 2p³), for one contrary sight is forgiven. Sights are taken as independent.
 *
 * @param p chance that one sight shows covered ground as bare
 */
export function falseProofChance(p: number): number {
  return p * (3 * p ** 2 - 2 * p ** 3)
}

/**
 * How many zones of at least n cells noise may be expected to make in a series (Poisson clumping; Aldous,
 * 1989): M trials (cells of unsteady ground times sights), each proven falsely with the chance Q of
 * {@link falseProofChance}, need n - 1 more among the k trials near them in space and time:
 * M Q (k Q)^(n-1) / (n-1)!. Errors go together within a resolution cell (two by two sensor pixels) and
 * are independent between cells; unsteady ground is taken to lie as close together as can be.
 */
export function expectedFalseZones(
  cells: number,
  unsteady: UnsteadyGround,
  series: NoisySeries,
  rules: NewZoneRules,
): number {
  const { pixels, undoneSights, sights } = unsteady
  if (pixels === 0 || sights === 0) return 0
  const chance = falseProofChance(undoneSights / sights)
  const groundCells = pixels / series.pixelsPerSensorPixel / CELL_SENSOR_PIXELS ** 2
  const trials = groundCells * series.frames
  const reachCells = Math.PI * (1 + rules.linkSensorPixels / CELL_SENSOR_PIXELS) ** 2
  const reachFrames = Math.min(1, (2 * rules.linkDays) / Math.max(1, series.days)) * series.frames
  const near = Math.min(groundCells, reachCells) * reachFrames
  let expected = trials * chance
  for (let more = 1; more < cells; more++) expected *= (near * chance) / more
  return expected
}

/**
 * Least size of a zone, sensor pixels: `minSensorPixels`, and more where that many could come of noise
 * more often than `falseZones` times in the series.
 */
export function leastZoneSensorPixels(
  unsteady: UnsteadyGround,
  series: NoisySeries,
  rules: NewZoneRules,
): number {
  const perCell = CELL_SENSOR_PIXELS ** 2
  let cells = Math.max(1, Math.ceil(rules.minSensorPixels / perCell))
  const most = Math.ceil(unsteady.pixels / series.pixelsPerSensorPixel / perCell)
  while (cells <= most && expectedFalseZones(cells, unsteady, series, rules) > rules.falseZones) {
    cells++
  }
  return Math.max(rules.minSensorPixels, cells * perCell)
}
