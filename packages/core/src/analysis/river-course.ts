import { pixelSizeM } from '../geo/affine.ts'
import type { Grid } from '../model/grid.ts'
import { isObserved } from '../model/validity.ts'
import { erodeByDiscs } from '../raster/disc-dilation.ts'
import { labelComponents } from '../raster/morphology.ts'
import { NEVER_SEEN } from './change.ts'
import { type PixelWindow, cropPixels } from './pixel-window.ts'

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
  const { window, grid } = course
  const seen = cropPixels(validity, grid.width, window).map((code) => (isObserved(code) ? 1 : 0))
  return courseState(course, cropPixels(mask, grid.width, window), seen)
}

/**
 * {@link riverState} from what covers the course and what was seen of it.
 *
 * @param own 0/1 in the course's window: scar or debris
 * @param seen 0/1 in the course's window
 */
export function courseState(course: RiverCourse, own: Uint8Array, seen: Uint8Array): RiverState {
  const { window, floor } = course
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

/** Whether a passage joins the two ends: 8-connected ground on which a disc of `radiusPx` fits. */
function isOpen({ window, ends, radiusPx }: RiverCourse, free: Uint8Array): boolean {
  const { width, height } = window
  const room = radiusPx >= 1 ? erodeByDiscs(free, width, height, radiusPx) : free
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
