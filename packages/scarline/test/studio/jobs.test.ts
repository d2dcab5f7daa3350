import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type RunEvent, addPrompts, initSite, openSiteFolder } from '@scarline/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { SITE_PX, lngLatOf, writeArchive } from '../../../../test/small-archive.ts'
import { lngLatOf as smallLngLat, smallSite } from '../../../core/test/runs/small-site.ts'
import { startArchiveServer } from '../../src/server/archive-server.ts'
import type { JobOrder } from '../../src/server/studio/job-types.ts'
import type { JobWorker } from '../../src/server/studio/jobs.ts'
import { type TestStudio, openStudio } from './harness.ts'

let parent: string
beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), 'scarline-jobs-'))
})
afterAll(() => rm(parent, { recursive: true, force: true }))

/** Sites without anything, for jobs that do nothing. */
async function emptySites(...names: string[]): Promise<string> {
  const dir = await mkdtemp(join(parent, 'sites-'))
  for (const name of names) {
    const bbox = '98.69,31.07,98.71,31.09'
    const folder = await initSite(join(dir, name), { bbox, from: '2020-01-01', to: '2020-12-31' })
    await folder.close()
  }
  return dir
}

/** A worker that does one step whenever it is told to. */
function steppedWorker(): { worker: JobWorker; step: () => void; begun: JobOrder[] } {
  const begun: JobOrder[] = []
  const waiting: (() => void)[] = []
  return {
    begun,
    step: () => waiting.shift()?.(),
    worker: async function* (_dir, request, signal) {
      begun.push(request)
      const stage = request.kind
      yield { type: 'started', stage, total: 2, message: `${stage} begins` }
      for (let done = 1; done <= 2; done++) {
        await new Promise<void>((go, stop) => {
          waiting.push(go)
          signal.addEventListener('abort', () => stop(signal.reason as Error))
          if (signal.aborted) stop(signal.reason as Error)
        })
        yield { type: 'progress', stage, done, total: 2, item: `step ${done}`, secondsLeft: 3 }
      }
      yield { type: 'warning', stage, message: 'something odd', item: null }
      yield { type: 'done', stage, message: 'all done', summary: { steps: 2 } }
    },
  }
}

const start = (
  test: TestStudio,
  site: string,
  kind: string,
  options: object = {},
): ReturnType<TestStudio['api']> =>
  test.api(`/sites/${site}/jobs`, { method: 'POST', body: { kind, options } })

