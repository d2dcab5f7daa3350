import { dayOf } from './days.ts'
import { createFractal, createNoise } from './noise.ts'
import { REFERENCE_SIZE_M } from './plan-valley.ts'
import { createRandom } from './random.ts'
import {
  type ScarHistory,
  areaCurve,
  assignDays,
  emptyHistory,
  rankPixels,
  reactivate,
} from './scar-history.ts'
import { SELA_HISTORY } from './schedule.ts'
import { FINE_PIXEL_M, type SitePixels, forEachPixel } from './site-pixels.ts'
import type { ValleyPlan } from './valley-plan.ts'

const PIXEL_AREA_M2 = FINE_PIXEL_M ** 2
const FLOOD = dayOf(SELA_HISTORY.flood)

/**
 * A creeping slope with a few small scars: a flood in November 2018 washes its toe bare along the
 * bank, what stands above follows for half a year, green comes back until 2023, and then the slope
 * opens again.
 */
export function growSela(plan: ValleyPlan, pixels: SitePixels): ScarHistory {
  const { frame, sizeM } = plan
  const scale = sizeM / REFERENCE_SIZE_M
  const siteAreaM2 = sizeM ** 2
  const random = createRandom(plan.seed, 'growth')
  const outline = createFractal(random, { wavelength: 300 * scale, octaves: 5, gain: 0.55 })
  const patches = createFractal(random, { wavelength: 200 * scale, octaves: 5, gain: 0.5 })
  const collapse = createFractal(random, { wavelength: 170 * scale, octaves: 5, gain: 0.5 })
  const recovery = createFractal(random, { wavelength: 100 * scale, octaves: 4, gain: 0.5 })
  const wash = createNoise(random)
  const { upslopeM, alongM } = pixels
  const length = upslopeM.length
  const history = emptyHistory(length)
  const { bareDay, regreenDay, crept } = history

  const body = new Uint8Array(length)
  const creepScore = new Float32Array(length)
  const collapseScore = new Float32Array(length)
  const recoveryScore = new Float32Array(length)
  const reachM = 0.3 * frame.scarLengthM
  forEachPixel(pixels, sizeM, (pixel, eastM, northM) => {
    const u = (upslopeM[pixel] as number) / frame.scarLengthM
    const across = Math.abs(alongM[pixel] as number) / frame.scarHalfWidthM
    if (u < 0 || Math.hypot(across, Math.max(0, 2 * u - 1)) + 0.25 * outline(eastM, northM) > 1)
      return
    body[pixel] = 1
    creepScore[pixel] = patches(eastM, northM) + 0.5 * across ** 2 + 0.45 * (u - 0.35) ** 2
    collapseScore[pixel] =
      0.5 * ((upslopeM[pixel] as number) / reachM) +
      0.75 * collapse(eastM, northM) +
      0.3 * across ** 2
    recoveryScore[pixel] = recovery(eastM, northM) + 0.35 * (u - across)
  })

  const creep = random.between(0.85, 1.2)
  assignDays(
    rankPixels(creepScore, body),
    areaCurve(SELA_HISTORY.creep, creep, siteAreaM2),
    PIXEL_AREA_M2,
    (pixel, day) => {
      bareDay[pixel] = day
      crept[pixel] = 1
    },
  )

  const standing = new Uint8Array(length)
  for (let pixel = 0; pixel < length; pixel++) {
    if (!body[pixel] || bareDay[pixel] !== Infinity) continue
    const along = alongM[pixel] as number
    const washedM =
      scale * (26 + 44 * wash(along / (170 * scale), 0.5) + 10 * wash(along / (40 * scale), 7.5))
    if ((upslopeM[pixel] as number) < washedM) bareDay[pixel] = FLOOD
    else standing[pixel] = 1
  }
  assignDays(
    rankPixels(collapseScore, standing),
    areaCurve(SELA_HISTORY.collapse, siteAreaM2),
    PIXEL_AREA_M2,
    (pixel, day) => {
      bareDay[pixel] = day
      crept[pixel] = day > FLOOD + 60 ? 1 : 0
    },
  )

  const scar = new Uint8Array(length)
  for (let pixel = 0; pixel < length; pixel++) scar[pixel] = bareDay[pixel] === Infinity ? 0 : 1
  assignDays(
    rankPixels(recoveryScore, scar),
    areaCurve(SELA_HISTORY.regrowth, siteAreaM2),
    PIXEL_AREA_M2,
    (pixel, day) => {
      // Nothing is half green again within its first growing season.
      regreenDay[pixel] = Math.max(day, (bareDay[pixel] as number) + 260)
    },
  )

  const ready = new Uint8Array(length)
  for (let pixel = 0; pixel < length; pixel++) {
    const green = bareDay[pixel] === Infinity || (regreenDay[pixel] as number) < dayOf('2023-06-01')
    ready[pixel] = body[pixel] && green ? 1 : 0
    creepScore[pixel] = 0.6 * (creepScore[pixel] as number) + 0.5 * (collapseScore[pixel] as number)
  }
  assignDays(
    rankPixels(creepScore, ready),
    areaCurve(SELA_HISTORY.growthAgain, siteAreaM2),
    PIXEL_AREA_M2,
    (pixel, day) => reactivate(history, pixel, day),
  )
  return history
}
