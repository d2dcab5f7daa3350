import type { MultiPolygon, Position } from 'geojson'
import { pixelToMap } from '../geo/affine.ts'
import type { Grid } from '../model/grid.ts'
import { type PixelWindow, cropPixels, scarWindow } from './pixel-window.ts'

/**
 * The outline of a mask as polygons with holes, exactly along pixel edges: its planar area is the
 * mask's pixel count times the pixel area. Pixels that share an edge form one polygon; those that only
 * touch at a corner form two. Rings are simple and closed; shells run counter-clockwise and holes
 * clockwise in map coordinates of a north-up grid (RFC 7946); collinear vertices are left out.
 *
 * @param mask 0/1 on `grid`
 */
export function traceBoundaries(mask: Uint8Array, grid: Grid): MultiPolygon {
  const shells: { ring: PixelRing; holes: PixelRing[] }[] = []
  const holes: PixelRing[] = []
  const window = scarWindow([mask], grid, 0)
  const own = cropPixels(mask, grid.width, window)
  for (const ring of traceRings(own, window.width, window.height)) {
    if (ring.areaPx > 0) shells.push({ ring, holes: [] })
    else holes.push(ring)
  }
  const owners = shellOfPixel(own, window, shells)
  for (const hole of holes) {
    const owner = shells[owners[hole.insidePixel] as number]
    owner?.holes.push(hole)
  }
  const toMap = (ring: PixelRing): Position[] => {
    const positions = ring.corners.map(([col, row]) =>
      pixelToMap(grid.transform, col + window.col, row + window.row),
    )
    return [...positions, positions[0] as Position]
  }
  return {
    type: 'MultiPolygon',
    coordinates: shells.map(({ ring, holes }) => [toMap(ring), ...holes.map(toMap)]),
  }
}

interface PixelRing {
  /** Corners in pixel coordinates of the window around the mask, not closed. */
  corners: [col: number, row: number][]
  /** Signed: above 0 for shells. */
  areaPx: number
  /** A set pixel of the window along the ring. */
  insidePixel: number
}

/** Directions are east 0, south 1, west 2, north 3. */
const WEST = 2
const STEP_COL = [1, 0, -1, 0]
const STEP_ROW = [0, 1, 0, -1]
/** The pixel on the left of an edge, from the corner that it leaves; that on the right is the next one's. */
const LEFT_COL = [0, 0, -1, -1]
const LEFT_ROW = [-1, 0, 0, -1]

/**
 * Walks along pixel edges with the set pixel on the left. Where two set pixels touch at a corner only,
 * the walk stays with the pixel that it follows. A walk that comes back to a corner is cut there, so
 * that each ring passes a corner once.
 */
function traceRings(mask: Uint8Array, width: number, height: number): PixelRing[] {
  const isSet = (col: number, row: number): boolean =>
    col >= 0 && row >= 0 && col < width && row < height && mask[row * width + col] === 1
  // An edge leaves corner (col, row) in a direction between the pixels on its left and on its right.
  const isEdge = (col: number, row: number, direction: number): boolean => {
    const right = (direction + 1) % 4
    return (
      isSet(col + (LEFT_COL[direction] as number), row + (LEFT_ROW[direction] as number)) &&
      !isSet(col + (LEFT_COL[right] as number), row + (LEFT_ROW[right] as number))
    )
  }
  const visited = new Uint8Array((width + 1) * (height + 1))
  const rings: PixelRing[] = []
  for (let row = 0; row <= height; row++) {
    for (let col = 0; col <= width; col++) {
      // Every ring has a westward edge: it starts there, with a set pixel below and an unset one above.
      if (!isSet(col - 1, row) || isSet(col - 1, row - 1)) continue
      if ((visited[row * (width + 1) + col] as number) & (1 << WEST)) continue
      const walk: { col: number; row: number; pixel: number }[] = []
      let c = col
      let r = row
      let direction = WEST
      for (;;) {
        const bit = 1 << direction
        const at = r * (width + 1) + c
        if ((visited[at] as number) & bit) break
        visited[at] = (visited[at] as number) | bit
        const pixelCol = c + (LEFT_COL[direction] as number)
        const pixelRow = r + (LEFT_ROW[direction] as number)
        walk.push({ col: c, row: r, pixel: pixelRow * width + pixelCol })
        c += STEP_COL[direction] as number
        r += STEP_ROW[direction] as number
        const left = (direction + 3) % 4
        const right = (direction + 1) % 4
        if (isEdge(c, r, left)) direction = left
        else if (!isEdge(c, r, direction)) direction = right
      }
      rings.push(...cutAtCorners(walk, width))
    }
  }
  return rings
}

