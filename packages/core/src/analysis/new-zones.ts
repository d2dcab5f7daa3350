import type { MultiPolygon } from 'geojson'
import { ScarlineError } from '../errors.ts'
import { pixelAreaM2, pixelSizeM, windowGrid } from '../geo/affine.ts'
import type { PlacedZone } from '../model/analysis-zones.ts'
import type { Grid } from '../model/grid.ts'
import { traceBoundaries } from './boundaries.ts'
import { boundaryLengths, halfWidth90, mixedPixelSdM2 } from './mask-comparison.ts'
import { type GroundHistory, characterOf } from './new-zones-character.ts'
import { bitsBeside, clusterPieces } from './new-zones-clusters.ts'
import { maskAround } from './new-zones-ground.ts'
import { leastZoneSensorPixels } from './new-zones-noise.ts'
import { type RunPiece, openedPieces, runsOf } from './new-zones-pieces.ts'
import {
  type BareRun,
  type EarlyRun,
  NEW_ZONE_RULES,
  type NewZoneRules,
  type UnsteadyGround,
  createZonePixels,
} from './new-zones-pixels.ts'
import { scarCentroid } from './sectors.ts'

const DAY_MS = 86_400_000

/** Share of a zone's pixels that must have closed for the zone to be closed. */
const CLOSED_SHARE = 0.5

/** Distance within which two outlines are one: the edge of a resolution cell, sensor pixels. */
const APART_SENSOR_PIXELS = 2

/** A bracket of an abrupt event: last frame before it, first frame that shows it (UTC ISO 8601). */
export interface EventBracket {
  afterAt: string
  byAt: string
}

/** A frame as the search for new zones takes it. */
export interface ZoneFrame {
  /** UTC ISO 8601. */
  capturedAt: string
  /** 0/1. */
  mask: Uint8Array
  /** VALIDITY codes. */
  validity: Uint8Array
}

/** Ground that was no scar for long and then became scar for good, not placed yet. */
export interface NewZone extends Omit<PlacedZone, 'lngLat' | 'place' | 'words'> {
  outline: MultiPolygon
  /** Pixels of the zone, ascending indices into the grid. */
  pixels: Int32Array
  /** Centre of gravity, map coordinates. */
  centroid: [x: number, y: number]
}

/** Collects frames one at a time; memory is bounded by the grid, not by the number of frames. */
export interface NewZoneSearch {
  /** Takes the next frame, in time order; hidden ground keeps its state. */
  add(frame: ZoneFrame): void
  /** The zones so far. Frames may be added afterwards. */
  zones(events?: readonly EventBracket[]): NewZone[]
}

/**
 * Persistent new zones over a series. Per pixel: seen without scar for `quietDays`, then seen as scar,
 * again in `laterSights` later frames and for `lastingDays`. One contrary sight on either side is
 * forgiven, two in a row are not. Pixels (8-connected) that opened within `linkDays` of each other make
 * a piece; what is narrower than a sensor pixel is cut off, for no frame could show it, what came with an
 * abrupt event is parted from the rest, and pieces smaller than a resolution cell are cut off, too. Pieces are one zone where they lie within `linkSensorPixels` of each
 * other and opened within `linkDays` ({@link clusterPieces}): so ground that opens here and there, or a
 * boundary that advances all round, is one zone. Smaller bits, of a sensor pixel at least, make no zone, but belong to the one
 * beside them ({@link bitsBeside}). All ground of one abrupt event is one zone, in several
 * parts where need be. Zones have at least `minSensorPixels` in all, or more where the series is so noisy
 * that smaller ones could come of noise ({@link leastZoneSensorPixels}). Each is told apart by its
 * character ({@link characterOf}). The proof needs later frames: the last few of a series cannot have new
 * zones yet.
 *
 * @param registrationResidualM typical residual shift, one standard deviation, m; for the interval
 * @throws ScarlineError `invalid-input` where frames are not in time order
 */
export function searchNewZones(
  grid: Grid,
  sensorPixelM: number,
  registrationResidualM: number,
  changes: Partial<NewZoneRules> = {},
): NewZoneSearch {
  const rules = { ...NEW_ZONE_RULES, ...changes }
  const dates: string[] = []
  const days: number[] = []
  const state = createZonePixels(grid.width * grid.height, rules)
  return {
    add({ capturedAt, mask, validity }) {
      const day = Date.parse(capturedAt) / DAY_MS
      const last = days.at(-1)
      if (!Number.isFinite(day) || (last !== undefined && day < last)) {
        throw new ScarlineError(`got ${capturedAt} after ${dates.at(-1) ?? ''}`, {
          code: 'invalid-input',
          hint: 'Add frames in time order.',
        })
      }
      dates.push(capturedAt)
      days.push(day)
      state.see(mask, validity, days)
    },
    zones(events = []) {
      const unsteady = state.unsteady()
      const context = { grid, sensorPixelM, registrationResidualM, rules, dates, days, unsteady }
      return assemble(context, state.runs(), state.earlyRuns(), events)
    },
  }
}

