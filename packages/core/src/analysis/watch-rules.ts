import type { LngLat } from '../model/grid.ts'
import type {
  WatchFinding,
  WatchMemory,
  WatchRule,
  WatchRuleKind,
  WatchSettings,
  WatchedAdvance,
  WatchedFrame,
  WatchedObject,
  WatchedStep,
  WatchedZone,
} from './watch-types.ts'

/** One row of the table of rules. */
interface WatchRuleRow {
  /** What the number is, for the help; null where the rule may stand without. */
  unit: string
  default: number | null
  min: number
  max: number
  /** Finds what is new and takes it into the memory. */
  find(
    object: WatchedObject,
    memory: WatchMemory,
    value: number,
    settings: WatchSettings,
  ): WatchFinding[]
}

/** Shares of a frame that must have been seen for its area to count. */
const MIN_SEEN = 0.5
/** Late usable frames of the baseline; the one with the median area is what growth is told against. */
const REFERENCE_FRAMES = 5
/** Frames at the end of the baseline whose steps may be confirmed after it. */
const OPEN_FRAMES = 3

/** The rules by name: a new rule is a new row. */
export const WATCH_RULES: Readonly<Record<WatchRuleKind, WatchRuleRow>> = {
  area: {
    unit: 'per cent that the area grew beyond its uncertainty',
    default: null,
    min: 0,
    max: 10_000,
    find: findGrowth,
  },
  step: {
    unit: 'm2 of an abrupt, lasting change',
    default: 0,
    min: 0,
    max: 1e9,
    find: findSteps,
  },
  advance: {
    unit: 'm that the boundary advanced in a sector, beyond its uncertainty',
    default: null,
    min: 0,
    max: 10_000,
    find: findAdvance,
  },
  'new-zone': {
    unit: 'm2 of a persistent new zone, growth along the edge left out',
    default: 0,
    min: 0,
    max: 1e9,
    find: findNewZones,
  },
  confidence: {
    unit: 'confidence of a new mask, 0 to 1, below which to tell',
    default: null,
    min: 0,
    max: 1,
    find: findDoubt,
  },
}

/**
 * What an object is remembered by when a watch begins: all that is there is history. Growth is told
 * against the frame with the median area of the last five that were seen well.
 */
export function baselineOf(object: WatchedObject): WatchMemory {
  const usable = object.frames.filter(isUsable).slice(-REFERENCE_FRAMES)
  const middle = usable.toSorted((a, b) => a.areaM2 - b.areaM2)[(usable.length - 1) >> 1]
  const open = object.frames.at(-OPEN_FRAMES) ?? object.frames[0]
  return {
    objectId: object.objectId,
    sceneIds: object.frames.map(({ sceneId }) => sceneId),
    areaFrom: middle?.sceneId ?? null,
    advanceFrom: middle?.sceneId ?? null,
    historyUntil: open?.capturedAt ?? '',
    steps: (object.steps ?? []).filter(({ confirmed }) => confirmed),
    newZones: [...(object.newZones ?? [])],
  }
}

/**
 * Applies rules to an object. Equal input gives equal findings, so that a poll that was cut off before
 * its findings were saved finds them again.
 *
 * @returns findings in the order of the rules, and the memory for the next poll
 */
export function applyRules(
  object: WatchedObject,
  memory: WatchMemory,
  rules: readonly WatchRule[],
  settings: WatchSettings,
): { findings: WatchFinding[]; memory: WatchMemory } {
  const next = structuredClone(memory)
  const findings = rules.flatMap(({ kind, value }) =>
    WATCH_RULES[kind].find(object, next, value, settings),
  )
  // What no rule asked about is taken note of all the same: a rule added later fires nothing old.
  findSteps(object, next, Infinity)
  findNewZones(object, next, Infinity)
  next.sceneIds = object.frames.map(({ sceneId }) => sceneId)
  return { findings, memory: next }
}

/** Whether a frame's area counts: half of the mask and of the ground around it were seen. */
export function isUsable({ validInside, validAround }: WatchedFrame): boolean {
  return validInside >= MIN_SEEN && validAround >= MIN_SEEN
}

/** Usable frames after a scene, in time order; those whose number reaches back only as far as needed. */
function framesSince(object: WatchedObject, sceneId: string | null): WatchedFrame[] {
  const from = object.frames.find((frame) => frame.sceneId === sceneId)
  if (from === undefined) return []
  return object.frames.filter((frame) => frame.capturedAt > from.capturedAt && isUsable(frame))
}

/** The first run of `length` frames that all pass and end in a frame not judged before. */
function firstRun(
  frames: readonly WatchedFrame[],
  judged: readonly string[],
  length: number,
  passes: (frame: WatchedFrame) => boolean,
): WatchedFrame[] | null {
  const known = new Set(judged)
  for (let end = length; end <= frames.length; end++) {
    const run = frames.slice(end - length, end)
    if (run.every(passes) && run.some(({ sceneId }) => !known.has(sceneId))) return run
  }
  return null
}

