import { pixelSizeM } from '../geo/affine.ts'
import type { Grid } from '../model/grid.ts'
import { isObserved } from '../model/validity.ts'
import { NEVER_SEEN } from './change.ts'
import { erode, labelComponents, squaredDistances } from '../raster/morphology.ts'
import {
  type ClassChange,
  type MaskComparison,
  type PixelWindow,
  compareByClass,
  cropPixels,
} from './mask-comparison.ts'

/** How far onto the valley floor debris must reach beyond doubt, sensor pixels: a resolution cell. */
const REACH_SENSOR_PIXELS = 2

/** Least bank, sensor pixels (1 ha for Sentinel-2): smaller ground within the floor is an island. */
const MIN_BANK_SENSOR_PIXELS = 100

/** Where the valley floor is. */
export interface KnownFloor {
  /** 0/1 on the masks' grid, {@link NEVER_SEEN} where unknown: `valleyFloor`, or a river mask. */
  floor: Uint8Array
  /** How far its edge may be off, m: half a pixel of the DEM, or of the image a river mask is from. */
  edgeErrorM: number
}

/** Gained and lost ground of the landslide's source and of its deposit on the valley floor. */
export interface SourceAndDeposit {
  source: ClassChange
  deposit: ClassChange
}

/** Whether a frame shows the river dammed; `unknown` where hidden ground decides. */
export type RiverState = 'open' | 'dammed' | 'unknown'

/** A river whose crossing can be watched: the floor between two places on the grid's rim. */
export interface RiverCourse {
  grid: Grid
  /** Window of the grid that holds the floor. */
  window: PixelWindow
  /** 0/1 in the window. */
  floor: Uint8Array
  /** Pixels of the window at the two ends. */
  ends: [Int32Array, Int32Array]
  /** Half of the narrowest passage that counts as open, pixels. */
  radiusPx: number
}

/** A time in which the river was dammed. */
export interface DamInterval {
  /** Last frame that shows it open before (null: none does), and first that shows it dammed. */
  afterAt: string | null
  dammedByAt: string
  /** Last frame that shows it dammed, and first that shows it open again (null: none does). */
  dammedUntilAt: string
  clearedByAt: string | null
}

/**
 * Debris on the valley floor: patches (8-connected) of scar on the floor that either reach farther from
 * its edge than a resolution cell (two sensor pixels) and the error of that edge together, or touch both
 * banks. What stays nearer to one bank cannot be told from the foot of the slope and is left with the
 * source.
 *
 * @param mask 0/1
 */
export function depositPixels(
  mask: Uint8Array,
  { floor, edgeErrorM }: KnownFloor,
  grid: Grid,
  sensorPixelM: number,
): Uint8Array {
  const { width, height } = grid
  const onFloor = mask.map((value, i) => (value === 1 && floor[i] === 1 ? 1 : 0))
  if (!onFloor.includes(1)) return onFloor
  const offFloor = floor.map((value) => (value === 1 ? 0 : 1))
  const toEdge = squaredDistances(offFloor, width, height)
  const banks = labelComponents(offFloor, width, height, 8)
  const pixelM = pixelSizeM(grid)[0]
  const reachPx = (REACH_SENSOR_PIXELS * sensorPixelM + edgeErrorM) / pixelM
  const minBankPx = MIN_BANK_SENSOR_PIXELS * (sensorPixelM / pixelM) ** 2
  const { labels, count } = labelComponents(onFloor, width, height, 8)
  const isDebris = new Uint8Array(count + 1)
  const bankOf = new Int32Array(count + 1)
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i] as number
    if (label === 0) continue
    if ((toEdge[i] as number) >= reachPx ** 2) isDebris[label] = 1
    for (const at of [i - 1, i + 1, i - width, i + width]) {
      const bank = banks.labels[at] ?? 0
      if (bank === 0 || (banks.sizesPx[bank] as number) < minBankPx) continue
      if (bankOf[label] !== 0 && bankOf[label] !== bank) isDebris[label] = 1
      bankOf[label] = bank
    }
  }
  return onFloor.map((value, i) => (value === 1 && isDebris[labels[i] as number] ? 1 : 0))
}

