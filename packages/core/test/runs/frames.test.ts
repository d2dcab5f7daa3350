import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { readRaster } from '../../src/cog/read-geotiff.ts'
import type { Frame } from '../../src/model/frame.ts'
import { isObserved } from '../../src/model/validity.ts'
import { frames, framesAreCurrent } from '../../src/runs/frames.ts'
import { screenScenes } from '../../src/runs/screen-scenes.ts'
import type { SiteFolder } from '../../src/site/site-folder.ts'
import { SITE_GRID, type SceneScript, finish, monthly, sceneSite } from './scene-site.ts'

const dirs: string[] = []
afterAll(() => dirs.forEach((dir) => rmSync(dir, { recursive: true })))

async function screenedSite(scripts: readonly SceneScript[]): Promise<SiteFolder> {
  const dir = mkdtempSync(join(tmpdir(), 'scarline-frames-'))
  dirs.push(dir)
  const folder = await sceneSite(join(dir, 'site'), scripts)
  await finish(screenScenes(folder))
  return folder
}

const OUTPUTS = /^(frames|ndvi|validity|true-colour|false-colour)\/|^frames\.(json|mp4)$/

/** Digest per output file. */
function outputs(folder: SiteFolder): Record<string, string> {
  const names = readdirSync(folder.dir, { recursive: true }) as string[]
  return Object.fromEntries(
    names
      .filter((name) => OUTPUTS.test(name) && statSync(join(folder.dir, name)).isFile())
      .sort()
      .map((name) => [
        name,
        createHash('sha256')
          .update(readFileSync(join(folder.dir, name)))
          .digest('hex'),
      ]),
  )
}

const scripts = (): SceneScript[] => {
  const list = monthly(6)
  list[0] = { date: '2020-01-15', cloudRadius: 8 }
  list[2] = { date: '2020-03-15', shift: [0.6, 0.3], colour: true }
  list[3] = { date: '2020-04-15', cloudRadius: 10 }
  return list
}

describe('frames', () => {
  it('makes frames on the site grid, skips what is up to date and resumes to the same files', async () => {
    await using whole = await screenedSite(scripts())
    const summary = await finish(frames(whole))
    expect(summary).toMatchObject({ frames: 6, made: 6, video: 'frames.mp4' })
    const made = outputs(whole)
    expect(Object.keys(made)).toContain('true-colour/0002_2020-03-15.png')
    expect(Object.keys(made)).toHaveLength(6 * 3 + 2 + 2)

    const list = await whole.readFrames()
    expect(list.frames.map((frame) => frame.index)).toEqual([0, 1, 2, 3, 4, 5])
    expect(new Set(list.frames.map((frame) => frame.inputHash)).size).toBe(6)
    const { ndvi, validity } = (list.frames[3] as Frame).files
    const values = await readRaster(await whole.files.read(ndvi), ndvi)
    const codes = await readRaster(await whole.files.read(validity), validity)
    expect(values.grid).toEqual(SITE_GRID)
    for (let i = 0; i < values.data.length; i += 7)
      expect(isObserved(codes.data[i] as number)).toBe(!Number.isNaN(values.data[i]))

    expect(await framesAreCurrent(whole)).toBe(true)
    expect(await finish(frames(whole))).toMatchObject({ made: 0 })
    expect(outputs(whole)).toEqual(made)

    for (const stopAfter of [3, 9, 11]) {
      await using broken = await screenedSite(scripts())
      const controller = new AbortController()
      const run = frames(broken, { signal: controller.signal })
      for (let i = 0; i < stopAfter; i++) await run.next()
      controller.abort()
      await expect(finish(run)).rejects.toMatchObject({ name: 'AbortError' })
      expect(await framesAreCurrent(broken)).toBe(false)
      const again = await finish(frames(broken))
      expect(again.frames).toBe(6)
      expect(outputs(broken)).toEqual(made)
    }
  })

  it('removes files of frames that are no more and makes only what changed', async () => {
    await using folder = await screenedSite(scripts())
    await finish(frames(folder, { video: false }))
    const before = outputs(folder)
    expect(Object.keys(before)).not.toContain('frames.mp4')
    const scenes = await folder.readScenes()
    await folder.writeScenes(scenes.map((s, i) => (i === 5 ? { ...s, kept: false } : s)))
    expect(await framesAreCurrent(folder)).toBe(false)
    await finish(frames(folder, { video: false }))
    const after = outputs(folder)
    expect(Object.keys(after).some((name) => name.includes('0005_'))).toBe(false)
    expect(after['ndvi/0001_2020-02-15.tif']).toBe(before['ndvi/0001_2020-02-15.tif'])
    expect((await folder.readFrames()).frames).toHaveLength(5)
  })

  it('says what to do where no scene is kept, and where nothing was screened', async () => {
    await using folder = await screenedSite([{ date: '2020-01-15', cloudRadius: 40 }])
    await expect(finish(frames(folder))).rejects.toMatchObject({ code: 'no-scenes' })
    const [scene] = await folder.readScenes()
    if (!scene) throw new Error('no scene')
    await folder.writeScenes([{ ...scene, kept: true, decidedBy: 'user' }])
    await folder.files.remove(`scenes/${scene.id}/validity.tif`)
    await expect(finish(frames(folder))).rejects.toMatchObject({ code: 'missing-step' })
  })
})
