import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { type Server, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, extname, join, normalize } from 'node:path'
import { buffer, text } from 'node:stream/consumers'

const ROOT = join(import.meta.dirname, '../../../..')
const NAMES = ['chromium', 'chromium-browser', 'google-chrome']
const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]
const TYPES: Record<string, string> = {
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.wasm': 'application/wasm',
}
const IMPORTS = {
  '@scarline/sam2': '/packages/sam2/dist/index.js',
  '@scarline/sam2/onnxruntime-web': '/packages/sam2/dist/runtime/onnxruntime-web.js',
  '@zip.js/zip.js': '/node_modules/@zip.js/zip.js/index.js',
  'onnxruntime-web/wasm': '/node_modules/onnxruntime-web/dist/ort.wasm.bundle.min.mjs',
  'onnxruntime-web/webgpu': '/node_modules/onnxruntime-web/dist/ort.webgpu.bundle.min.mjs',
}
const PAGE = `<!doctype html><link rel="icon" href="data:,"><script type="importmap">${JSON.stringify({ imports: IMPORTS })}</script>
<script type="module" src="/packages/sam2/test/runtime/browser-page.mjs"></script>`

/** What the page posts when it is through. */
export interface PageResult {
  /** Logits of all frames, one after the other. */
  logits: Float32Array
  fallbacks: string[]
  openSessions: number
  sessionsAfterClose: number
  longestPause_ms: number
  time_ms: number
  isolated: boolean
  /** Paths asked for that are not there. */
  refused: string[]
}

/** The browser's program, or undefined where there is none. */
export function findChromium(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  return folders.flatMap((folder) => NAMES.map((name) => join(folder, name))).find(existsSync)
}

/**
 * Opens the page in a browser of its own and waits for what it posts.
 * @throws Error with the page's own words when it fails, or after `limit_ms`
 */
export async function runPage(
  program: string,
  query: Record<string, string>,
  limit_ms: number,
): Promise<PageResult> {
  const profile = await mkdtemp(join(tmpdir(), 'sam2-chromium-'))
  const { promise, resolve, reject } = deferred<PageResult>()
  const server = serve(resolve, reject)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const address = `http://127.0.0.1:${port}/?${new URLSearchParams(query)}`
  const browser = spawn(program, [...FLAGS, `--user-data-dir=${profile}`, address], {
    stdio: 'ignore',
    detached: true,
  })
  browser.once('error', reject)
  browser.once('exit', (code) => reject(new Error(`the browser ended with ${code}`)))
  const limit = setTimeout(() => reject(new Error(`no result after ${limit_ms} ms`)), limit_ms)
  try {
    return await promise
  } finally {
    clearTimeout(limit)
    await end(browser)
    server.closeAllConnections()
    server.close()
    await rm(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
  }
}

/** Ends the browser and the processes that it started: they are a group of their own. */
async function end(browser: ChildProcess): Promise<void> {
  if (browser.pid === undefined || browser.exitCode !== null) return
  const exited = once(browser, 'exit')
  process.kill(-browser.pid, 'SIGKILL')
  await exited
}

function serve(resolve: (result: PageResult) => void, reject: (error: Error) => void): Server {
  let logits = new Float32Array()
  const refused: string[] = []
  return createServer(async (request, response) => {
    const path = normalize(decodeURIComponent((request.url ?? '/').split('?')[0] as string))
    // Cross-origin isolation gives the page shared memory, and with it threads.
    response.setHeader('Cross-Origin-Opener-Policy', 'same-origin')
    response.setHeader('Cross-Origin-Embedder-Policy', 'require-corp')
    if (request.method === 'POST') {
      if (path === '/logits') {
        const bytes = await buffer(request)
        logits = new Float32Array(new Uint8Array(bytes).buffer)
      } else {
        const posted = await text(request)
        if (path === '/done') resolve({ ...(JSON.parse(posted) as PageResult), logits, refused })
        else reject(new Error(posted))
      }
      response.end()
      return
    }
    if (path === '/') {
      response.setHeader('Content-Type', 'text/html').end(PAGE)
      return
    }
    try {
      const bytes = await readFile(join(ROOT, path))
      response.setHeader('Content-Type', TYPES[extname(path)] ?? 'text/plain').end(bytes)
    } catch {
      refused.push(path)
      response.writeHead(404).end()
    }
  })
}

interface Deferred<T> {
  promise: Promise<T>
  resolve: (value: T) => void
  reject: (error: Error) => void
}

function deferred<T>(): Deferred<T> {
  let resolve!: (value: T) => void
  let reject!: (error: Error) => void
  const promise = new Promise<T>((yes, no) => {
    resolve = yes
    reject = no
  })
  return { promise, resolve, reject }
}
