import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { readRaster } from '../../src/cog/read-geotiff.ts'
import type { Scene } from '../../src/model/scene.ts'
import { VALIDITY } from '../../src/model/validity.ts'
import { judgeScene } from '../../src/runs/judge-scene.ts'
import { planNeighbours } from '../../src/runs/plan-neighbours.ts'
import { setScenesKept } from '../../src/runs/scenes.ts'
import { screenScenes } from '../../src/runs/screen-scenes.ts'
import { finish, monthly, sceneSite } from './scene-site.ts'

const dirs: string[] = []
const newDir = (): string => {
  const dir = mkdtempSync(join(tmpdir(), 'scarline-screen-'))
  dirs.push(dir)
  return join(dir, 'site')
}
afterAll(() => dirs.forEach((dir) => rmSync(dir, { recursive: true })))

describe('screenScenes', () => {
  it('measures shifts, finds clouds, keeps and rejects with a reason, twice the same', async () => {
    const scripts = monthly(14)
    scripts[4] = { ...scripts[4], date: '2020-05-15', shift: [0.8, -0.5] }
    scripts[6] = { ...scripts[6], date: '2020-07-15', cloudRadius: 30 }
    scripts[8] = { ...scripts[8], date: '2020-09-15', cloudRadius: 5, missedRadius: 5 }
    await using folder = await sceneSite(newDir(), scripts)
    const summary = await finish(screenScenes(folder))
    expect(summary).toMatchObject({ screened: 14, kept: 13, rejected: 1 })

    const scenes = await folder.readScenes()
    const moved = scenes[4] as Scene
    expect(moved.shift?.applied).toBe(true)
    expect(Math.abs((moved.shift?.xM ?? 0) + 8)).toBeLessThan(1)
    expect(Math.abs((moved.shift?.yM ?? 0) + 5)).toBeLessThan(1)
    for (const scene of scenes.filter((_, i) => i !== 4 && i !== 6))
      expect(Math.hypot(scene.shift?.xM ?? 9, scene.shift?.yM ?? 9)).toBeLessThan(1)

    const cloudy = scenes[6] as Scene
    expect(cloudy.kept).toBe(false)
    expect(cloudy.reason).toMatch(
      /^Only \d+ % of the AOI was seen, 60 % are needed \(cloud \d+ %\)/,
    )
    expect(scenes[0]).toMatchObject({ kept: true, reason: null, flags: ['from-archive'] })
    expect(scenes[8]?.flags).toContain('missed-cloud')

    const file = `scenes/${scenes[8]?.id}/validity.tif`
    const { data, grid } = await readRaster(await folder.files.read(file), file)
    expect(grid.transform).toEqual([10, 0, 451_880, 0, -10, 3_437_120])
    expect([data[22 * 72 + 22], data[36 * 72 + 36], data[50 * 72 + 50]]).toEqual([
      VALIDITY.cloud,
      VALIDITY.cloud,
      VALIDITY.clear,
    ])

    await finish(screenScenes(folder))
    expect(await folder.readScenes()).toEqual(scenes)
  })

  it('does nothing again where nothing has changed, and all again where something has', async () => {
    await using folder = await sceneSite(newDir(), monthly(4))
    const totalOf = async (): Promise<number | null> => {
      let total: number | null = -1
      for await (const event of screenScenes(folder)) {
        if (event.type === 'started') total = event.total
      }
      return total
    }
    const validity = (scene: Scene | undefined): string => `scenes/${scene?.id}/validity.tif`
    expect(await totalOf()).toBe(12)
    const scenes = await folder.readScenes()
    expect(await totalOf()).toBe(0)
    expect(await folder.readScenes()).toEqual(scenes)
    expect(await finish(screenScenes(folder))).toMatchObject({ screened: 4, kept: 4 })

    const [first, second] = scenes
    await setScenesKept(folder, { keep: [], reject: [first?.id as string] })
    expect(await totalOf()).toBe(0)
    expect(await finish(screenScenes(folder))).toMatchObject({ kept: 3, rejected: 1 })

    await folder.files.remove(validity(second))
    expect(await totalOf()).toBe(12)
    expect(await folder.files.exists(validity(second))).toBe(true)

    const red = second?.parts[0]?.bands.red?.file as string
    const nir = second?.parts[0]?.bands.nir?.file as string
    const bytes = await folder.files.read(nir)
    await folder.files.write(nir, await folder.files.read(red))
    expect(await totalOf()).toBe(12)
    await folder.files.write(nir, bytes)
    expect(await totalOf()).toBe(12)
    expect((await folder.readScenes())[1]).toEqual(second)

    const site = await folder.readSite()
    await folder.writeSite({ ...site, settings: { ...site.settings, minValidFraction: 0.99 } })
    expect(await totalOf()).toBe(12)
  })

  it('starts anew after a screening that was cut off', async () => {
    await using folder = await sceneSite(newDir(), monthly(3))
    await finish(screenScenes(folder))
    const site = await folder.readSite()
    await folder.writeSite({ ...site, settings: { ...site.settings, minValidFraction: 0.1 } })
    const controller = new AbortController()
    const run = screenScenes(folder, { signal: controller.signal })
    await run.next()
    await run.next()
    controller.abort()
    await expect(finish(run)).rejects.toMatchObject({ name: 'AbortError' })
    await folder.writeSite(site)
    const { value } = await screenScenes(folder).next()
    expect(value).toMatchObject({ type: 'started', total: 9 })
  })

  it('never overrules the user and leaves unread scenes alone', async () => {
    await using folder = await sceneSite(newDir(), [
      { date: '2020-06-01', cloudRadius: 34 },
      { date: '2020-07-01' },
      { date: '2020-08-01' },
    ])
    const before = (await folder.readScenes()).map((scene, i): Scene => {
      if (i === 0) return { ...scene, kept: true, decidedBy: 'user', reason: 'the only view' }
      return i === 2 ? { ...scene, status: 'candidate' } : scene
    })
    await folder.writeScenes(before)
    await finish(screenScenes(folder))
    const after = await folder.readScenes()
    expect(after[0]).toMatchObject({ kept: true, decidedBy: 'user', reason: 'the only view' })
    expect(after[0]?.validFraction).toBeLessThan(0.6)
    expect(after[2]).toEqual(before[2])
  })

  it('stops when cancelled', async () => {
    await using folder = await sceneSite(newDir(), monthly(3))
    const controller = new AbortController()
    const run = screenScenes(folder, { signal: controller.signal })
    await run.next()
    controller.abort()
    await expect(finish(run)).rejects.toMatchObject({ name: 'AbortError' })
  })
})

