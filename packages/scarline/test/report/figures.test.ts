import { describe, expect, it } from 'vitest'
import { areaChart } from '../../src/report/charts/area-chart.ts'
import { textWidth } from '../../src/report/charts/chart-frame.ts'
import { deseasonedChart } from '../../src/report/charts/deseasoned-chart.ts'
import { directionChart } from '../../src/report/charts/direction-chart.ts'
import { inverseVelocityChart } from '../../src/report/charts/inverse-velocity-chart.ts'
import { placeInLanes } from '../../src/report/charts/label-lanes.ts'
import { eventRoses, fullAreaM2 } from '../../src/report/charts/rose-chart.ts'
import { seasonMap } from '../../src/report/maps/season-map.ts'
import { placeMarks, pointInside } from '../../src/report/maps/zone-labels.ts'
import { zoneMap } from '../../src/report/maps/zone-map.ts'
import { rampColour } from '../../src/report/palette.ts'
import { renderSections } from '../../src/report/sections/section.ts'
import { directionSection, zoneSection } from '../../src/report/sections/place-sections.ts'
import {
  inverseVelocitySection,
  structureSection,
} from '../../src/report/sections/structure-sections.ts'
import { eventSection } from '../../src/report/sections/series-sections.ts'
import type { Markup } from '../../src/report/markup.ts'
import { fullReport, growth, reportMaps, zone } from './made-up-findings.ts'
import { reportData } from './made-up-report.ts'

/** Markup as text, checked to be whole. */
function textOf({ markup }: Markup): string {
  expect(markup).not.toMatch(/NaN|Infinity|undefined|<img src=x/)
  return markup.replace(/[\u00a0\u202f]/g, ' ').replace(/\s+/g, ' ')
}

const data = fullReport()
const found = data.evolution.objects[0] as (typeof data.evolution.objects)[number]

describe('area chart', () => {
  it('marks events with size and bracket, onsets, artefacts and rates', () => {
    const svg = textOf(areaChart(data))
    expect(svg).toContain('+16.83 ha, 9–11 Oct 2018')
    expect(svg).toContain('−1.15 ha, 31 Oct – 3 Nov 2018 (to be borne out)')
    expect(svg).toContain('onset 23 Aug 2018')
    expect(svg).toContain('artefact, no event')
    expect(svg).toContain('Rate (m²/day)')
  })

  it('shows on which side of standstill the interval of the best known rate ends', () => {
    const phase = {
      fromAt: '2017-07-01T00:00:00Z',
      toAt: '2019-07-01T00:00:00Z',
      rateM2PerDay: -0.1,
      lowM2PerDay: -0.5,
      highM2PerDay: 0.3,
    }
    const objects = [{ ...found, phases: [phase] }]
    const svg = textOf(areaChart({ ...data, evolution: { ...data.evolution, objects } }))
    const zero = Number(/y1="([\d.]+)" y2="[\d.]+" stroke-opacity="0.5"/.exec(svg)?.[1])
    const band = /y="([\d.]+)" width="[\d.]+" height="([\d.]+)" fill="#0072b2" fill-opacity="0.2"/
    const [top = NaN, height = NaN] = (band.exec(svg) ?? []).slice(1).map(Number)
    expect((zero - top) / height).toBeCloseTo(0.3 / 0.8, 2)
  })

  it('draws outlines without a cursor, each with a bar', () => {
    const look = { id: 'of-outlines', intervals: 'bars', hasCursor: false } as const
    const svg = textOf(areaChart(data, look))
    expect(svg).toContain('id="of-outlines"')
    expect(svg).not.toContain('id="now"')
    expect(svg.match(/h8m-4 0V/g)).toHaveLength(3)
    expect(svg).toMatch(/aria-label="Area of the scar[^"]*2 abrupt changes/)
  })

  it('leaves out what was not found', () => {
    const svg = textOf(areaChart(reportData([5000, 6000])))
    expect(svg).not.toMatch(/onset|artefact|Rate/)
  })
})

