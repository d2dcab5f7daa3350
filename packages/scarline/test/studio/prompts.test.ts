import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { addPrompts, createNdviSegmenter, openSiteFolder, readRaster, track } from '@scarline/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { drain } from '../../../core/test/runs/tracked-site.ts'
import { type Answer, type TestStudio, openStudio } from './harness.ts'
import { GRID, SCENES, inFolder, lngLatOf, madeSite, trackIt } from './made-site.ts'

let site: Awaited<ReturnType<typeof madeSite>>
let test: TestStudio
beforeEach(async () => {
  site = await madeSite()
  test = await openStudio({ dir: site.dir })
})
afterEach(async () => {
  await test[Symbol.asyncDispose]()
  await rm(site.dir, { recursive: true, force: true })
})

const BASE = '/sites/small'
const post = async (path: string, body: object, revision?: number): Promise<Answer> =>
  test.api(`${BASE}${path}`, {
    ...{ method: 'POST', body },
    ...(revision === undefined ? {} : { revision }),
  })
const detail = async (): Promise<Answer['body']> => (await test.api(BASE)).body
const revision = async (): Promise<number> => (await detail()).revision

/** 0/1 of a preview's runs. */
function maskOf({ rle }: { rle: { counts: number[] } }): number[] {
  return rle.counts.flatMap((count, index) => Array.from({ length: count }, () => index % 2))
}

async function stored(name: string): Promise<number[]> {
  const folder = await openSiteFolder(site.path, { lock: false })
  return [...(await readRaster(await folder.files.read(name), name)).data]
}

/** A square of whole pixels in the site's coordinates. */
function square(col: number, row: number, size: number): [number, number][][] {
  const [x, y] = [GRID.transform[2] + 2 * col, GRID.transform[5] - 2 * row]
  const side = 2 * size
  return [
    [
      [x, y],
      [x + side, y],
      [x + side, y - side],
      [x, y - side],
      [x, y],
    ],
  ]
}

const inside = { sceneId: SCENES[2], objectId: 1, positive: [lngLatOf(1, 6)] }

describe('a click', () => {
  it('is answered with the mask that a propagation would make, and nothing is written', async () => {
    const before = await readdir(site.path)
    const { status, body } = await post('/preview', inside)
    expect(status).toBe(200)
    expect(body).toMatchObject({ sceneId: SCENES[2], objectId: 1, fixedBy: null })
    expect(body.rle).toMatchObject({ width: 16, height: 12 })
    expect(maskOf(body).reduce((sum, value) => sum + value, 0) * 4).toBe(body.areaM2)
    expect((await readdir(site.path)).filter((name) => name !== '.cache')).toEqual(
      before.filter((name) => name !== '.cache'),
    )
    await inFolder(site.path, async (folder) => {
      await addPrompts(folder, { frame: '2', positive: [lngLatOf(1, 6)] })
      await drain(track(folder, { segmenter: createNdviSegmenter() }))
    })
    expect(maskOf(body)).toEqual(await stored('masks/0002_2020-03-15.tif'))
  })

  it('is written, answered, and can be taken back', async () => {
    const written = await post('/prompts', inside, await revision())
    expect(written.status).toBe(200)
    expect(written.body.preview.areaM2).toBeGreaterThan(0)
    const now = await detail()
    expect(now.revision).toBe(written.body.revision)
    expect(now.prompts).toMatchObject([{ kind: 'point', positive: true, sceneId: SCENES[2] }])
    expect(now.unanswered).toEqual([{ sceneId: SCENES[2], objectId: 1 }])
    expect(now.history.undoWords).toEqual({
      ...{ kind: 'positive-added', count: 1, sceneId: SCENES[2], objectId: 1 },
    })
    const empty = await post('/preview', { sceneId: SCENES[2], objectId: 1 })
    expect(empty.body).toEqual(written.body.preview)
    const undone = await post('/undo', {}, now.revision)
    expect(undone.body.words.kind).toBe('positive-added')
    expect((await detail()).prompts).toEqual([])
    await post('/redo', {}, undone.body.revision)
    expect((await detail()).prompts).toEqual(now.prompts)
  })

  it('is refused where it lies outside, says nothing, or comes from an old look', async () => {
    const far = { ...inside, positive: [[10, 50]] }
    expect((await post('/preview', far)).status).toBe(422)
    expect((await post('/prompts', far, await revision())).status).toBe(422)
    const nothing = { sceneId: SCENES[2], objectId: 1 }
    expect((await post('/prompts', nothing, await revision())).status).toBe(400)
    expect((await post('/prompts', inside, (await revision()) - 1)).status).toBe(409)
    expect((await post('/prompts', { ...inside, objectId: 0 }, await revision())).status).toBe(400)
    expect((await post('/preview', { ...inside, sceneId: 'none' })).status).toBe(404)
    expect((await detail()).prompts).toEqual([])
  })

  it('may be a box, or against an object', async () => {
    const [west, south] = lngLatOf(0, 11)
    const [east, north] = lngLatOf(7, 0)
    const box = { sceneId: SCENES[3], objectId: 2, bboxLngLat: [west, south, east, north] }
    const { body } = await post('/prompts', box, await revision())
    expect(body.preview.areaM2).toBeGreaterThan(0)
    const against = { sceneId: SCENES[3], objectId: 2, negative: [lngLatOf(2, 6)] }
    const less = await post('/preview', against)
    expect(maskOf(less.body)[6 * 16 + 2]).toBe(0)
  })
})

