import type { ObjectEvolution, ObjectSummary, PlacedZone, SiteDetail } from '@scarline/core/model'
import { createElement } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { describe, expect, it } from 'vitest'
import { OverlayFigure } from '../../../src/panels/analysis/overlay/overlay-figure.tsx'
import { ZonesTable } from '../../../src/panels/analysis/tables/zones-table.tsx'
import { edgeWords, partZones, zoneRemarks } from '../../../src/panels/analysis/zones.ts'
import { en } from '../../../src/words/en.ts'
import { zh } from '../../../src/words/zh.ts'

const zone = (id: number, part: Partial<PlacedZone>): PlacedZone => ({
  ...{ id, areaM2: 4000, lowM2: 3000, highM2: 5000, pieces: 1, lngLat: [98, 31] },
  ...{ sinceAfterAt: '2018-06-01T00:00:00Z', sinceByAt: '2018-06-11T00:00:00Z' },
  ...{ grownByAt: '2018-06-11T00:00:00Z', confirmedAt: '2018-09-01T00:00:00Z' },
  ...{ status: 'open', closedAt: null, reopenedShare: 0, event: null, words: '' },
  ...{ character: 'lobe', distinctM2: 4000 },
  place: { sector: 'NW', azimuthDeg: 315, relation: 'crown', gapM: 0, relativeHeight: 0.9 },
  ...part,
})

const APART = zone(1, { character: 'apart' })
const LOBE = zone(2, { character: 'lobe', distinctM2: 3000 })
const FRINGE = zone(3, { character: 'fringe', distinctM2: 0, areaM2: 12_000, pieces: 2 })
const OF_EVENT = zone(4, { character: 'fringe', distinctM2: 0, event: 0 })
const ALL = [APART, LOBE, FRINGE, OF_EVENT]

describe('growth along the edge', () => {
  it('is no new zone; ground of an abrupt change stays with them, as in the report', () => {
    expect(partZones(ALL).own).toEqual([APART, LOBE, OF_EVENT])
    expect(partZones(ALL).edge).toEqual([FRINGE])
  })

  it('has a table of its own, under its own heading', () => {
    const found = { newZones: ALL } as unknown as ObjectEvolution
    const page = renderToStaticMarkup(createElement(ZonesTable, { found, frameOf: () => null }))
    const [own = '', edge = ''] = page.split('<h3>')
    const ids = (html: string): string[] =>
      [...html.matchAll(/<tr[^>]*><td class="number">(\d+)<\/td>/g)].map(([, id]) => id as string)
    expect(ids(own)).toEqual(['1', '2', '4'])
    expect(ids(edge)).toEqual(['3'])
    expect(edge).toMatch(/^Growth along the edge<\/h3>/)
    expect(edge).toContain('1.20 ha in 2 pieces; no new zones.')
  })

  it('leaves no new zone where there is nothing else', () => {
    const found = { newZones: [FRINGE] } as unknown as ObjectEvolution
    const page = renderToStaticMarkup(createElement(ZonesTable, { found, frameOf: () => null }))
    expect(page).toContain(en.analysis.tables.none.zones)
    expect(page).toContain(en.analysis.tables.edge)
  })

  it('is not offered to be marked on the map', () => {
    const frame = { index: 0, sceneId: 'a', capturedAt: '2018-06-01T00:00:00Z', inputHash: 'h' }
    const grid = { epsg: 32647, transform: [2, 0, 460_000, 0, -2, 3_450_000], width: 9, height: 9 }
    const facts = {
      ...{ siteId: 's', lines: null, gridAreaScale: 1 },
      detail: { frames: { grid, frames: [frame] } } as unknown as SiteDetail,
      summary: { objectId: 1, areas: [], seasons: [] } as unknown as ObjectSummary,
    }
    const page = (zones: PlacedZone[]): string =>
      renderToStaticMarkup(createElement(OverlayFigure, { ...facts, zones }))
    expect(page(ALL)).toContain('type="checkbox"')
    expect(page([FRINGE])).not.toContain('type="checkbox"')
  })

  it('is told in both languages, and what of a zone is otherwise', () => {
    expect(edgeWords([FRINGE], zh, 'zh')).toContain('1.20 ha，分 2 块；不属于新增区')
    expect(zoneRemarks(LOBE, en, 'en')).toBe('1,000 m² of it along the edge of the scar')
    expect(zoneRemarks(LOBE, zh, 'zh')).toBe('其中 1,000 m² 位于滑坡痕迹边缘')
    expect(zoneRemarks({ ...FRINGE, distinctM2: 2000 }, en, 'en')).toBe(
      'in 2 pieces; 2,000 m² of it apart or as lobes',
    )
    expect(zoneRemarks(OF_EVENT, en, 'en')).toBe('part of an abrupt change')
    expect(zoneRemarks({ ...OF_EVENT, pieces: 3 }, zh, 'zh')).toBe('分 3 块；属于一次突变')
  })
})