describe('a job', () => {
  it('tells its progress as it goes, and what came of it', async () => {
    const { worker, step } = steppedWorker()
    await using test = await openStudio({ dir: await emptySites('a'), worker })
    const { seq, revision } = (await test.api('/sites/a')).body
    const tab = await test.listen('a', seq)
    const started = await start(test, 'a', 'frames')
    expect(started.status).toBe(202)
    expect(started.body).toMatchObject({ kind: 'frames', error: null, done: 0 })
    const { id } = started.body
    await tab.until((event) => event.type === 'job' && event.job.stage === 'frames')
    step()
    const progress = await tab.until(({ type }) => type === 'progress')
    expect(progress).toMatchObject({
      ...{ jobId: id, stage: 'frames', done: 1, total: 2, item: 'step 1', secondsLeft: 3 },
    })
    expect((await test.api('/sites/a')).body.jobs).toEqual([
      expect.objectContaining({ id, state: 'running', done: 1 }),
    ])
    step()
    const done = await tab.until(({ type }) => type === 'done')
    expect(done).toMatchObject({ jobId: id, summary: { frames: { steps: 2 } } })
    await tab.until((event) => event.type === 'job' && event.job.state === 'done')
    tab.stop()
    const types = tab.events.map(({ type }) => type)
    expect(types.slice(0, 3)).toEqual(['job', 'job', 'job'])
    expect(types.filter((type) => type === 'warning')).toHaveLength(1)
    expect(types.indexOf('changed')).toBeLessThan(types.indexOf('done'))
    expect(tab.events.map((event) => event.seq)).toEqual(
      tab.events.map((_, index) => (seq as number) + 1 + index),
    )
    const after = (await test.api('/sites/a')).body
    expect(after.revision).toBeGreaterThan(revision)
    expect(after.jobs[0]).toMatchObject({
      ...{ state: 'done', message: 'all done', secondsLeft: null, error: null },
      warnings: [{ message: 'something odd', item: null }],
    })
  })

  it('waits for the one before it on the same site, not for that of another', async () => {
    const { worker, step, begun } = steppedWorker()
    await using test = await openStudio({ dir: await emptySites('a', 'b'), worker })
    const tab = await test.listen('a')
    await start(test, 'a', 'frames')
    const second = (await start(test, 'a', 'analyse')).body
    expect(second.state).toBe('queued')
    await start(test, 'b', 'report')
    await tab.until((event) => event.type === 'job' && event.job.stage === 'frames')
    await expect.poll(() => begun.map(({ kind }) => kind)).toEqual(['frames', 'report'])
    for (const _ of [1, 2, 3, 4]) {
      step()
      await new Promise((done) => setTimeout(done, 20))
    }
    await tab.until((event) => event.type === 'job' && event.job.stage === 'analyse')
    expect(begun.map(({ kind }) => kind)).toEqual(['frames', 'report', 'analyse'])
    tab.stop()
  })

  it('stops when it is cancelled, whether it runs or waits', async () => {
    const { worker, begun } = steppedWorker()
    const dir = await emptySites('a')
    await using test = await openStudio({ dir, worker })
    const tab = await test.listen('a')
    const running = (await start(test, 'a', 'frames')).body.id
    const waiting = (await start(test, 'a', 'analyse')).body.id
    await tab.until((event) => event.type === 'job' && event.job.stage === 'frames')
    await expect(openSiteFolder(join(dir, 'a'))).rejects.toMatchObject({ code: 'site-locked' })
    const cancel = (id: string): ReturnType<TestStudio['api']> =>
      test.api(`/sites/a/jobs/${id}`, { method: 'DELETE' })
    expect((await cancel(waiting)).body.state).toBe('cancelled')
    expect((await cancel(running)).status).toBe(200)
    await tab.until(
      (event) =>
        event.type === 'job' && event.job.id === running && event.job.state === 'cancelled',
    )
    tab.stop()
    expect(begun).toHaveLength(1)
    expect(tab.events.filter(({ type }) => type === 'error')).toEqual([])
    await (await openSiteFolder(join(dir, 'a'))).close()
    expect((await cancel('nothing')).status).toBe(404)
  })

  it('lets prompts be written beside it, and nothing else', async () => {
    const { worker } = steppedWorker()
    const dir = await emptySites('a')
    await using test = await openStudio({ dir, worker })
    const tab = await test.listen('a')
    await start(test, 'a', 'track')
    await tab.until((event) => event.type === 'job' && event.job.stage === 'track')
    tab.stop()
    const { revision } = (await test.api('/sites/a')).body
    const refused = await test.api('/sites/a/scenes', { method: 'POST', body: {}, revision })
    expect(refused.status).toBe(409)
    expect(refused.body).toEqual({
      error: {
        code: 'busy',
        message: 'the site is in work (track), expected it at rest for this change',
        hint: 'Wait for the job to end, or stop it.',
      },
      revision,
    })
  })

  it('fails in words, and lets go of the site', async () => {
    const dir = await emptySites('a')
    await using test = await openStudio({ dir })
    const tab = await test.listen('a')
    const { id } = (await start(test, 'a', 'track')).body
    const error = await tab.until(({ type }) => type === 'error')
    expect(error).toMatchObject({ jobId: id, error: { code: 'missing-step' } })
    await tab.until((event) => event.type === 'job' && event.job.state === 'failed')
    tab.stop()
    await using other = await openSiteFolder(join(dir, 'a'))
    expect(other.dir).toContain('a')
    const locked = await test.listen('a')
    await start(test, 'a', 'frames')
    const refused = await locked.until(({ type }) => type === 'error')
    expect(refused).toMatchObject({ error: { code: 'site-locked' } })
    locked.stop()
  })

  it('is refused where it makes no sense', async () => {
    await using test = await openStudio({ dir: await emptySites('a') })
    const message = async (kind: string, options: object): Promise<string> => {
      const { status, body } = await start(test, 'a', kind, options)
      expect(status).toBe(400)
      return body.error.message
    }
    expect(await message('delete', {})).toContain('not as expected at kind')
    expect(await message('acquire', { format: 'stac' })).toBe(
      'got the option format for acquire, which takes none',
    )
    expect(await message('import', { paths: ['/etc'] })).toContain('not as expected at kind')
    expect(await message('track', { paths: ['/etc'] })).toContain('not as expected')
    expect((await start(test, 'nothing', 'frames')).status).toBe(404)
  })
})

describe('a tab that comes back', () => {
  it('is told what it missed', async () => {
    const { worker, step } = steppedWorker()
    await using test = await openStudio({ dir: await emptySites('a'), worker })
    const first = await test.listen('a')
    await start(test, 'a', 'frames')
    const seen = await first.until((event) => event.type === 'job' && event.job.stage === 'frames')
    first.stop()
    step()
    await new Promise((done) => setTimeout(done, 30))
    step()
    const second = await test.listen('a', seen.seq)
    await second.until(({ type }) => type === 'done')
    second.stop()
    expect(second.events[0]?.seq).toBe(seen.seq + 1)
    expect(second.events.map(({ type }) => type)).toContain('progress')
    const viaHeader = await fetch(`${test.base}/api/sites/a/events`, {
      headers: { cookie: test.cookie, 'last-event-id': String(seen.seq) },
    })
    const reader = (viaHeader.body as ReadableStream<Uint8Array>).getReader()
    let text = ''
    while (!text.includes('data:')) text += new TextDecoder().decode((await reader.read()).value)
    expect(text).toContain(`id: ${seen.seq + 1}\n`)
    await reader.cancel()
  })

  it('is told to read everything again where that is no longer known', async () => {
    await using test = await openStudio({ dir: await emptySites('a') })
    const { revision } = (await test.api('/sites/a')).body
    for (const since of [1, 9_999_999_999_999]) {
      const tab = await test.listen('a', since)
      expect(await tab.until(() => true)).toMatchObject({ type: 'changed', missed: true, revision })
      tab.stop()
    }
    expect((await test.api('/sites/a/events?since=soon')).status).toBe(400)
  })
})

