import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { delimiter, join, resolve } from 'node:path'
import { type Browser, type Page, chromium } from 'playwright-core'
import { installRecorder } from './recorder.ts'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome']
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]
const ROOT = resolve(import.meta.dirname, '../../..')

/** @throws Error where there is no browser on the PATH */
export async function startBrowser(): Promise<Browser> {
  const folders = ['/usr/bin', ...(process.env['PATH'] ?? '').split(delimiter)]
  const program = folders
    .flatMap((folder) => NAMES.map((name) => join(folder, name)))
    .find((path) => existsSync(path))
  if (!program) throw new Error('got no chromium on the PATH, expected one; install it')
  return chromium.launch({ executablePath: program, args: FLAGS })
}

/** A running `scarline studio`. */
export interface StudioProcess {
  /** With the token. */
  url: string
  stop(): Promise<void>
}

/** Runs the built command over a folder of sites. */
export async function startStudio(dir: string): Promise<StudioProcess> {
  const bin = join(ROOT, 'packages/scarline/bin/scarline.js')
  const child = spawn(process.execPath, [bin, 'studio', dir, '--no-open'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const exited = once(child, 'exit')
  let said = ''
  const url = await new Promise<string>((done, fail) => {
    const hear = (chunk: Buffer): void => {
      said += String(chunk)
      const found = /http:\/\/127\.0\.0\.1:\d+\/\?token=\S+/.exec(said)
      if (found) done(found[0])
    }
    child.stdout.on('data', hear)
    child.stderr.on('data', hear)
    child.once('exit', (code) => fail(new Error(`scarline studio ended with ${code}: ${said}`)))
  })
  return {
    url,
    async stop() {
      child.kill('SIGINT')
      await exited
    },
  }
}

/** From the hand's event to the mask; the page measures it itself, too. */
export const MASK_MEASURE = 'scarline:mark-to-mask'
/** The frame's own picture is painted. */
export const FRAME_MARK = 'scarline:frame'
/** The area curve is drawn, and every frame has its place. */
export const TIMELINE_MARK = 'scarline:timeline'
/** The small pictures are drawn, too. */
export const FILMSTRIP_MARK = 'scarline:filmstrip'

/** A page of its own session: nothing is in its cache. It knows the token. */
export async function openPage(browser: Browser, studio: StudioProcess): Promise<Page> {
  const { origin, port, searchParams } = new URL(studio.url)
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } })
  await context.addCookies([
    { name: `scarline-${port}`, value: searchParams.get('token') ?? '', url: origin },
  ])
  const page = await context.newPage()
  await page.addInitScript(installRecorder, MASK_MEASURE)
  return page
}