describe('painted ground', () => {
  it('is added to what the frame shows and taken from it; the last drawing counts', async () => {
    const brush = { kind: 'brush', rings: square(12, 2, 3), add: true }
    const first = await post('/prompts', inside, await revision())
    const added = await post(
      ...(['/prompts', { ...inside, positive: [], region: brush }] as const),
      first.body.revision,
    )
    expect(added.body.preview).toMatchObject({ fixedBy: 'drawing', confidence: null })
    expect(added.body.preview.areaM2).toBe(first.body.preview.areaM2 + 4 * 9)
    const taken = await post(
      '/prompts',
      {
        ...{ sceneId: SCENES[2], objectId: 1 },
        region: { kind: 'lasso', rings: square(12, 2, 2), add: false },
      },
      added.body.revision,
    )
    expect(taken.body.preview.areaM2).toBe(added.body.preview.areaM2 - 4 * 4)
    const { prompts } = await detail()
    const drawn = prompts.filter(({ kind }: { kind: string }) => kind === 'mask')
    expect(drawn).toHaveLength(1)
    expect(await stored(drawn[0].file)).toEqual(maskOf(taken.body.preview))
    const shown = await post('/preview', { sceneId: SCENES[2], objectId: 1 })
    expect(shown.body.rle).toEqual(taken.body.preview.rle)
    // The drawing before comes back with its file.
    await post('/undo', {}, taken.body.revision)
    const before = await post('/preview', { sceneId: SCENES[2], objectId: 1 })
    expect(before.body.rle).toEqual(added.body.preview.rle)
  })

  it('goes onto the propagated mask where that answers the prompts', async () => {
    await trackIt(site.path)
    const brush = { kind: 'brush', rings: square(12, 2, 3), add: true }
    const { body } = await post('/preview', { sceneId: SCENES[4], objectId: 1, region: brush })
    const mask = await stored('masks/0004_2020-05-15.tif')
    const painted = mask.map((value, i) => {
      const [col, row] = [i % 16, Math.floor(i / 16)]
      return col >= 12 && col < 15 && row >= 2 && row < 5 ? 1 : value
    })
    expect(maskOf(body)).toEqual(painted)
  })
})

describe('taking prompts away', () => {
  it('goes by one or by frame and object', async () => {
    const two = { ...inside, positive: [lngLatOf(1, 6), lngLatOf(2, 6)] }
    const { body } = await post('/prompts', two, await revision())
    const [first] = (await detail()).prompts
    const path = `${BASE}/prompts`
    const one = await test.api(path, {
      ...{ method: 'DELETE', body: { promptId: first.id }, revision: body.revision },
    })
    expect((await detail()).prompts).toHaveLength(1)
    const all = await test.api(path, {
      ...{ method: 'DELETE', body: { sceneId: SCENES[2], objectId: 1 } },
      revision: one.body.revision,
    })
    expect((await detail()).prompts).toEqual([])
    const none = await test.api(path, {
      ...{ method: 'DELETE', body: { promptId: first.id }, revision: all.body.revision },
    })
    expect(none.status).toBe(404)
    await post('/undo', {}, all.body.revision)
    await post('/undo', {}, await revision())
    expect((await detail()).prompts[0]).toEqual(first)
  })
})

describe('the warm engine', () => {
  it('is made ready when a page says so, and leaves what it prepared', async () => {
    expect((await test.api(`${BASE}/live`)).body).toEqual({ state: 'cold', done: 0, total: 0 })
    await post('/live', {})
    await expect
      .poll(async () => (await test.api(`${BASE}/live`)).body.state, { timeout: 10_000 })
      .toBe('ready')
    await post('/preview', inside)
    const names = await readdir(join(site.path, '.cache'))
    expect(names).toContain('prepared')
  })

  it('begins anew for other frames', async () => {
    await post('/preview', inside)
    await inFolder(site.path, async (folder) => {
      const list = await folder.readFrames()
      for (const frame of list.frames) frame.inputHash = `other-${frame.index}`
      await folder.writeFrames(list)
    })
    expect((await post('/preview', inside)).status).toBe(200)
    const prepared = await readdir(join(site.path, '.cache/prepared'))
    expect(prepared).toHaveLength(1)
  })
})
