import { isObserved } from '../model/validity.ts'

/** What counts as a new zone. */
export interface NewZoneRules {
  /** How long the ground was seen without scar before, days; default 365: a whole year of seasons. */
  quietDays: number
  /** Later frames that must see it as scar; default 2: three sights in all. */
  laterSights: number
  /** How long it must stay scar from its first sight on, days; default 60. */
  lastingDays: number
  /** Sensor pixels that a zone has at least; default 12: three resolution cells of 2 by 2. */
  minSensorPixels: number
  /** Sensor pixels that each piece of a zone has at least; default 4: one resolution cell. */
  minPieceSensorPixels: number
  /** Ground that opened within so many days of each other is one zone; default 120. */
  linkDays: number
  /** Widest gap between two pieces of one zone, sensor pixels; default 20. */
  linkSensorPixels: number
  /** Zones that noise alone may be expected to make in a series; default 0.05. */
  falseZones: number
}

export const NEW_ZONE_RULES: NewZoneRules = {
  quietDays: 365,
  laterSights: 2,
  lastingDays: 60,
  minSensorPixels: 12,
  minPieceSensorPixels: 4,
  linkDays: 120,
  linkSensorPixels: 20,
  falseZones: 0.05,
}

/** How often ground was seen bare for a moment only: what noise makes of a series. */
export interface UnsteadyGround {
  /** Pixels that were covered, were seen bare in too few sights to count, and were covered again. */
  pixels: number
  /** Their bare sights that came to nothing, and all their sights. */
  undoneSights: number
  sights: number
}

/** A pixel's time as scar that counts as new: all frames are indices into the series. */
export interface BareRun {
  pixel: number
  /** Last frame that saw it covered before, first that saw it bare. */
  lastCovered: number
  firstBare: number
  /** Frame that completed the proof. */
  confirmed: number
  /** First frame that saw it covered for good again; null while it is bare. */
  closed: number | null
  /** Whether it had been scar before its quiet time. */
  reopened: boolean
}

/** A pixel's time as scar that lasted, without a quiet time before it. */
export interface EarlyRun {
  pixel: number
  firstBare: number
  /** First frame that saw it covered for good; null while it is bare. */
  closed: number | null
}

/** Contrary sights in a row that end a state; one is forgiven. */
const CONTRARY_SIGHTS = 2

const NONE = -1

/**
 * What is remembered of each pixel: a covered time (since when, last sight) and, once bare ground is
 * seen in it, a bare run on trial. About 31 bytes a pixel, and one record for each run that lasted.
 */
export function createZonePixels(
  length: number,
  rules: NewZoneRules,
): {
  /** Takes a frame, the last of `days`: mask and validity of each pixel. */
  see(mask: Uint8Array, validity: Uint8Array, days: readonly number[]): void
  runs(): BareRun[]
  /** Ground that was scar for long but does not count as new. */
  earlyRuns(): EarlyRun[]
  unsteady(): UnsteadyGround
} {
  const frames = (): Int32Array => new Int32Array(length).fill(NONE)
  /** Covered since and last seen covered. */
  const coveredSince = frames()
  const coveredLast = frames()
  /** The bare run on trial, or proven; NONE while covered. */
  const bareSince = frames()
  const bareSights = new Uint8Array(length)
  /** Covered sights in a row within a bare run, and the first of them. */
  const contrary = new Uint8Array(length)
  const contrarySince = frames()
  const proven = frames()
  const everBare = new Uint8Array(length)
  const sights = new Uint16Array(length)
  const undone = new Uint16Array(length)
  const records: BareRun[] = []
  const early = frames()
  const earlyRecords: EarlyRun[] = []

  const seeBare = (i: number, now: number, days: readonly number[]): void => {
    contrary[i] = 0
    if (bareSince[i] === NONE) {
      bareSince[i] = now
      bareSights[i] = 1
    } else if ((bareSights[i] as number) < 255) bareSights[i] = (bareSights[i] as number) + 1
    const since = bareSince[i] as number
    if ((bareSights[i] as number) <= rules.laterSights) return
    const run = records[proven[i] as number]
    if (run !== undefined) {
      run.closed = null
      return
    }
    const [from, to] = [coveredSince[i] as number, coveredLast[i] as number]
    const quiet = from !== NONE && (days[to] as number) - (days[from] as number) >= rules.quietDays
    if ((days[now] as number) - (days[since] as number) < rules.lastingDays) return
    if (!quiet) {
      if (early[i] !== NONE) return
      early[i] = earlyRecords.length
      earlyRecords.push({ pixel: i, firstBare: since, closed: null })
      return
    }
    proven[i] = records.length
    records.push({
      pixel: i,
      lastCovered: to,
      firstBare: since,
      confirmed: now,
      closed: null,
      reopened: everBare[i] === 1,
    })
  }

  const seeCovered = (i: number, now: number, days: readonly number[]): void => {
    if (bareSince[i] === NONE) {
      if (coveredSince[i] === NONE) coveredSince[i] = now
      coveredLast[i] = now
      const run = records[proven[i] as number]
      const quietDays = (days[now] as number) - (days[coveredSince[i] as number] as number)
      if (run !== undefined && run.closed !== null && quietDays >= rules.quietDays) proven[i] = NONE
      return
    }
    if (contrary[i] === 0) contrarySince[i] = now
    contrary[i] = (contrary[i] as number) + 1
    if ((contrary[i] as number) < CONTRARY_SIGHTS) return
    const coveredBefore = coveredSince[i] !== NONE
    if ((bareSights[i] as number) >= CONTRARY_SIGHTS) {
      coveredSince[i] = contrarySince[i] as number
      everBare[i] = 1
    } else if (coveredSince[i] === NONE) coveredSince[i] = contrarySince[i] as number
    coveredLast[i] = now
    const run = records[proven[i] as number]
    if (run !== undefined && run.closed === null) run.closed = contrarySince[i] as number
    if (run === undefined && coveredBefore && (bareSights[i] as number) <= rules.laterSights) {
      undone[i] = (undone[i] as number) + (bareSights[i] as number)
    }
    const earlyRun = earlyRecords[early[i] as number]
    if (earlyRun !== undefined) earlyRun.closed = contrarySince[i] as number
    early[i] = NONE
    bareSince[i] = NONE
    contrary[i] = 0
  }

  return {
    see(mask, validity, days) {
      const now = days.length - 1
      for (let i = 0; i < length; i++) {
        if (!isObserved(validity[i] as number)) continue
        sights[i] = (sights[i] as number) + 1
        if (mask[i] === 1) seeBare(i, now, days)
        else if (bareSince[i] === NONE && coveredSince[i] !== NONE && proven[i] === NONE)
          coveredLast[i] = now
        else seeCovered(i, now, days)
      }
    },
    runs: () => records,
    earlyRuns: () => earlyRecords,
    unsteady() {
      const ground: UnsteadyGround = { pixels: 0, undoneSights: 0, sights: 0 }
      for (let i = 0; i < length; i++) {
        if (undone[i] === 0) continue
        ground.pixels += 1
        ground.undoneSights += undone[i] as number
        ground.sights += sights[i] as number
      }
      return ground
    },
  }
}
