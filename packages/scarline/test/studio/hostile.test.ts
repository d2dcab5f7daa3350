import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import type { FrameList, LiveAnswer, LiveQuestion } from '@scarline/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { OpenLiveEngine } from '../../src/server/studio/live-engine.ts'
import { createLiveSessions } from '../../src/server/studio/live-sessions.ts'
import { bodyOf } from '../../src/server/studio/refusal.ts'
import { removeLeftUploads } from '../../src/server/studio/uploads.ts'
import { type TestStudio, openStudio } from './harness.ts'
import { SCENES, madeSite } from './made-site.ts'

let site: Awaited<ReturnType<typeof madeSite>>
let test: TestStudio
beforeAll(async () => {
  site = await madeSite()
  test = await openStudio({ dir: site.dir })
})
afterAll(async () => {
  await test[Symbol.asyncDispose]()
  await rm(site.dir, { recursive: true, force: true })
})

const AREA = { bboxLngLat: [98.69, 31.07, 98.71, 31.09], from: '2020-01-01', to: '2020-12-31' }

describe('a body', () => {
  it('with a hundred thousand faults is answered in words', async () => {
    const positive = Array.from({ length: 200_000 }, () => ['x', 'y', 'z'])
    const body = { sceneId: SCENES[0], objectId: 1, positive }
    const { status, body: answer } = await test.api('/sites/small/preview', {
      method: 'POST',
      body,
    })
    expect([status, answer.error.code]).toEqual([400, 'usage'])
  })

  it('names no archive of the program itself, and no name that cannot be shown', async () => {
    const odd = { ...AREA, name: 'a', stac: 'constructor' }
    const archive = await test.api('/sites', { method: 'POST', body: odd })
    expect([archive.status, archive.body.error.code]).toEqual([400, 'usage'])
    const named = { ...AREA, name: 'a\u0000b' }
    const name = await test.api('/sites', { method: 'POST', body: named })
    expect([name.status, name.body.error.message]).toEqual([
      400,
      expect.stringContaining('without control characters'),
    ])
  })

  it('that stops coming is given up', async () => {
    let isLeft = false
    const stalling: AsyncIterable<Uint8Array> = {
      [Symbol.asyncIterator]: () => {
        let count = 0
        return {
          next: () =>
            count++ === 0
              ? Promise.resolve({ done: false as const, value: new Uint8Array(3) })
              : new Promise(() => {}),
          return: () => {
            isLeft = true
            return Promise.resolve({ done: true as const, value: undefined })
          },
        }
      },
    }
    const seen: number[] = []
    const reading = (async () => {
      for await (const piece of bodyOf(stalling, 20)) seen.push(piece.length)
    })()
    await expect(reading).rejects.toMatchObject({ status: 408, code: 'too-slow' })
    expect([seen, isLeft]).toEqual([[3], true])
  })

  it('of a form with endless fields is refused', async () => {
    const form = new FormData()
    for (let i = 0; i < 70; i++) form.set(`field${i}`, 'x')
    const { status, body } = await test.send('/sites', form)
    expect([status, body.error.code]).toEqual([422, 'too-large'])
  })
})

describe('streams of events', () => {
  it('are let go when nobody reads them, and are not endless in number', async () => {
    const url = `${test.base}/api/sites/small/events`
    const headers = { cookie: test.cookie }
    for (let i = 0; i < 70; i++) {
      expect((await fetch(url, { method: 'HEAD', headers })).status).toBe(200)
    }
    const away = new AbortController()
    const all = await Promise.all(
      Array.from({ length: 70 }, () => fetch(url, { headers, signal: away.signal })),
    )
    expect(all.filter(({ status }) => status === 429)).toHaveLength(6)
    const refused = all.find(({ status }) => status === 429) as Response
    expect(await refused.text()).toContain('64 tabs listen already')
    away.abort()
    await expect
      .poll(async () => {
        const again = await fetch(url, { headers })
        await again.body?.cancel()
        return again.status
      })
      .toBe(200)
  })
})

