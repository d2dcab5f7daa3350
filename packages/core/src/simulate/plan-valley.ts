import { ScarlineError } from '../errors.ts'
import { projectionOf } from '../geo/projection.ts'
import type { Affine } from '../model/grid.ts'
import { dateOf, dayOf } from './days.ts'
import { planScenes } from './plan-scenes.ts'
import { createRandom } from './random.ts'
import { scheduledEvents } from './schedule.ts'
import type { SimulateOptions, ValleyFrame, ValleyPlan } from './valley-plan.ts'

/** The tile of the upper Jinsha river, where both landslides of the paper lie. */
const TILE = {
  mgrs: '47RMP',
  epsg: 32647,
  transform: [10, 0, 399960, 0, -10, 3500040] as Affine,
  sizePx: 10980,
}
const SCENES_PER_YEAR = { baige: 18, sela: 13 }
/** Size of the site that the scenarios' lengths are given for, metres. */
export const REFERENCE_SIZE_M = 2400
/** Elevation of the river, metres. */
export const RIVER_ELEVATION_M = 2900

function usage(message: string, hint: string): ScarlineError {
  return new ScarlineError(message, { code: 'usage', hint })
}

function checkDate(name: string, date: string): void {
  if (
    !/^\d{4}-\d\d-\d\d$/.test(date) ||
    Number.isNaN(dayOf(date)) ||
    dateOf(dayOf(date)) !== date
  ) {
    throw usage(
      `got ${name} ${date}, expected a date such as 2018-10-10`,
      `Give --${name} as YYYY-MM-DD.`,
    )
  }
}

/**
 * Plans a landslide valley and its acquisitions: pure, no pixel is computed.
 *
 * @throws ScarlineError `usage` for options out of range
 */
export function planValley(options: SimulateOptions = {}): ValleyPlan {
  const { scenario = 'baige', seed = 1, sizeM = REFERENCE_SIZE_M, colour = 'some' } = options
  const { from = '2017-01-01', to = '2025-06-15' } = options
  if (!Object.hasOwn(SCENES_PER_YEAR, scenario)) {
    throw usage(`got scenario ${scenario}, expected baige or sela`, 'Choose one of the two.')
  }
  if (!Number.isSafeInteger(seed)) {
    throw usage(`got seed ${seed}, expected a whole number`, 'Give another --seed.')
  }
  if (!(sizeM >= 600 && sizeM <= 6000) || sizeM % 20 !== 0) {
    throw usage(`got a size of ${sizeM} m, expected a multiple of 20 from 600 to 6000`, 'Round it.')
  }
  checkDate('from', from)
  checkDate('to', to)
  if (dayOf(to) < dayOf(from)) {
    throw usage(`got --from ${from} after --to ${to}, expected it before`, 'Swap the two dates.')
  }
  const years = (dayOf(to) - dayOf(from) + 1) / 365.25
  const sceneCount =
    options.sceneCount ?? Math.max(2, Math.round(years * SCENES_PER_YEAR[scenario]))
  if (!Number.isInteger(sceneCount) || sceneCount < 1 || sceneCount > 1000) {
    throw usage(`got ${sceneCount} scenes, expected 1 to 1000`, 'Ask for fewer scenes.')
  }
  const random = createRandom(seed, `valley ${scenario}`)
  // Anywhere on the tile's pixels, 20 km from its edges; half of the sites lie across SCL's pixels.
  const west = TILE.transform[2] + 10 * (2000 + random.index(6300))
  const north = TILE.transform[5] - 10 * (2000 + random.index(6300))
  const frame = planFrame(scenario, sizeM, seed)
  const [, latDeg] = projectionOf(TILE.epsg).inverse([west + sizeM / 2, north - sizeM / 2])
  const events = scheduledEvents(scenario)
  const inSpan = events.filter(({ date }) => date >= from && date <= to)
  const ridgeM = RIVER_ELEVATION_M + 0.45 * sizeM
  const scenes = planScenes(
    { seed, from, to, sceneCount, colour },
    TILE.mgrs,
    latDeg,
    [RIVER_ELEVATION_M, ridgeM],
    events,
  )
  if (scenes.length === 0) {
    throw usage(`got no pass between ${from} and ${to}, expected at least one`, 'Widen the span.')
  }
  return {
    name: `${scenario}-like, simulated (seed ${seed})`,
    scenario,
    seed,
    sizeM,
    from,
    to,
    tile: TILE,
    imageGrid: {
      epsg: TILE.epsg,
      transform: [10, 0, west, 0, -10, north],
      width: sizeM / 10,
      height: sizeM / 10,
    },
    truthGrid: {
      epsg: TILE.epsg,
      transform: [2, 0, west, 0, -2, north],
      width: sizeM / 2,
      height: sizeM / 2,
    },
    frame,
    events: inSpan,
    scenes,
  }
}

function planFrame(scenario: string, sizeM: number, seed: number): ValleyFrame {
  const random = createRandom(seed, `frame ${scenario}`)
  const facesWest = random.chance(0.5)
  const isBaige = scenario === 'baige'
  return {
    angleRad: random.between(-0.3, 0.3) + (facesWest ? Math.PI : 0),
    riverOffsetM: sizeM * random.between(0.24, 0.31),
    riverHalfWidthM: Math.max(12, 0.015 * sizeM),
    meander: {
      amplitudeM: sizeM * random.between(0.015, 0.04),
      wavelengthM: sizeM * random.between(0.9, 1.5),
      phaseRad: random.between(0, 2 * Math.PI),
    },
    scarAxisM: sizeM * random.between(-0.09, 0.09),
    scarLengthM: sizeM * (isBaige ? random.between(0.52, 0.6) : random.between(0.46, 0.54)),
    scarHalfWidthM: sizeM * (isBaige ? random.between(0.085, 0.105) : random.between(0.17, 0.22)),
    lateSide: random.chance(0.5) ? 1 : -1,
  }
}