/**
 * Splits change into source and deposit: ground that is deposit ({@link depositPixels}) in either mask
 * is deposit, all else source. Uncertainty as in {@link compareByClass}. Masks that leave out debris in
 * the river give no deposit; that is no proof that there was none.
 */
export function sourceAndDeposit(comparison: MaskComparison, known: KnownFloor): SourceAndDeposit {
  const { grid, before, after, sensorPixelM } = comparison
  const [was, is] = [before, after].map(({ states }) =>
    depositPixels(states, known, grid, sensorPixelM),
  ) as [Uint8Array, Uint8Array]
  const classes = was.map((value, i) => (value === 1 || is[i] === 1 ? 1 : 0))
  const [source, deposit] = compareByClass(comparison, classes, 2)
  return { source: source as ClassChange, deposit: deposit as ClassChange }
}

/**
 * The river's course: the largest floor (4-connected) that reaches the grid's rim, or ground without
 * elevation, in two places; between the two that are farthest apart.
 *
 * @param floor 0/1, the valley floor or a river mask; {@link NEVER_SEEN} where it is unknown
 * @returns null where no floor runs from rim to rim: a dam cannot be told then
 */
export function planRiverCourse(
  floor: Uint8Array,
  grid: Grid,
  sensorPixelM: number,
): RiverCourse | null {
  const { width, height } = grid
  const known = floor.map((value) => (value === 1 ? 1 : 0))
  const { labels, sizesPx } = labelComponents(known, width, height, 4)
  const endsOf = new Map<number, number[][]>()
  for (const end of endPatches(floor, grid)) {
    const label = labels[end[0] as number] as number
    endsOf.set(label, [...(endsOf.get(label) ?? []), end])
  }
  const [best] = [...endsOf.entries()]
    .map(([label, ends]) => ({ label, ends }))
    .filter(({ ends }) => ends.length >= 2)
    .sort((a, b) => (sizesPx[b.label] as number) - (sizesPx[a.label] as number))
  if (best === undefined) return null
  const [one, other] = farthestApart(best.ends, width)
  const box = boxOf(labels, best.label, width)
  const course = new Uint8Array(box.width * box.height)
  const toBox = (i: number): number =>
    (Math.floor(i / width) - box.row) * box.width + (i % width) - box.col
  for (let i = 0; i < labels.length; i++) if (labels[i] === best.label) course[toBox(i)] = 1
  const plan: RiverCourse = {
    grid,
    window: box,
    floor: course,
    ends: [Int32Array.from(one, toBox), Int32Array.from(other, toBox)],
    radiusPx: sensorPixelM / 2 / pixelSizeM(grid)[0],
  }
  return isOpen(plan, course) ? plan : { ...plan, radiusPx: 0 }
}

/**
 * Whether the scar crosses the river from bank to bank: no passage a sensor pixel wide is left between
 * the two ends of its course. It is `dammed` where that holds with hidden ground taken as free, `open`
 * where it fails with hidden ground that adjoins the scar taken as covered, else `unknown`. A river
 * that the masks leave out is `open` in all frames: say nothing of dams then.
 */
export function riverState(
  course: RiverCourse,
  mask: Uint8Array,
  validity: Uint8Array,
): RiverState {
  const { window, grid, floor } = course
  const own = cropPixels(mask, grid.width, window)
  const seen = cropPixels(validity, grid.width, window).map((code) => (isObserved(code) ? 1 : 0))
  const doubtful = own.map((value, i) => (value === 1 || seen[i] === 0 ? 1 : 0))
  const { labels, count } = labelComponents(doubtful, window.width, window.height, 8)
  const hasScar = new Uint8Array(count + 1)
  for (let i = 0; i < own.length; i++) if (own[i] === 1) hasScar[labels[i] as number] = 1
  const surelyFree = floor.map((value, i) => (value === 1 && !hasScar[labels[i] as number] ? 1 : 0))
  if (isOpen(course, surelyFree)) return 'open'
  const maybeFree = floor.map((value, i) =>
    value === 1 && (own[i] !== 1 || seen[i] === 0) ? 1 : 0,
  )
  return isOpen(course, maybeFree) ? 'unknown' : 'dammed'
}