interface Context {
  grid: Grid
  sensorPixelM: number
  registrationResidualM: number
  rules: NewZoneRules
  dates: readonly string[]
  days: readonly number[]
  unsteady: UnsteadyGround
}

function assemble(
  context: Context,
  runs: readonly BareRun[],
  earlyRuns: readonly EarlyRun[],
  events: readonly EventBracket[],
): NewZone[] {
  const { grid, sensorPixelM, rules, dates, days, unsteady } = context
  const eventOf = runs.map((run) => {
    const after = dates[run.lastCovered] as string
    const by = dates[run.firstBare] as string
    return events.findIndex((event) => after < event.byAt && by > event.afterAt)
  })
  const perSensorPixel = sensorPixelM ** 2 / pixelAreaM2(grid)
  const series = {
    pixelsPerSensorPixel: perSensorPixel,
    frames: days.length,
    days: (days.at(-1) ?? 0) - (days[0] ?? 0),
  }
  const minPixels = Math.ceil(leastZoneSensorPixels(unsteady, series, rules) * perSensorPixel)
  const minPiecePixels = rules.minPieceSensorPixels * perSensorPixel
  const sensorPx = sensorPixelM / pixelSizeM(grid)[0]
  const opened = openedPieces(runs, eventOf, {
    ...{ grid, days, sensorPx, minPiecePixels },
    leastPixels: perSensorPixel,
    linkDays: rules.linkDays,
  })
  const reachPx = rules.linkSensorPixels * sensorPx
  const linked = { reachPx, linkDays: rules.linkDays }
  const clusters = clusterPieces(opened.pieces, grid.width, linked)
    .map((members) => members.map((at) => opened.pieces[at] as RunPiece))
    .filter((members) => runsOf(members).length >= minPixels)
  const bitsOf = bitsBeside(clusters, opened.bits, grid.width, linked)
  const history: GroundHistory = {
    grid,
    days,
    runs: [...runs, ...earlyRuns],
    linkDays: rules.linkDays,
    lobes: {
      stepPx: sensorPx,
      apartPx: APART_SENSOR_PIXELS * sensorPx,
      frontPx: reachPx,
      minPixels: minPiecePixels,
    },
  }
  const zones = [
    ...clusters.map((members, i) => ({
      event: null,
      own: runsOf([...members, ...(bitsOf[i] ?? [])]),
    })),
    ...[...opened.ofEvent].map(([event, own]) => ({ event, own })),
  ].flatMap(({ event, own }) =>
    own.length < minPixels
      ? []
      : [{ ...describe(context, own, minPixels, event), ...characterOf(own, history) }],
  )
  zones.sort((a, b) => a.sinceByAt.localeCompare(b.sinceByAt) || b.areaM2 - a.areaM2)
  return zones.map((zone, i) => ({ ...zone, id: i + 1 }))
}

function describe(
  { grid, sensorPixelM, registrationResidualM, dates }: Context,
  runs: readonly BareRun[],
  minPixels: number,
  event: number | null,
): Omit<NewZone, 'character' | 'distinctM2'> {
  const pixels = Int32Array.from(runs, ({ pixel }) => pixel).sort()
  const { window, mask } = maskAround([...pixels], grid)
  const own = windowGrid(grid, window)
  const areaM2 = pixels.length * pixelAreaM2(grid)
  const boundaryM = boundaryLengths(mask, own, sensorPixelM).reduce((sum, part) => sum + part, 0)
  const halfM2 = halfWidth90(
    boundaryM * registrationResidualM,
    mixedPixelSdM2(boundaryM, sensorPixelM),
  )
  const ordered = [...runs].sort((a, b) => a.firstBare - b.firstBare)
  const opening = ordered.slice(0, minPixels)
  const covered = opening.map(({ lastCovered }) => lastCovered).sort((a, b) => a - b)
  const confirmed = runs.map(({ confirmed }) => confirmed).sort((a, b) => a - b)
  const closed = runs.flatMap(({ closed }) => (closed === null ? [] : [closed]))
  closed.sort((a, b) => a - b)
  const needed = Math.ceil(CLOSED_SHARE * runs.length)
  const closedFrame = closed.length >= needed ? (closed[needed - 1] as number) : null
  const at = (frame: number | undefined): string => dates[frame ?? 0] as string
  const outline = traceBoundaries(mask, own)
  return {
    id: 0,
    areaM2,
    lowM2: Math.max(0, areaM2 - halfM2),
    highM2: areaM2 + halfM2,
    outline,
    pieces: outline.coordinates.length,
    pixels,
    centroid: scarCentroid(mask, own) as [number, number],
    sinceAfterAt: at(covered[covered.length >> 1]),
    sinceByAt: at(opening.at(-1)?.firstBare),
    grownByAt: at(ordered.at(-1)?.firstBare),
    confirmedAt: at(confirmed[minPixels - 1]),
    status: closedFrame === null ? 'open' : 'closed',
    closedAt: closedFrame === null ? null : at(closedFrame),
    reopenedShare: runs.filter(({ reopened }) => reopened).length / runs.length,
    event,
  }
}
