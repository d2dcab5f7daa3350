import type { AreaRow, ObjectEvolution, ObjectSummary } from '@scarline/core/model'
import { nearestIndex } from '../timeline/time-axis.ts'
import { type PlacedLabel, placeInLanes } from './label-lanes.ts'
import { type ChartBox, type Scale, type TickScale, spanScale, timeScale } from './scales.ts'

/** An object's curve with what was found in it. */
export interface CurveObject {
  summary: ObjectSummary
  found: ObjectEvolution
}

/** A point of the truth. */
export interface TruthPoint {
  capturedAt: string
  areaM2: number
}

/** A moment with frames, and where it stands. */
export interface FrameStop {
  sceneId: string
  capturedAt: string
  x: number
}

/** Where everything of an area chart stands. */
export interface AreaPlan {
  box: ChartBox
  /** Of the rates below; null without phases. */
  rateBox: ChartBox | null
  x: Scale & { timeAt(x: number): number }
  y: TickScale
  rateY: TickScale | null
  unitM2: number
  labels: PlacedLabel[]
  /** Frames in order of time. */
  stops: FrameStop[]
}

const LEFT = 62
const RIGHT = 12
const LANE = 16
const AXIS = 26
const GAP = 14
const RATE_SHARE = 0.27
/** How far beyond the largest rate a band is followed, as a share of it. */
const BAND_ROOM = 0.6
export const HA_M2 = 10_000

/** Lays an area chart out; `headroom` is what the legend takes, `labels` stand above events and onsets. */
export function planAreaChart(
  objects: readonly CurveObject[],
  truth: readonly TruthPoint[],
  size: { width: number; height: number; headroom: number },
  labelsOf: (objects: readonly CurveObject[], x: Scale) => { x: number; text: string }[],
): AreaPlan {
  const { width, height, headroom } = size
  const rows = objects.flatMap(({ summary }) => summary.areas)
  const x = timeScale(
    { width, left: LEFT, right: RIGHT },
    rows.map(({ capturedAt }) => Date.parse(capturedAt)),
  )
  const labels = placeInLanes(labelsOf(objects, x), LEFT, width - RIGHT)
  const top = headroom + LANE * Math.max(0, ...labels.map(({ lane }) => lane + 1)) + 4
  const phases = objects.flatMap(({ found }) => found.phases)
  const room = height - top - AXIS
  const rateHeight = phases.length === 0 ? 0 : Math.round(room * RATE_SHARE)
  const below = rateHeight === 0 ? 0 : rateHeight + GAP
  const box = { width, height, left: LEFT, right: RIGHT, top, bottom: AXIS + below }
  const rateBox =
    rateHeight === 0 ? null : { ...box, top: height - AXIS - rateHeight, bottom: AXIS }
  const highest = Math.max(
    1,
    ...rows.map(({ highM2 }) => highM2),
    ...truth.map(({ areaM2 }) => areaM2),
  )
  const unitM2 = highest >= 2 * HA_M2 ? HA_M2 : 1
  return {
    box,
    rateBox,
    x,
    y: spanScale(box, 0, highest / unitM2),
    rateY: rateBox && spanScale(rateBox, ...rateSpan(phases)),
    unitM2,
    labels,
    stops: stopsOf(rows, x),
  }
}

function rateSpan(phases: readonly CurveObject['found']['phases'][number][]): [number, number] {
  const largest = Math.max(1e-9, ...phases.map(({ rateM2PerDay }) => Math.abs(rateM2PerDay)))
  const room = BAND_ROOM * largest
  return [
    Math.min(0, ...phases.map((p) => Math.max(p.lowM2PerDay, p.rateM2PerDay - room))),
    Math.max(0, ...phases.map((p) => Math.min(p.highM2PerDay, p.rateM2PerDay + room))),
  ]
}

function stopsOf(rows: readonly AreaRow[], x: Scale): FrameStop[] {
  const stops = new Map<string, FrameStop>()
  for (const { sceneId, capturedAt } of rows) {
    stops.set(sceneId, { sceneId, capturedAt, x: x.at(Date.parse(capturedAt)) })
  }
  return [...stops.values()].toSorted((a, b) => a.x - b.x)
}

/** The frame nearest to a place on the chart. */
export function stopAt(stops: readonly FrameStop[], x: number): FrameStop | null {
  return (
    stops[
      nearestIndex(
        stops.map((stop) => stop.x),
        x,
      )
    ] ?? null
  )
}
