import { afterEach, describe, expect, it } from 'vitest'
import { analysisSummarySchema } from '../../src/analysis/summary.ts'
import { readVector } from '../../src/gdal/read-vector.ts'
import { analyse } from '../../src/runs/analyse.ts'
import { ANALYSIS_FILES } from '../../src/runs/analysis-files.ts'
import { type MadeFrame, drain, makeTrackedSite, rectangle } from './tracked-site.ts'

const cleanUp: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const dispose of cleanUp.splice(0)) await dispose()
})

async function site(
  frames: readonly MadeFrame[],
): Promise<Awaited<ReturnType<typeof makeTrackedSite>>> {
  const made = await makeTrackedSite(frames)
  cleanUp.push(made.dispose)
  return made
}

const small = rectangle(20, 20, 10, 10)
const large = rectangle(20, 20, 20, 10)

describe('analyse', () => {
  it('writes areas, seasons, fragments and dated boundaries', async () => {
    const { folder } = await site([
      { day: '2017-07-01', masks: { 1: small } },
      { day: '2017-12-01', masks: { 1: small, 2: rectangle(2, 2, 6, 6) } },
      { day: '2018-07-01', masks: { 1: large, 2: rectangle(2, 2, 6, 6) } },
    ])
    const { events, summary } = await drain(analyse(folder))
    expect(events.map(({ type }) => type)).toEqual([
      'started',
      ...Array(5).fill('progress'),
      'done',
    ])
    expect(summary.objects[0]).toMatchObject({
      objectId: 1,
      firstM2: 400,
      lastM2: 800,
      changeM2: 400,
      changeFraction: 1,
      largestAt: '2018-07-01T04:12:00Z',
    })
    const text = async (name: string): Promise<string> =>
      new TextDecoder().decode(await folder.files.read(name))
    const [head = '', ...rows] = (await text('analysis/area.csv')).trim().split('\n')
    const table = rows.map((row) => {
      const cells = row.split(',')
      return Object.fromEntries(head.split(',').map((name, i) => [name, cells[i]]))
    })
    expect(table).toHaveLength(5)
    expect(table[2]).toMatchObject({
      frame: '2',
      object: '1',
      area_m2: '800',
      gained_m2: '400',
      lost_m2: '0',
      valid_inside: '1',
      fragments: '1',
    })
    expect(Number(table[2]?.['area_ellipsoid_m2'])).toBeCloseTo(800 / 0.9996 ** 2, 0)
    expect(await text('analysis/seasons.csv')).toContain('Jun-Oct 2018,2018,1,')
    expect(await text('analysis/components.csv')).toMatch(/\n2,[^\n]*,continued,1,1\n/)
    const written = analysisSummarySchema.parse(JSON.parse(await text('analysis/summary.json')))
    expect(written.objects[0]?.sameSeasonPairs).toMatchObject([{ changeM2: 400, years: 1 }])

    const bytes = await folder.files.read('analysis/boundaries.gpkg')
    const { features, layers } = await readVector({ name: 'b.gpkg', bytes }, { epsg: 32647 })
    expect(layers).toEqual(['boundaries', 'seasons'])
    const dated = features.filter(({ layer }) => layer === 'boundaries')
    const spans = dated.map(({ properties: p }) =>
      [p['object'], p['valid_from'], p['valid_to']].map((v) =>
        String(v).slice(0, 10).replaceAll('/', '-'),
      ),
    )
    expect(spans).toEqual([
      ['1', '2017-07-01', '2017-12-01'],
      ['1', '2017-12-01', '2018-07-01'],
      ['1', '2018-07-01', 'null'],
      ['2', '2017-12-01', '2018-07-01'],
      ['2', '2018-07-01', 'null'],
    ])
  })

  it('takes no change under cloud for change, and bounds it by the sights around', async () => {
    const cloud = rectangle(30, 0, 30, 50)
    const { folder } = await site([
      { day: '2017-07-01', masks: { 1: small } },
      { day: '2017-07-11', masks: { 1: large }, cloud },
      { day: '2017-07-21', masks: { 1: large } },
    ])
    await drain(analyse(folder))
    const summary = analysisSummarySchema.parse(
      JSON.parse(new TextDecoder().decode(await folder.files.read('analysis/summary.json'))),
    )
    const [, hidden, seen] = summary.objects[0]?.areas ?? []
    expect(hidden).toMatchObject({ areaM2: 800, hiddenM2: 400, validInside: 0.5, gainedM2: 0 })
    expect(hidden?.uncertainty.hidden).toEqual([400, 0])
    expect(seen).toMatchObject({ gainedM2: 400, hiddenM2: 0 })
  })

  it('gives the same bytes when it is run again', async () => {
    const { folder } = await site([
      { day: '2017-07-01', masks: { 1: small } },
      { day: '2017-12-01', masks: { 1: large } },
    ])
    const read = (): Promise<Uint8Array[]> =>
      Promise.all(Object.values(ANALYSIS_FILES).map((name) => folder.files.read(name)))
    const { summary } = await drain(analyse(folder))
    expect(summary.files).toEqual(Object.values(ANALYSIS_FILES))
    const first = await read()
    await drain(analyse(folder))
    for (const [i, bytes] of (await read()).entries()) {
      expect(Buffer.compare(bytes, first[i] ?? new Uint8Array())).toBe(0)
    }
  })

  it('stops when it is told to', async () => {
    const { folder } = await site([{ day: '2017-07-01', masks: { 1: small } }])
    const signal = AbortSignal.abort(new Error('enough'))
    await expect(drain(analyse(folder, { signal }))).rejects.toThrow('enough')
    expect(await folder.files.exists('analysis/area.csv')).toBe(false)
  })

  it('asks for a track first', async () => {
    const { folder } = await site([])
    await expect(drain(analyse(folder))).rejects.toMatchObject({ code: 'missing-step' })
  })
})
