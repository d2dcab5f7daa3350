import type { Geometry, Position } from 'geojson'

/** West, south, east, north in degrees; west > east crosses the antimeridian. */
export type Bbox = readonly [number, number, number, number]

/** The parts of a geometry as rings (closed areas), lines and points. */
interface Parts {
  polygons: Position[][][]
  lines: Position[][]
  points: Position[]
}

function partsOf(geometry: Geometry): Parts {
  const none: Parts = { polygons: [], lines: [], points: [] }
  switch (geometry.type) {
    case 'Polygon':
      return { ...none, polygons: [geometry.coordinates] }
    case 'MultiPolygon':
      return { ...none, polygons: geometry.coordinates }
    case 'LineString':
      return { ...none, lines: [geometry.coordinates] }
    case 'MultiLineString':
      return { ...none, lines: geometry.coordinates }
    case 'Point':
      return { ...none, points: [geometry.coordinates] }
    case 'MultiPoint':
      return { ...none, points: geometry.coordinates }
    case 'GeometryCollection': {
      const all = geometry.geometries.map(partsOf)
      return {
        polygons: all.flatMap((part) => part.polygons),
        lines: all.flatMap((part) => part.lines),
        points: all.flatMap((part) => part.points),
      }
    }
  }
}

function side(a: Position, b: Position, p: Position): number {
  const [ax = 0, ay = 0] = a
  const [bx = 0, by = 0] = b
  const [px = 0, py = 0] = p
  return Math.sign((bx - ax) * (py - ay) - (by - ay) * (px - ax))
}

function within(a: Position, b: Position, p: Position): boolean {
  const between = (u = 0, v = 0, w = 0): boolean => Math.min(u, v) <= w && w <= Math.max(u, v)
  return between(a[0], b[0], p[0]) && between(a[1], b[1], p[1])
}

function segmentsMeet(a: Position, b: Position, c: Position, d: Position): boolean {
  const abc = side(a, b, c)
  const abd = side(a, b, d)
  const cda = side(c, d, a)
  const cdb = side(c, d, b)
  if (abc !== abd && cda !== cdb) return true
  return (
    (abc === 0 && within(a, b, c)) ||
    (abd === 0 && within(a, b, d)) ||
    (cda === 0 && within(c, d, a)) ||
    (cdb === 0 && within(c, d, b))
  )
}

function isInside(point: Position, polygon: readonly Position[][]): boolean {
  const [x = 0, y = 0] = point
  let inside = false
  for (const ring of polygon) {
    for (let i = 0; i + 1 < ring.length; i++) {
      const a = ring[i] as Position
      const b = ring[i + 1] as Position
      if (side(a, b, point) === 0 && within(a, b, point)) return true
      const [ax = 0, ay = 0] = a
      const [bx = 0, by = 0] = b
      if (ay > y !== by > y && x < ax + ((y - ay) / (by - ay)) * (bx - ax)) inside = !inside
    }
  }
  return inside
}

function linesOf(parts: Parts): Position[][] {
  return [...parts.lines, ...parts.polygons.flat()]
}

function firstsOf(parts: Parts): Position[] {
  return [...parts.points, ...linesOf(parts).flatMap((line) => line.slice(0, 1))]
}

/** Whether two geometries share a point; degrees are taken as a plane. */
export function geometriesMeet(one: Geometry, other: Geometry): boolean {
  const a = partsOf(one)
  const b = partsOf(other)
  for (const p of linesOf(a)) {
    for (const q of linesOf(b)) {
      for (let i = 0; i + 1 < p.length; i++) {
        for (let j = 0; j + 1 < q.length; j++) {
          const meet = segmentsMeet(
            p[i] as Position,
            p[i + 1] as Position,
            q[j] as Position,
            q[j + 1] as Position,
          )
          if (meet) return true
        }
      }
    }
  }
  return (
    a.polygons.some((polygon) => firstsOf(b).some((point) => isInside(point, polygon))) ||
    b.polygons.some((polygon) => firstsOf(a).some((point) => isInside(point, polygon)))
  )
}
