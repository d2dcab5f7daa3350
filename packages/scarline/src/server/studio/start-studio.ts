import { setMaxListeners } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createAdaptorServer } from '@hono/node-server'
import { ScarlineError, diskError, loadImaging, makeFolder } from '@scarline/core'
import { createApp } from './app.ts'
import type { StudioContext, StudioEngines, StudioHistory } from './context.ts'
import { createGuard } from './guard.ts'
import { type JobWorker, createJobRunner } from './jobs.ts'
import { createSiteRegistry } from './site-registry.ts'
import { serveFiles } from './static-files.ts'
import { removeLeftUploads } from './uploads.ts'

/** What a studio is started with. */
export interface StudioOptions {
  /** Holds site folders, or is one; made where it is not there. */
  dir: string
  /** Default 0: any free port. */
  port?: number
  version: string
  engines: StudioEngines
  history: StudioHistory
  worker: JobWorker
  /** Told of failures that are no answer to the request: errors of the program. */
  onInternalError?: (error: unknown) => void
  /** The built page; `studio-dist` of this package by default. */
  pageDir?: string
}

/** A running studio; loopback only. */
export interface Studio extends AsyncDisposable {
  /** With the token: opens the studio in a browser. */
  readonly url: string
  readonly port: number
  readonly token: string
  /** As {@link Studio.url}, but good once and for a minute: for command lines, which others can read. */
  oneTimeUrl(): string
  /** Resolves when the studio has ended, by {@link close} or from the page. */
  readonly ended: Promise<void>
  /** Stops the jobs after the work in hand, then the connections. */
  close(): Promise<void>
}

const HOST = '127.0.0.1'
const QUIET_MS = 600_000

/** @throws ScarlineError `usage` for a port that is taken, `disk` */
export async function startStudio(options: StudioOptions): Promise<Studio> {
  const dir = resolve(options.dir)
  const loading = loadImaging()
  await makeFolder(dir)
  await removeLeftUploads(dir)
  const registry = await createSiteRegistry(dir)
  const runner = createJobRunner(registry, options.worker)
  const shutdown = new AbortController()
  // Every tab listens for it.
  setMaxListeners(0, shutdown.signal)
  const closers: (() => Promise<void>)[] = []
  let listening = options.port ?? 0
  const guard = createGuard(() => listening)

  let ending: Promise<void> | null = null
  let ended = (): void => {}
  const whenEnded = new Promise<void>((done) => {
    ended = done
  })
  const close = (): Promise<void> => {
    ending ??= (async () => {
      await runner.close()
      await registry.close()
      shutdown.abort()
      await closeServer(server)
      for (const one of closers) await one()
    })().finally(ended)
    return ending
  }

  const studio: StudioContext = {
    version: options.version,
    dir,
    sites: registry,
    jobs: runner,
    engines: options.engines,
    history: options.history,
    signal: shutdown.signal,
    onClose: (one) => closers.push(one),
    shutDown: () => {
      setTimeout(() => {
        close().catch(() => {})
      }, 100)
    },
  }
  const page = await serveFiles(
    options.pageDir ?? fileURLToPath(new URL('../../../studio-dist', import.meta.url)),
    () => listening,
  )
  const app = createApp(studio, guard, page, options.onInternalError)
  const server = createAdaptorServer({ fetch: app.fetch, hostname: HOST }) as Server
  // An upload of rasters may take longer than the five minutes that Node gives a request.
  server.requestTimeout = 0
  // One on which nothing moves is let go; streams of events are heard of every few seconds.
  server.timeout = QUIET_MS
  await loading
  await listen(server, listening)
  listening = (server.address() as AddressInfo).port
  const address = `http://${HOST}:${listening}`
  return {
    url: `${address}/?token=${guard.token}`,
    port: listening,
    token: guard.token,
    oneTimeUrl: () => `${address}/?token=${guard.oneTimeWord()}`,
    ended: whenEnded,
    close,
    [Symbol.asyncDispose]: close,
  }
}

async function listen(server: Server, port: number): Promise<void> {
  await new Promise<void>((done, fail) => {
    server.once('error', fail)
    server.listen(port, HOST, () => {
      server.off('error', fail)
      done()
    })
  }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EADDRINUSE' && error.code !== 'EACCES') throw diskError(error, 'listen')
    const why = error.code === 'EACCES' ? 'may not be used' : 'is in use'
    throw new ScarlineError(`the port ${port} ${why}, expected a free one`, {
      code: 'usage',
      hint: 'Leave --port out for any free port.',
    })
  })
}

async function closeServer(server: Server): Promise<void> {
  if (!server.listening) return
  const closed = new Promise<void>((done) => {
    server.close(() => done())
  })
  // Connections without an answer in hand end at once, the others when they have been given a moment.
  const sweep = setInterval(() => server.closeIdleConnections(), 50)
  const patience = setTimeout(() => server.closeAllConnections(), 1000)
  server.closeIdleConnections()
  await closed
  clearInterval(sweep)
  clearTimeout(patience)
}