describe('planNeighbours', () => {
  const statistics = Array.from({ length: 36 }, (_, i) => ({
    id: `${i}`,
    capturedAt: new Date(Date.UTC(2020, i, 15)).toISOString(),
    clearFraction: i === 16 ? 0 : 100,
    medianNdvi: 0.4,
  }))

  it('takes the nearest scenes before and after and the same season of other years', () => {
    const { past, future, season } = planNeighbours(statistics, 17)
    expect(past).toEqual(['15', '14', '13', '12', '11', '10'])
    expect(future).toEqual(['18', '19', '20', '21', '22', '23'])
    expect(new Set(season)).toEqual(new Set(['4', '5', '6', '28', '29', '30']))
  })
})

describe('judgeScene', () => {
  const scene = { kept: true, decidedBy: 'rule', flags: ['snow', 'other'] } as unknown as Scene
  it('replaces its own remarks and keeps those of others', () => {
    const judged = judgeScene(scene, 0.6, {
      validFraction: 0.55,
      validityFractions: { cloud: 0.1, snow: 0.35, nodata: 0.001 },
      missedFraction: 0,
      hazeReflectance: 0.05,
      shift: { xM: 0, yM: 0, quality: 0, applied: false },
      unregistered: 'no structure',
    })
    expect(judged.flags).toEqual(['other', 'snow', 'haze', 'unregistered'])
    expect(judged.reason).toBe(
      'Only 55 % of the AOI was seen, 60 % are needed (snow 35 %, cloud 10 %).',
    )
  })
})
