import { dayOf, dayOfYear, dateOf } from './days.ts'
import { smoothStep } from './noise.ts'
import { createRandom } from './random.ts'

export const COLOUR_BANDS = ['red', 'nir', 'green', 'blue'] as const
export type ColourBand = (typeof COLOUR_BANDS)[number]

/** Reflectance of one band of what the ground is made of, on one day. */
export interface BandReflectance {
  soil: number
  grass: number
  shrub: number
  water: number
  crop: number
}

/** The ground on one day. */
export interface GroundState {
  bands: Record<ColourBand, BandReflectance>
  /** Cover of sparse herbs on bare ground, 0..1. */
  herbCover: number
  /** Cover of crops on fields, 0..1. */
  cropCover: number
  /** River stage, 0 lowest to 1 highest. */
  riverStage: number
}

type Spectrum = Record<ColourBand, number>

const DRY_SOIL: Spectrum = { red: 0.242, nir: 0.284, green: 0.19, blue: 0.147 }
/** Monsoon soil is dark with water. */
const WET_SOIL: Spectrum = { red: 0.156, nir: 0.195, green: 0.122, blue: 0.092 }
const DORMANT_GRASS: Spectrum = { red: 0.152, nir: 0.206, green: 0.125, blue: 0.09 }
const GREEN_GRASS: Spectrum = { red: 0.04, nir: 0.3, green: 0.07, blue: 0.03 }
const DORMANT_SHRUB: Spectrum = { red: 0.128, nir: 0.186, green: 0.107, blue: 0.075 }
const GREEN_SHRUB: Spectrum = { red: 0.03, nir: 0.265, green: 0.052, blue: 0.024 }
const CLEAR_RIVER: Spectrum = { red: 0.055, nir: 0.022, green: 0.082, blue: 0.075 }
const TURBID_RIVER: Spectrum = { red: 0.1, nir: 0.047, green: 0.1, blue: 0.072 }
const CROP: Spectrum = { red: 0.04, nir: 0.36, green: 0.08, blue: 0.03 }
const FLOOD_DAYS: readonly (readonly [string, string])[] = [['2018-11-01', '2018-11-08']]

function mix(a: Spectrum, b: Spectrum, share: number): Spectrum {
  return {
    red: a.red + share * (b.red - a.red),
    nir: a.nir + share * (b.nir - a.nir),
    green: a.green + share * (b.green - a.green),
    blue: a.blue + share * (b.blue - a.blue),
  }
}

/** Rise to 1 around one day of the year and fall around another, as logistic curves do. */
function seasonCurve(day: number, rise: number, fall: number, widthDays: number): number {
  return 1 / (1 + Math.exp((rise - day) / widthDays)) / (1 + Math.exp((day - fall) / widthDays))
}

/**
 * State of vegetation, soil and river on a day: green-up and senescence as a double logistic curve,
 * whose dates and height differ from year to year; soil that darkens with the monsoon.
 *
 * @param day days since 1970
 */
export function groundOn(seed: number, day: number): GroundState {
  const year = dateOf(day).slice(0, 4)
  const random = createRandom(seed, `year ${year}`)
  const date = dayOfYear(day)
  const earlyDays = random.normal(0, 5)
  const vigour = Math.max(0.8, Math.min(1.08, random.normal(0.97, 0.05)))
  const wetYear = random.normal(0, 0.05)
  const green = vigour * seasonCurve(date, 126 - earlyDays, 281 + random.normal(0, 4), 21)
  const shrubGreen = vigour * seasonCurve(date, 108 - earlyDays, 300, 26)
  const rain = createRandom(seed, `rain ${Math.floor(day)}`).normal(0, 0.05)
  const wetness = Math.max(
    0,
    Math.min(1, seasonCurve(date, 90, 282, 26) * 1.02 + wetYear * 0.6 + rain),
  )
  const soil = mix(DRY_SOIL, WET_SOIL, wetness)
  const grass = mix(DORMANT_GRASS, GREEN_GRASS, green)
  const shrub = mix(DORMANT_SHRUB, GREEN_SHRUB, shrubGreen)
  const isFlood = FLOOD_DAYS.some(([from, to]) => day >= dayOf(from) && day <= dayOf(to))
  const riverStage = isFlood ? 1 : Math.min(1, 0.1 + 0.85 * smoothStep(0.2, 0.95, wetness))
  const water = mix(CLEAR_RIVER, TURBID_RIVER, riverStage * 0.75)
  const band = (name: ColourBand): BandReflectance => ({
    soil: soil[name],
    grass: grass[name],
    shrub: shrub[name],
    water: water[name],
    crop: CROP[name],
  })
  return {
    bands: { red: band('red'), nir: band('nir'), green: band('green'), blue: band('blue') },
    herbCover: 0.012 + 0.035 * green,
    cropCover: 0.06 + 0.8 * seasonCurve(date, 165, 262, 9),
    riverStage,
  }
}
