/** A point well inside rings (even-odd): where a row through their largest one has most room. */
export function pointInside(rings: readonly (readonly number[])[]): [x: number, y: number] | null {
  let largest: { ring: readonly number[]; area: number } | null = null
  for (const ring of rings) {
    const area = Math.abs(signedArea(ring))
    if (largest === null || area > largest.area) largest = { ring, area }
  }
  if (largest === null || largest.area === 0) return null
  const ys = largest.ring.filter((_, i) => i % 2 === 1)
  const [top, bottom] = [Math.min(...ys), Math.max(...ys)]
  const turned = rings.map((ring) => ring.map((_, i) => ring[i ^ 1] as number))
  let best: { point: [number, number]; room: number } | null = null
  for (let k = 0; k < STEPS; k++) {
    const y = top + ((bottom - top) * (k + 0.5)) / STEPS
    for (const [left, right] of stretches(rings, y)) {
      const x = (left + right) / 2
      const upright = stretches(turned, x).find(([from, to]) => from <= y && y <= to)
      if (upright === undefined) continue
      const room = Math.min(right - left, 2 * (y - upright[0]), 2 * (upright[1] - y))
      if (best === null || room > best.room) best = { point: [x, y], room }
    }
  }
  return best?.point ?? null
}

/** Where a row at `y` runs inside rings. */
function stretches(rings: readonly (readonly number[])[], y: number): [from: number, to: number][] {
  const crossings = rings.flatMap((ring) => crossingsAt(ring, y)).sort((a, b) => a - b)
  return Array.from({ length: crossings.length >> 1 }, (_, i) => [
    crossings[2 * i] as number,
    crossings[2 * i + 1] as number,
  ])
}

const STEPS = 16

function signedArea(ring: readonly number[]): number {
  let doubled = 0
  for (let i = 0; i + 3 < ring.length; i += 2) {
    const [x1, y1, x2, y2] = ring.slice(i, i + 4) as [number, number, number, number]
    doubled += x1 * y2 - x2 * y1
  }
  return doubled / 2
}

function crossingsAt(ring: readonly number[], y: number): number[] {
  const found: number[] = []
  for (let i = 0; i + 3 < ring.length; i += 2) {
    const [x1, y1, x2, y2] = ring.slice(i, i + 4) as [number, number, number, number]
    if (y1 > y === y2 > y) continue
    found.push(x1 + ((x2 - x1) * (y - y1)) / (y2 - y1))
  }
  return found
}

/** A label with its place; moved labels have a line back to where they belong. */
export interface PlacedMark {
  at: [x: number, y: number]
  anchor: [x: number, y: number]
}

/**
 * Puts round labels next to their anchors so that none covers another: each takes the nearest free place on
 * widening circles around its anchor, within bounds.
 */
export function placeMarks(
  anchors: readonly (readonly [number, number])[],
  radius: number,
  [left, top, right, bottom]: readonly [number, number, number, number],
): PlacedMark[] {
  const placed: PlacedMark[] = []
  const apart = 2 * radius + 2
  for (const [ax, ay] of anchors) {
    const candidates: [number, number][] = [[ax, ay]]
    for (let ring = 1; ring <= 12; ring++) {
      for (let k = 0; k < 12; k++) {
        const angle = (k * Math.PI) / 6
        const distance = ring * (radius + 3)
        candidates.push([ax + distance * Math.cos(angle), ay + distance * Math.sin(angle)])
      }
    }
    const clamped = candidates.map(([x, y]): [number, number] => [
      Math.max(left + radius, Math.min(right - radius, x)),
      Math.max(top + radius, Math.min(bottom - radius, y)),
    ])
    const free = clamped.find(([x, y]) =>
      placed.every(({ at }) => Math.hypot(at[0] - x, at[1] - y) >= apart),
    )
    placed.push({ at: free ?? [ax, ay], anchor: [ax, ay] })
  }
  return placed
}
