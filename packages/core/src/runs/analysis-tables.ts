import { areApart, comparedAreas } from '../analysis/area.ts'
import type { Fragment, FragmentOrigin } from '../analysis/components.ts'
import type { AreaRow, ObjectSummary, SeasonArea, SeasonPair } from '../model/analysis-areas.ts'
import type { DeseasonedMeasure } from '../model/analysis-events.ts'
import type { LngLat } from '../model/grid.ts'
import { type CsvValue, round } from './csv.ts'

export const AREA_COLUMNS: readonly string[] = [
  'frame',
  'captured_at',
  'object',
  'scene',
  'area_m2',
  'area_low_m2',
  'area_high_m2',
  'area_ellipsoid_m2',
  'seen_m2',
  'hidden_m2',
  'valid_inside',
  'valid_around',
  'perimeter_m',
  'gained_m2',
  'lost_m2',
  'compared_fraction',
  'fragments',
  'boundary_down_m2',
  'boundary_up_m2',
  'level_m2',
  'registration_m2',
  'mixed_pixels_m2',
  'hidden_down_m2',
  'hidden_up_m2',
  'membership_down_m2',
  'membership_up_m2',
  'registration_residual_m',
  'confidence',
  'prompted',
  'locked',
  'flags',
  'season_m2',
  'deseasoned_m2',
  'deseasoned_low_m2',
  'deseasoned_high_m2',
]

/** Columns of area.csv that are there only where the valley floor is known. */
export const DEPOSIT_COLUMNS: readonly string[] = ['source_m2', 'deposit_m2']

/** @param season what the season adds on this day; null where no season could be looked for */
export function areaCells(row: AreaRow, season: DeseasonedMeasure | null): CsvValue[] {
  const { uncertainty: u } = row
  return [
    row.frameIndex,
    row.capturedAt,
    row.objectId,
    row.sceneId,
    round(row.areaM2, 1),
    round(row.lowM2, 1),
    round(row.highM2, 1),
    round(row.ellipsoidAreaM2, 1),
    round(row.seenM2, 1),
    round(row.hiddenM2, 1),
    round(row.validInside, 4),
    round(row.validAround, 4),
    round(row.perimeterM, 1),
    round(row.gainedM2, 1),
    round(row.lostM2, 1),
    round(row.comparedFraction, 4),
    row.fragments,
    round(u.boundary[0], 1),
    round(u.boundary[1], 1),
    round(u.level[1], 1),
    round(u.registration[1], 1),
    round(u.mixedPixels[1], 1),
    round(u.hidden[0], 1),
    round(u.hidden[1], 1),
    round(u.membership[0], 1),
    round(u.membership[1], 1),
    round(row.registrationResidualM, 2),
    round(row.confidence, 3),
    row.prompted,
    row.locked,
    row.flags.join(' '),
    season === null ? null : round(season.seasonM2, 1),
    season === null ? null : round(season.deseasonedM2, 1),
    season === null ? null : round(season.lowM2, 1),
    season === null ? null : round(season.highM2, 1),
  ]
}

export const SEASON_COLUMNS: readonly string[] = [
  'object',
  'season',
  'label',
  'year',
  'frames',
  'first_captured_at',
  'last_captured_at',
  'median_area_m2',
  'area_low_m2',
  'area_high_m2',
  'smallest_area_m2',
  'largest_area_m2',
  'mean_valid_inside',
  'compared_with',
  'change_m2',
  'change_fraction',
  'change_m2_per_year',
  'beyond_uncertainty',
]

export function seasonCells({ objectId, seasons, sameSeasonPairs }: ObjectSummary): CsvValue[][] {
  return seasons.map((area) => {
    const pair = sameSeasonPairs.find(({ to }) => to.label === area.season.label)
    return [
      objectId,
      area.season.name,
      area.season.label,
      area.season.year,
      area.frames,
      area.firstAt,
      area.lastAt,
      round(area.medianM2, 1),
      round(area.lowM2, 1),
      round(area.highM2, 1),
      round(area.minM2, 1),
      round(area.maxM2, 1),
      round(area.meanValidInside, 4),
      pair?.from.label ?? null,
      pair ? round(pair.changeM2, 1) : null,
      pair?.changeFraction == null ? null : round(pair.changeFraction, 4),
      pair ? round(pair.changePerYearM2, 1) : null,
      pair?.beyondUncertainty ?? null,
    ]
  })
}

