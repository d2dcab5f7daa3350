import { readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Scene, addPrompts, createNdviSegmenter, openSiteFolder, track } from '@scarline/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { drain } from '../../../core/test/runs/tracked-site.ts'
import { createStudioHistory } from '../../src/server/studio/history.ts'
import { type Answer, type TestStudio, openStudio } from './harness.ts'
import { SCENES, inFolder, lngLatOf, madeSite, trackIt } from './made-site.ts'

let site: Awaited<ReturnType<typeof madeSite>>
let test: TestStudio
beforeEach(async () => {
  site = await madeSite()
  await trackIt(site.path)
  test = await openStudio({ dir: site.dir })
})
afterEach(async () => {
  await test[Symbol.asyncDispose]()
  await rm(site.dir, { recursive: true, force: true })
})

const post = async (path: string, body: object = {}): Promise<Answer> => {
  const { revision } = (await test.api('/sites/small')).body
  return test.api(`/sites/small${path}`, { method: 'POST', body, revision })
}
const locked = async (): Promise<string[]> =>
  (await test.api('/sites/small')).body.track.frames
    .filter((mask: { locked: boolean }) => mask.locked)
    .map(({ sceneId }: { sceneId: string }) => sceneId)
const propagate = (): Promise<unknown> =>
  inFolder(site.path, (folder) => drain(track(folder, { segmenter: createNdviSegmenter() })))
const bytes = (name: string): Promise<Buffer> => readFile(join(site.path, name))

describe('accepting masks', () => {
  it('locks and unlocks, and both can be taken back', async () => {
    expect((await post('/lock', { sceneIds: [SCENES[1], SCENES[2]], locked: true })).status).toBe(
      200,
    )
    expect(await locked()).toEqual([SCENES[1], SCENES[2]])
    await post('/lock', { sceneIds: [SCENES[2]], locked: false, objectId: 1 })
    expect(await locked()).toEqual([SCENES[1]])
    expect((await post('/undo')).body.words).toEqual({ kind: 'unlocked', count: 1 })
    expect((await locked()).sort()).toEqual([SCENES[1], SCENES[2]])
    await post('/undo')
    expect(await locked()).toEqual([])
    await post('/redo')
    expect((await locked()).sort()).toEqual([SCENES[1], SCENES[2]])
  })

  it('brings the accepted mask itself back, whatever a propagation has made of it', async () => {
    const file = 'masks/0003_2020-04-15.tif'
    await post('/lock', { sceneIds: [SCENES[3]], locked: true })
    const accepted = await bytes(file)
    await post('/lock', { sceneIds: [SCENES[3]], locked: false })
    await inFolder(site.path, (folder) => {
      const mask = new Uint8Array(192).fill(1)
      return addPrompts(folder, { frame: '3', mask })
    })
    await propagate()
    expect((await bytes(file)).equals(accepted)).toBe(false)
    await post('/undo')
    expect((await bytes(file)).equals(accepted)).toBe(true)
    expect(await locked()).toEqual([SCENES[3]])
  })

  it('is refused where a mask does not answer its prompts yet, or is not there', async () => {
    await post('/prompts', { sceneId: SCENES[3], objectId: 1, positive: [lngLatOf(2, 6)] })
    const early = await post('/lock', { sceneIds: [SCENES[3]], locked: true })
    expect([early.status, early.body.error.code]).toEqual([409, 'missing-step'])
    const none = await post('/lock', { sceneIds: [SCENES[2]], locked: true, objectId: 7 })
    expect(none.status).toBe(400)
  })

  it('keeps prompts away from an accepted mask', async () => {
    await post('/lock', { sceneIds: [SCENES[3]], locked: true })
    const click = { sceneId: SCENES[3], objectId: 1, positive: [lngLatOf(2, 6)] }
    expect((await post('/prompts', click)).status).toBe(400)
    const { body } = await post('/preview', { sceneId: SCENES[3], objectId: 1 })
    expect(body.fixedBy).toBe('lock')
  })
})

