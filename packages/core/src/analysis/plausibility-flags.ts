import type { LngLat } from '../model/grid.ts'
import type { PlausibilityLevel } from '../model/plausibility.ts'
import { type InsarMotion, RING_M } from './plausibility-insar.ts'
import { slopeDeg } from './plausibility-terrain.ts'
import type {
  PlausibilityFlag,
  PlausibilityKind,
  PlausibilityUnit,
  UnitTerrain,
} from './plausibility-types.ts'
import { type Ground, type Piece, isCovered, piecesOf } from './plausibility-units.ts'

/** Nobre et al. (2011): ground up to this far above the drainage is its floor, m. */
const FLOOR_HEIGHT_M = 5
/** A toe on the bank is steeper than this; a valley floor is not, degrees (slow earth flows: Keefer, 1984). */
const FLOOR_SLOPE_DEG = 10
/** Directions farther apart than this face each other. */
const OPPOSITE_DEG = 90
/** Resultant length below which a mean direction says nothing. */
const SCATTERED = 0.5
/** Flat parts of an object smaller than this share of it are not told. */
const MIN_FLAT_SHARE = 0.05
/** ... nor those smaller than so many sensor pixels. */
const MIN_FLAT_SENSOR_PIXELS = 10
/** Share of a unit on the river above which it is taken for the river. */
const MOSTLY = 0.5
/** Share that InSAR must cover to say anything. */
const MIN_INSAR_COVER = 0.3
const SIGNIFICANT = 0.05
/** Fewer places cannot give a p of 0.05. */
const MIN_PLACES = 19

/** What flags are judged by besides the unit itself. */
export interface FlagContext {
  leastSlopeDeg: number
  sensorPixelM: number
  riverSource: 'given' | 'drainage' | null
  /** Terrain of the object's largest fragment; null where the DEM does not know it. */
  main: UnitTerrain | null
}

/** What there is to remark on a unit, each in one sentence. */
export function flagUnit(unit: PlausibilityUnit, context: FlagContext): PlausibilityFlag[] {
  return [...terrainFlags(unit, context), ...riverFlags(unit, context), ...insarFlags(unit)]
}

/** Connected flat parts inside an object that is not flat as a whole. */
export function flagFlatParts(
  whole: Piece,
  object: PlausibilityUnit,
  ground: Ground,
  { leastSlopeDeg, sensorPixelM }: FlagContext,
): PlausibilityFlag[] {
  const { terrain, grid } = ground
  if (terrain === null) return []
  const flat = new Uint8Array(grid.width * grid.height)
  for (const i of whole.pixels) {
    if (slopeDeg(terrain.east[i] as number, terrain.north[i] as number) < leastSlopeDeg) flat[i] = 1
  }
  const leastM2 = Math.max(
    MIN_FLAT_SENSOR_PIXELS * sensorPixelM ** 2,
    MIN_FLAT_SHARE * whole.areaM2,
  )
  return piecesOf(flat, grid, leastM2).map((part) =>
    flagOf(
      { ...object, lngLat: part.lngLat },
      'flat-part',
      'check',
      `${areaWords(part.areaM2)} (${percent(part.areaM2 / whole.areaM2)}) of object ${object.objectId} at ${place(part.lngLat)} is flatter than ${leastSlopeDeg}°, less than landslides start on: a deposit, a terrace or bare ground of another kind rather than source`,
    ),
  )
}

function terrainFlags(unit: PlausibilityUnit, context: FlagContext): PlausibilityFlag[] {
  const { terrain } = unit
  if (terrain === null && context.main === null) return []
  const known = percent(terrain?.coveredFraction ?? 0)
  if (!isCovered(terrain)) {
    return [
      flagOf(
        unit,
        'no-elevation',
        'check',
        `${nameOf(unit)}: the DEM knows ${known} of it, too little to judge its slope`,
      ),
    ]
  }
  const flags: PlausibilityFlag[] = []
  const { slopeMedianDeg, positionSd, heightAboveDrainageM, aspectDeg } = terrain
  const least = context.leastSlopeDeg
  if (slopeMedianDeg < least) {
    flags.push(
      flagOf(
        unit,
        'flat-ground',
        'unlikely',
        `${nameOf(unit)} lies on flat ground: median slope ${degrees(slopeMedianDeg)}, ${percent(terrain.flatFraction)} of it below ${least}°, the least that landslides start on`,
      ),
    )
  }
  if (
    heightAboveDrainageM !== null &&
    heightAboveDrainageM <= FLOOR_HEIGHT_M &&
    slopeMedianDeg < FLOOR_SLOPE_DEG
  ) {
    flags.push(
      flagOf(
        unit,
        'valley-floor',
        'check',
        `${nameOf(unit)} lies on the valley floor, ${metres(heightAboveDrainageM)} above the channel (median) at ${degrees(slopeMedianDeg)}: deposit, gravel bar or flooded ground rather than source`,
      ),
    )
  }
  if (positionSd !== null && positionSd > 1) {
    flags.push(
      flagOf(
        unit,
        'ridge',
        'check',
        `${nameOf(unit)} lies on a ridge: its ground is ${positionSd.toFixed(1)} standard deviations above what is around it (median), where bare rock and worn tops are common`,
      ),
    )
  }
  if (unit.kind === 'object') {
    if (terrain.aspectConcentration < SCATTERED && slopeMedianDeg >= least) {
      flags.push(
        flagOf(
          unit,
          'scattered-aspect',
          'check',
          `${nameOf(unit)} faces all ways: the directions straight down have a resultant of ${terrain.aspectConcentration.toFixed(2)} of 1, as on several slopes rather than one`,
        ),
      )
    }
    return flags
  }
  const mainDeg = context.main?.aspectDeg ?? null
  if (
    aspectDeg !== null &&
    mainDeg !== null &&
    terrain.aspectConcentration >= SCATTERED &&
    (context.main?.aspectConcentration ?? 0) >= SCATTERED &&
    slopeMedianDeg >= least &&
    angleBetweenDeg(aspectDeg, mainDeg) > OPPOSITE_DEG
  ) {
    flags.push(
      flagOf(
        unit,
        'faces-away',
        'check',
        `${nameOf(unit)} faces ${Math.round(aspectDeg)}°, the largest fragment ${Math.round(mainDeg)}°: ${Math.round(angleBetweenDeg(aspectDeg, mainDeg))}° apart, so it belongs to another slope`,
      ),
    )
  }
  return flags
}

