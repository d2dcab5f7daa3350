import { type KnownFloor, depositFinder } from '../analysis/deposits.ts'
import { type RiverCourse, riverState } from '../analysis/river-course.ts'
import { type RiverSight, measureDebris, sightsOf } from '../analysis/river-dams.ts'
import { seeCourse } from '../analysis/river-sight.ts'
import { pixelAreaM2 } from '../geo/affine.ts'
import type { Dam } from '../model/analysis-evolution.ts'
import type { Grid } from '../model/grid.ts'
import { readAhead } from './read-ahead.ts'
import type { PassingFrame } from './series-source.ts'
import type { FrameGround, SiteRiver } from './site-river.ts'
import type { SiteTerrain } from './site-terrain.ts'

/** What dams are told from: the frames' own NDVI along the river, or the masks on the valley floor. */
export type DamEvidence = 'frames' | 'masks'

/** Where an object's debris lay in the river. */
export interface SeriesDeposits {
  /** Null where no river is known to run through the site. */
  river: { evidence: DamEvidence; sights: RiverSight[] } | null
  /** Null where neither a valley floor nor water is known. */
  frames: FrameDeposit[] | null
}

/** Deposit on one frame. */
export interface FrameDeposit {
  /** UTC ISO 8601. */
  capturedAt: string
  /** In the mask, m². */
  inMaskM2: number
  /** Debris in the river that the mask leaves out, m². */
  besideMaskM2: number
}

/** Source and deposit of one frame, m². */
export interface SourceDeposit {
  sourceM2: number
  depositM2: number
}

/**
 * Looks at an object's frames one by one.
 *
 * @param sceneIds of all frames to come, in order
 */
export function collectDeposits(
  context: {
    grid: Grid
    sensorPixelM: number
    terrain: SiteTerrain | null
    river: SiteRiver | null
  },
  sceneIds: readonly string[],
): { add(frame: PassingFrame): Promise<void>; deposits(): SeriesDeposits } {
  const { grid, sensorPixelM, terrain, river } = context
  const floor = knownFloor(terrain?.floor ?? null, river, sensorPixelM)
  const findDeposit = floor === null ? null : depositFinder(floor, grid, sensorPixelM)
  const evidence: DamEvidence = river?.course ? 'frames' : 'masks'
  const course = river?.course ?? terrain?.course ?? null
  const groundAt = async (index: number): Promise<FrameGround | null> =>
    (await river?.ground(sceneIds[index] as string)) ?? null
  const grounds = readAhead(sceneIds.length, groundAt)
  const sights: RiverSight[] = []
  const frames: FrameDeposit[] = []
  const see = async (
    along: RiverCourse,
    frame: PassingFrame,
    inMask: Uint8Array,
  ): Promise<Uint8Array | null> => {
    const { facts, mask, validity } = frame
    const ground = evidence === 'frames' ? (await grounds.next()).value : null
    const seen = ground ? seeCourse(along, { ...ground, mask }, sensorPixelM) : null
    const state = evidence === 'masks' ? riverState(along, mask, validity) : seen?.state
    const debris = evidence === 'masks' ? inMask : (seen?.debris ?? null)
    sights.push({
      capturedAt: facts.capturedAt,
      state: state ?? 'unknown',
      debris:
        state === 'dammed' && debris !== null
          ? measureDebris(debris, grid, sensorPixelM, facts.registrationResidualM)
          : null,
    })
    return state === 'dammed' ? debris : null
  }
  return {
    async add(frame) {
      if (findDeposit === null) return
      const inMask = findDeposit(frame.mask)
      const debris = course === null ? null : await see(course, frame, inMask)
      frames.push({
        capturedAt: frame.facts.capturedAt,
        inMaskM2: countOf(inMask) * pixelAreaM2(grid),
        besideMaskM2: debris === null ? 0 : countBeside(debris, frame.mask) * pixelAreaM2(grid),
      })
    },
    deposits: () => ({
      river: course === null ? null : { evidence, sights },
      frames: floor === null ? null : frames,
    }),
  }
}

/**
 * Source and deposit of each frame: what the mask holds off the floor, and what it holds on it, together
 * with the debris of a dam that the mask leaves out.
 */
export function sourcesAndDeposits(
  rows: readonly { areaM2: number }[],
  { river, frames }: SeriesDeposits,
  dams: readonly Dam[],
): SourceDeposit[] | null {
  if (frames === null) return null
  const dammed = new Set(
    dams.flatMap((dam) => sightsOf(dam, river?.sights ?? []).map(({ capturedAt }) => capturedAt)),
  )
  return frames.map(({ capturedAt, inMaskM2, besideMaskM2 }, i) => ({
    sourceM2: (rows[i]?.areaM2 ?? 0) - inMaskM2,
    depositM2: inMaskM2 + (dammed.has(capturedAt) ? besideMaskM2 : 0),
  }))
}

/** The DEM's valley floor with the frames' water. */
function knownFloor(
  floor: KnownFloor | null,
  river: SiteRiver | null,
  sensorPixelM: number,
): KnownFloor | null {
  if (river === null) return floor
  if (floor === null) return { floor: river.water, edgeErrorM: sensorPixelM / 2 }
  const joined = floor.floor.map((value, i) => (river.water[i] === 1 ? 1 : value))
  return { ...floor, floor: joined }
}

function countOf(pixels: Uint8Array): number {
  let count = 0
  for (let i = 0; i < pixels.length; i++) count += pixels[i] as number
  return count
}

function countBeside(pixels: Uint8Array, mask: Uint8Array): number {
  let count = 0
  for (let i = 0; i < pixels.length; i++) if (mask[i] !== 1) count += pixels[i] as number
  return count
}
