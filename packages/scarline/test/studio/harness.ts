import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { request as httpRequest } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type StudioEvent, createNdviSegmenter } from '@scarline/core'
import type { StudioEngines } from '../../src/server/studio/context.ts'
import { createStudioHistory } from '../../src/server/studio/history.ts'
import { workInProcess } from '../../src/server/studio/job-workers.ts'
import type { JobWorker } from '../../src/server/studio/jobs.ts'
import { type Studio, startStudio } from '../../src/server/studio/start-studio.ts'

const engines: StudioEngines = {
  list: async () => [{ id: 'ndvi', ready: true, words: 'needs no weights', isDefault: true }],
  choose: async () => createNdviSegmenter(),
}

/** An answer with its JSON. */
export interface Answer {
  status: number
  headers: Headers
  // What a test looks into is its own business.
  body: ReturnType<typeof JSON.parse>
}

/** A studio over a temporary directory, and a tab that is logged in. */
export interface TestStudio extends AsyncDisposable {
  studio: Studio
  dir: string
  base: string
  cookie: string
  /** With the cookie and the header of mutations. */
  api(
    path: string,
    options?: { method?: string; body?: unknown; revision?: number },
  ): Promise<Answer>
  send(path: string, form: FormData, revision?: number): Promise<Answer>
  /** Events of a site as they come; ends with `stop`. */
  listen(site: string, since?: number): Promise<Listener>
}

export interface Listener {
  events: StudioEvent[]
  /** Waits for an event, those that came already included. */
  until(is: (event: StudioEvent) => boolean): Promise<StudioEvent>
  /** Resolves when the server has ended the stream. */
  ended: Promise<void>
  stop(): void
}

/** A raw request, with whatever Host and path. */
export function rawRequest(
  port: number,
  path: string,
  headers: Record<string, string>,
  method = 'GET',
): Promise<{ status: number; body: string; location: string | undefined }> {
  return new Promise((done, fail) => {
    const request = httpRequest({ host: '127.0.0.1', port, path, method, headers }, (response) => {
      let body = ''
      response.on('data', (chunk) => (body += String(chunk)))
      response.on('end', () =>
        done({ status: response.statusCode ?? 0, body, location: response.headers.location }),
      )
    })
    request.on('error', fail)
    request.end()
  })
}

/** Starts a studio over `dir` (a temporary one by default). */
export async function openStudio(
  options: { dir?: string; worker?: JobWorker } = {},
): Promise<TestStudio> {
  const parent = await mkdtemp(join(tmpdir(), 'scarline-studio-'))
  const dir = options.dir ?? join(parent, 'sites')
  const pageDir = join(parent, 'page')
  await mkdir(join(pageDir, 'assets'), { recursive: true })
  await writeFile(join(pageDir, 'index.html'), '<!doctype html><title>the page</title>')
  await writeFile(join(pageDir, 'assets/app-1a2b.js'), 'export {}')
  const tools = { version: '0.0.0', weights: new Map(), choose: engines.choose }
  const studio = await startStudio({
    ...{ dir, version: '0.0.0', engines, pageDir, history: createStudioHistory() },
    worker: options.worker ?? workInProcess(tools),
  })
  const base = `http://127.0.0.1:${studio.port}`
  const cookie = `scarline-${studio.port}=${studio.token}`
  const call = async (path: string, init: RequestInit, revision?: number): Promise<Answer> => {
    const headers = new Headers(init.headers)
    headers.set('cookie', cookie)
    headers.set('x-scarline', '1')
    if (revision !== undefined) headers.set('x-revision', String(revision))
    const response = await fetch(`${base}/api${path}`, { ...init, headers })
    const text = await response.text()
    const isJson = response.headers.get('content-type')?.startsWith('application/json')
    return {
      status: response.status,
      headers: response.headers,
      body: isJson ? JSON.parse(text) : text,
    }
  }
  return {
    studio,
    dir,
    base,
    cookie,
    api: (path, { method = 'GET', body, revision } = {}) =>
      call(
        path,
        body === undefined
          ? { method }
          : { method, body: JSON.stringify(body), headers: { 'content-type': 'application/json' } },
        revision,
      ),
    send: (path, form, revision) => call(path, { method: 'POST', body: form }, revision),
    listen: (site, since) =>
      listen(
        `${base}/api/sites/${site}/events${since === undefined ? '' : `?since=${since}`}`,
        cookie,
      ),
    async [Symbol.asyncDispose]() {
      await studio.close()
      await rm(parent, { recursive: true, force: true })
    },
  }
}

async function listen(url: string, cookie: string): Promise<Listener> {
  const away = new AbortController()
  const response = await fetch(url, { headers: { cookie }, signal: away.signal })
  if (response.status !== 200 || !response.body) throw new Error(await response.text())
  const events: StudioEvent[] = []
  const waiting = new Set<() => void>()
  const body = response.body
  const ended = (async () => {
    let text = ''
    for await (const chunk of body.pipeThrough(new TextDecoderStream())) {
      text += chunk
      const blocks = text.split('\n\n')
      text = blocks.pop() ?? ''
      for (const block of blocks) {
        const data = /^data: (.*)$/m.exec(block)?.[1]
        if (data !== undefined) events.push(JSON.parse(data) as StudioEvent)
      }
      for (const wake of waiting) wake()
    }
  })().catch((error: unknown) => {
    if (!away.signal.aborted) throw error
  })
  return {
    events,
    ended,
    stop: () => away.abort(),
    async until(is) {
      for (;;) {
        const found = events.find(is)
        if (found) return found
        await new Promise<void>((done) => {
          const wake = (): void => {
            waiting.delete(wake)
            done()
          }
          waiting.add(wake)
        })
      }
    },
  }
}
