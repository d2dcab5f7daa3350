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
import { BAIGE_HISTORY } from './schedule.ts'
import { FINE_PIXEL_M, type SitePixels, forEachPixel } from './site-pixels.ts'
import type { ValleyPlan } from './valley-plan.ts'

const PIXEL_AREA_M2 = FINE_PIXEL_M ** 2
const FIRST_FAILURE = dayOf(BAIGE_HISTORY.firstFailure)
const SECOND_FAILURE = dayOf(BAIGE_HISTORY.secondFailure)
const DAM_REMOVED = dayOf(BAIGE_HISTORY.damRemoved)

/** Bell of height 1. */
function bell(x: number, centre: number, width: number): number {
  return Math.exp(-(((x - centre) / width) ** 2))
}

/** 1 in the lower slope, rounded off towards the crown at 1. */
function lobeShape(u: number): number {
  const body = 0.8 + 0.2 * Math.sin(Math.PI * Math.max(0, Math.min(1, u)))
  const crown = 0.68
  if (u <= crown) return body
  const t = (u - crown) / (1.02 - crown)
  return t >= 1 ? 0 : body * Math.sqrt(1 - t * t)
}

/**
 * A slope whose fragmented scars expand and join, faster from November 2017 and again from June 2018,
 * that fails on 10 October and again on 3 November 2018, dams the river for some weeks, loses ground
 * at the crown for a year, turns green slowly, and opens anew beside the crown in autumn 2023.
 */
export function growBaige(plan: ValleyPlan, pixels: SitePixels): ScarHistory {
  const { frame, sizeM } = plan
  const scale = sizeM / REFERENCE_SIZE_M
  const random = createRandom(plan.seed, 'growth')
  const outline = createFractal(random, { wavelength: 260 * scale, octaves: 5, gain: 0.55 })
  const patches = createFractal(random, { wavelength: 150 * scale, octaves: 5, gain: 0.52 })
  const recovery = createFractal(random, { wavelength: 100 * scale, octaves: 5, gain: 0.55 })
  const damEdge = createNoise(random)
  const { upslopeM, alongM } = pixels
  const length = upslopeM.length
  const history = emptyHistory(length)
  const { bareDay, regreenDay, depositFromDay, depositToDay, crept } = history

  /** Distance from the scar's axis, 1 on the lobe's outline. */
  const edge = new Float32Array(length)
  const score = new Float32Array(length)
  const recoveryScore = new Float32Array(length)
  const lobe = new Uint8Array(length)
  let lobePixels = 0
  const u = (pixel: number): number => (upslopeM[pixel] as number) / frame.scarLengthM
  forEachPixel(pixels, sizeM, (pixel, eastM, northM) => {
    const shape = lobeShape(u(pixel))
    const along = alongM[pixel] as number
    const half = frame.scarHalfWidthM * shape
    edge[pixel] =
      shape === 0
        ? 2 + Math.abs(along) / frame.scarHalfWidthM
        : Math.abs(along) / half + 0.28 * outline(eastM, northM)
    if ((upslopeM[pixel] as number) < 0 || (edge[pixel] as number) >= 1) return
    lobe[pixel] = 1
    lobePixels++
    const zones = 0.75 * bell(u(pixel), 0.8, 0.17) + 0.62 * bell(u(pixel), 0.2, 0.15)
    score[pixel] = patches(eastM, northM) - zones + 0.35 * (edge[pixel] as number) ** 2
    recoveryScore[pixel] = recovery(eastM, northM) - 0.5 * (edge[pixel] as number) + 0.25 * u(pixel)
  })
  const lobeAreaM2 = lobePixels * PIXEL_AREA_M2
  const early = random.between(0.92, 1.08)

  assignDays(
    rankPixels(score, lobe),
    areaCurve(BAIGE_HISTORY.growth, early, lobeAreaM2),
    PIXEL_AREA_M2,
    (pixel, day) => {
      bareDay[pixel] = day
      crept[pixel] = 1
    },
  )
  for (let pixel = 0; pixel < length; pixel++) {
    if (lobe[pixel] && bareDay[pixel] === Infinity) bareDay[pixel] = FIRST_FAILURE
    const along = alongM[pixel] as number
    const up = upslopeM[pixel] as number
    const fresh = !lobe[pixel] && up >= 0
    if (fresh && (edge[pixel] as number) < 1.1 && u(pixel) > 0.25 && along * frame.lateSide < 0) {
      bareDay[pixel] = SECOND_FAILURE
    }
    const beyond = -2 * frame.riverHalfWidthM - 14 * scale
    if (up < 0 && up > beyond + 16 * scale * damEdge(along / (60 * scale), 3.5)) {
      const width = frame.scarHalfWidthM * lobeShape(0)
      const wave = 0.18 * width * damEdge(up / (45 * scale), 0.5)
      const reach = Math.abs(along) + wave
      if (reach < 1.02 * width) depositFromDay[pixel] = FIRST_FAILURE
      else if (reach < 1.7 * width) depositFromDay[pixel] = SECOND_FAILURE
      if (depositFromDay[pixel] !== Infinity) depositToDay[pixel] = DAM_REMOVED
    }
  }

  const crown = new Uint8Array(length)
  for (let pixel = 0; pixel < length; pixel++) {
    score[pixel] = edge[pixel] as number
    crown[pixel] = bareDay[pixel] === Infinity && u(pixel) > 0.55 && u(pixel) < 1.2 ? 1 : 0
  }
  assignDays(
    rankPixels(score, crown),
    areaCurve(BAIGE_HISTORY.crownLoss, lobeAreaM2),
    PIXEL_AREA_M2,
    (pixel, day) => {
      bareDay[pixel] = day
      crept[pixel] = 1
    },
  )

  assignDays(
    rankPixels(recoveryScore, lobe),
    areaCurve(BAIGE_HISTORY.regrowth, lobeAreaM2),
    PIXEL_AREA_M2,
    (pixel, day) => {
      regreenDay[pixel] = day
    },
  )

  const late = new Uint8Array(length)
  const heart = { u: 0.95, along: frame.lateSide * 0.75 * frame.scarHalfWidthM }
  forEachPixel(pixels, sizeM, (pixel, eastM, northM) => {
    const du = ((u(pixel) - heart.u) * frame.scarLengthM) / frame.scarHalfWidthM
    const dq = ((alongM[pixel] as number) - heart.along) / frame.scarHalfWidthM
    score[pixel] = Math.hypot(du, dq) + 0.3 * patches(eastM, northM)
    const isBare =
      bareDay[pixel] !== Infinity && (regreenDay[pixel] as number) > dayOf('2023-03-01')
    late[pixel] = !isBare && (upslopeM[pixel] as number) > 0 && Math.hypot(du, dq) < 1.5 ? 1 : 0
  })
  assignDays(
    rankPixels(score, late),
    areaCurve(BAIGE_HISTORY.lateZone, lobeAreaM2),
    PIXEL_AREA_M2,
    (pixel, day) => reactivate(history, pixel, day),
  )
  return history
}
