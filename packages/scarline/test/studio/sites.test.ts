import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { encodeCog, openSiteFolder, setScenesKept } from '@scarline/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { monthly, sceneSite } from '../../../core/test/runs/scene-site.ts'
import { makeTrackedSite, rectangle, siteGrid } from '../../../core/test/runs/tracked-site.ts'
import { type TestStudio, openStudio } from './harness.ts'

let test: TestStudio

/** About 5 km² in the mountains. */
const SLOPE = {
  type: 'Polygon',
  coordinates: [
    [
      [98.69, 31.07],
      [98.71, 31.07],
      [98.71, 31.09],
      [98.69, 31.09],
      [98.69, 31.07],
    ],
  ],
}
const DAYS = { from: '2017-01-01', to: '2020-12-31' }

beforeAll(async () => {
  test = await openStudio()
})
afterAll(() => test[Symbol.asyncDispose]())

function form(
  fields: Record<string, string>,
  files: [string, string | Uint8Array, string][],
): FormData {
  const data = new FormData()
  for (const [name, value] of Object.entries(fields)) data.append(name, value)
  for (const [field, content, name] of files) {
    data.append(field, new Blob([content as string]), name)
  }
  return data
}

async function errorOf(
  answer: Promise<{ status: number; body: { error: Record<string, string> } }>,
) {
  const { status, body } = await answer
  return { status, ...body.error } as {
    status: number
    code: string
    message: string
    hint: string
  }
}

describe('the session', () => {
  it('tells the version, the engines and the archives', async () => {
    const { status, body } = await test.api('/session')
    expect(status).toBe(200)
    expect(body).toMatchObject({ version: '0.0.0', canShutDown: true, canCreate: true })
    expect(body.segmenters).toEqual([expect.objectContaining({ id: 'ndvi', ready: true })])
    expect(body.providers.map(({ id }: { id: string }) => id)).toContain('earth-search')
  })
})