function findGrowth(
  object: WatchedObject,
  memory: WatchMemory,
  percent: number,
  { confirmFrames }: WatchSettings,
): WatchFinding[] {
  const findings: WatchFinding[] = []
  for (;;) {
    const from = object.frames.find(({ sceneId }) => sceneId === memory.areaFrom)
    if (from === undefined) {
      // The frame is gone, by a person's hand: growth is told against the newest from now on.
      memory.areaFrom = baselineOf(object).areaFrom
      return findings
    }
    const limitM2 = from.areaM2 * (1 + percent / 100)
    const run = firstRun(
      framesSince(object, from.sceneId),
      memory.sceneIds,
      confirmFrames,
      ({ areaM2, lowM2 }) => areaM2 > limitM2 && lowM2 > from.highM2,
    )
    if (run === null) return findings
    const first = run[0] as WatchedFrame
    const least = run.reduce((a, b) => (b.areaM2 < a.areaM2 ? b : a))
    const growth = from.areaM2 === 0 ? null : (100 * (least.areaM2 - from.areaM2)) / from.areaM2
    const grew = growth === null ? 'from nothing' : `by ${growth.toFixed(0)} %`
    findings.push({
      rule: 'area',
      objectId: object.objectId,
      key: `${from.sceneId} ${first.sceneId}`,
      at: first.capturedAt,
      words: `object ${object.objectId} grew ${grew}, from ${squareMetres(from.areaM2)} on ${day(from.capturedAt)} to at least ${squareMetres(least.areaM2)} since ${day(first.capturedAt)}, beyond the 90 % intervals, in ${run.length} frame${run.length === 1 ? '' : 's'}`,
      facts: {
        fromAt: from.capturedAt,
        fromM2: from.areaM2,
        fromHighM2: from.highM2,
        toAt: least.capturedAt,
        toM2: least.areaM2,
        toLowM2: least.lowM2,
        ...(growth === null ? {} : { growthPercent: growth }),
      },
    })
    memory.areaFrom = least.sceneId
  }
}

function findAdvance(
  object: WatchedObject,
  memory: WatchMemory,
  metres: number,
  { confirmFrames }: WatchSettings,
): WatchFinding[] {
  const from = object.frames.find(({ sceneId }) => sceneId === memory.advanceFrom)
  if (from === undefined) {
    memory.advanceFrom = baselineOf(object).advanceFrom
    return []
  }
  const advanced = (frame: WatchedFrame): readonly WatchedAdvance[] =>
    (object.advances.get(frame.sceneId) ?? []).filter(
      ({ meanM, lowM }) => meanM >= metres && lowM > 0,
    )
  const frames = framesSince(object, from.sceneId)
  const sectors = new Set(frames.flatMap((frame) => advanced(frame).map(({ sector }) => sector)))
  const findings: WatchFinding[] = []
  let reached = from
  for (const sector of sectors) {
    const of = (frame: WatchedFrame): WatchedAdvance | undefined =>
      advanced(frame).find((one) => one.sector === sector)
    const run = firstRun(frames, memory.sceneIds, confirmFrames, (frame) => of(frame) !== undefined)
    if (run === null) continue
    const first = run[0] as WatchedFrame
    const least = run
      .map((frame) => of(frame) as WatchedAdvance)
      .reduce((a, b) => (b.meanM < a.meanM ? b : a))
    findings.push({
      rule: 'advance',
      objectId: object.objectId,
      key: `${from.sceneId} ${sector} ${first.sceneId}`,
      at: first.capturedAt,
      words: `the boundary of object ${object.objectId} advanced by at least ${least.meanM.toFixed(0)} m (90 %: ${least.lowM.toFixed(0)} to ${least.highM.toFixed(0)} m) to the ${sector} between ${day(from.capturedAt)} and ${day(first.capturedAt)}; this is advance of the scar's boundary, not displacement of the ground`,
      facts: {
        sector,
        fromAt: from.capturedAt,
        advanceM: least.meanM,
        advanceLowM: least.lowM,
        advanceHighM: least.highM,
      },
    })
    const last = run.at(-1) as WatchedFrame
    if (last.capturedAt > reached.capturedAt) reached = last
  }
  memory.advanceFrom = reached.sceneId
  return findings
}