describe('the history', () => {
  it('lasts longer than the studio, and forgets what was taken back when something else is done', async () => {
    await post('/lock', { sceneIds: [SCENES[1]], locked: true })
    await post('/lock', { sceneIds: [SCENES[2]], locked: true })
    await post('/undo')
    await test[Symbol.asyncDispose]()
    test = await openStudio({ dir: site.dir })
    const { history } = (await test.api('/sites/small')).body
    expect(history).toEqual({
      ...{ canUndo: true, canRedo: true },
      ...{ undoWords: { kind: 'locked', count: 1 }, redoWords: { kind: 'locked', count: 1 } },
    })
    const kept = await readdir(join(site.path, 'studio/masks'))
    await post('/lock', { sceneIds: [SCENES[4]], locked: true })
    expect((await test.api('/sites/small')).body.history.canRedo).toBe(false)
    // Of three locks, one was forgotten with the files that it kept.
    expect(await readdir(join(site.path, 'studio/masks'))).toHaveLength(kept.length)
    expect((await post('/redo')).status).toBe(400)
  })

  it('has an end', async () => {
    const { status, body } = await post('/undo')
    expect([status, body.error.message]).toEqual([400, 'there is nothing to undo'])
  })

  it('remembers no step that changed nothing', async () => {
    await post('/lock', { sceneIds: [SCENES[1]], locked: false })
    expect((await test.api('/sites/small')).body.history.canUndo).toBe(false)
  })

  it('takes choices of scenes back', async () => {
    const history = createStudioHistory(() => 0)
    const scene: Scene = {
      ...{ id: SCENES[0] ?? '', platform: 'S2A', capturedAt: '2020-01-15T00:00:00Z' },
      ...{ status: 'read', kept: true, decidedBy: 'rule', reason: null, validFraction: 1 },
      ...{ validityFractions: {}, flags: [], offset: null, shift: null, parts: [] },
      ...{ supersededItemIds: [], sunElevationDeg: 40 },
    }
    const rejected: Scene = { ...scene, kept: false, decidedBy: 'user', reason: 'by hand' }
    await inFolder(site.path, async (folder) => {
      await folder.writeScenes([scene])
      await history.record(
        folder,
        { words: { kind: 'scenes-rejected', count: 1 }, touches: 'scenes' },
        () => folder.writeScenes([rejected]),
      )
      expect(await history.touches(folder, 'undo')).toBe('scenes')
      await history.step(folder, 'undo')
      expect((await folder.readScenes())[0]).toMatchObject({ kept: true, decidedBy: 'rule' })
    })
  })

  it('that is damaged says what to do, and a newer one is left alone', async () => {
    await post('/lock', { sceneIds: [SCENES[1]], locked: true })
    const file = join(site.path, 'studio/history.json')
    const folder = await openSiteFolder(site.path, { lock: false })
    await writeFile(file, '{"formatVersion":1,"steps":[{}],"done":1}')
    await expect(createStudioHistory().state(folder)).rejects.toMatchObject({
      code: 'corrupt-file',
    })
    await writeFile(file, '{"formatVersion":2}')
    await expect(createStudioHistory().state(folder)).rejects.toMatchObject({
      code: 'site-version',
    })
  })
})

describe('changes', () => {
  it('are what the last propagation did to masks that were there', async () => {
    expect((await test.api('/sites/small/changes')).body).toEqual([])
    await inFolder(site.path, (folder) => {
      const mask = new Uint8Array(192)
      for (let i = 0; i < 192; i++) if (i % 16 < 9) mask[i] = 1
      return addPrompts(folder, { frame: '2', mask })
    })
    await propagate()
    const { body } = await test.api('/sites/small/changes')
    const row = body.find(({ sceneId }: { sceneId: string }) => sceneId === SCENES[2])
    expect(row).toMatchObject({ objectId: 1, afterM2: 9 * 12 * 4 })
    expect(row.afterM2 - row.beforeM2).toBe(row.gainedM2 - row.lostM2)
  })
})