describe('a new site', () => {
  it('is made from a polygon that was drawn', async () => {
    const body = { name: 'Baige, 白格 (upper)', aoi: SLOPE, ...DAYS, pixelSizeM: 5 }
    const made = await test.api('/sites', { method: 'POST', body })
    expect(made.status).toBe(201)
    expect(made.body).toEqual({ id: 'Baige-白格-upper', job: null })
    const { body: detail } = await test.api(`/sites/${encodeURIComponent(made.body.id)}`)
    expect(detail).toMatchObject({
      site: { name: 'Baige, 白格 (upper)', from: '2017-01-01', aoi: SLOPE },
      stage: 'new',
      sceneCounts: { total: 0, kept: 0, rejected: 0, failed: 0 },
      ...{ frames: null, prompts: [], track: null, objects: [], reviewQueue: [], jobs: [] },
      analysis: false,
    })
    expect(detail.site.grid.transform[0]).toBe(5)
  })

  it('is made from a box, beside one of the same name', async () => {
    const body = { name: 'twin', bboxLngLat: [98.69, 31.07, 98.71, 31.09], ...DAYS }
    expect((await test.api('/sites', { method: 'POST', body })).body.id).toBe('twin')
    expect((await test.api('/sites', { method: 'POST', body })).body.id).toBe('twin-2')
  })

  it('is made from a file of any vector format, which is not kept', async () => {
    const kml = `<?xml version="1.0"?><kml xmlns="http://www.opengis.net/kml/2.2"><Placemark><Polygon>
      <outerBoundaryIs><LinearRing><coordinates>98.69,31.07 98.71,31.07 98.71,31.09 98.69,31.07
      </coordinates></LinearRing></outerBoundaryIs></Polygon></Placemark></kml>`
    const files: [string, string, string][] = [
      ['slope.kml', kml, 'from-kml'],
      ['slope.geojson', JSON.stringify(SLOPE), 'from-geojson'],
    ]
    for (const [file, content, name] of files) {
      const made = await test.send('/sites', form({ name, ...DAYS }, [['aoi', content, file]]))
      expect(made.body).toEqual({ id: name, job: null })
      const { aoi } = JSON.parse(await readFile(join(test.dir, name, 'site.json'), 'utf8'))
      expect(aoi.coordinates[0]).toContainEqual([98.71, 31.09])
    }
    expect(await readdir(test.dir)).not.toContain('.scarline-uploads')
  })

  it('says in words what is wrong with a file', async () => {
    const text = await errorOf(
      test.send(
        '/sites',
        form({ name: 'text', ...DAYS }, [['aoi', 'dear diary', 'notes.geojson']]),
      ),
    )
    expect(text.status).toBe(422)
    expect(text.message).toContain('notes.geojson')
    expect(text.message).not.toContain(test.dir)
    expect(text.message + text.hint).not.toContain('.scarline-uploads')
    const point = JSON.stringify({ type: 'Point', coordinates: [98.7, 31.08] })
    const noPolygon = await errorOf(
      test.send('/sites', form({ name: 'point', ...DAYS }, [['aoi', point, 'a.geojson']])),
    )
    expect(noPolygon.status).toBe(422)
    expect(noPolygon.message).toContain('expected polygons')
  })

  it('says in words what is wrong with an area', async () => {
    const post = (body: unknown): ReturnType<typeof errorOf> =>
      errorOf(test.api('/sites', { method: 'POST', body }))
    const huge = await post({ name: 'huge', bboxLngLat: [98, 31, 99.2, 32.2], ...DAYS })
    expect(huge).toMatchObject({ status: 400, code: 'usage' })
    expect(huge.message).toMatch(/has 15,\d+ km², expected at most 10,000/)
    expect(await post({ name: 'none', ...DAYS })).toMatchObject({
      message: 'got no area of interest',
      hint: 'Draw the area, or drop a file of it.',
    })
    const line = { type: 'LineString', coordinates: [] }
    expect((await post({ name: 'line', aoi: line, ...DAYS })).message).toContain('LineString')
    const late = { name: 'late', aoi: SLOPE, from: '2020-01-01', to: '2019-01-01' }
    expect((await post(late)).message).toBe(
      'the first day 2020-01-01 is after the last day 2019-01-01',
    )
    const blank = await post({ name: '  ', aoi: SLOPE, ...DAYS })
    expect(blank.message).toBe('the request is not as expected at name: expected a name')
    expect((await post({ name: 'a', aoi: SLOPE, ...DAYS, dir: '/etc' })).status).toBe(400)
    expect((await test.api('/sites')).body.map(({ id }: { id: string }) => id)).not.toContain(
      'huge',
    )
  })

  it('searches archives of the web, never paths of this machine', async () => {
    for (const stac of ['/etc/passwd', 'file:///etc/passwd', 'items.json', '../items.json']) {
      const body = { name: 'path', aoi: SLOPE, ...DAYS, stac }
      const error = await errorOf(test.api('/sites', { method: 'POST', body }))
      expect(error).toMatchObject({ status: 400, code: 'usage' })
      expect(error.message).toContain('expected an https address or earth-search')
    }
  })

  it('refuses bodies that are no JSON, and forms that are damaged', async () => {
    const post = async (body: string, type: string): Promise<{ status: number; text: string }> => {
      const answer = await fetch(`${test.base}/api/sites`, {
        ...{ method: 'POST', body },
        headers: { cookie: test.cookie, 'x-scarline': '1', 'content-type': type },
      })
      return { status: answer.status, text: await answer.text() }
    }
    expect((await post('{', 'application/json')).status).toBe(400)
    expect((await post('hello', 'multipart/form-data')).text).toContain('multipart/form-data')
    const cut = '--x\r\ncontent-disposition: form-data; name="aoi"; filename="a.kml"\r\n\r\nabc'
    expect(await post(cut, 'multipart/form-data; boundary=x')).toMatchObject({ status: 400 })
    expect(await readdir(test.dir)).not.toContain('.scarline-uploads')
  })

  it('is made from rasters that were dropped, in the folders that they lay in', async () => {
    const grid = { ...siteGrid, width: 100, height: 100 }
    const bare = Float32Array.from({ length: 10_000 }, (_, i) => (i % 100 < 30 ? 0.05 : 0.6))
    const tif = await encodeCog({ grid, data: bare }, { nodata: -1 })
    const made = await test.send(
      '/sites',
      form({ name: 'rasters' }, [
        ['files', tif, 'dropped/2019/NDVI_2019-06-01.tif'],
        ['files', tif, 'dropped/2020/NDVI_2020-06-01.tif'],
        ['files', 'hello', 'dropped/readme.txt'],
      ]),
    )
    expect(made.status).toBe(201)
    expect(made.body.id).toBe('rasters')
    expect(made.body.job).toMatchObject({ kind: 'import', options: {} })
    const tab = await test.listen('rasters', 0)
    await tab.until(({ type }) => type === 'done' || type === 'error')
    tab.stop()
    const { body } = await test.api('/sites/rasters')
    expect(body).toMatchObject({ stage: 'acquired', sceneCounts: { total: 2 } })
    expect(body.site).toMatchObject({ from: '2019-06-01', to: '2020-06-01' })
    expect(await readdir(test.dir)).not.toContain('.scarline-uploads')
  })

  it('lets no file name of an upload leave its folder', async () => {
    for (const name of [
      '../../evil.tif',
      '/etc/evil.tif',
      'a/../../evil.tif',
      'a\\..\\..\\evil.tif',
    ]) {
      const error = await errorOf(test.send('/sites', form({ name: 'x' }, [['files', 'x', name]])))
      expect(error, name).toMatchObject({ status: 400, code: 'usage' })
      expect(error.message).toContain('expected a plain one')
    }
    expect(await readdir(join(test.dir, '..'))).toEqual(['page', 'sites'])
  })

  it('is not made in a directory that is itself a site', async () => {
    await using one = await openStudio({ dir: join(test.dir, 'twin') })
    expect((await one.api('/session')).body.canCreate).toBe(false)
    expect((await one.api('/sites')).body.map(({ id }: { id: string }) => id)).toEqual(['twin'])
    const body = { name: 'inner', aoi: SLOPE, ...DAYS }
    const error = await errorOf(one.api('/sites', { method: 'POST', body }))
    expect(error.message).toContain('is itself a site')
    expect((await one.api('/sites/twin-2')).status).toBe(404)
  })
})

