import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  type RangeClientOptions,
  createRangeClient,
} from '../packages/core/src/cog/range-client.ts'
import { ScarlineError } from '../packages/core/src/errors.ts'
import type { RunEvent } from '../packages/core/src/model/run-event.ts'
import {
  type AcquireOptions,
  type AcquireSummary,
  acquire,
} from '../packages/core/src/runs/acquire.ts'
import { type InitOptions, initSite } from '../packages/core/src/runs/init.ts'
import { setScenesKept } from '../packages/core/src/runs/scenes.ts'
import { type SiteFolder, openSiteFolder } from '../packages/core/src/site/site-folder.ts'
import {
  type ArchiveServer,
  startArchiveServer,
} from '../packages/scarline/src/server/archive-server.ts'
import { EPSG, SITE_PX, lngLatOf, writeArchive } from './small-archive.ts'

let archiveDir = ''
let workDir = ''
let server: ArchiveServer
let folder: SiteFolder | null = null
let count = 0
/** What one undisturbed run comes to. */
let reference: {
  dir: string
  summary: AcquireSummary
  events: RunEvent<AcquireSummary>[]
  files: Record<string, string>
  peakRequests: number
  rangeRequests: number
}

beforeAll(async () => {
  archiveDir = mkdtempSync(join(tmpdir(), 'scarline-archive-'))
  workDir = mkdtempSync(join(tmpdir(), 'scarline-acquire-'))
  await writeArchive(archiveDir)
  server = await startArchiveServer({ dir: archiveDir })
  const site = await newSite()
  const client = hasty({ concurrencyPerHost: 3 })
  const { summary, events } = await run(site, { client })
  reference = {
    dir: site.dir,
    summary,
    events,
    files: filesOf(site.dir),
    peakRequests: server.requests.peakActive,
    rangeRequests: server.requests.ranges,
  }
  await site.close()
  folder = null
})
afterAll(async () => {
  await server.close()
  for (const dir of [archiveDir, workDir]) rmSync(dir, { recursive: true, force: true })
})
beforeEach(() => {
  server.setFaults([])
  server.resetRequests()
})
afterEach(async () => {
  await folder?.close()
  folder = null
})

async function openReference(): Promise<SiteFolder> {
  folder = await openSiteFolder(reference.dir)
  return folder
}

async function newSite(changes: Partial<InitOptions> = {}): Promise<SiteFolder> {
  const [west, north] = lngLatOf(SITE_PX.col, SITE_PX.row)
  const [east, south] = lngLatOf(SITE_PX.col + SITE_PX.size, SITE_PX.row + SITE_PX.size)
  folder = await initSite(join(workDir, `site${count++}`), {
    bbox: [west, south, east, north].join(','),
    from: '2018-01-01',
    to: '2024-01-01',
    stac: server.url,
    ...changes,
  })
  return folder
}

/** A client that does not wait long. */
function hasty(options: RangeClientOptions = {}) {
  return createRangeClient({ firstWaitMs: 1, maxWaitMs: 5, ...options })
}

async function run(
  site: SiteFolder,
  options: AcquireOptions = {},
  onEvent: (event: RunEvent<AcquireSummary>) => void = () => {},
): Promise<{ summary: AcquireSummary; events: RunEvent<AcquireSummary>[] }> {
  const events: RunEvent<AcquireSummary>[] = []
  for await (const event of acquire(site, { client: hasty(), ...options })) {
    events.push(event)
    onEvent(event)
  }
  const last = events.at(-1)
  if (last?.type !== 'done') throw new Error('the run did not end with done')
  return { summary: last.summary, events }
}