function riverFlags(
  unit: PlausibilityUnit,
  { riverSource, sensorPixelM }: FlagContext,
): PlausibilityFlag[] {
  const { river } = unit
  if (river === null || riverSource === null) return []
  const what = riverSource === 'given' ? 'the river' : "the DEM's channel"
  if (river.shareOnRiver > MOSTLY) {
    return [
      flagOf(
        unit,
        'on-river',
        'unlikely',
        `${nameOf(unit)} lies on ${what} with ${percent(river.shareOnRiver)} of its ground: water, gravel or a dam rather than source`,
      ),
    ]
  }
  if (river.distanceM > sensorPixelM) return []
  const contact =
    river.shareOnRiver > 0
      ? `${percent(river.shareOnRiver)} of it lies on it`
      : `${metres(river.distanceM)} away`
  return [
    flagOf(
      unit,
      'beside-river',
      'note',
      `${nameOf(unit)} reaches ${what} (${contact}): the water may undercut it, and part of it may be deposit`,
    ),
  ]
}

function insarFlags(unit: PlausibilityUnit): PlausibilityFlag[] {
  const { insar } = unit
  if (insar === null) return []
  if (insar.coveredFraction < MIN_INSAR_COVER || insar.movingFraction === null) {
    return unit.kind === 'object'
      ? [
          flagOf(
            unit,
            'insar-blind',
            'note',
            `${nameOf(unit)}: InSAR has values on ${percent(insar.coveredFraction)} of it, too little to say whether it moves; fast or bare ground loses coherence`,
          ),
        ]
      : []
  }
  const flags = [motionFlag(unit, insar, insar.movingFraction)]
  const isRingMoving = insar.ringMovingFraction !== null && (insar.ringPValue ?? 1) <= SIGNIFICANT
  if (unit.kind === 'object' && isRingMoving) {
    flags.push(
      flagOf(
        unit,
        'surroundings-move',
        'check',
        `${nameOf(unit)}: ${percent(insar.ringMovingFraction ?? 0)} of the ground within ${RING_M} m around it moves, too (p = ${insar.ringPValue?.toPrecision(2)}): the active slope is probably wider than the bare scar`,
      ),
    )
  }
  return flags
}

function motionFlag(
  unit: PlausibilityUnit,
  insar: InsarMotion,
  movingFraction: number,
): PlausibilityFlag {
  const p = insar.pValue
  const against =
    insar.places < MIN_PLACES || p === null
      ? `; there are ${insar.places} other places to put its shape to, too few for a test at 5 %`
      : ` (p = ${p.toPrecision(2)} from ${insar.places} places)`
  const isMoving = p !== null && p <= SIGNIFICANT
  const median = insar.medianTowardMmPerYear ?? 0
  const way = median < 0 ? 'away from' : 'toward'
  return flagOf(
    unit,
    isMoving ? 'moving' : 'not-moving',
    'note',
    `${nameOf(unit)}: ${percent(movingFraction)} of it moves by more than ${insar.movingMmPerYear.toFixed(1)} mm/yr (2 sd of far ground) along the line of sight, median ${Math.abs(median).toFixed(1)} mm/yr ${way} the satellite, against ${percent(insar.farMovingFraction)} of far ground${against}`,
  )
}

function flagOf(
  { id, objectId, lngLat }: PlausibilityUnit,
  kind: PlausibilityKind,
  level: PlausibilityLevel,
  words: string,
): PlausibilityFlag {
  return { kind, level, unit: id, objectId, lngLat, words }
}

function nameOf(unit: PlausibilityUnit): string {
  const what =
    unit.kind === 'object' ? 'object' : unit.kind === 'fragment' ? 'fragment' : 'gained patch'
  const since = unit.kind === 'fragment' && unit.isNew === true ? ', new,' : ''
  return `${what} ${unit.id}${since} (${areaWords(unit.areaM2)} at ${place(unit.lngLat)})`
}

/** The smaller angle between two directions, degrees, 0..180. */
function angleBetweenDeg(a: number, b: number): number {
  const turn = Math.abs(a - b) % 360
  return turn > 180 ? 360 - turn : turn
}

function areaWords(areaM2: number): string {
  return areaM2 < 10_000 ? `${Math.round(areaM2)} m²` : `${(areaM2 / 10_000).toFixed(2)} ha`
}

function place([lng, lat]: LngLat): string {
  return `${lng.toFixed(5)}, ${lat.toFixed(5)}`
}

function percent(share: number): string {
  const value = 100 * share
  return `${value > 0 && value < 1 ? value.toFixed(1) : Math.round(value)} %`
}

function degrees(value: number): string {
  return `${value.toFixed(1)}°`
}

function metres(value: number): string {
  return `${value.toFixed(1)} m`
}