describe('the list of sites', () => {
  it('has dates, the area of all objects, the stage and a picture', async () => {
    const made = await makeTrackedSite([
      { day: '2018-01-01', masks: { 1: rectangle(5, 5, 10, 10), 2: rectangle(40, 5, 5, 5) } },
      { day: '2019-01-01', masks: { 1: rectangle(5, 5, 10, 20) } },
    ])
    try {
      await using tracked = await openStudio({ dir: join(made.dir, '..') })
      await writeFile(join(made.dir, '..', 'a file'), '')
      const broken = join(made.dir, '..', 'broken')
      await mkdir(broken)
      await writeFile(join(broken, 'site.json'), '{"formatVersion": 1}')
      const { body } = await tracked.api('/sites')
      expect(body).toHaveLength(2)
      expect(body[0]).toMatchObject({ id: 'broken', error: { code: 'corrupt-file' } })
      expect(body[1]).toMatchObject({
        ...{ id: 'site', name: 'made up', frames: 2, stage: 'tracked', error: null },
        lastAt: '2019-01-01T04:12:00Z',
        area: [
          ['2018-01-01T04:12:00Z', 500],
          ['2019-01-01T04:12:00Z', 800],
        ],
        thumbnail: '/api/sites/site/frames/S2A_20190101/picture.webp?edge=320&v=i',
      })
      const detail = (await tracked.api('/sites/site')).body
      expect(detail.objects).toEqual([
        { id: 1, prompts: 0, masks: 2, locked: 0, lastAreaM2: 800 },
        { id: 2, prompts: 0, masks: 1, locked: 0, lastAreaM2: 100 },
      ])
      expect(detail.reviewQueue[0]).toMatchObject({ objectId: 1, score: 0.9 })
      expect(detail.revision).toBeGreaterThan(0)
    } finally {
      await made.dispose()
    }
  })
})

