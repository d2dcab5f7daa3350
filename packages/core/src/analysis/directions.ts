import {
  type Azimuth,
  type GainDirection,
  SECTORS,
  type Sector,
  type SectorRose,
} from '../model/analysis-growth.ts'
import { SECTOR_WIDTH_DEG } from './sectors.ts'

/** z of a 90 % interval, and of a one-sided test at 5 %. */
const Z90 = 1.645

/** z of a one-sided test at 5 % of the largest of 16 (Šidák: 1 - 0.95^(1/16) = 0.0032 each). */
const Z_LARGEST_OF_16 = 2.726

const RADIANS = Math.PI / 180

/**
 * Direction of the largest gain. The gains G of the sectors with azimuths θ have the covariance
 *
 *   Σ(s,t) = σ(s)² [s = t] + (r1² L1(s) L1(t) + r2² L2(s) L2(t)) cos(θ(s) - θ(t)) + cx(s) cx(t) + cy(s) cy(t)
 *
 * with σ from mixed pixels and boundary probability, for a shift of one mask by δ gains L u·δ in a
 * sector of boundary length L and direction u, all sectors together; and with c what the gain of a sector
 * changes by when the centre that all sectors are seen from moves by its standard deviation (see `scarCentre`). A sector is a rival of the largest
 * where their difference is at most 1.645 of its standard deviations. The resultant
 * (C, S) = Σ G (cos θ, sin θ) has the direction atan2(S, C) (Mardia & Jupp, 2000, 2.2), whose variance
 * is gᵀΣg with g(s) = sin(θ(s) - θ̄)/|resultant| (delta method: analytic, no resampling); the mean's
 * interval is 1.645 standard deviations to both sides. Both speak of errors of the masks, not of what the slope will do next.
 *
 * @returns null where nothing was gained
 */
export function gainDirection(rose: SectorRose): GainDirection | null {
  const { sectors } = rose
  const gains = sectors.map(({ gainedM2 }) => gainedM2)
  const total = gains.reduce((sum, gain) => sum + gain, 0)
  if (total === 0) return null
  const peak = gains.indexOf(Math.max(...gains))
  const ofMasks = maskCovariance(rose)
  const ofCentre = centreCovariance(rose)
  const at = (s: number, t: number): number => (ofMasks[s]?.[t] ?? 0) + (ofCentre[s]?.[t] ?? 0)
  const all = sectors.map((_, i) => i)
  const near = [(peak + 15) % 16, peak, (peak + 1) % 16]
  const mean = resultant(rose, all, at)
  const rivals = all.filter((s) => {
    if (s === peak || gains[s] === 0) return false
    const deviation = Math.sqrt(Math.max(0, at(peak, peak) + at(s, s) - 2 * at(peak, s)))
    return (gains[peak] as number) - (gains[s] as number) <= Z90 * deviation
  })
  const { azimuthDeg } = resultant(rose, near, at).azimuth
  return {
    sector: SECTORS[peak] as Sector,
    gainedM2: gains[peak] as number,
    beyondUncertainty:
      (gains[peak] as number) > Z_LARGEST_OF_16 * Math.sqrt(ofMasks[peak]?.[peak] ?? 0),
    rivals: rivals.map((s) => SECTORS[s] as Sector),
    largest: { azimuthDeg, ...smallestArc([peak, ...rivals]) },
    mean: mean.azimuth,
    concentration: mean.lengthM2 / total,
  }
}

/** The smallest arc that holds whole sectors: all but the widest gap between them. */
function smallestArc(members: readonly number[]): Pick<Azimuth, 'lowDeg' | 'highDeg'> {
  const sorted = [...members].sort((a, b) => a - b)
  let [from, span] = [0, 16]
  for (const [i, first] of sorted.entries()) {
    const last = sorted[(i + sorted.length - 1) % sorted.length] as number
    const width = ((last - first + 16) % 16) + 1
    if (width < span) [from, span] = [first, width]
  }
  if (span > 8) return { lowDeg: null, highDeg: null }
  const lowDeg = ((from - 0.5) * SECTOR_WIDTH_DEG + 360) % 360
  return { lowDeg, highDeg: (lowDeg + span * SECTOR_WIDTH_DEG) % 360 }
}

/** Of errors of the two masks. */
function maskCovariance({ sectors, residualBeforeM, residualAfterM }: SectorRose): number[][] {
  return sectors.map((a, s) =>
    sectors.map((b, t) => {
      const together =
        residualBeforeM ** 2 * a.boundaryBeforeM * b.boundaryBeforeM +
        residualAfterM ** 2 * a.boundaryAfterM * b.boundaryAfterM
      const shift = together * Math.cos((a.azimuthDeg - b.azimuthDeg) * RADIANS)
      return shift + (s === t ? a.independentSdM2 ** 2 : 0)
    }),
  )
}

/** Of errors of the centre that all sectors are seen from. */
function centreCovariance({ sectors }: SectorRose): number[][] {
  return sectors.map(({ centreGainM2: [ax, ay] }) =>
    sectors.map(({ centreGainM2: [bx, by] }) => ax * bx + ay * by),
  )
}

function resultant(
  { sectors }: SectorRose,
  members: readonly number[],
  covariance: (s: number, t: number) => number,
): { azimuth: Azimuth; lengthM2: number } {
  let cos = 0
  let sin = 0
  for (const s of members) {
    const { gainedM2 = 0, azimuthDeg = 0 } = sectors[s] ?? {}
    cos += gainedM2 * Math.cos(azimuthDeg * RADIANS)
    sin += gainedM2 * Math.sin(azimuthDeg * RADIANS)
  }
  const lengthM2 = Math.hypot(cos, sin)
  const angle = Math.atan2(sin, cos)
  const slopes = members.map(
    (s) => Math.sin((sectors[s]?.azimuthDeg ?? 0) * RADIANS - angle) / lengthM2,
  )
  let variance = 0
  for (const [i, s] of members.entries()) {
    for (const [j, t] of members.entries()) {
      variance += (slopes[i] as number) * (slopes[j] as number) * covariance(s, t)
    }
  }
  const azimuthDeg = (angle / RADIANS + 360) % 360
  const halfDeg = (Z90 * Math.sqrt(Math.max(0, variance))) / RADIANS
  const open = !(halfDeg < 180)
  return {
    azimuth: {
      azimuthDeg,
      lowDeg: open ? null : (azimuthDeg - halfDeg + 360) % 360,
      highDeg: open ? null : (azimuthDeg + halfDeg) % 360,
    },
    lengthM2,
  }
}
