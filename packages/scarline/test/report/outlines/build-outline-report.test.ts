import type { OutlineReportData } from '@scarline/core'
import { describe, expect, it } from 'vitest'
import { buildOutlineReport } from '../../../src/report/outlines/build-outline-report.ts'
import { groupsOf } from '../../../src/report/outlines/overview-groups.ts'
import { overviewWords } from '../../../src/report/outlines/overview-words.ts'
import { fullOutlines, outlineData } from './made-up-outlines.ts'

const textOf = (page: string): string =>
  page.replaceAll('\u00a0', ' ').replaceAll('\u202f', '').replaceAll(/\s+/g, ' ')

const built = (data: OutlineReportData): string => buildOutlineReport(data, 'Scarline 1.2.3')

describe('buildOutlineReport', () => {
  const many = built(
    outlineData([
      [40_000, 60_000, 90_000],
      [30_000, 30_100],
      [20_000, 10_000],
      [900],
      [8000, 9000],
      [7000, 8000],
      [6000, 7000],
    ]),
  )
  const one = built(fullOutlines())

  it('tells many objects on a map and in tables, and the largest in sections of their own', () => {
    const text = textOf(many)
    expect(text).toContain('7 objects were drawn on 3 dates from 1 July 2017 to 1 July 2019')
    expect(text).toContain('6 of them on more than one date and 1 only once')
    expect(text).toMatch(/5 grew and 1 shrank beyond digitising noise\./)
    expect(many).toContain('id="overview-map"')
    expect(many.match(/<h2>Object \d<\/h2>/g)).toEqual(
      [1, 2, 3, 5, 6].map((id) => `<h2>Object ${id}</h2>`),
    )
    expect(text).toContain('Objects 1, 2, 3, 5, 6 are told below')
    for (const id of [1, 2, 3, 5, 6]) {
      expect(many).toContain(`id="area-chart-${id}"`)
      expect(many).toContain(`id="outline-map-${id}"`)
    }
    const ids = [...many.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id)
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('tells a single object through sections as of a site', () => {
    const titles = [...one.matchAll(/<h2>([^<]*)<\/h2>/g)].map(([, title]) => title)
    expect(titles).toEqual([
      'Area over time',
      'Map: boundaries of all dates',
      'Events, onsets and phases',
      'Seasons',
      'Direction and advance of the boundary',
      'New zones',
      'Structure: fragments, merges, splits',
      'Inverse velocity (exploratory)',
      'How it was made',
      'Limits',
      'Data and references',
    ])
    expect(one).toContain('id="direction-chart-1"')
    expect(textOf(one)).toContain('abababababab')
    expect(textOf(one)).toContain('is an assumption')
  })

  it('leaves out what outlines do not have', () => {
    for (const page of [one, many]) {
      expect(page).not.toMatch(/Copernicus Sentinel|NDVI|[Ss]egmenter|filmstrip"|<img|<script/)
      expect(textOf(page)).not.toMatch(/last mask|the mask|on each frame|first frame|later frames/)
      expect(page).not.toMatch(/analysis\/\w+\.(?:csv|gpkg)/)
    }
    expect(textOf(one)).toContain('Zhou, M., Mei, G.')
  })

  it('asks for nothing from elsewhere and escapes whatever comes from files', () => {
    for (const page of [one, many]) {
      expect(page).toContain("default-src 'none'")
      expect(page).not.toMatch(/(?:src|href)="|@import|url\(|https?:/)
      expect(page).not.toContain('<img src=x')
      expect(page).not.toMatch(/NaN|Infinity|undefined/)
    }
    expect(one).toContain('<h1>&lt;img src=x onerror=alert(1)&gt; &amp; &quot;co&quot;</h1>')
  })

  it('numbers figures and tables in order and is equal for equal inputs', () => {
    for (const what of ['Figure', 'Table']) {
      const found = [...many.matchAll(new RegExp(`<b>${what} (\\d+)\\.</b>`, 'g'))]
      expect(found.map(([, k]) => Number(k))).toEqual(found.map((_, i) => i + 1))
      expect(found.length).toBeGreaterThan(5)
    }
    expect(built(fullOutlines())).toBe(one)
  })

  it('is whole for a single outline', () => {
    const page = built(outlineData([[5000]]))
    expect(page).not.toMatch(/NaN|Infinity|undefined/)
    expect(page).toContain('id="outline-map-1"')
    expect(page).not.toContain('id="area-chart-1"')
  })
})

it('lists a file with many dates in one line, and what was left out of it in another', () => {
  const data = outlineData([[5000, 6000, 7000]])
  for (const sheet of data.record.sheets) sheet.file = '/home/me/all.gpkg'
  const page = textOf(built(data))
  expect(page).toContain('2 dates, 2017-07-01 to 2019-07-01')
  expect(page.match(/all\.gpkg/g)).toHaveLength(2)
  expect(page).not.toContain('/home/me')
})

describe('overviewWords', () => {
  const wordsOf = (...series: number[][]): string[] => overviewWords(outlineData(series))

  it('says nothing that is not so of few objects', () => {
    expect(wordsOf([900], [800])).toEqual([
      '2 objects were drawn, all on 2017-07-01 and only then.',
    ])
    expect(wordsOf([900, 1900], [800])[0]).toBe(
      '2 objects were drawn on 2 dates from 2017-07-01 to 2018-07-01, 1 of them on more than one date and 1 only once.',
    )
    expect(wordsOf([900, 1900], [800, 900])[0]).toContain('all of them on more than one date')
  })

  it('tells abrupt changes, and that later outlines are wanted', () => {
    const data = outlineData([[900, 1900], [800]])
    const { events } = fullOutlines().evolution.objects[0] as never as OutlineEvents
    data.evolution.objects[1]?.events.push(...events.slice(1))
    expect(textOf(overviewWords(data).at(-1) ?? '')).toBe(
      'An abrupt and lasting change of the area stands out at object 2 (31 Oct – 3 Nov 2018, to be borne out by later outlines).',
    )
  })
})

type OutlineEvents = OutlineReportData['evolution']['objects'][number]

describe('groupsOf', () => {
  const at = (x: number, y: number): [number, number, number, number] => [x, y, x + 5, y + 5]

  it('finds groups far apart, and leaves alone what stands by itself', () => {
    const boxes = [at(0, 0), at(20, 0), at(500, 500), at(990, 990), at(970, 990), at(990, 970)]
    expect(groupsOf(boxes, { width: 1000, height: 1000 })).toEqual([
      [3, 4, 5],
      [0, 1],
    ])
  })

  it('finds none where the whole map shows them as large', () => {
    const boxes = [at(0, 0), at(110, 100), at(200, 220), at(320, 300), at(390, 390)]
    expect(groupsOf(boxes, { width: 400, height: 400 })).toEqual([])
    expect(groupsOf([at(0, 0)], { width: 10, height: 10 })).toEqual([])
  })
})
