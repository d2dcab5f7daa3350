import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { type Server, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { addPrompts, initSite, openSiteFolder } from '@scarline/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { lngLatOf, smallSite } from '../../../core/test/runs/small-site.ts'
import { scarline, startScarline } from '../../../../test/command-line.ts'

let dir: string
/** An archive that takes every question and answers none. */
let silent: Server
const started: ReturnType<typeof startScarline>[] = []

beforeAll(async () => {
  silent = createServer(() => {})
  await new Promise<void>((done) => {
    silent.listen(0, '127.0.0.1', done)
  })
  const stac = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`
  dir = await mkdtemp(join(tmpdir(), 'scarline-command-'))
  const folder = await smallSite(join(dir, 'small'), 6)
  await addPrompts(folder, { frame: '0', positive: [lngLatOf(1, 6)] })
  await folder.close()
  const bbox = '98.69,31.07,98.71,31.09'
  const days = { from: '2020-01-01', to: '2020-12-31' }
  await (await initSite(join(dir, 'waiting'), { bbox, stac, ...days })).close()
})
afterAll(async () => {
  for (const { child } of started) child.kill('SIGKILL')
  silent.closeAllConnections()
  silent.close()
  await rm(dir, { recursive: true, force: true })
})

interface Tab {
  url: URL
  get(path: string): Promise<ReturnType<typeof JSON.parse>>
  send(method: string, path: string, body?: unknown): Promise<ReturnType<typeof JSON.parse>>
}

/** Starts the built command and logs in with the address that it printed. */
async function startStudio(): Promise<Tab & { process: ReturnType<typeof startScarline> }> {
  const process = startScarline(['studio', dir, '--no-open'])
  started.push(process)
  const url = await new Promise<string>((done, fail) => {
    let text = ''
    process.child.stdout?.on('data', (chunk) => {
      text += String(chunk)
      if (text.includes('\n')) done(text.trim())
    })
    void process.finished.then(({ stderr }) => fail(new Error(stderr)))
  })
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]{43}$/)
  const entered = await fetch(url, { redirect: 'manual' })
  const cookie = (entered.headers.get('set-cookie') ?? '').split(';')[0] as string
  const send: Tab['send'] = async (method, path, body) => {
    const answer = await fetch(new URL(`/api${path}`, url), {
      method,
      headers: { cookie, 'x-scarline': '1', 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    return answer.json()
  }
  return { url: new URL(url), process, send, get: (path) => send('GET', path) }
}

const stateOf = async (tab: Tab, site: string): Promise<string> =>
  (await tab.get(`/sites/${site}`)).jobs.at(-1).state

async function startEndlessJob(tab: Tab): Promise<string> {
  const { id } = await tab.send('POST', '/sites/waiting/jobs', { kind: 'acquire', options: {} })
  await expect
    .poll(async () => (await tab.get('/sites/waiting')).jobs.at(-1).stage, { timeout: 20_000 })
    .toBe('acquire')
  return id as string
}

describe('scarline studio', () => {
  it('does jobs in processes of their own, stops them with Ctrl-C, and leaves no lock', async () => {
    const tab = await startStudio()
    const job = { kind: 'track', options: { segmenter: 'ndvi' } }
    await tab.send('POST', '/sites/small/jobs', job)
    await expect.poll(() => stateOf(tab, 'small'), { timeout: 20_000, interval: 100 }).toBe('done')
    expect((await tab.get('/sites/small')).objects).toMatchObject([{ masks: 6 }])
    const busy = await scarline('studio', dir, '--port', tab.url.port)
    expect(busy.code).toBe(2)
    expect(busy.stderr).toMatch(/the port \d+ is in use/)
    // Another is stopped in the middle.
    await startEndlessJob(tab)
    tab.process.child.kill('SIGINT')
    const { code, stderr } = await tab.process.finished
    expect({ code, stderr }).toMatchObject({ code: 0 })
    expect(existsSync(join(dir, 'waiting/.scarline-lock'))).toBe(false)
  }, 60_000)

  it('cancels a job in its process, and takes its jobs with it when it is killed', async () => {
    const tab = await startStudio()
    const id = await startEndlessJob(tab)
    await tab.send('DELETE', `/sites/waiting/jobs/${id}`)
    await expect.poll(() => stateOf(tab, 'waiting'), { timeout: 20_000 }).toBe('cancelled')
    await startEndlessJob(tab)
    const server = tab.process.child.pid as number
    const children = (await readFile(`/proc/${server}/task/${server}/children`, 'utf8'))
      .trim()
      .split(' ')
    expect(children).toHaveLength(1)
    tab.process.child.kill('SIGKILL')
    await tab.process.finished
    await expect
      .poll(() => spawnSync('kill', ['-0', children[0] as string]).status, { timeout: 10_000 })
      .not.toBe(0)
    // The lock of a dead process is taken over.
    await (await openSiteFolder(join(dir, 'waiting'))).close()
  }, 60_000)
})