describe('the contact sheet', () => {
  it('shows scenes with their pictures, and keeps and rejects them', async () => {
    const dir = join(test.dir, 'meadow')
    await (
      await sceneSite(
        dir,
        monthly(3).map((one) => ({ ...one, colour: true })),
      )
    ).close()
    const { body: scenes } = await test.api('/sites/meadow/scenes')
    expect(scenes).toHaveLength(3)
    expect(scenes[0]).toMatchObject({ id: 'S2A_20200115', status: 'read' })
    const picture = await fetch(test.base + scenes[0].thumbnail, {
      headers: { cookie: test.cookie },
    })
    expect(picture.status).toBe(200)
    expect(picture.headers.get('content-type')).toBe('image/webp')
    expect(picture.headers.get('cache-control')).toContain('immutable')
    const bytes = Buffer.from(await picture.arrayBuffer())
    expect(bytes.subarray(8, 12).toString('latin1')).toBe('WEBP')
    const again = await fetch(test.base + scenes[0].thumbnail, {
      headers: { cookie: test.cookie, 'if-none-match': picture.headers.get('etag') ?? '' },
    })
    expect(again.status).toBe(304)
    expect((await test.api('/sites/meadow/scenes/S2A_19990101/picture.webp')).status).toBe(404)

    const { revision } = (await test.api('/sites/meadow')).body
    const body = { keep: ['S2A_20200115'], reject: ['S2A_20200215'] }
    const chosen = await test.api('/sites/meadow/scenes', { method: 'POST', body, revision })
    expect(chosen.status).toBe(200)
    expect(chosen.body.revision).toBeGreaterThan(revision)
    const now = (await test.api('/sites/meadow/scenes')).body
    expect(
      now.map(({ kept, decidedBy }: { kept: boolean; decidedBy: string }) => [kept, decidedBy]),
    ).toEqual([
      [true, 'user'],
      [false, 'user'],
      [false, 'rule'],
    ])
    const unknown = await errorOf(
      test.api('/sites/meadow/scenes', {
        ...{ method: 'POST', body: { keep: ['nothing'] }, revision: chosen.body.revision },
      }),
    )
    expect(unknown).toMatchObject({ status: 400, message: 'there is no scene nothing' })
  })

  it('does not let two tabs overwrite each other', async () => {
    const first = (await test.api('/sites/meadow')).body.revision
    const tab = await test.listen('meadow')
    const choose = (revision: number, body: unknown): ReturnType<TestStudio['api']> =>
      test.api('/sites/meadow/scenes', { method: 'POST', body, revision })
    const won = await choose(first, { reject: ['S2A_20200115'] })
    expect(won.status).toBe(200)
    const lost = await choose(first, { keep: ['S2A_20200115'] })
    expect(lost.status).toBe(409)
    expect(lost.body).toMatchObject({ error: { code: 'stale' }, revision: won.body.revision })
    const told = await tab.until(({ type }) => type === 'changed')
    expect(told).toMatchObject({ revision: won.body.revision, missed: false })
    tab.stop()
    expect((await choose(won.body.revision, { keep: ['S2A_20200115'] })).status).toBe(200)
    const missing = await test.api('/sites/meadow/scenes', { method: 'POST', body: {} })
    expect(missing.status).toBe(400)
    expect(missing.body.error.message).toContain('x-revision')
  })

  it('sees what the command line wrote meanwhile, and waits for one that is at work', async () => {
    const { revision } = (await test.api('/sites/meadow')).body
    const tab = await test.listen('meadow')
    const folder = await openSiteFolder(join(test.dir, 'meadow'))
    const body = { keep: ['S2A_20200115'] }
    const choose = (): ReturnType<TestStudio['api']> =>
      test.api('/sites/meadow/scenes', { method: 'POST', body, revision })
    const locked = await choose()
    expect(locked.status).toBe(409)
    expect(locked.body.error.code).toBe('site-locked')
    await setScenesKept(folder, { keep: [], reject: ['S2A_20200315'] })
    await folder.close()
    const told = await tab.until(({ type }) => type === 'changed')
    tab.stop()
    const stale = await choose()
    expect(stale.status).toBe(409)
    expect(stale.body.revision).toBe((told as { revision: number }).revision)
  })
})
