import { dateOf, dayOf, dayOfYear } from './days.ts'
import { type Random, createRandom } from './random.ts'
import { sunAtPass } from './sun.ts'
import type { CloudPlan, ScenePlan, SimulateOptions, ValleyEvent } from './valley-plan.ts'

/** First days on which each processing baseline was in use. */
const BASELINES = [
  ['2015-01-01', '02.04'],
  ['2018-10-08', '02.10'],
  ['2020-02-04', '02.14'],
  ['2021-03-30', '03.00'],
  ['2022-01-25', '04.00'],
  ['2023-12-13', '05.10'],
] as const
/** From here on geolocation was refined against the global reference image. */
const REFINED_FROM = dayOf('2021-03-30')
const OFFSET_FROM = dayOf('2022-01-25')
const SECOND_SATELLITE_FROM = dayOf('2017-07-01')
const TWIN_BASELINE = '05.00'

function baselineOf(day: number): string {
  let name: string = BASELINES[0][1]
  for (const [from, baseline] of BASELINES) if (day >= dayOf(from)) name = baseline
  return name
}

/** A pass over the site: the tile lies in the overlap of two orbits, the second near its edge. */
interface Pass {
  day: number
  platform: ScenePlan['platform']
  atSwathEdge: boolean
}

function passesBetween(first: number, last: number): Pass[] {
  const passes: Pass[] = []
  for (let day = first; day <= last; day++) {
    const phase = ((day % 10) + 10) % 10
    const isA = phase === 0 || phase === 3
    const isB = phase === 5 || phase === 8
    if (isB && day < SECOND_SATELLITE_FROM) continue
    if (isA || isB) {
      passes.push({
        day,
        platform: isA ? 'sentinel-2a' : 'sentinel-2b',
        atSwathEdge: phase === 3 || phase === 8,
      })
    }
  }
  return passes
}

/** Irregular choice of passes: one from each of `count` equal spans, and those beside the events. */
function choosePasses(
  passes: readonly Pass[],
  count: number,
  events: readonly ValleyEvent[],
  random: Random,
): Pass[] {
  const chosen = new Set<Pass>()
  for (const event of events) {
    const after = passes.findIndex(({ day }) => day >= dayOf(event.date))
    if (after < 1) continue
    for (const pass of passes.slice(after - 1, after + 1)) {
      if (Math.abs(pass.day - dayOf(event.date)) < 12 && chosen.size < count / 2) chosen.add(pass)
    }
  }
  for (let span = 0; span < count; span++) {
    const from = Math.floor((span * passes.length) / count)
    const to = Math.floor(((span + 1) * passes.length) / count)
    const pass = passes[from + random.index(Math.max(1, to - from))]
    if (pass && chosen.size < count) chosen.add(pass)
  }
  // Spans that an event's pass had filled leave room.
  for (
    let tries = 0;
    chosen.size < Math.min(count, passes.length) && tries < 100 * count;
    tries++
  ) {
    chosen.add(passes[random.index(passes.length)] as Pass)
  }
  return [...chosen].sort((p, q) => p.day - q.day)
}

function planClouds(day: number, random: Random): CloudPlan | null {
  // The monsoon brings more of them, from June to September.
  const season = dayOfYear(day)
  const probability = season > 150 && season < 275 ? 0.52 : 0.37
  if (!random.chance(probability)) return null
  return {
    coverFraction: Math.min(0.99, 0.02 + random.next() ** 1.35),
    softness: random.between(0.08, 0.3),
    heightM: random.between(400, 1700),
    detectionOpacity: random.between(0.35, 0.75),
  }
}

/**
 * Dates, orbits, processing and weather of all acquisitions.
 *
 * @param elevationM of the river and the ridge: snow lines lie between and above
 */
export function planScenes(
  options: Required<Pick<SimulateOptions, 'seed' | 'from' | 'to' | 'sceneCount' | 'colour'>>,
  tileName: string,
  latDeg: number,
  elevationM: readonly [low: number, high: number],
  events: readonly ValleyEvent[],
): ScenePlan[] {
  const random = createRandom(options.seed, 'calendar')
  const passes = passesBetween(dayOf(options.from), dayOf(options.to))
  const chosen = choosePasses(passes, options.sceneCount, events, random)
  const seasonShift = { A: random.normal(0, 0.15), B: random.normal(0, 0.15) }
  return chosen.map((pass, index) => {
    const weather = createRandom(options.seed, `weather ${dateOf(pass.day)}`)
    const isFirst = index === 0
    const date = dateOf(pass.day)
    const letter = pass.platform === 'sentinel-2a' ? 'A' : 'B'
    const minute = String(index % 10).padStart(2, '0')
    const stem = `S2${letter}_${tileName}_${date.replaceAll('-', '')}`
    const clouds = planClouds(pass.day, weather)
    const hazy = weather.chance(0.14)
    const season = dayOfYear(pass.day)
    const wintry = season < 95 || season > 325
    const snowy = wintry && weather.chance(0.27)
    const [low, high] = elevationM
    const cut = pass.atSwathEdge && weather.chance(0.18)
    const refined = pass.day >= REFINED_FROM
    const deviationM = refined ? 1.5 : 4.2
    const axisShift = (): number => {
      const biasM = refined ? 0 : seasonShift[letter] * 10
      const limitM = refined ? 3.5 : 15
      return Math.max(-limitM, Math.min(limitM, biasM + weather.normal(0, deviationM)))
    }
    const offsetDue = pass.day >= OFFSET_FROM
    const takenOff = offsetDue && weather.chance(0.66)
    // Now and then the archive's own remark is wrong.
    const remarkWrong = offsetDue && clouds === null && weather.chance(0.08)
    const cover = (clouds?.coverFraction ?? 0) * 100
    const tileCover = (): number =>
      Math.round(1000 * Math.max(0, Math.min(100, cover + weather.normal(0, 7)))) / 1000
    const hasTwin = !isFirst && weather.chance(0.07)
    return {
      id: `${stem}_0_L2A`,
      capturedAt: `${date}T04:${minute}:00.024Z`,
      date,
      day: pass.day,
      platform: pass.platform,
      baseline: baselineOf(pass.day),
      offsetInPixels: offsetDue && !takenOff,
      offsetInMetadata: offsetDue ? -0.1 : 0,
      offsetAppliedInMetadata: remarkWrong ? !takenOff : takenOff,
      shiftM: { east: axisShift(), north: axisShift() },
      sun: sunAtPass(pass.day, latDeg),
      clouds: isFirst ? null : clouds,
      haze: isFirst || !hazy ? weather.between(0, 0.004) : weather.between(0.01, 0.05),
      snowLineM: isFirst || !snowy ? null : low + (high - low) * weather.between(0.2, 1),
      swath:
        isFirst || !cut
          ? null
          : { missingFraction: weather.between(0.18, 0.5), fromEast: weather.chance(0.5) },
      bareAsCloud: !isFirst && weather.chance(wintry ? 0.09 : 0.03),
      hasColour:
        options.colour === 'all' ||
        (options.colour === 'some' && (index % 16 === 0 || index === chosen.length - 1)),
      cloudCoverPercent: isFirst ? 0 : tileCover(),
      twin: hasTwin
        ? {
            id: `${stem}_1_L2A`,
            capturedAt: `${date}T04:${minute}:07.024Z`,
            baseline: TWIN_BASELINE,
            offsetInPixels: weather.chance(0.85),
            cloudCoverPercent: tileCover(),
          }
        : null,
    }
  })
}
