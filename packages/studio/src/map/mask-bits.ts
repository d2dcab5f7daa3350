import type { MaskRuns } from '@scarline/core/model'

/** A mask in row order: 1 where the object is. */
export interface MaskBits {
  width: number
  height: number
  bits: Uint8Array
}

/** A position in pixels of the grid; (0, 0) is the outer corner of the first pixel. */
export type PixelPoint = [x: number, y: number]

/** The part of a grid that something covers: first column and row, and the first ones behind it. */
export interface PixelBox {
  x0: number
  y0: number
  x1: number
  y1: number
}

/** @throws RangeError where the runs are not as long as the grid */
export function decodeRuns({ width, height, counts }: MaskRuns): MaskBits {
  const bits = new Uint8Array(width * height)
  let at = 0
  counts.forEach((length, i) => {
    if (i % 2 === 1) bits.fill(1, at, at + length)
    at += length
  })
  if (at !== bits.length) {
    throw new RangeError(`got runs of ${at} pixels, expected ${width} x ${height}`)
  }
  return { width, height, bits }
}

/** What the mask covers; null for an empty one. */
export function maskBox({ width, bits }: MaskBits): PixelBox | null {
  const first = bits.indexOf(1)
  if (first < 0) return null
  const y0 = Math.floor(first / width)
  const y1 = Math.floor(bits.lastIndexOf(1) / width) + 1
  let [x0, x1] = [width, 0]
  for (let y = y0; y < y1; y++) {
    const row = bits.subarray(y * width, (y + 1) * width)
    const left = row.indexOf(1)
    if (left < 0) continue
    x0 = Math.min(x0, left)
    x1 = Math.max(x1, row.lastIndexOf(1) + 1)
  }
  return { x0, y0, x1, y1 }
}

/** Steps east, south, west, north: bit and vector. */
const STEPS = [
  [1, 0],
  [0, 1],
  [-1, 0],
  [0, -1],
] as const

/**
 * The rings around the mask along its pixels' edges, in pixels, not closed by a repeated point. Outer rings
 * run counter-clockwise on a map with north up, holes clockwise; pixels that meet at a corner only are apart.
 */
export function traceRings(mask: MaskBits): PixelPoint[][] {
  const columns = mask.width + 1
  const out = edgesFrom(mask)
  const rings: PixelPoint[][] = []
  for (let start = firstFrom(out, 0); start >= 0; start = firstFrom(out, start)) {
    const ring: PixelPoint[] = []
    const first = lowestStep(out[start] as number)
    let at = start
    let direction = first
    do {
      ring.push([at % columns, Math.floor(at / columns)])
      const walked = direction
      do {
        out[at] = (out[at] as number) & ~(1 << direction)
        const [dx, dy] = STEPS[direction] as (typeof STEPS)[number]
        at += dx + dy * columns
        const back = at === start ? 1 << first : 0
        direction = turn((out[at] as number) | back, direction)
      } while (direction === walked && !(at === start && direction === first))
    } while (!(at === start && direction === first))
    rings.push(ring.reverse())
  }
  return rings
}

/** Per corner of a pixel, the steps along an edge that begin there, the mask on the right hand. */
function edgesFrom({ width, height, bits }: MaskBits): Uint8Array {
  const columns = width + 1
  const out = new Uint8Array(columns * (height + 1))
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      if (bits[i] !== 1) continue
      const corner = i + y
      if (y === 0 || bits[i - width] !== 1) addStep(out, corner, 1)
      if (x === width - 1 || bits[i + 1] !== 1) addStep(out, corner + 1, 2)
      if (y === height - 1 || bits[i + width] !== 1) addStep(out, corner + columns + 1, 4)
      if (x === 0 || bits[i - 1] !== 1) addStep(out, corner + columns, 8)
    }
  }
  return out
}

function addStep(out: Uint8Array, corner: number, step: number): void {
  out[corner] = (out[corner] as number) | step
}

function firstFrom(out: Uint8Array, from: number): number {
  for (let i = from; i < out.length; i++) if (out[i]) return i
  return -1
}

function lowestStep(steps: number): number {
  return [0, 1, 2, 3].find((step) => steps & (1 << step)) ?? 0
}

/** To the right where it can, so that the ring stays with its own pixel. */
function turn(steps: number, direction: number): number {
  for (const by of [1, 0, 3]) {
    const next = (direction + by) % 4
    if (steps & (1 << next)) return next
  }
  return (direction + 2) % 4
}

/**
 * The ground that a round brush covers, as rings in pixels (see {@link traceRings}) that do not cross.
 *
 * @param stroke where its middle went, pixels
 */
export function strokeRings(stroke: readonly PixelPoint[], radiusPx: number): PixelPoint[][] {
  const xs = stroke.map(([x]) => x)
  const ys = stroke.map(([, y]) => y)
  const left = Math.floor(Math.min(...xs) - radiusPx)
  const top = Math.floor(Math.min(...ys) - radiusPx)
  const width = Math.ceil(Math.max(...xs) + radiusPx) - left
  const height = Math.ceil(Math.max(...ys) + radiusPx) - top
  const bits = new Uint8Array(width * height)
  stroke.forEach(([x1, y1], i) => {
    const [x0, y0] = stroke[i - 1] ?? [x1, y1]
    fillCapsule({ width, height, bits }, [x0 - left, y0 - top, x1 - left, y1 - top], radiusPx)
  })
  return traceRings({ width, height, bits }).map((ring) =>
    ring.map(([x, y]): PixelPoint => [x + left, y + top]),
  )
}

function fillCapsule(
  { width, height, bits }: MaskBits,
  [x0, y0, x1, y1]: [number, number, number, number],
  radius: number,
): void {
  const [dx, dy] = [x1 - x0, y1 - y0]
  const length2 = dx * dx + dy * dy
  const reach2 = Math.max(radius, 0.5) ** 2
  const fromX = Math.max(0, Math.floor(Math.min(x0, x1) - radius))
  const toX = Math.min(width, Math.ceil(Math.max(x0, x1) + radius))
  const fromY = Math.max(0, Math.floor(Math.min(y0, y1) - radius))
  const toY = Math.min(height, Math.ceil(Math.max(y0, y1) + radius))
  for (let y = fromY; y < toY; y++) {
    for (let x = fromX; x < toX; x++) {
      const [px, py] = [x + 0.5 - x0, y + 0.5 - y0]
      const share = length2 === 0 ? 0 : Math.min(1, Math.max(0, (px * dx + py * dy) / length2))
      if ((px - share * dx) ** 2 + (py - share * dy) ** 2 <= reach2) bits[y * width + x] = 1
    }
  }
}
