import {
  type JudgedFrame,
  type ScoringInputs,
  countOf,
  dateOf,
  dayOf,
  pixelM2,
} from './evolution-inputs.ts'

/** A new zone is found in time when it is shown, or proven, within so many days. */
export const ZONE_DAYS = 120
/** Least agreement of its outline with the truth. */
export const ZONE_IOU = 0.5
/** What opened later than this before the end cannot be proven yet. */
const PROOF_DAYS = 60
/** Frames that a proof needs after the first sight. */
const PROOF_FRAMES = 2

/** What became of the ground that opens anew. */
export interface TrueZoneScore {
  fromDate: string
  trueM2: number
  /**
   * Of the reported zone that agrees best; where the ground is scattered and still growing, of all
   * zones since its opening together.
   */
  iou: number
  reportedM2: number
  /** Days from the true opening to the frame that shows it, and to the one that proves it. */
  openedDays: number | null
  confirmedDays: number | null
  /** Frames from its opening until 120 days later that saw at least half of it. */
  framesInTime: number
  isShownInTime: boolean
  isProvenInTime: boolean
}

/** A reported zone of ground that did not become scar at about that time. */
export interface FalseZone {
  id: number
  since: string
  areaM2: number
  /** Share of it that is true new ground. */
  trueShare: number
}

/** New zones against the truth. */
export interface ZoneScore {
  /** Null where the frames do not span its opening. */
  zone: TrueZoneScore | null
  /** Zones outside of abrupt events. */
  reported: number
  falseZones: FalseZone[]
}

/** The simulated new ground, and zones that are none. */
export function scoreZones(inputs: ScoringInputs): ZoneScore {
  const own = inputs.evolution.newZones.filter(({ event }) => event === null)
  return {
    zone: scoreTrueZone(inputs, inputs.evolution.newZones),
    reported: own.length,
    falseZones: own.flatMap((zone) => falseZone(inputs, zone)),
  }
}

type Zone = ScoringInputs['evolution']['newZones'][number]

function scoreTrueZone(inputs: ScoringInputs, zones: readonly Zone[]): TrueZoneScore | null {
  const { frames, grid, schedule } = inputs
  const { fromDate, untilDate } = schedule.newZone
  const ground = newGround(frames, fromDate, untilDate)
  if (ground === null) return null
  const since = (moment: string): number => Math.round(dayOf(moment) - dayOf(fromDate))
  const rated = zones
    .map((zone) => ({ zone, iou: iouOf(maskOf(inputs, zone), ground) }))
    .filter(({ iou }) => iou > 0)
    .sort((a, b) => b.iou - a.iou)
  const later = rated.filter(({ zone }) => dateOf(zone.sinceByAt) >= fromDate)
  const members = untilDate === null ? later : rated.slice(0, 1)
  const union = new Uint8Array(ground.length)
  for (const { zone } of members) {
    const mask = maskOf(inputs, zone)
    for (let i = 0; i < union.length; i++) if (mask[i] === 1) union[i] = 1
  }
  const iou = members.length === 0 ? 0 : iouOf(union, ground)
  const earliest = (of: (zone: Zone) => string): number | null =>
    members.length === 0 ? null : Math.min(...members.map(({ zone }) => since(of(zone))))
  const openedDays = earliest(({ sinceByAt }) => sinceByAt)
  const confirmedDays = earliest(({ confirmedAt }) => confirmedAt)
  const inTime = (days: number | null): boolean =>
    iou >= ZONE_IOU && days !== null && Math.abs(days) <= ZONE_DAYS
  return {
    fromDate,
    trueM2: countOf(ground) * pixelM2(grid),
    iou,
    reportedM2: countOf(union) * pixelM2(grid),
    openedDays,
    confirmedDays,
    framesInTime: frames.filter(({ date, seen }) => {
      const days = since(date)
      return days >= 0 && days <= ZONE_DAYS && shareOf(seen, ground) >= 0.5
    }).length,
    isShownInTime: inTime(openedDays),
    isProvenInTime: inTime(confirmedDays),
  }
}

/**
 * Ground that is scar once the zone is grown and was none on the last frame before it opened. Where it
 * grows on, what a proof can hold by the last frame.
 */
function newGround(
  frames: readonly JudgedFrame[],
  fromDate: string,
  untilDate: string | null,
): Uint8Array | null {
  const before = frames.findLast(({ date }) => date < fromDate)
  const lastDay = dayOf(frames.at(-1)?.date ?? fromDate)
  const provable = frames
    .slice(0, -PROOF_FRAMES)
    .findLast(({ date }) => lastDay - dayOf(date) >= PROOF_DAYS)
  const after = untilDate === null ? provable : frames.find(({ date }) => date >= untilDate)
  if (!before || !after || after.date <= fromDate) return null
  return after.truth.map((value, i) => (value === 1 && before.truth[i] === 0 ? 1 : 0))
}

function falseZone(inputs: ScoringInputs, zone: Zone): FalseZone[] {
  const { frames } = inputs
  const [from, until] = [dayOf(zone.sinceAfterAt) - ZONE_DAYS, dayOf(zone.grownByAt) + ZONE_DAYS]
  const before = frames.findLast(({ date }) => dayOf(date) <= from) ?? frames[0]
  const after = frames.find(({ date }) => dayOf(date) >= until) ?? frames.at(-1)
  if (!before || !after) return []
  const mask = maskOf(inputs, zone)
  const fresh = mask.map((value, i) =>
    value === 1 && before.truth[i] === 0 && after.truth[i] === 1 ? 1 : 0,
  )
  const trueShare = shareOf(fresh, mask)
  if (trueShare >= 0.5) return []
  return [{ id: zone.id, since: dateOf(zone.sinceByAt), areaM2: zone.areaM2, trueShare }]
}

function maskOf({ zones, grid }: ScoringInputs, { id }: Zone): Uint8Array {
  const found = zones.find((zone) => zone.id === id)
  return found?.mask ?? new Uint8Array(grid.width * grid.height)
}

/** Share of the ground that is set in a mask; 0 where there is no ground. */
function shareOf(mask: Uint8Array, ground: Uint8Array): number {
  const pixels = countOf(ground)
  let both = 0
  for (let i = 0; i < ground.length; i++) both += (mask[i] as number) * (ground[i] as number)
  return pixels === 0 ? 0 : both / pixels
}

/** Intersection over union. */
function iouOf(one: Uint8Array, other: Uint8Array): number {
  let both = 0
  let either = 0
  for (let i = 0; i < other.length; i++) {
    both += (one[i] as number) & (other[i] as number)
    either += (one[i] as number) | (other[i] as number)
  }
  return either === 0 ? 1 : both / either
}