describe('labels above a chart', () => {
  const widthOf = textWidth

  it('never touch each other, however many stand at one place', () => {
    const labels = [100, 100, 101, 103, 180, 300, 301, 880, 940, 945, 946].map((x, i) => ({
      x,
      text: `+${i}.25 ha, 3–25 Nov 2018`,
    }))
    const placed = placeInLanes(labels, 74, 946)
    expect(placed).toHaveLength(labels.length)
    for (const [i, a] of placed.entries()) {
      expect(a.textX).toBeGreaterThanOrEqual(74)
      expect(a.textX + widthOf(a.text)).toBeLessThanOrEqual(946)
      for (const b of placed.slice(i + 1)) {
        const apart = a.textX + widthOf(a.text) <= b.textX || b.textX + widthOf(b.text) <= a.textX
        expect(apart || a.lane !== b.lane).toBe(true)
      }
    }
  })

  it('keep their leaders clear of the texts below, where there is room', () => {
    const placed = placeInLanes(
      [100, 120, 140].map((x) => ({ x, text: 'onset 2 Jan 2018' })),
      74,
      946,
    )
    expect(placed.map(({ x, lane }) => [x, lane])).toEqual([
      [140, 0],
      [120, 1],
      [100, 2],
    ])
  })
})

describe('roses and advance', () => {
  it('draws wedges whose area is in proportion to the ground', () => {
    const whole = growth('whole', '2017-07-01', '2019-07-01')
    expect(fullAreaM2(whole, ['gained'])).toBe(60_000)
    const svg = textOf(directionChart(whole, 'd'))
    // East: 48 000 of 60 000 m², so sqrt(0.8) of the radius of 88.
    expect(svg).toContain(`A${Math.round(88 * Math.sqrt(0.8) * 100) / 100} `)
    expect(svg).toContain('E: gained 4.80 ha (4.00–5.60 ha)')
    // 60 m in 730 days.
    expect(svg).toContain('E: 60.0 m (55.0 to 65.0), 0.0822 m/day')
  })

  it('gives each abrupt change a rose of its own', () => {
    const svg = textOf(eventRoses([growth('event', '2018-10-09', '2018-10-11')], 'r'))
    expect(svg).toContain('9–11 Oct 2018')
    expect(svg).toContain('gained 6.60 ha, lost 900 m²')
  })

  it('says what an advance is not', () => {
    const page = textOf(renderSections([directionSection(data)]))
    expect(page).toContain('not displacement of the ground')
    expect(page).toContain('upslope (retrogression)')
  })
})