async function caught(promise: Promise<unknown>): Promise<ScarlineError> {
  const error = await promise.then(
    () => null,
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(ScarlineError)
  expect((error as ScarlineError).message).not.toContain('\n')
  return error as ScarlineError
}

/** Every file of a site but the lock and the site's own description. */
function filesOf(dir: string): Record<string, string> {
  const names = readdirSync(dir, { recursive: true }).map(String).toSorted()
  return Object.fromEntries(
    names
      .filter((name) => statSync(join(dir, name)).isFile() && !/lock|site\.json/.test(name))
      .map((name) => [name, readFileSync(join(dir, name)).toString('base64')]),
  )
}

describe('acquiring from an archive over HTTP', () => {
  it('takes each acquisition once, reads its windows and decides the offsets', async () => {
    const { summary, events } = reference
    const site = await openReference()
    expect(summary).toMatchObject({ considered: 5, failed: 0, read: 5 })
    const scenes = await site.readScenes()
    expect(scenes.map(({ id }) => id)).toEqual([
      'S2A_20190105',
      'S2A_20190604',
      'S2B_20220609',
      'S2B_20220619',
      'S2A_20230604',
    ])
    expect(scenes.map(({ status }) => status)).toEqual(Array(5).fill('read'))
    expect(scenes[1]?.parts.map(({ itemId }) => itemId)).toEqual(['S2A_47RMP_20190604_1_L2A'])
    expect(scenes[1]?.supersededItemIds).toEqual(['S2A_47RMP_20190604_0_L2A'])
    expect(scenes.map(({ offset }) => offset?.decision)).toEqual([
      'not-due',
      'subtract',
      'already-subtracted',
      'subtract',
      'subtract',
    ])
    expect(scenes.map(({ parts }) => parts[0]?.bands.red?.scaling.offset)).toEqual([
      0, -0.1, 0, -0.1, -0.1,
    ])
    // The last one's metadata say that it was subtracted, its pixels do not.
    expect(scenes[4]?.offset?.contradiction).toContain('still hold')
    const warnings = events.filter(({ type }) => type === 'warning')
    expect(
      warnings.some((event) => 'message' in event && event.message.includes('still hold')),
    ).toBe(true)
  })

  it('stores the site with 12 pixels around it, and every band that is offered', async () => {
    const site = await openReference()
    const [scene] = await site.readScenes()
    const bands = scene?.parts[0]?.bands
    expect(Object.keys(bands ?? {}).toSorted()).toEqual(['green', 'nir', 'red', 'scl'])
    const { grid } = await site.readSite()
    const nativePx = (grid.width * 2) / 10
    expect(bands?.red?.grid).toMatchObject({ epsg: EPSG, width: nativePx + 24 })
    expect(bands?.red?.grid.transform[2]).toBe(grid.transform[2] - 120)
    expect(bands?.red?.grid.transform[5]).toBe(grid.transform[5] + 120)
    expect(bands?.scl?.grid.transform[0]).toBe(20)
    expect(await site.files.exists(bands?.red?.file ?? '')).toBe(true)
  })

  it('leaves colour bands where they are when they are not wanted', async () => {
    const site = await newSite({ settings: { colour: false } })
    await run(site)
    const [scene] = await site.readScenes()
    expect(Object.keys(scene?.parts[0]?.bands ?? {}).toSorted()).toEqual(['nir', 'red', 'scl'])
  })

  it('fetches ranges, not files, and few requests at once', async () => {
    const { summary, peakRequests, rangeRequests } = reference
    expect(peakRequests).toBeLessThanOrEqual(3)
    expect(rangeRequests).toBeGreaterThan(20)
    // A whole tile has 241 MB of red pixels.
    expect(summary.bytesRead).toBeLessThan(3_000_000)
  })

  it('works from an items.json over HTTP or on disk, or a folder of items', async () => {
    for (const stac of [join(archiveDir, 'items.json'), archiveDir]) {
      const site = await newSite({ stac })
      expect((await run(site)).summary).toMatchObject({ considered: 5, failed: 0 })
      await site.close()
    }
  })
})

describe('a second run', () => {
  it('reads nothing that is there and changes nothing', async () => {
    const { summary } = await run(await openReference())
    expect(summary.read).toBe(0)
    expect(server.requests.ranges).toBe(0)
    expect(filesOf(reference.dir)).toEqual(reference.files)
  })

  it('after being stopped anywhere ends with the same files as one run', async () => {
    const site = await newSite()
    for (const stopAt of [1, 2]) {
      const controller = new AbortController()
      let progress = 0
      const stopped = run(site, { concurrency: 1, signal: controller.signal }, (event) => {
        if (event.type === 'progress' && ++progress === stopAt) {
          controller.abort(new Error('stopped by hand'))
        }
      })
      await expect(stopped).rejects.toThrow('stopped by hand')
    }
    const between = await site.readScenes()
    const read = between.filter(({ status }) => status === 'read').length
    expect(read).toBeGreaterThanOrEqual(3)
    expect(read).toBeLessThan(5)
    expect((await run(site)).summary.read).toBe(5 - read)
    expect(filesOf(site.dir)).toEqual(reference.files)
  })

  it('leaves nothing under way when its reader walks away', async () => {
    const site = await newSite()
    for await (const event of acquire(site, { client: hasty() })) {
      if (event.type === 'progress') break
    }
    const { count: asked } = server.requests
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(server.requests.count).toBe(asked)
  })

  it('keeps what a person decided', async () => {
    const site = await newSite()
    await run(site)
    await setScenesKept(site, { keep: ['S2A_20190105'], reject: ['S2B_20220609'] })
    for (const refresh of [false, true]) {
      await run(site, { refresh })
      const scenes = await site.readScenes()
      const of = (id: string) => scenes.find((scene) => scene.id === id)
      expect(of('S2A_20190105')).toMatchObject({ kept: true, decidedBy: 'user' })
      expect(of('S2B_20220609')).toMatchObject({ kept: false, decidedBy: 'user', status: 'read' })
    }
  })
})

describe('trouble with the archive', () => {
  it('that passes leaves no trace in the result', async () => {
    server.setFaults([
      { kind: 'status', status: 429, retryAfter: '0', path: /red\.tif/, times: 3 },
      { kind: 'status', status: 500, path: /search/, times: 2 },
      { kind: 'status', status: 503, path: /nir\.tif/, times: 2 },
      { kind: 'reset', path: /scl\.tif/, times: 2 },
      { kind: 'truncate', afterBytes: 500, path: /green\.tif/, times: 2 },
      { kind: 'slow', bytesPerSecond: 100_000, firstByteMs: 400, path: /20190105.*nir/, times: 1 },
    ])
    const site = await newSite()
    const client = hasty({ idleTimeoutMs: 200 })
    const { summary } = await run(site, { client })
    expect(summary.failed).toBe(0)
    expect(client.http.statistics.retries).toBeGreaterThanOrEqual(11)
    expect(filesOf(site.dir)).toEqual(reference.files)
  })

  it('over one scene marks that scene, goes on, and mends it in the next run', async () => {
    server.setFaults([{ kind: 'status', status: 404, path: /20220609.*nir/ }])
    const site = await newSite()
    const { summary, events } = await run(site)
    expect(summary).toMatchObject({ considered: 5, failed: 1, read: 4 })
    const failed = (await site.readScenes()).find(({ status }) => status === 'failed')
    expect(failed).toMatchObject({ id: 'S2B_20220609', kept: false })
    expect(failed?.reason).toContain('404')
    expect(events).toContainEqual(
      expect.objectContaining({ type: 'warning', item: 'S2B_20220609' }),
    )
    server.setFaults([])
    expect((await run(site)).summary).toMatchObject({ failed: 0, read: 1 })
  })

  it('over all scenes is an error that says why', async () => {
    server.setFaults([{ kind: 'status', status: 403, path: /assets/ }])
    const error = await caught(run(await newSite()))
    expect(error.message).toMatch(/none of 5 scenes could be read; first: .*403/)
  })

  it('while refreshing loses nothing that was read before', async () => {
    const site = await openReference()
    server.setFaults([{ kind: 'status', status: 404, path: /20220609/ }])
    const { summary } = await run(site, { refresh: true })
    expect(summary.failed).toBe(0)
    expect(filesOf(site.dir)).toEqual(reference.files)
  })

  it('that is down altogether is one line', async () => {
    server.setFaults([{ kind: 'reset', path: /./ }])
    const error = await caught(run(await newSite()))
    expect(error.code).toBe('network')
    expect(error.message).toContain('no whole answer after 5 tries')
  })
})

describe('nothing to be had', () => {
  it('in the days asked for', async () => {
    const error = await caught(run(await newSite({ from: '2010-01-01', to: '2011-01-01' })))
    expect(error.code).toBe('no-scenes')
    expect(error.message).toContain('2010-01-01 to 2011-01-01')
    expect(error.hint).toBeTruthy()
  })

  it('because the area lies outside the archive', async () => {
    const stac = join(archiveDir, 'items.json')
    const error = await caught(run(await newSite({ stac, bbox: '10,46,10.01,46.01' })))
    expect(error.code).toBe('no-scenes')
    expect(error.message).toContain('outside the archive')
  })

  it('because the collection has another name', async () => {
    const stac = join(archiveDir, 'items.json')
    const error = await caught(run(await newSite({ stac, collection: 'sentinel-9' })))
    expect(error.message).toContain('the archive has sentinel-2-l2a')
  })

  it('because there is no such file', async () => {
    const error = await caught(run(await newSite({ stac: join(archiveDir, 'nothing.json') })))
    expect(error.code).toBe('not-found')
  })
})
