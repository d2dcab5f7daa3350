import type { MultiPolygon, Position } from 'geojson'
import { expect, it } from 'vitest'
import {
  estimateLineNoise,
  lineNoiseAreaSdM2,
  lineNoiseHalfWidthM2,
  lineResolutionCellM2,
} from '../../src/analysis/digitising-noise.ts'
import { outlineChanges } from '../../src/analysis/outline-changes.ts'
import { seededChance } from '../../src/analysis/seeded-chance.ts'
import type { AreaRow } from '../../src/model/analysis-areas.ts'

it('by hand: a line of 1100 m placed within 2.5 m, errors together along 20 m: ± 862.6 m²', () => {
  const noise = { sdM: 2.5, correlationM: 20 }
  // 2.5 sqrt(2 * 1100 * 20) = 524.4; exp(-27.5) is nothing.
  expect(lineNoiseAreaSdM2(1100, noise)).toBeCloseTo(524.4, 1)
  expect(lineNoiseHalfWidthM2([1100], noise)).toBeCloseTo(862.6, 1)
  // Two lines: in squares.
  expect(lineNoiseHalfWidthM2([1100, 1100], noise)).toBeCloseTo(862.6 * Math.SQRT2, 0)
})

it('goes over into the buffer of the whole line where all of it errs together', () => {
  expect(lineNoiseAreaSdM2(400, { sdM: 3, correlationM: 1e6 })).toBeCloseTo(1200, 0)
})

it('is the double integral of the correlation along a closed line', () => {
  const [length, correlation, steps] = [300, 50, 600]
  const step = length / steps
  let sum = 0
  for (let i = 0; i < steps; i++) {
    const apart = Math.min(i, steps - i) * step
    sum += Math.exp(-apart / correlation)
  }
  const variance = length * sum * step
  const sd = lineNoiseAreaSdM2(length, { sdM: 1, correlationM: correlation })
  expect(sd / Math.sqrt(variance)).toBeCloseTo(1, 3)
})

it('by hand: errors of two lines go together within 177.2 m²', () => {
  // 2 sqrt(pi) * 2.5 * 20
  expect(lineResolutionCellM2({ sdM: 2.5, correlationM: 20 })).toBeCloseTo(177.2, 1)
})

it('by hand: 68,875 and then 68,147 m² are shrinkage within digitising noise, ± 1226 m²', () => {
  // 1.645 * 2.5 sqrt(2 * 1119 * 20) = 870.1 and with 1103 m 863.8; in squares 1226.1.
  const noise = { sdM: 2.5, correlationM: 20 }
  const rows = [
    rowOf('2016-08-27', 68_875, lineNoiseHalfWidthM2([1119], noise)),
    rowOf('2017-07-20', 68_147, lineNoiseHalfWidthM2([1103], noise)),
    rowOf('2018-09-02', 73_173, lineNoiseHalfWidthM2([1206], noise)),
  ]
  const [shrunk, grown] = outlineChanges(rows)
  expect(shrunk?.changeM2).toBe(-728)
  expect((shrunk?.highM2 ?? 0) + 728).toBeCloseTo(1226.1, 0)
  expect(shrunk?.withinNoise).toBe(true)
  expect(shrunk?.words).toContain('shrinkage within digitising noise')
  expect(grown?.withinNoise).toBe(false)
  expect(grown?.words).toContain('growth beyond digitising noise')
})

it('learns noise and correlation from outlines that were drawn twice', () => {
  const chance = seededChance(7)
  const pairs = Array.from({ length: 16 }, () => ({
    one: drawnCircle(chance.normal, 3, 15),
    other: drawnCircle(chance.normal, 3, 15),
  }))
  const found = estimateLineNoise(pairs, false)
  expect(found?.sdM).toBeGreaterThan(2.5)
  expect(found?.sdM).toBeLessThan(3.5)
  expect(found?.correlationM).toBeGreaterThan(9)
  expect(found?.correlationM).toBeLessThan(22)
})

it('does not take even growth for noise, nor learns from copies or from too little', () => {
  const chance = seededChance(3)
  const grown = Array.from({ length: 16 }, () => ({
    one: drawnCircle(chance.normal, 2, 15, 112),
    other: drawnCircle(chance.normal, 2, 15, 100),
  }))
  expect(estimateLineNoise(grown, true)?.sdM).toBeLessThan(2.6)
  // Offsets of whole outlines have no length along which they go together.
  expect(estimateLineNoise(grown, false)).toBeNull()
  const copy = drawnCircle(chance.normal, 2, 15)
  expect(
    estimateLineNoise(
      Array.from({ length: 16 }, () => ({ one: copy, other: copy })),
      false,
    ),
  ).toBeNull()
  expect(estimateLineNoise(grown.slice(0, 1), true)).toBeNull()
  expect(estimateLineNoise([], true)).toBeNull()
})

/** A circle whose radius errs along it with an exponential correlation. */
function drawnCircle(
  normal: () => number,
  sdM: number,
  correlationM: number,
  radiusM = 100,
): MultiPolygon {
  const stepM = 3
  const count = Math.round((2 * Math.PI * radiusM) / stepM)
  const keep = Math.exp(-stepM / correlationM)
  let error = sdM * normal()
  const ring: Position[] = Array.from({ length: count }, (_, i) => {
    error = keep * error + Math.sqrt(1 - keep * keep) * sdM * normal()
    const angle = (2 * Math.PI * i) / count
    return [(radiusM + error) * Math.cos(angle), (radiusM + error) * Math.sin(angle)]
  })
  return { type: 'MultiPolygon', coordinates: [[[...ring, ring[0] as Position]]] }
}

function rowOf(day: string, areaM2: number, halfM2: number): AreaRow {
  return {
    frameIndex: 0,
    sceneId: day,
    capturedAt: `${day}T00:00:00.000Z`,
    objectId: 1,
    areaM2,
    lowM2: areaM2 - halfM2,
    highM2: areaM2 + halfM2,
    uncertainty: {
      boundary: [halfM2, halfM2],
      registration: [0, 0],
      mixedPixels: [0, 0],
      hidden: [0, 0],
      membership: [0, 0],
      level: [0, 0],
    },
    seenM2: areaM2,
    hiddenM2: 0,
    validInside: 1,
    validAround: 1,
    perimeterM: 0,
    gainedM2: 0,
    lostM2: 0,
    comparedFraction: 1,
    ellipsoidAreaM2: areaM2,
    registrationResidualM: 0,
    confidence: 1,
    locked: true,
    prompted: true,
    flags: [],
    fragments: 1,
  }
}