describe('maps', () => {
  it('draws a panel per season with scale, north, coordinates and years', () => {
    const svg = textOf(seasonMap(reportMaps(), 1, 'm') as Markup)
    expect(svg).toContain('June–October')
    expect(svg).toContain('November–May')
    expect(svg).toContain('100 m')
    expect(svg).toContain('>442 400<')
    expect(svg).toContain('>3 423 000<')
    expect(svg).toContain('>2018<')
    expect(svg).toContain('>2016/17 &lt;img')
  })

  it('has nothing to draw for an object without a season', () => {
    expect(seasonMap(reportMaps(), 7, 'm')).toBeNull()
  })

  it('numbers the largest zones alone and sums up the rest', () => {
    const page = textOf(renderSections([zoneSection(data, reportMaps())]))
    expect(page.match(/class="zone-mark"/g)).toHaveLength(8)
    expect(page.match(/class="zone"/g)).toHaveLength(23)
    expect(page).toContain('15 more, none larger than 1 000 m², together 1.50 ha')
    expect(page.indexOf('17.10–20.90')).toBeLessThan(page.indexOf('1.98–2.42'))
    expect(page).toContain('at the crown, NW; 30.9300° N, 98.4000° E')
  })

  it('draws growth along the edge pale and lists it under its own heading, numbered on', () => {
    const page = (characters: readonly ('lobe' | 'fringe')[]): string => {
      const newZones = characters.map((character, i) => zone(i + 1, 5000 - i, { character }))
      const one = { ...found, newZones }
      const evolution = { ...data.evolution, objects: [one] }
      return textOf(renderSections([zoneSection({ ...data, evolution }, reportMaps())]))
    }
    const both = page(['fringe', 'lobe', 'fringe'])
    expect(both).toContain('<h2>New zones and growth along the edge</h2>')
    expect(both).toContain('1 new zone, and growth along the edge in 2 pieces')
    expect(both.match(/class="zone"[^>]*fill-opacity="0.22"/g)).toHaveLength(2)
    expect(both.match(/class="zone"[^>]*fill-opacity="0.75"/g)).toHaveLength(1)
    const edge = both.indexOf('<h3>Growth along the edge</h3>')
    expect(both.indexOf('<td class="number">1</td><td class="number">2</td>')).toBeLessThan(edge)
    expect(both.indexOf('<td class="number">2</td><td class="number">1</td>')).toBeGreaterThan(edge)
    const alone = page(['fringe'])
    expect(alone).toContain('<h2>Growth along the edge</h2>')
    expect(alone).not.toContain('New zones<')
    expect(page(['lobe'])).not.toMatch(/<h3>|rowth along the edge in/)
  })

  it('leaves no mark on another', () => {
    const marks = placeMarks(
      Array.from({ length: 8 }, () => [50, 50] as const),
      10,
      [0, 0, 200, 200],
    )
    for (const [i, a] of marks.entries()) {
      for (const b of marks.slice(i + 1)) {
        expect(Math.hypot(a.at[0] - b.at[0], a.at[1] - b.at[1])).toBeGreaterThanOrEqual(22)
      }
    }
  })

  it('finds a point inside a crescent, not in its hollow', () => {
    const crescent = [[0, 0, 40, 0, 40, 40, 0, 40, 0, 30, 30, 30, 30, 10, 0, 10, 0, 0]]
    const [x = 0, y = 0] = pointInside(crescent) ?? []
    expect(x > 30 || y < 10 || y > 30).toBe(true)
    expect(pointInside([])).toBeNull()
  })

  it('stands below its legend, however many rows that has', () => {
    const own = reportMaps()
    const maps = { ...own, ground: null, ends: [...own.ends, ...own.ends] }
    const narrow = { ...maps, window: { col: 50, row: 40, width: 100, height: 140 } }
    const zones = [
      zone(1, 3000),
      zone(2, 900, { event: 0 }),
      zone(3, 50, { status: 'closed' }),
      zone(4, 90, { character: 'fringe' }),
    ]
    const markup = textOf(zoneMap(narrow, zones, [], 1, 'narrow'))
    const rows = [...markup.matchAll(/<g transform="translate\([\d.]+ ([\d.]+)\)/g)].map(([, y]) =>
      Number(y),
    )
    const top = Number(/<svg x="[\d.]+" y="([\d.]+)"/.exec(markup)?.[1])
    expect(new Set(rows).size).toBeGreaterThan(1)
    expect(top).toBeGreaterThan(Math.max(...rows) + 12)
  })

  it('draws zones without an outline as nothing', () => {
    const maps = { ...reportMaps(), newZones: [] }
    expect(textOf(zoneMap(maps, found.newZones, found.newZones, 1, 'z'))).not.toContain('zone-mark')
  })

  it('runs from light to dark', () => {
    expect(rampColour(0)).toBe('#fdca26')
    expect(rampColour(1)).toBe('#0d0887')
  })
})

describe('series without the season, and inverse velocity', () => {
  it('draws the deseasoned areas', () => {
    expect(textOf(deseasonedChart(found.deseasoned, 'd'))).toContain('44.80 ha')
  })

  it('draws 1/rate in days per hectare and puts every warning in words', () => {
    const svg = textOf(
      inverseVelocityChart(found.inverseVelocity[0] as (typeof found.inverseVelocity)[number], 'i'),
    )
    // 1000 m² a day: 10 days per hectare.
    expect(svg).toContain('1 000.0 m²/day, inverse 10.0 days/ha')
    const page = textOf(renderSections([inverseVelocitySection(data)]))
    expect(page).toContain('Exploratory; no forecast.')
    expect(page).toContain('The line meets 0 before 9 October 2018.')
    expect(page).toContain('1 January 2019 to 1 July 2019 (0 rates)')
  })
})

describe('tables', () => {
  it('tell events, onsets and artefacts with their dates', () => {
    const page = textOf(renderSections([eventSection(data)]))
    expect(page).toContain('+14.18 to +19.49')
    expect(page).toContain('&lt; 0.001')
    expect(page).toContain('13 Aug – 2 Sep 2018')
    expect(page).toContain('−5 000 m²')
    expect(page).toContain('−9 000 to +16')
  })

  it('tell pieces and what joined them', () => {
    const page = textOf(renderSections([structureSection(data)]))
    expect(page).toContain('piece 2 merged into piece 1')
    expect(page).toContain('1 Jul 2018 – 1 Jul 2019')
  })
})
