import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { analyse, openSiteFolder } from '@scarline/core'
import { drain, makeTrackedSite, rectangle } from '../../../core/test/runs/tracked-site.ts'
import { main } from '../../src/cli/main.ts'
import { VERSION } from '../../src/cli/version.ts'

const cleanUp: (() => Promise<void>)[] = []
afterEach(async () => {
  vi.restoreAllMocks()
  for (const dispose of cleanUp.splice(0)) await dispose()
})

async function analysedSite(): Promise<string> {
  const made = await makeTrackedSite([
    { day: '2017-07-01', masks: { 1: rectangle(20, 20, 10, 10) } },
    { day: '2018-07-01', masks: { 1: rectangle(20, 20, 20, 10) } },
  ])
  cleanUp.push(made.dispose)
  await made.folder.close()
  const folder = await openSiteFolder(made.dir)
  await drain(analyse(folder))
  await folder.close()
  return made.dir
}

/** Runs the command and gives its exit code and the document on stdout. */
async function run(...args: string[]): Promise<{ code: number; document: unknown }> {
  const out: string[] = []
  vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => out.push(String(text)) > 0)
  const code = await main([...args, '--json'])
  return { code, document: JSON.parse(out.join('')) }
}

describe('scarline export', () => {
  it('writes project and catalogue by default, the catalogue with the project in it', async () => {
    const dir = await analysedSite()
    const { code, document } = await run('export', dir)
    expect(code).toBe(0)
    expect(document).toMatchObject({
      ok: true,
      result: {
        boundaries: [],
        qgis: { project: 'qgis/scar.qgs', kept: [] },
        stac: { catalog: 'stac/catalog.json', items: 2 },
      },
    })
    const collection = JSON.parse(await readFile(join(dir, 'stac/collection.json'), 'utf8')) as {
      assets: object
      providers: object[]
    }
    expect(collection.assets).toHaveProperty('qgis')
    expect(collection.providers[0]).toMatchObject({ 'processing:software': { scarline: VERSION } })
  })

  it('writes only what is asked for', async () => {
    const dir = await analysedSite()
    const { document } = await run('export', dir, '--format', 'geojson', 'flatgeobuf')
    expect(document).toMatchObject({
      result: {
        boundaries: ['analysis/boundaries.geojson', 'analysis/boundaries.fgb'],
        qgis: null,
        stac: null,
      },
    })
  })

  it('ends with 2 for a format that it does not know', async () => {
    const dir = await analysedSite()
    const { code, document } = await run('export', dir, '--format', 'dxf')
    expect(code).toBe(2)
    expect(document).toMatchObject({ ok: false, error: { code: 'usage' } })
  })
})
