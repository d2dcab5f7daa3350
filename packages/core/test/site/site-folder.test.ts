import { spawnSync } from 'node:child_process'
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { DEFAULT_SETTINGS, type Site } from '../../src/model/site.ts'
import { createSiteFolder, openSiteFolder } from '../../src/site/site-folder.ts'

const site: Site = {
  formatVersion: 1,
  name: 'test',
  aoi: {
    type: 'Polygon',
    coordinates: [
      [
        [0, 0],
        [0.01, 0],
        [0.01, 0.01],
        [0, 0],
      ],
    ],
  },
  from: '2020-01-01',
  to: '2020-12-31',
  grid: { epsg: 32631, transform: [2, 0, 0, 0, -2, 0], width: 10, height: 10 },
  source: { kind: 'import' },
  settings: DEFAULT_SETTINGS,
  createdAt: '2020-01-01T00:00:00Z',
}

let dir: string
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'scarline-site-'))
})
afterEach(() => rm(dir, { recursive: true, force: true }))

describe('a site folder', () => {
  it('gives back what was written', async () => {
    const folder = await createSiteFolder(join(dir, 's'), site)
    expect(await folder.readSite()).toEqual(site)
    expect(await folder.readScenes()).toEqual([])
    expect(await folder.readTrack()).toBeNull()
    await folder.close()
  })

  it('refuses a second writer and names the first, but lets readers in', async () => {
    const folder = await createSiteFolder(dir, site)
    await expect(openSiteFolder(dir)).rejects.toMatchObject({
      code: 'site-locked',
      message: expect.stringContaining(`process ${process.pid}`),
    })
    await (await openSiteFolder(dir, { lock: false })).close()
    await folder.close()
    await (await openSiteFolder(dir)).close()
  })

  it('takes over the lock of a process that has died, and removes what it left half-written', async () => {
    await (await createSiteFolder(dir, site)).close()
    const dead = spawnSync(process.execPath, ['-e', '']).pid
    await writeFile(
      join(dir, '.scarline-lock'),
      JSON.stringify({ pid: dead, host: hostname(), since: '2020-01-01T00:00:00Z' }),
    )
    await writeFile(join(dir, 'scenes.json.half-written-0123456789ab'), '{')
    await writeFile(join(dir, 'survey.tif.2019'), "a person's own")
    const folder = await openSiteFolder(dir)
    const names = await readdir(dir)
    expect(names).not.toContain('scenes.json.half-written-0123456789ab')
    expect(names).toContain('survey.tif.2019')
    await folder.close()
  })

  it('takes over the lock of a number that another process has now', async () => {
    await (await createSiteFolder(dir, site)).close()
    const holder = { pid: process.pid, host: hostname(), since: '2020-01-01', processStart: '1' }
    await writeFile(join(dir, '.scarline-lock'), JSON.stringify(holder))
    if (process.platform === 'linux') await (await openSiteFolder(dir)).close()
    else await expect(openSiteFolder(dir)).rejects.toMatchObject({ code: 'site-locked' })
  })

  it('is not touched when it comes from a newer Scarline', async () => {
    await (await createSiteFolder(dir, site)).close()
    const newer = JSON.stringify({ ...site, formatVersion: 7, extra: true })
    await writeFile(join(dir, 'site.json'), newer)
    await expect(openSiteFolder(dir)).rejects.toMatchObject({
      code: 'site-version',
      message: 'site.json has formatVersion 7, this Scarline reads up to 1',
    })
    expect(await readFile(join(dir, 'site.json'), 'utf8')).toBe(newer)
  })

  it('says where a damaged document is wrong', async () => {
    await (await createSiteFolder(dir, site)).close()
    await writeFile(join(dir, 'site.json'), JSON.stringify({ ...site, grid: { epsg: 'x' } }))
    await expect(openSiteFolder(dir)).rejects.toMatchObject({
      code: 'corrupt-file',
      message: expect.stringContaining('grid.epsg'),
    })
    await writeFile(join(dir, 'site.json'), '{"name":')
    await expect(openSiteFolder(dir)).rejects.toMatchObject({ code: 'corrupt-file' })
  })

  it('keeps the later of two writes that overlap, and leaves nothing beside it', async () => {
    const folder = await createSiteFolder(dir, site)
    const texts = Array.from({ length: 8 }, (_, i) => String(i).repeat(300_000 - 30_000 * i))
    await Promise.all(texts.map((text) => folder.files.write('a/big.json', text)))
    expect((await readFile(join(dir, 'a/big.json'), 'utf8')) === texts.at(-1)).toBe(true)
    expect(await readdir(join(dir, 'a'))).toEqual(['big.json'])
    await folder.close()
  })

  it('says so where a folder cannot be made', async () => {
    await writeFile(join(dir, 'file'), '')
    await expect(createSiteFolder(join(dir, 'file/site'), site)).rejects.toMatchObject({
      code: 'disk',
    })
  })

  it('keeps file names inside the folder', async () => {
    const folder = await createSiteFolder(dir, site)
    await expect(folder.files.read('../secret')).rejects.toMatchObject({ code: 'invalid-input' })
    await folder.close()
  })

  it('tells which step makes a missing document', async () => {
    const folder = await createSiteFolder(dir, site)
    await expect(folder.readFrames()).rejects.toMatchObject({
      code: 'missing-step',
      hint: 'Run scarline frames first.',
    })
    await folder.close()
  })
})
