import type { Prompt, PromptInput } from '@scarline/core/model'
import { type MapPoint, mapPointOf } from './site-projection.ts'

/** What one gesture says: a point, a box, or painted ground. */
export type MarkInput = Omit<PromptInput, 'sceneId' | 'objectId'>

/** A mark on the map of one frame. */
export interface MapMark {
  id: string
  objectId: number
  /** Not written yet. */
  isPending: boolean
  shape:
    | { kind: 'point'; point: MapPoint; positive: boolean }
    | { kind: 'box'; ring: MapPoint[] }
    | { kind: 'region'; rings: MapPoint[][]; add: boolean }
}

/** Marks of prompts that have a place; painted ground, which is a file, has none. */
export function marksOfPrompts(epsg: number, prompts: readonly Prompt[]): MapMark[] {
  return prompts.flatMap((prompt): MapMark[] => {
    const { id, objectId } = prompt
    if (prompt.kind === 'point') {
      const { positive } = prompt
      const point = mapPointOf(epsg, prompt.lngLat)
      return [{ id, objectId, isPending: false, shape: { kind: 'point', point, positive } }]
    }
    if (prompt.kind === 'box') {
      const ring = boxRing(epsg, prompt.bboxLngLat)
      return [{ id, objectId, isPending: false, shape: { kind: 'box', ring } }]
    }
    return []
  })
}

/** Marks of a gesture that is not written yet. */
export function marksOfInput(
  epsg: number,
  id: string,
  objectId: number,
  { positive = [], negative = [], bboxLngLat, region }: MarkInput,
): MapMark[] {
  const base = { id, objectId, isPending: true }
  return [
    ...[...positive, ...negative].map((lngLat, i): MapMark => ({
      ...base,
      shape: { kind: 'point', point: mapPointOf(epsg, lngLat), positive: i < positive.length },
    })),
    ...(bboxLngLat
      ? [{ ...base, shape: { kind: 'box' as const, ring: boxRing(epsg, bboxLngLat) } }]
      : []),
    ...(region
      ? [{ ...base, shape: { kind: 'region' as const, rings: region.rings, add: region.add } }]
      : []),
  ]
}

function boxRing(
  epsg: number,
  [west, south, east, north]: [number, number, number, number],
): MapPoint[] {
  const corners: [number, number][] = [
    [west, south],
    [east, south],
    [east, north],
    [west, north],
  ]
  return corners.map((corner) => mapPointOf(epsg, corner))
}

/**
 * The written mark under a place: the nearest point within `reachM`, else a box whose edge is.
 * @param reachM metres on the map
 */
export function markAt(marks: readonly MapMark[], place: MapPoint, reachM: number): MapMark | null {
  const near = marks.flatMap((mark) => {
    const { shape } = mark
    if (mark.isPending || shape.kind === 'region') return []
    const isPoint = shape.kind === 'point'
    const distance = isPoint
      ? Math.hypot(shape.point[0] - place[0], shape.point[1] - place[1])
      : distanceToRing(shape.ring, place)
    return distance <= reachM ? [{ mark, isPoint, distance }] : []
  })
  near.sort((a, b) => Number(b.isPoint) - Number(a.isPoint) || a.distance - b.distance)
  return near[0]?.mark ?? null
}

function distanceToRing(ring: readonly MapPoint[], place: MapPoint): number {
  return Math.min(
    ...ring.map((from, i) => distanceToEdge(from, ring[(i + 1) % ring.length] as MapPoint, place)),
  )
}

function distanceToEdge([ax, ay]: MapPoint, [bx, by]: MapPoint, [px, py]: MapPoint): number {
  const [dx, dy] = [bx - ax, by - ay]
  const length2 = dx * dx + dy * dy
  const along = length2 === 0 ? 0 : ((px - ax) * dx + (py - ay) * dy) / length2
  const share = Math.min(1, Math.max(0, along))
  return Math.hypot(px - ax - share * dx, py - ay - share * dy)
}

/** Whether a place lies inside rings, by even-odd. */
export function isInside(rings: readonly (readonly MapPoint[])[], [x, y]: MapPoint): boolean {
  let inside = false
  for (const ring of rings) {
    ring.forEach(([x1, y1], i) => {
      const [x0, y0] = ring[(i + ring.length - 1) % ring.length] as MapPoint
      if (y0 > y !== y1 > y && x < ((x1 - x0) * (y - y0)) / (y1 - y0) + x0) inside = !inside
    })
  }
  return inside
}