export const COMPONENT_COLUMNS: readonly string[] = [
  'frame',
  'captured_at',
  'object',
  'fragment',
  'area_m2',
  'perimeter_m',
  'centroid_x_m',
  'centroid_y_m',
  'centroid_lng',
  'centroid_lat',
  'origin',
  'from_fragments',
  'piece',
]

export function componentCells(
  row: AreaRow,
  fragment: Fragment,
  origin: FragmentOrigin | null,
  [lng, lat]: LngLat,
): CsvValue[] {
  return [
    row.frameIndex,
    row.capturedAt,
    row.objectId,
    fragment.rank,
    round(fragment.areaM2, 1),
    round(fragment.perimeterM, 1),
    round(fragment.centroid[0], 1),
    round(fragment.centroid[1], 1),
    round(lng, 6),
    round(lat, 6),
    origin?.kind ?? null,
    origin === null ? null : origin.from.join(' '),
  ]
}

/** How areas and their intervals are made; printed with the results. */
export const METHOD_NOTES: string[] = [
  'Area is the number of mask pixels times the pixel area on the UTM grid; the ellipsoid area is freed of the projection scale.',
  'The 90 % interval adds six causes in squares: boundary, level, registration, mixed pixels, hidden ground, membership.',
  'Boundary: each seen pixel is scar with its probability p; errors within a resolution cell of two sensor pixels go together: 1.645 √(a C Σ p(1 - p)), a the area of a pixel, C that of a cell.',
  'Level: 1.645 P e, P the perimeter; e is 1.4826 times the median of what the frames’ own levels of bare and covered ground would move the whole boundary by, at least a tenth of a sensor pixel.',
  'Registration: 1.645 r √(2 s P) for a residual shift r, for a shift of the whole frame leaves its area alone; 1.645 r P where the segmenter has no level of bare ground, or the frame could not tell, or the mask was drawn.',
  'Mixed pixels: 1.645 s² √(n/12) with n = (4/π) P/s sensor pixels of size s along a boundary of length P.',
  'Hidden ground: mask pixels last or next seen outside the scar count downwards, others last or next seen inside it upwards.',
  'Membership: steady ground that no click speaks of and that what changed around it does not tell from its surroundings counts downwards where the mask has it, upwards where it lies bare beside the mask; comparisons of frames leave it out.',
  'Gained and lost compare what a frame saw with the last sight of each pixel; hidden pixels are never change.',
]

/** One object's results from its series. */
export function objectSummary(
  objectId: number,
  areas: AreaRow[],
  seasons: SeasonArea[],
  sameSeasonPairs: SeasonPair[],
): Omit<ObjectSummary, 'events' | 'newZones' | 'onsets'> {
  const first = areas[0]
  const last = areas.at(-1)
  if (first === undefined || last === undefined) {
    return { objectId, areas, seasons, sameSeasonPairs, change: null }
  }
  const smallest = areas.reduce((a, b) => (b.areaM2 < a.areaM2 ? b : a))
  const largest = areas.reduce((a, b) => (b.areaM2 > a.areaM2 ? b : a))
  const changeM2 = last.areaM2 - first.areaM2
  return {
    objectId,
    areas,
    seasons,
    sameSeasonPairs,
    change: {
      fromM2: first.areaM2,
      toM2: last.areaM2,
      changeM2,
      changeFraction: first.areaM2 === 0 ? null : changeM2 / first.areaM2,
      beyondUncertainty: areApart(...(comparedAreas([first, last]) as [AreaRow, AreaRow])),
      smallestM2: smallest.areaM2,
      smallestAt: smallest.capturedAt,
      largestM2: largest.areaM2,
      largestAt: largest.capturedAt,
      gainedM2: areas.reduce((sum, { gainedM2 }) => sum + gainedM2, 0),
      lostM2: areas.reduce((sum, { lostM2 }) => sum + lostM2, 0),
    },
  }
}
