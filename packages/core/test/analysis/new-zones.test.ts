import { describe, expect, it } from 'vitest'
import { placeNewZone } from '../../src/analysis/new-zones-place.ts'
import { type EventBracket, type NewZone, searchNewZones } from '../../src/analysis/new-zones.ts'
import { VALIDITY } from '../../src/model/validity.ts'
import { gridOf, paint } from './geometry-scenes.ts'

const grid = gridOf(40, 40)
const PIXELS = 1600
const DAY_MS = 86_400_000
const dateOf = (frame: number): string =>
  new Date(Date.UTC(2020, 0, 1) + frame * 30 * DAY_MS).toISOString()

const scar = (col: number, row: number): boolean => col >= 10 && col < 20 && row >= 10 && row < 30
/** 4 by 4 pixels of 10 m: 1600 m². */
const zone = (col: number, row: number): boolean => col >= 25 && col < 29 && row >= 12 && row < 16

/** Frames 30 days apart, with the scar always and the zone where `isOpen` says so. */
function search(
  frames: number,
  isOpen: (frame: number) => boolean,
  options: { isHidden?: (frame: number) => boolean; events?: EventBracket[] } = {},
): NewZone[] {
  const found = searchNewZones(grid, 10, 1)
  for (let frame = 0; frame < frames; frame++) {
    const mask = paint(grid, (col, row) => scar(col, row) || (isOpen(frame) && zone(col, row)))
    const validity = new Uint8Array(PIXELS).fill(VALIDITY.clear)
    if (options.isHidden?.(frame)) validity.fill(VALIDITY.cloud)
    found.add({ capturedAt: dateOf(frame), mask, validity })
  }
  return found.zones(options.events)
}

describe('searchNewZones', () => {
  it('finds 1600 m² that opened after 13 quiet frames, dated by the frames on either side', () => {
    // Covered on days 0..390 (>= 365), bare from day 420; third sight and 60 days on day 480.
    const zones = search(20, (frame) => frame >= 14)
    expect(zones).toHaveLength(1)
    expect(zones[0]).toMatchObject({
      id: 1,
      areaM2: 1600,
      centroid: [500_000 + 70, 3_400_000 + 60],
      sinceAfterAt: dateOf(13),
      sinceByAt: dateOf(14),
      confirmedAt: dateOf(16),
      status: 'open',
      closedAt: null,
      reopenedShare: 0,
      event: null,
    })
    // n = (4/pi) P/10 pixels along about 150 m: 100 sqrt(n/12) = 126 m²; 150 m * 1 m; 1.645 * 196 = 320 m².
    expect((zones[0] as NewZone).highM2 - 1600).toBeGreaterThan(270)
    expect((zones[0] as NewZone).highM2 - 1600).toBeLessThan(340)
  })

  it('wants a whole quiet year, later sights, and ground in one piece', () => {
    expect(search(20, (frame) => frame >= 12)).toEqual([])
    expect(search(15, (frame) => frame >= 13)).toEqual([])
    expect(search(16, (frame) => frame >= 14)).toEqual([])
  })

  it('forgives one contrary sight on either side and is not shaken by hidden frames', () => {
    const zones = search(22, (frame) => frame === 5 || (frame >= 15 && frame !== 17), {
      isHidden: (frame) => frame === 14 || frame === 16,
    })
    expect(zones).toHaveLength(1)
    expect(zones[0]).toMatchObject({ sinceAfterAt: dateOf(13), sinceByAt: dateOf(15) })
    // Frames 15, 18 and 19 are the three sights.
    expect(zones[0]?.confirmedAt).toBe(dateOf(19))
  })

  it('takes ground that is bare every winter for no new zone', () => {
    expect(search(60, (frame) => frame % 12 < 5)).toEqual([])
  })

  it('tells closed zones from open ones, and reopened ground from untouched', () => {
    const closed = search(30, (frame) => frame >= 14 && frame < 20)
    expect(closed[0]).toMatchObject({ status: 'closed', closedAt: dateOf(20) })
    const reopened = search(30, (frame) => frame < 4 || frame >= 20)
    expect(reopened[0]).toMatchObject({ sinceByAt: dateOf(20), reopenedShare: 1, status: 'open' })
  })

  it('joins what opened with an abrupt event to it', () => {
    const events = [{ afterAt: dateOf(13), byAt: dateOf(14) }]
    expect(search(20, (frame) => frame >= 14, { events })[0]?.event).toBe(0)
    expect(search(22, (frame) => frame >= 15, { events })[0]?.event).toBe(null)
  })

  it('refuses frames out of order', () => {
    const found = searchNewZones(grid, 10, 1)
    const frame = { mask: new Uint8Array(PIXELS), validity: new Uint8Array(PIXELS) }
    found.add({ ...frame, capturedAt: dateOf(1) })
    expect(() => found.add({ ...frame, capturedAt: dateOf(0) })).toThrow(/got 2020-01-01/)
  })
})

describe('placeNewZone', () => {
  const earlier = paint(grid, scar)
  const at = (isSet: (col: number, row: number) => boolean, centroid: [number, number]) => ({
    pixels: Int32Array.from(
      [...paint(grid, isSet)].flatMap((value, i) => (value === 1 ? [i] : [])),
    ),
    centroid,
  })
  /** Rises northwards by 1 m for each row. */
  const elevationM = Float32Array.from({ length: PIXELS }, (_, i) => 40 - Math.floor(i / 40))

  it('tells a zone five pixels away as detached, in its direction', () => {
    // Scar centroid at column 15, row 20; the zone's at 27, 14: 12 columns east, 6 rows north: 63.4°.
    const place = placeNewZone(at(zone, [500_070, 3_400_060]), earlier, grid, 10)
    expect(place).toMatchObject({
      sector: 'ENE',
      relation: 'detached',
      gapM: 50,
      relativeHeight: null,
    })
    expect(place.azimuthDeg).toBeCloseTo(63.43, 1)
  })

  it('tells crown, flank and toe by elevation, and beside without it', () => {
    const strip = (top: number) =>
      at(
        (col, row) => col >= 20 && col < 23 && row >= top && row < top + 3,
        [500_015, 3_400_200 - 10 * top - 15],
      )
    const relation = (top: number): string =>
      placeNewZone(strip(top), earlier, grid, 10, elevationM).relation
    expect([10, 19, 27].map(relation)).toEqual(['crown', 'flank', 'toe'])
    expect(placeNewZone(strip(10), earlier, grid, 10)).toMatchObject({
      relation: 'beside',
      gapM: 0,
    })
    expect(placeNewZone(strip(10), new Uint8Array(PIXELS), grid, 10).relation).toBe('first')
  })
})