function cutAtCorners(
  walk: readonly { col: number; row: number; pixel: number }[],
  width: number,
): PixelRing[] {
  const rings: PixelRing[] = []
  const open: { col: number; row: number; pixel: number }[] = []
  const place = new Map<number, number>()
  for (const corner of walk) {
    const key = corner.row * (width + 1) + corner.col
    const earlier = place.get(key)
    if (earlier !== undefined) {
      const loop = open.splice(earlier)
      for (const { col, row } of loop) place.delete(row * (width + 1) + col)
      rings.push(toRing(loop))
    }
    place.set(key, open.length)
    open.push(corner)
  }
  if (open.length > 0) rings.push(toRing(open))
  return rings
}

function toRing(loop: readonly { col: number; row: number; pixel: number }[]): PixelRing {
  const corners: [number, number][] = []
  let doubled = 0
  for (let i = 0; i < loop.length; i++) {
    const before = loop[(i + loop.length - 1) % loop.length] as (typeof loop)[number]
    const here = loop[i] as (typeof loop)[number]
    const after = loop[(i + 1) % loop.length] as (typeof loop)[number]
    // Rows grow downwards: a walk with the set pixel on the left has positive area with this sign.
    doubled += after.col * here.row - here.col * after.row
    const straight =
      (here.col - before.col) * (after.row - here.row) ===
      (here.row - before.row) * (after.col - here.col)
    if (!straight) corners.push([here.col, here.row])
  }
  return { corners, areaPx: doubled / 2, insidePixel: loop[0]?.pixel ?? -1 }
}

/** Index of the shell around each set pixel: floods from each shell through shared edges. */
function shellOfPixel(
  mask: Uint8Array,
  { width, height }: PixelWindow,
  shells: readonly { ring: PixelRing }[],
): Int32Array {
  const owner = new Int32Array(mask.length).fill(-1)
  const stack: number[] = []
  for (const [index, { ring }] of shells.entries()) {
    if (owner[ring.insidePixel] !== -1) continue
    owner[ring.insidePixel] = index
    stack.push(ring.insidePixel)
    while (stack.length > 0) {
      const at = stack.pop() as number
      const col = at % width
      const claim = (next: number): void => {
        if (!mask[next] || owner[next] !== -1) return
        owner[next] = index
        stack.push(next)
      }
      if (col + 1 < width) claim(at + 1)
      if (col > 0) claim(at - 1)
      if (at + width < width * height) claim(at + width)
      if (at >= width) claim(at - width)
    }
  }
  return owner
}

/**
 * A ring with fewer vertices, none of the dropped ones farther than `tolerance` from the line
 * (Douglas & Peucker, 1973); for drawing, not for measuring. Closed rings stay closed and keep at
 * least four positions.
 */
export function simplifyRing(ring: readonly Position[], tolerance: number): Position[] {
  const last = ring.length - 1
  if (last < 4) return [...ring]
  let far = 1
  for (let i = 1; i < last; i++) {
    if (squaredGap(ring, 0, i) > squaredGap(ring, 0, far)) far = i
  }
  const keep = new Uint8Array(ring.length)
  keep[0] = 1
  keep[far] = 1
  keep[last] = 1
  const pending: [number, number][] = [
    [0, far],
    [far, last],
  ]
  while (pending.length > 0) {
    const [from, to] = pending.pop() as [number, number]
    let worst = -1
    let worstDistance = tolerance
    for (let i = from + 1; i < to; i++) {
      const distance = distanceToSegment(ring, i, from, to)
      if (distance > worstDistance) {
        worst = i
        worstDistance = distance
      }
    }
    if (worst === -1) continue
    keep[worst] = 1
    pending.push([from, worst], [worst, to])
  }
  const kept = ring.filter((_, i) => keep[i] === 1)
  return kept.length >= 4 ? kept : [...ring]
}

function squaredGap(ring: readonly Position[], a: number, b: number): number {
  const [ax = 0, ay = 0] = ring[a] ?? []
  const [bx = 0, by = 0] = ring[b] ?? []
  return (bx - ax) ** 2 + (by - ay) ** 2
}

function distanceToSegment(
  ring: readonly Position[],
  at: number,
  from: number,
  to: number,
): number {
  const [px = 0, py = 0] = ring[at] ?? []
  const [ax = 0, ay = 0] = ring[from] ?? []
  const [bx = 0, by = 0] = ring[to] ?? []
  const length2 = (bx - ax) ** 2 + (by - ay) ** 2
  const t =
    length2 === 0
      ? 0
      : Math.max(0, Math.min(1, ((px - ax) * (bx - ax) + (py - ay) * (by - ay)) / length2))
  return Math.hypot(px - ax - t * (bx - ax), py - ay - t * (by - ay))
}
