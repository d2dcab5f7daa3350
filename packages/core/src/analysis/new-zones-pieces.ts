import type { Grid } from '../model/grid.ts'
import type { OpenedPiece } from './new-zones-clusters.ts'
import { broadPieces, partsWithin } from './new-zones-ground.ts'
import type { BareRun } from './new-zones-pixels.ts'

/** A piece with the runs of its pixels. */
export interface RunPiece extends OpenedPiece {
  runs: BareRun[]
}

/** What makes runs a piece. Sizes are in pixels of the grid. */
export interface PieceRules {
  grid: Grid
  /** Of the frames, days since 1970. */
  days: readonly number[]
  /** Edge of a sensor pixel: what is narrower is cut off. */
  sensorPx: number
  /** Smallest piece, and smallest bit. */
  minPiecePixels: number
  leastPixels: number
  /** Neighbours that opened within so many days are of one piece. */
  linkDays: number
}

/** Ground that opened, in connected parts. */
export interface OpenedGround {
  pieces: RunPiece[]
  /** Too small for a piece. */
  bits: RunPiece[]
  /** All pieces of an abrupt event together, by its index. */
  ofEvent: ReadonlyMap<number, BareRun[]>
}

/** @param eventOf of each run: the abrupt event that it came with, -1 where none */
export function openedPieces(
  runs: readonly BareRun[],
  eventOf: readonly number[],
  rules: PieceRules,
): OpenedGround {
  const { grid, days, sensorPx, minPiecePixels, leastPixels } = rules
  const ofEvent = new Map<number, BareRun[]>()
  const pieces: RunPiece[] = []
  const bits: RunPiece[] = []
  const isPiece = (pixels: readonly number[]): boolean =>
    broadPieces(pixels, grid, sensorPx).some(({ length }) => length >= minPiecePixels)
  for (const members of linkRuns(runs, eventOf, rules)) {
    if (members.length < leastPixels) continue
    const runAt = new Map(members.map((index) => [(runs[index] as BareRun).pixel, index]))
    const eventAt = (pixel: number): number => eventOf[runAt.get(pixel) as number] as number
    for (const broad of broadPieces([...runAt.keys()], grid, sensorPx)) {
      for (const { event, pixels } of partsByEvent(broad, eventAt, grid)) {
        if (pixels.length < leastPixels) continue
        const own = pixels.map((pixel) => runs[runAt.get(pixel) as number] as BareRun)
        if (event >= 0) {
          if (isPiece(pixels)) ofEvent.set(event, [...(ofEvent.get(event) ?? []), ...own])
          continue
        }
        const part = { pixels, runs: own, ...openingDays(own, days) }
        if (isPiece(pixels)) pieces.push(part)
        else bits.push(part)
      }
    }
  }
  return { pieces, bits, ofEvent }
}

/** Connected parts of a piece that came with one event, or with none. */
function partsByEvent(
  piece: readonly number[],
  eventAt: (pixel: number) => number,
  grid: Grid,
): { event: number; pixels: number[] }[] {
  const byEvent = new Map<number, number[]>()
  for (const pixel of piece) {
    const own = byEvent.get(eventAt(pixel))
    if (own === undefined) byEvent.set(eventAt(pixel), [pixel])
    else own.push(pixel)
  }
  return [...byEvent].flatMap(([event, own]) =>
    partsWithin(own, grid, 0).map((pixels) => ({ event, pixels })),
  )
}

/** The first run of each pixel of some pieces: ground that opened twice counts once. */
export function runsOf(pieces: readonly RunPiece[]): BareRun[] {
  const byPixel = new Map<number, BareRun>()
  for (const run of pieces.flatMap(({ runs }) => runs)) {
    const known = byPixel.get(run.pixel)
    if (known === undefined || run.firstBare < known.firstBare) byPixel.set(run.pixel, run)
  }
  return [...byPixel.values()]
}

function openingDays(
  runs: readonly BareRun[],
  days: readonly number[],
): { firstDay: number; lastDay: number } {
  let [first, last] = [Infinity, -Infinity]
  for (const { firstBare } of runs) {
    first = Math.min(first, firstBare)
    last = Math.max(last, firstBare)
  }
  return { firstDay: days[first] as number, lastDay: days[last] as number }
}

/** Groups of runs that are neighbours in space and close in time, or of one event. */
function linkRuns(
  runs: readonly BareRun[],
  eventOf: readonly number[],
  { grid: { width, height }, days, linkDays }: PieceRules,
): number[][] {
  const first = new Int32Array(width * height).fill(-1)
  const next = new Int32Array(runs.length).fill(-1)
  for (const [index, run] of runs.entries()) {
    next[index] = first[run.pixel] as number
    first[run.pixel] = index
  }
  const parent = Int32Array.from(runs, (_, i) => i)
  const rootOf = (index: number): number => {
    let root = index
    while (parent[root] !== root) {
      parent[root] = parent[parent[root] as number] as number
      root = parent[root] as number
    }
    return root
  }
  const dayOf = (index: number): number => days[(runs[index] as BareRun).firstBare] as number
  for (const [index, run] of runs.entries()) {
    const col = run.pixel % width
    for (const [dc, dr] of [
      [1, 0],
      [-1, 1],
      [0, 1],
      [1, 1],
    ] as const) {
      const at = run.pixel + dr * width + dc
      if (col + dc < 0 || col + dc >= width || at >= first.length) continue
      for (let other = first[at] as number; other >= 0; other = next[other] as number) {
        const event = eventOf[index] as number
        const isOfOne = event >= 0 && event === eventOf[other]
        const isNear = Math.abs(dayOf(index) - dayOf(other)) <= linkDays
        if (isNear || isOfOne) parent[rootOf(index)] = rootOf(other)
      }
    }
  }
  const groups = new Map<number, number[]>()
  for (let index = 0; index < runs.length; index++) {
    const root = rootOf(index)
    const group = groups.get(root)
    if (group === undefined) groups.set(root, [index])
    else group.push(index)
  }
  return [...groups.values()]
}
