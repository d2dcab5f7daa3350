import type { Grid } from '../model/grid.ts'
import type { InsarMotion } from './plausibility-insar.ts'
import type { PlausibilityFlag, PlausibilityUnit } from './plausibility-types.ts'
import { type Ground, type Piece, isCovered, pieceOf, piecesOf } from './plausibility-units.ts'
import { riverOf, terrainOf } from './plausibility-units.ts'
import { flagFlatParts, flagUnit } from './plausibility-flags.ts'

/**
 * Least slope that landslides need, degrees: of the types that Keefer (1984) lists, soil block slides
 * begin at 5°, slow earth flows and soil slumps at 10°, disrupted soil slides and rock slumps at 15°;
 * below 5° there are only lateral spreads and rapid flows, and where material comes to rest.
 */
export const LEAST_SLOPE_DEG = 5

/** Patches of gained ground smaller than this many sensor pixels are edge effects of two boundaries. */
const MIN_PATCH_SENSOR_PIXELS = 10

/** What is judged. Arrays are row-major on `grid`. */
export interface PlausibilityInput {
  grid: Grid
  objectId: number
  /** The mask now, 0/1. */
  mask: Uint8Array
  /** The mask of an early frame; null where there is no other. */
  earlier: Uint8Array | null
  ground: Ground
  /** m, 10 for Sentinel-2. */
  sensorPixelM: number
  /** Least slope that landslides need, degrees; default {@link LEAST_SLOPE_DEG}. */
  leastSlopeDeg?: number
  /** How a piece moves by InSAR; absent without a velocity raster. */
  motionOf?: (mask: Uint8Array) => InsarMotion | null
}

/** An object's units, the object first, and what there is to remark. */
export interface ObjectPlausibility {
  objectId: number
  units: PlausibilityUnit[]
  flags: PlausibilityFlag[]
}

/**
 * Judges an object, each of its fragments and each patch that it has gained by slope, topographic
 * position, river, aspect and InSAR. Gained ground is what is scar now and was not in the earlier
 * frame, in patches of at least 10 sensor pixels.
 */
export function judgeObject(input: PlausibilityInput): ObjectPlausibility {
  const { grid, objectId, mask, earlier, ground } = input
  const whole = pieceOf(mask, grid)
  if (whole === null) return { objectId, units: [], flags: [] }
  const sensorM2 = input.sensorPixelM ** 2
  const leastSlopeDeg = input.leastSlopeDeg ?? LEAST_SLOPE_DEG
  const unitOf = (piece: Piece, id: string, kind: PlausibilityUnit['kind']): PlausibilityUnit => ({
    id,
    kind,
    objectId,
    areaM2: piece.areaM2,
    shareOfObject: piece.areaM2 / whole.areaM2,
    isNew: earlier === null ? null : !piece.pixels.some((i) => earlier[i] === 1),
    lngLat: piece.lngLat,
    terrain: terrainOf(piece, ground, leastSlopeDeg),
    river: riverOf(piece, ground),
    insar: input.motionOf?.(maskOf(piece, mask.length)) ?? null,
  })
  const object = unitOf(whole, String(objectId), 'object')
  const fragments = piecesOf(mask, grid, sensorM2).map((piece, i) =>
    unitOf(piece, `${objectId}.${i + 1}`, 'fragment'),
  )
  const gained = earlier
    ? piecesOf(
        mask.map((value, i) => (value && !earlier[i] ? 1 : 0)),
        grid,
        MIN_PATCH_SENSOR_PIXELS * sensorM2,
      ).map((piece, i) => unitOf(piece, `${objectId}+${i + 1}`, 'gained'))
    : []
  const main = fragments[0]?.terrain ?? null
  const context = {
    leastSlopeDeg,
    sensorPixelM: input.sensorPixelM,
    riverSource: ground.river?.source ?? null,
    main: isCovered(main) ? main : null,
  }
  // One fragment is the object itself.
  const judged = [object, ...(fragments.length > 1 ? fragments : []), ...gained]
  const flags = judged.flatMap((unit) => flagUnit(unit, context))
  const parts = flags.some(({ unit, kind }) => unit === object.id && kind === 'flat-ground')
    ? []
    : flagFlatParts(whole, object, ground, context)
  return { objectId, units: [object, ...fragments, ...gained], flags: [...flags, ...parts] }
}

function maskOf(piece: Piece, length: number): Uint8Array {
  const mask = new Uint8Array(length)
  for (const i of piece.pixels) mask[i] = 1
  return mask
}
