import type { PlausibilityFlag, PlausibilityUnit } from '../analysis/plausibility-types.ts'
import { type CsvValue, round } from './csv.ts'

/** How ground is judged; written with the results. */
export const PLAUSIBILITY_NOTES: string[] = [
  'Slope and aspect: Horn (1981) on the pixels of the DEM, averaged where finer than 10 m, sampled bilinearly onto the site grid.',
  'Landslides need slope: by Keefer (1984) soil block slides begin at 5°, slow earth flows and slumps at 10°, disrupted slides at 15°; ground below the least slope is where material comes to rest, or spreads and flows of soft ground.',
  'Position: height above the mean of the ground within 300 m, in standard deviations over the DEM (Weiss, 2001): above 1 a ridge, below -1 a valley.',
  'Drainage: priority flood (Barnes et al., 2014), channels from 1 km² (or a tenth of a smaller DEM); height above the nearest drainage after Nobre et al. (2011), up to 5 m the valley floor.',
  'Aspect: mean direction straight down and its resultant length (Mardia and Jupp, 2000); fragments more than 90° from the largest face another slope.',
  'InSAR: a pixel moves where it departs from far ground (over 300 m away) by more than 2 of its standard deviations; significance by putting the shape to other places (Lotwick and Silverman, 1982).',
  'A flag is a reason to look, not a verdict; the DEM has its own date and errors, and a DEM from after a failure shows its surface.',
]

export const UNIT_COLUMNS: readonly string[] = [
  'unit',
  'kind',
  'object',
  'area_m2',
  'share_of_object',
  'new',
  'lng',
  'lat',
  'dem_covered',
  'slope_p10_deg',
  'slope_median_deg',
  'slope_p90_deg',
  'flat_fraction',
  'position',
  'position_sd',
  'height_above_drainage_m',
  'aspect_deg',
  'aspect_concentration',
  'river_distance_m',
  'share_on_river',
  'insar_covered',
  'insar_moving_fraction',
  'insar_ring_moving_fraction',
  'insar_far_moving_fraction',
  'insar_median_toward_mm_per_year',
  'insar_p_value',
]

export function unitCells(unit: PlausibilityUnit): CsvValue[] {
  const { terrain, river, insar } = unit
  const cell = (value: number | null | undefined, decimals: number): CsvValue =>
    value === null || value === undefined ? null : round(value, decimals)
  return [
    unit.id,
    unit.kind,
    unit.objectId,
    round(unit.areaM2, 1),
    round(unit.shareOfObject, 4),
    unit.isNew,
    round(unit.lngLat[0], 6),
    round(unit.lngLat[1], 6),
    cell(terrain?.coveredFraction, 4),
    cell(terrain?.slopeP10Deg, 1),
    cell(terrain?.slopeMedianDeg, 1),
    cell(terrain?.slopeP90Deg, 1),
    cell(terrain?.flatFraction, 4),
    terrain?.position ?? null,
    cell(terrain?.positionSd, 2),
    cell(terrain?.heightAboveDrainageM, 1),
    cell(terrain?.aspectDeg, 0),
    cell(terrain?.aspectConcentration, 3),
    cell(river?.distanceM, 1),
    cell(river?.shareOnRiver, 4),
    cell(insar?.coveredFraction, 4),
    cell(insar?.movingFraction, 4),
    cell(insar?.ringMovingFraction, 4),
    cell(insar?.farMovingFraction, 4),
    cell(insar?.medianTowardMmPerYear, 2),
    cell(insar?.pValue, 4),
  ]
}

export const FLAG_COLUMNS: readonly string[] = [
  'level',
  'kind',
  'object',
  'unit',
  'lng',
  'lat',
  'words',
]

export function flagCells({
  level,
  kind,
  objectId,
  unit,
  lngLat,
  words,
}: PlausibilityFlag): CsvValue[] {
  return [level, kind, objectId, unit, round(lngLat[0], 6), round(lngLat[1], 6), words]
}
