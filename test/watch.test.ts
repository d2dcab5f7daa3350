import { cp, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { type Server, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type LngLat,
  type Run,
  type SiteFolder,
  type Track,
  type WatchEvent,
  type WatchOptions,
  type WatchRecord,
  type WatchSummary,
  acquire,
  addPrompts,
  analyse,
  createNdviSegmenter,
  frames,
  initSite,
  openSiteFolder,
  setLocked,
  simulate,
  track,
  watch,
} from '@scarline/core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import {
  type ArchiveServer,
  startArchiveServer,
} from '../packages/scarline/src/server/archive-server.ts'
import { resultOf, scarline, scarlineHere, startScarline } from './command-line.ts'

/** The failures of 10 October and 3 November 2018 come after the history. */
const SPAN = { from: '2018-06-01', to: '2018-12-31' }
const HISTORY_UNTIL = '2018-10-05'

interface Item {
  id: string
  properties: { datetime: string; 'eo:cloud_cover': number }
}

let dir: string
let archive: string
let history: string
/** The history after the first poll, which told nothing. */
let watched: string
let firstPoll: WatchSummary
let server: ArchiveServer
let items: Item[]
let copies = 0

async function finish<Summary>(run: Run<Summary>): Promise<Summary> {
  for (;;) {
    const step = await run.next()
    if (step.done) return step.value
  }
}

async function onSite<T>(site: string, work: (folder: SiteFolder) => Promise<T>): Promise<T> {
  const folder = await openSiteFolder(site)
  try {
    return await work(folder)
  } finally {
    await folder.close()
  }
}

/** What the archive offers from now on. */
async function offer(isOffered: (day: string) => boolean): Promise<void> {
  const features = items.filter(({ properties }) => isOffered(properties.datetime.slice(0, 10)))
  await writeFile(
    join(archive, 'items.json'),
    JSON.stringify({ type: 'FeatureCollection', features }),
  )
}

const poll = (site: string, options: Partial<WatchOptions> = {}): Promise<WatchSummary> =>
  onSite(site, (folder) =>
    finish(
      watch(folder, {
        segmenterOf: async () => createNdviSegmenter(),
        rules: ['area=10', 'confidence=0'],
        now: () => new Date('2019-01-15T00:00:00Z'),
        deliver: { firstWaitMs: 1, attempts: 2 },
        ...options,
      }),
    ),
  )

async function copyOf(folder: string): Promise<string> {
  const site = join(dir, `copy-${++copies}`)
  await cp(folder, site, { recursive: true })
  return site
}

/** Bytes of the masks and probabilities by scene: their files are renamed when frames come between. */
async function masksOf(site: string): Promise<Map<string, string>> {
  const state = JSON.parse(await readFile(join(site, 'track.json'), 'utf8')) as Track
  const pairs = state.frames.map(async ({ sceneId, mask, probability }) => {
    const files = [mask, ...(probability === null ? [] : [probability])]
    const bytes = await Promise.all(files.map((file) => readFile(join(site, file))))
    return [sceneId, Buffer.concat(bytes).toString('base64')] as const
  })
  return new Map(await Promise.all(pairs))
}

const recordOf = async (site: string): Promise<WatchRecord> =>
  JSON.parse(await readFile(join(site, 'watch.json'), 'utf8')) as WatchRecord

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'scarline-watch-'))
  archive = join(dir, 'archive')
  history = join(dir, 'history')
  await finish(
    simulate(archive, { scenario: 'baige', seed: 11, sizeM: 700, sceneCount: 18, ...SPAN }),
  )
  const valley = JSON.parse(await readFile(join(archive, 'site.json'), 'utf8')) as {
    bbox: number[]
    prompts: { frame_date: string; positive: LngLat[]; negative: LngLat[] }
  }
  items = (JSON.parse(await readFile(join(archive, 'items.json'), 'utf8')) as { features: Item[] })
    .features
  await offer((day) => day <= HISTORY_UNTIL)
  server = await startArchiveServer({ dir: archive })
  const folder = await initSite(history, {
    bbox: valley.bbox.join(','),
    pixelSizeM: 4,
    from: SPAN.from,
    to: HISTORY_UNTIL,
    stac: server.url,
    collection: 'sentinel-2-l2a',
  })
  try {
    await finish(acquire(folder))
    await finish(frames(folder, { video: false }))
    const { frame_date: frame, positive, negative } = valley.prompts
    await addPrompts(folder, { frame, positive, negative })
    await finish(track(folder, { segmenter: createNdviSegmenter() }))
    await setLocked(folder, { frames: ['2'], locked: true })
    await finish(analyse(folder))
  } finally {
    await folder.close()
  }
  watched = await copyOf(history)
  firstPoll = await poll(watched)
}, 120_000)

