import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { delimiter, join, resolve } from 'node:path'
import { type Browser, type Page, chromium } from 'playwright-core'

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

/** The browser's program, or undefined where there is none. */
export function findBrowser(): string | undefined {
  const folders = ['/usr/bin', ...(process.env['PATH'] ?? '').split(delimiter)]
  return folders.flatMap((folder) => NAMES.map((name) => join(folder, name))).find(existsSync)
}

/** @throws Error where there is none */
export function requireBrowser(): string {
  const program = findBrowser()
  if (program) return program
  throw new Error('got no chromium on the PATH, expected one; install it and run this again')
}

/** Starts a browser without a window. */
export function startBrowser(program: string): Promise<Browser> {
  return chromium.launch({ executablePath: program, args: FLAGS })
}

/** A running `scarline studio`. */
export interface StudioCommand {
  /** With the token. */
  url: string
  /** Ends it as Ctrl-C does. */
  stop(): Promise<void>
  /** Ends it at once, as a power cut does. */
  kill(): Promise<void>
}

/**
 * Runs the built command over a folder of sites.
 * @param root of the workspace
 * @param port any free one without
 * @throws Error with what the command said where it does not start
 */
export async function startStudioCommand(
  root: string,
  dir: string,
  port?: number,
): Promise<StudioCommand> {
  const bin = resolve(root, 'packages/scarline/bin/scarline.js')
  const at = port === undefined ? [] : ['--port', String(port)]
  const child = spawn(process.execPath, [bin, 'studio', dir, '--no-open', ...at], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, SCARLINE_MODELS: join(dir, 'no-models') },
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
  const end = async (signal: 'SIGINT' | 'SIGKILL'): Promise<void> => {
    child.kill(signal)
    await exited
  }
  return { url, stop: () => end('SIGINT'), kill: () => end('SIGKILL') }
}

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js')

/** Has axe-core in every page that is opened from now on. */
export async function bringAxe(page: Page): Promise<void> {
  await page.addInitScript({ content: readFileSync(AXE, 'utf8') })
}

/** A fault that axe-core found. */
export interface AxeFault {
  id: string
  impact: string
  /** The first elements, as HTML. */
  nodes: string[]
}

/** Serious and critical violations of the page as it is now. */
export async function seriousFaults(page: Page): Promise<AxeFault[]> {
  const faults = await page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: { run(options: object): Promise<{ violations: Violation[] }> }
    }
    interface Violation {
      id: string
      impact: string
      nodes: { html: string }[]
    }
    const { violations } = await axe.run({ resultTypes: ['violations'] })
    return violations.map(({ id, impact, nodes }) => ({
      id,
      impact,
      nodes: nodes.slice(0, 5).map(({ html }) => html.slice(0, 200)),
    }))
  })
  return faults.filter(({ impact }) => impact === 'serious' || impact === 'critical')
}

/** Presses Tab until the control of that name and role has the focus. */
export async function tabTo(page: Page, role: string, name: string | RegExp): Promise<void> {
  const wanted = page.getByRole(role as 'button', { name, exact: typeof name === 'string' }).first()
  await wanted.waitFor()
  for (let i = 0; i < 120; i++) {
    if (await wanted.evaluate((one) => one === one.ownerDocument.activeElement)) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`no Tab led to the ${role} ${name}`)
}