function findSteps(object: WatchedObject, memory: WatchMemory, leastM2: number): WatchFinding[] {
  const findings: WatchFinding[] = []
  for (const step of object.steps ?? []) {
    if (!step.confirmed) continue
    const known = memory.steps.findIndex((one) => isSameStep(one, step))
    if (known >= 0) {
      memory.steps[known] = step
      continue
    }
    memory.steps.push(step)
    if (step.byAt <= memory.historyUntil || Math.abs(step.changeM2) < leastM2) continue
    const way = step.changeM2 < 0 ? 'lost' : 'gained'
    findings.push({
      rule: 'step',
      objectId: object.objectId,
      key: `${step.kind} ${step.afterAt} ${step.byAt}`,
      at: step.byAt,
      words: `object ${object.objectId} ${way} ${squareMetres(Math.abs(step.changeM2))} (90 %: ${squareMetres(step.lowM2)} to ${squareMetres(step.highM2)}) at once, after ${day(step.afterAt)} and by ${day(step.byAt)}`,
      facts: {
        kind: step.kind,
        afterAt: step.afterAt,
        byAt: step.byAt,
        changeM2: step.changeM2,
        changeLowM2: step.lowM2,
        changeHighM2: step.highM2,
      },
    })
  }
  return findings
}

/** More frames may move a step's bracket by a frame: brackets that overlap or touch are one step. */
function isSameStep(a: WatchedStep, b: WatchedStep): boolean {
  return a.kind === b.kind && a.afterAt <= b.byAt && b.afterAt <= a.byAt
}

function findNewZones(object: WatchedObject, memory: WatchMemory, leastM2: number): WatchFinding[] {
  const findings: WatchFinding[] = []
  for (const zone of object.newZones ?? []) {
    const isOfItsOwn = zone.character !== 'fringe'
    const known = memory.newZones.findIndex(
      (one) => (one.character !== 'fringe') === isOfItsOwn && isSameZone(one, zone),
    )
    if (known >= 0) {
      memory.newZones[known] = zone
      continue
    }
    const wasGrowth = memory.newZones.some((one) => isSameZone(one, zone) && isSameTime(one, zone))
    memory.newZones.push(zone)
    if (!isOfItsOwn || zone.areaM2 < leastM2) continue
    if (zone.confirmedAt <= memory.historyUntil && !wasGrowth) continue
    const [lng, lat] = zone.lngLat
    findings.push({
      rule: 'new-zone',
      objectId: object.objectId,
      key: `${lng.toFixed(5)} ${lat.toFixed(5)} ${zone.sinceByAt}`,
      at: zone.sinceByAt,
      words: `object ${object.objectId} has a new zone of ${squareMetres(zone.areaM2)} at ${lng.toFixed(5)}, ${lat.toFixed(5)}, open since between ${day(zone.sinceAfterAt)} and ${day(zone.sinceByAt)}`,
      facts: {
        lng,
        lat,
        areaM2: zone.areaM2,
        sinceAfterAt: zone.sinceAfterAt,
        sinceByAt: zone.sinceByAt,
      },
    })
  }
  return findings
}

/** Zones whose middles lie within the larger one's diameter (as a disc) are one that grew. */
function isSameZone(a: WatchedZone, b: WatchedZone): boolean {
  const diameterM = 2 * Math.sqrt(Math.max(a.areaM2, b.areaM2) / Math.PI)
  return distanceM(a.lngLat, b.lngLat) <= diameterM
}

/** Brackets of opening that overlap or touch. */
function isSameTime(a: WatchedZone, b: WatchedZone): boolean {
  return a.sinceAfterAt <= b.sinceByAt && b.sinceAfterAt <= a.sinceByAt
}

function findDoubt(object: WatchedObject, memory: WatchMemory, least: number): WatchFinding[] {
  const known = new Set(memory.sceneIds)
  return object.frames
    .filter(({ sceneId, confidence }) => !known.has(sceneId) && confidence < least)
    .map(({ sceneId, capturedAt, confidence }) => ({
      rule: 'confidence' as const,
      objectId: object.objectId,
      key: sceneId,
      at: capturedAt,
      words: `the mask of object ${object.objectId} on ${day(capturedAt)} has a confidence of ${confidence.toFixed(2)}, below ${least}: look at it before its area is believed`,
      facts: { sceneId, confidence },
    }))
}

/** On a sphere of the mean radius of WGS 84; short distances only. */
function distanceM(a: LngLat, b: LngLat): number {
  const degreeM = (Math.PI / 180) * 6_371_009
  const middle = ((a[1] + b[1]) / 2) * (Math.PI / 180)
  return Math.hypot((a[0] - b[0]) * Math.cos(middle), a[1] - b[1]) * degreeM
}

function day(at: string): string {
  return at.slice(0, 10)
}

function squareMetres(areaM2: number): string {
  return Math.abs(areaM2) < 10_000
    ? `${Math.round(areaM2)} m²`
    : `${(areaM2 / 10_000).toFixed(2)} ha`
}