afterAll(async () => {
  await server?.close()
  await rm(dir, { recursive: true, force: true })
})

describe('a watch', () => {
  let hook: Server | null = null
  /** What one poll over all that is new comes to. */
  let undisturbed: { events: WatchEvent[]; masks: Map<string, string> } | null = null
  afterEach(async () => {
    hook?.closeAllConnections()
    hook?.close()
    hook = null
    await offer((day) => day <= HISTORY_UNTIL)
  })

  /** A webhook on loopback; `onEvent` says whether it answers. */
  async function webhook(
    onEvent: () => boolean = () => true,
  ): Promise<{ url: string; got: WatchEvent[] }> {
    const got: WatchEvent[] = []
    hook = createServer((request, response) => {
      let body = ''
      request.on('data', (chunk) => (body += String(chunk)))
      request.on('end', () => {
        got.push(JSON.parse(body) as WatchEvent)
        if (onEvent()) response.writeHead(204).end()
      })
    })
    await new Promise<void>((ready) => hook?.listen(0, '127.0.0.1', ready))
    return { url: `http://127.0.0.1:${(hook.address() as AddressInfo).port}/`, got }
  }

  it('sets the baseline, appends new scenes beside masks that stay byte for byte, and tells once', async () => {
    expect(firstPoll).toMatchObject({ newScenes: [], appended: [], baseline: true, events: [] })
    const before = await masksOf(history)
    expect(await masksOf(watched)).toEqual(before)
    const site = await copyOf(watched)
    const { url, got } = await webhook()
    const targets = { webhook: url }

    await offer(() => true)
    const second = await poll(site, { targets })
    expect(second.newScenes.length).toBeGreaterThan(2)
    expect(second.appended.length).toBeGreaterThan(1)
    expect(second.events.length).toBeGreaterThan(0)
    expect(second.events[0]).toMatchObject({ rule: 'area', objectId: 1 })
    expect((second.events[0]?.at ?? '') > '2018-10-09').toBe(true)
    expect(second).toMatchObject({ delivered: second.events.length, pending: 0 })
    expect(got).toEqual(second.events)
    const after = await masksOf(site)
    for (const [scene, bytes] of before) expect(after.get(scene), scene).toBe(bytes)
    expect(after.size).toBe(before.size + second.appended.length)
    const { frames: tracked } = JSON.parse(
      await readFile(join(site, 'track.json'), 'utf8'),
    ) as Track
    expect(tracked.filter(({ locked }) => locked)).toHaveLength(1)

    expect(await poll(site, { targets })).toMatchObject({
      newScenes: [],
      appended: [],
      events: [],
      delivered: 0,
    })
    expect(got).toHaveLength(second.events.length)
  }, 120_000)

  it('leaves later masks alone, too, when a scene arrives late', async () => {
    const clear = items.filter(({ properties }) => properties['eo:cloud_cover'] < 10)
    const late = clear.at(-2)?.properties.datetime.slice(0, 10) ?? ''
    const site = await copyOf(watched)
    await offer((day) => day !== late)
    await poll(site)
    const before = await masksOf(site)
    await offer(() => true)
    const { newScenes, appended } = await poll(site)
    expect(newScenes).toHaveLength(1)
    expect(appended).toEqual(newScenes)
    const after = await masksOf(site)
    for (const [scene, bytes] of before) expect(after.get(scene), scene).toBe(bytes)
  }, 120_000)

  it('killed after the webhook took an event hands it over again under the same id, and then no more', async () => {
    const site = await copyOf(watched)
    await offer(() => true)
    const cut = new AbortController()
    const { url, got } = await webhook(() => {
      const isFirst = got.length === 1
      if (isFirst) cut.abort(new Error('killed'))
      return !isFirst
    })
    const targets = { webhook: url }
    await expect(poll(site, { targets, signal: cut.signal })).rejects.toThrow('killed')
    const { events } = await recordOf(site)
    expect(events[0]?.deliveries).toMatchObject([{ target: 'webhook', deliveredAt: null }])
    const again = await poll(site, { targets })
    expect(again).toMatchObject({ events: [], delivered: events.length, pending: 0 })
    expect(got[1]).toEqual(got[0])
    expect(new Set(got.map(({ id }) => id)).size).toBe(events.length)
    expect(await poll(site, { targets })).toMatchObject({ delivered: 0, pending: 0 })
    expect(got).toHaveLength(events.length + 1)
  }, 120_000)

  it('keeps an event for a target that is down, and ends neither poll nor watch', async () => {
    const site = await copyOf(watched)
    await offer(() => true)
    const down = { webhook: 'http://127.0.0.1:9/' }
    const failed = await poll(site, { targets: down })
    undisturbed = { events: failed.events, masks: await masksOf(site) }
    expect(failed.pending).toBe(failed.events.length)
    expect(failed.failures[0]).toContain('127.0.0.1:9')
    const { url, got } = await webhook()
    expect(await poll(site, { targets: { webhook: url } })).toMatchObject({
      pending: 0,
      delivered: failed.pending,
    })
    expect(got).toEqual(failed.events)
  }, 120_000)

  it('killed before anything was handed over, or in the middle of tracking, ends the same', async () => {
    const cut = await copyOf(watched)
    await offer(() => true)
    const { url, got } = await webhook()
    const targets = { webhook: url }
    for (const stage of ['acquire', 'screen', 'track']) {
      await onSite(cut, async (folder) => {
        const run = watch(folder, {
          segmenterOf: async () => createNdviSegmenter(),
          rules: ['area=10', 'confidence=0'],
          now: () => new Date('2019-01-15T00:00:00Z'),
          targets,
        })
        for await (const event of run) {
          if (event.type === 'progress' && event.stage === stage) break
          if (event.type === 'done') throw new Error(`ended before ${stage}`)
        }
      })
    }
    const resumed = await poll(cut, { targets })
    expect(resumed.events.map(({ at, words }) => [at, words])).toEqual(
      undisturbed?.events.map(({ at, words }) => [at, words]),
    )
    expect(await masksOf(cut)).toEqual(undisturbed?.masks)
    expect(got).toHaveLength(resumed.events.length)
  }, 180_000)

  it('once on the command line: 0 with or without news, 1 where a target is down, 2 for a bad rule', async () => {
    const site = await copyOf(history)
    const first = await scarlineHere([
      ...['watch', site, '--once', '--rule', 'area=10', '--save', '--json'],
    ])
    expect(first.code).toBe(0)
    expect(resultOf<WatchSummary>(first)).toMatchObject({ baseline: true, events: [] })
    expect((await recordOf(site)).rules).toEqual(['area=10'])
    await offer(() => true)
    const down = await scarline('watch', site, '--once', '--command', 'false', '--json')
    expect(down.code).toBe(1)
    const { error } = JSON.parse(down.stdout) as { error: { details: WatchSummary } }
    const { events, pending } = error.details
    expect(pending).toBe(events.length)
    expect(pending).toBeGreaterThan(0)
    const out = join(dir, 'events.txt')
    const up = await scarline(
      ...['watch', site, '--once', '--json', '--command', `cat >> '${out}'`, '--shell'],
    )
    expect(up.stderr).not.toContain('scarline:')
    expect(up.code).toBe(0)
    expect(resultOf<WatchSummary>(up)).toMatchObject({ delivered: pending, pending: 0, events: [] })
    const told = (await readFile(out, 'utf8')).trim().split('\n')
    expect(told.map((line) => JSON.parse(line) as unknown)).toEqual(events)
    expect((await scarlineHere(['watch', site, '--once', '--rule', 'aera=10'])).code).toBe(2)
  }, 240_000)

  it('polls again and again until Ctrl-C, and leaves the site to others in between', async () => {
    const site = await copyOf(history)
    const { child, finished } = startScarline([
      'watch',
      site,
      '--every',
      '2s',
      '--rule',
      'area=10',
      '--json',
    ])
    let polls = 0
    await new Promise<void>((done) => {
      child.stdout?.on('data', () => (++polls === 2 ? done() : undefined))
      child.on('close', () => done())
    })
    await onSite(site, async (folder) => expect(await folder.readTrack()).not.toBeNull())
    child.kill('SIGINT')
    const { code, stdout } = await finished
    expect(code).toBe(130)
    const documents = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { ok: boolean })
    expect(documents.filter(({ ok }) => ok).length).toBeGreaterThanOrEqual(2)
    expect((await readdir(site)).includes('.scarline-lock')).toBe(false)
  }, 60_000)
})