describe('files', () => {
  it('that lead out of the site folder are not given away', async () => {
    await writeFile(join(site.dir, 'secret.txt'), 'secret')
    await mkdir(join(site.path, 'analysis'), { recursive: true })
    await symlink(join(site.dir, 'secret.txt'), join(site.path, 'analysis/area.csv'))
    const { status, body } = await test.api('/sites/small/exports/area.csv')
    expect(status).toBe(404)
    expect(JSON.stringify(body)).not.toContain('"secret"')
    const listed = (await test.api('/sites/small/exports')).body
    expect(listed.find(({ name }: { name: string }) => name === 'area.csv').bytes).toBeNull()
    await rm(join(site.path, 'analysis/area.csv'))
  })

  it('of an upload are named as the person knows them, and go when they are refused', async () => {
    const form = new FormData()
    form.set('name', 'dropped')
    form.append('files', new File(['hello'], 'a.tif'), 'photos/a.tif')
    const { status, body } = await test.send('/sites', form)
    expect(status).toBe(422)
    expect(body.error.message).toContain('photos/a.tif')
    expect(body.error.message).not.toContain('upload')
    expect(existsSync(join(site.dir, '.scarline-uploads'))).toBe(false)
  })

  it('of an upload that a killed studio left are removed by the next', async () => {
    const { pid } = spawnSync(process.execPath, ['--version'])
    const host = hostname().replaceAll(/[^\w]/g, '_')
    const left = [`upload-${host}-${pid}-a`, `upload-${host}-${process.pid}-b`, 'upload-else-1-c']
    for (const name of left)
      await mkdir(join(site.dir, '.scarline-uploads', name, 'x'), { recursive: true })
    await removeLeftUploads(site.dir)
    expect((await readdir(join(site.dir, '.scarline-uploads'))).sort()).toEqual(
      left.slice(1).sort(),
    )
    await rm(join(site.dir, '.scarline-uploads'), { recursive: true })
  })
})

const frames = { grid: {}, frames: [] } as unknown as FrameList
const question = { prompts: [], sceneId: 'a' } as unknown as LiveQuestion
const answer = { areaM2: 1 } as LiveAnswer

/** Engines that only say when they were opened, asked and closed. */
function engines(): { log: string[]; open: OpenLiveEngine; answer(): void } {
  const log: string[] = []
  const waiting: (() => void)[] = []
  return {
    log,
    answer: () => waiting.splice(0).forEach((done) => done()),
    open: (dir) => {
      log.push(`open ${dir}`)
      return {
        ready: Promise.resolve(),
        ask: () =>
          new Promise((done) => {
            waiting.push(() => done(answer))
          }),
        rest: () => {},
        close: async () => {
          log.push(`close ${dir}`)
        },
      }
    },
  }
}

const pause = (ms: number): Promise<void> =>
  new Promise((done) => {
    setTimeout(done, ms)
  })

describe('warm engines', () => {
  it('are let go when nobody asks for long, never in the middle of a question', async () => {
    const made = engines()
    const sessions = createLiveSessions({ onClose: () => {} }, made.open, 40)
    const asked = sessions.ask('a', 'a', frames, question)
    await pause(90)
    expect(sessions.stateOf('a').state).toBe('ready')
    made.answer()
    expect(await asked).toBe(answer)
    expect(sessions.stateOf('a').state).toBe('ready')
    await expect.poll(() => made.log, { interval: 10 }).toEqual(['open a', 'close a'])
    expect(sessions.stateOf('a').state).toBe('cold')
    sessions.warm('a', 'a', frames)
    expect(made.log.at(-1)).toBe('open a')
  })

  it('are of two sites at most, the last that were used', async () => {
    const made = engines()
    let close = async (): Promise<void> => {}
    const sessions = createLiveSessions({ onClose: (one) => (close = one) }, made.open)
    for (const id of ['a', 'b', 'a', 'c']) sessions.warm(id, id, frames)
    expect(made.log).toEqual(['open a', 'open b', 'open c', 'close b'])
    await close()
    expect(made.log.slice(4).sort()).toEqual(['close a', 'close c'])
  })
})