/** When the river was dammed and when cleared, by the frames on either side; unknown ones are passed over. */
export function damIntervals(
  sights: readonly { capturedAt: string; state: RiverState }[],
): DamInterval[] {
  const intervals: DamInterval[] = []
  let openAt: string | null = null
  let current: DamInterval | null = null
  for (const { capturedAt, state } of sights) {
    if (state === 'open') {
      if (current !== null) current.clearedByAt = capturedAt
      current = null
      openAt = capturedAt
    } else if (state === 'dammed') {
      if (current === null) {
        current = {
          afterAt: openAt,
          dammedByAt: capturedAt,
          dammedUntilAt: capturedAt,
          clearedByAt: null,
        }
        intervals.push(current)
      }
      current.dammedUntilAt = capturedAt
    }
  }
  return intervals
}

/** Whether a passage joins the two ends: 8-connected ground on which a disc of `radiusPx` fits. */
function isOpen({ window, ends, radiusPx }: RiverCourse, free: Uint8Array): boolean {
  const { width, height } = window
  const room = radiusPx >= 1 ? erode(free, width, height, radiusPx) : free
  const { labels } = labelComponents(room, width, height, 8)
  const [from, to] = ends.map(
    (end) => new Set([...end].map((i) => labels[i] as number).filter((label) => label > 0)),
  ) as [Set<number>, Set<number>]
  return [...from].some((label) => to.has(label))
}

/** The two places whose middles are farthest from each other: up and down the valley. */
function farthestApart(runs: readonly number[][], width: number): [number[], number[]] {
  const middle = (run: number[]): [number, number] => {
    const at = run[run.length >> 1] as number
    return [at % width, Math.floor(at / width)]
  }
  let best: [number[], number[]] = [runs[0] as number[], runs[1] as number[]]
  let farthest = -1
  for (const [i, one] of runs.entries()) {
    for (const other of runs.slice(i + 1)) {
      const [a, b] = [middle(one), middle(other)]
      const distance = Math.hypot(a[0] - b[0], a[1] - b[1])
      if (distance <= farthest) continue
      farthest = distance
      best = [one, other]
    }
  }
  return best
}

/** Connected floor (8) along the grid's rim or beside unknown ground. */
function endPatches(floor: Uint8Array, { width, height }: Grid): number[][] {
  const isEnd = floor.map((value, i) => {
    if (value !== 1) return 0
    const col = i % width
    const onRim = col === 0 || col === width - 1 || i < width || i >= width * (height - 1)
    const unknown = [i - 1, i + 1, i - width, i + width].some((at) => floor[at] === NEVER_SEEN)
    return onRim || unknown ? 1 : 0
  })
  const { labels, count } = labelComponents(isEnd, width, height, 8)
  const patches: number[][] = Array.from({ length: count }, () => [])
  for (let i = 0; i < labels.length; i++) patches[(labels[i] as number) - 1]?.push(i)
  return patches
}

function boxOf(labels: Int32Array, label: number, width: number): PixelWindow {
  let [left, right, top, bottom] = [width, -1, -1, -1]
  for (let i = 0; i < labels.length; i++) {
    if (labels[i] !== label) continue
    const col = i % width
    const row = (i - col) / width
    if (col < left) left = col
    if (col > right) right = col
    if (top < 0) top = row
    bottom = row
  }
  return { col: left, row: top, width: right - left + 1, height: bottom - top + 1 }
}
