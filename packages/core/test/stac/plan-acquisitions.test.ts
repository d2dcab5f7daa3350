import { describe, expect, it } from 'vitest'
import { coveredSamples, overlapFraction, sampleAoi } from '../../src/stac/footprint.ts'
import { planAcquisitions, solarDay } from '../../src/stac/plan-acquisitions.ts'
import type { ArchiveItem } from '../../src/stac/item.ts'
import { box, itemOf } from './samples.ts'

const AOI = box(98.4, 31.4, 98.5, 31.5)
const plan = (items: ArchiveItem[], aoi = AOI) => planAcquisitions(items, { aoi, siteEpsg: 32647 })

describe('acquisitions', () => {
  it('are one for each platform and solar day, in time order', () => {
    const planned = plan([
      itemOf('c', { capturedAt: '2020-06-11T04:00:00.000Z' }),
      itemOf('a'),
      itemOf('b', { platform: 'S2B' }),
    ])
    expect(planned.map(({ sceneId }) => sceneId)).toEqual([
      'S2A_20200601',
      'S2B_20200601',
      'S2A_20200611',
    ])
  })

  it('go by the day at the place, not in Greenwich', () => {
    expect(solarDay('2020-06-01T22:30:00Z', 175)).toBe('20200602')
    expect(solarDay('2020-06-01T22:30:00Z', -185)).toBe('20200602')
    expect(solarDay('2020-06-02T01:00:00Z', -120)).toBe('20200601')
  })

  it('keep of twins the newest baseline, then the higher sequence, then the later generation', () => {
    const one = plan([
      itemOf('old'),
      itemOf('new', { processingBaseline: '05.00', sequence: 1 }),
      itemOf('copy', { processingBaseline: '05.00', sequence: 0 }),
    ])
    expect(one[0]?.parts.map(({ id }) => id)).toEqual(['new'])
    expect(one[0]?.supersededItemIds).toEqual(['copy', 'old'])
    const other = plan([
      itemOf('early', { sequence: null, createdAt: '2020-06-02T00:00:00.000Z' }),
      itemOf('late', { sequence: null, createdAt: '2023-06-02T00:00:00.000Z' }),
    ])
    expect(other[0]?.parts.map(({ id }) => id)).toEqual(['late'])
  })

  it('do not depend on the order of the items', () => {
    const items = [
      itemOf('a', { processingBaseline: '05.00' }),
      itemOf('b'),
      itemOf('west', { tile: '47RLP', footprint: box(97, 31, 98.45, 32) }),
      itemOf('c', { platform: 'S2B' }),
    ]
    expect(plan(items.toReversed())).toEqual(plan(items))
  })

  it('join the two strips of a tile that was cut in two', () => {
    const planned = plan([
      itemOf('north', { footprint: box(98, 31.45, 99, 32) }),
      itemOf('south', { footprint: box(98, 31, 99, 31.45), sequence: 1 }),
    ])
    expect(planned).toHaveLength(1)
    expect(planned[0]?.parts.map(({ id }) => id).toSorted()).toEqual(['north', 'south'])
    expect(planned[0]?.coverage).toBe(1)
  })

  it('join neighbouring tiles, but leave out those that add nothing', () => {
    const planned = plan([
      itemOf('east', { tile: '47RNP', footprint: box(98.43, 31, 99, 32) }),
      itemOf('west', { tile: '47RLP', footprint: box(97, 31, 98.45, 32) }),
      itemOf('sliver', { tile: '47RMN', footprint: box(98, 31, 99, 31.42) }),
      itemOf('away', { tile: '46RMP', footprint: box(90, 31, 91, 32) }),
    ])
    expect(planned[0]?.parts.map(({ id }) => id)).toEqual(['east', 'west'])
    expect(planned[0]?.supersededItemIds).toEqual(['sliver'])
  })

  it('take one tile that covers all rather than several, and the site zone where all cover it', () => {
    const planned = plan([
      itemOf('other-zone', { tile: '46RXY', epsg: 32646 }),
      itemOf('half', { tile: '47RAA', footprint: box(98.45, 31, 99, 32) }),
      itemOf('site-zone', { tile: '47RMP' }),
    ])
    expect(planned[0]?.parts.map(({ id }) => id)).toEqual(['site-zone'])
    const only = plan([
      itemOf('other-zone', { tile: '46RXY', epsg: 32646 }),
      itemOf('half', { tile: '47RAA', footprint: box(98.45, 31, 99, 32) }),
    ])
    expect(only[0]?.parts.map(({ id }) => id)).toEqual(['other-zone'])
  })

  it('of two passes on one day take the one that sees more', () => {
    const planned = plan([
      itemOf('first', {
        capturedAt: '2020-06-01T04:00:00.000Z',
        footprint: box(98.48, 31, 99, 32),
      }),
      itemOf('second', { capturedAt: '2020-06-01T05:40:00.000Z' }),
    ])
    expect(planned).toHaveLength(1)
    expect(planned[0]?.parts.map(({ id }) => id)).toEqual(['second'])
    expect(planned[0]?.supersededItemIds).toEqual(['first'])
  })
})

describe('footprints', () => {
  const across = box(179.9, -17, 180.1, -16.9)

  it('meet an area across the antimeridian however they are written', () => {
    const samples = sampleAoi({
      type: 'MultiPolygon',
      coordinates: [
        box(179.9, -17, 180, -16.9).coordinates,
        box(-180, -17, -179.9, -16.9).coordinates,
      ],
    })
    const all = (geometry: Parameters<typeof coveredSamples>[0]) =>
      coveredSamples(geometry, null, samples).every((v) => v === 1)
    expect(all(box(179, -18, 181, -16))).toBe(true)
    expect(all(box(-181, -18, -179, -16))).toBe(true)
    // Written straight on from 179 to -179.
    expect(all({ type: 'Polygon', coordinates: [[[179, -18], [-179, -18], [-179, -16], [179, -16], [179, -18]]] })).toBe(true) // prettier-ignore
    expect(all({ type: 'MultiPolygon', coordinates: [box(179, -18, 180, -16).coordinates, box(-180, -18, -179, -16).coordinates] })).toBe(true) // prettier-ignore
    expect(all(box(-1, -18, 1, -16))).toBe(false)
    expect(plan([itemOf('a', { footprint: box(-181, -18, -179, -16) })], across)).toHaveLength(1)
  })

  it('with holes do not cover what lies in the hole', () => {
    const ring = { type: 'Polygon' as const, coordinates: [...box(98, 31, 99, 32).coordinates, ...box(98.3, 31.3, 98.6, 31.6).coordinates] } // prettier-ignore
    expect(coveredSamples(ring, null, sampleAoi(AOI)).includes(1)).toBe(false)
  })

  it('that are not known are taken from the box, else as covering all', () => {
    const samples = sampleAoi(AOI)
    expect(coveredSamples(null, [10, 10, 11, 11], samples).includes(1)).toBe(false)
    expect(coveredSamples(null, null, samples).includes(0)).toBe(false)
  })

  it('overlap by the share of the smaller', () => {
    expect(overlapFraction(box(0, 0, 10, 10), box(0, 0, 1, 1))).toBeCloseTo(1, 1)
    expect(overlapFraction(box(0, 0, 10, 10), box(20, 0, 30, 10))).toBe(0)
    expect(overlapFraction(box(0, 0, 10, 10), box(5, 0, 15, 10))).toBeCloseTo(0.5, 1)
  })
})