describe('the end of the studio', () => {
  it('cancels the jobs, ends the streams and frees the port', async () => {
    const { worker } = steppedWorker()
    const dir = await emptySites('a')
    await using test = await openStudio({ dir, worker })
    const tab = await test.listen('a')
    await start(test, 'a', 'frames')
    await tab.until((event) => event.type === 'job' && event.job.stage === 'frames')
    expect((await test.api('/shutdown', { method: 'POST' })).body).toEqual({ closing: true })
    await test.studio.ended
    await tab.ended
    await (await openSiteFolder(join(dir, 'a'))).close()
    await expect(fetch(test.base)).rejects.toThrow()
  })
})

describe('the whole way', () => {
  it('acquires from an archive and makes frames, scene by scene', async () => {
    const archive = join(parent, 'archive')
    await writeArchive(archive)
    await using server = await startArchiveServer({ dir: archive })
    await using test = await openStudio({ dir: join(parent, 'way') })
    const [west, north] = lngLatOf(SITE_PX.col, SITE_PX.row)
    const [east, south] = lngLatOf(SITE_PX.col + SITE_PX.size, SITE_PX.row + SITE_PX.size)
    const made = await test.api('/sites', {
      method: 'POST',
      body: {
        ...{ name: 'way', bboxLngLat: [west, south, east, north], stac: server.url, pixelSizeM: 5 },
        ...{ from: '2019-01-01', to: '2023-12-31', minValidFraction: 0.1 },
      },
    })
    expect(made.body).toMatchObject({ id: 'way' })
    const tab = await test.listen('way', 0)
    await start(test, 'way', 'run')
    await tab.until(({ type }) => type === 'done' || type === 'error')
    tab.stop()
    expect(tab.events.filter(({ type }) => type === 'error')).toEqual([])
    const acquired = tab.events.filter(
      (event) => event.type === 'progress' && event.stage === 'acquire',
    )
    expect(acquired).toHaveLength(5)
    const { body } = await test.api('/sites/way')
    expect(body).toMatchObject({ stage: 'framed', sceneCounts: { total: 5, failed: 0 } })
    expect(body.frames.frames.length).toBeGreaterThan(2)
    expect(Object.keys(body.jobs[0].summary)).toEqual(['acquire', 'frames'])
  })

  it('propagates, and tells each mask as it is made', async () => {
    const dir = join(parent, 'small')
    const folder = await smallSite(join(dir, 'small'), 6)
    await addPrompts(folder, { frame: '0', positive: [smallLngLat(1, 6)] })
    await folder.close()
    await using test = await openStudio({ dir })
    const tab = await test.listen('small')
    await start(test, 'small', 'track', { segmenter: 'ndvi' })
    await tab.until(({ type }) => type === 'done' || type === 'error')
    tab.stop()
    const masks = tab.events.flatMap((event) => (event.type === 'mask' ? [event.mask] : []))
    expect(masks).toHaveLength(6)
    expect(masks[0]).toMatchObject({ sceneId: 'S2A_20200115', objectId: 1, locked: false })
    const { body } = await test.api('/sites/small')
    expect(body.stage).toBe('tracked')
    expect(body.objects).toMatchObject([{ id: 1, prompts: 1, masks: 6 }])
    expect(body.track.run).toBeNull()
  })
})

describe('masks of a propagation in work', () => {
  it('are shown before track.json has them', async () => {
    const dir = join(parent, 'live')
    const folder = await smallSite(join(dir, 'live'), 2)
    await folder.writeTrack({ formatVersion: 1, frames: [], run: null, changes: [] })
    await folder.close()
    const mask = {
      ...{
        sceneId: 'S2A_20200115',
        objectId: 1,
        mask: 'masks/a.tif',
        probability: null,
        areaM2: 12,
      },
      ...{ segmenter: 'ndvi', modelHash: 'm', confidence: { score: 1, parts: {} }, locked: false },
      ...{ promptHash: null, frameHash: 'f', flags: [] },
    }
    const made: RunEvent = {
      ...{ type: 'progress', stage: 'track', done: 1, total: 2, item: '', mask },
    }
    const worker: JobWorker = async function* (_dir, _request, signal) {
      yield made
      await new Promise((_, stop) => signal.addEventListener('abort', () => stop(signal.reason)))
    }
    await using test = await openStudio({ dir, worker })
    const tab = await test.listen('live')
    await start(test, 'live', 'track')
    await tab.until(({ type }) => type === 'mask')
    tab.stop()
    expect((await test.api('/sites/live')).body.track.frames).toEqual([mask])
  })
})
