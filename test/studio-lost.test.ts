import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { en } from '../packages/studio/src/words/en.ts'
import {
  type StudioCommand,
  findBrowser,
  startBrowser,
  startStudioCommand,
} from '../bench/src/studio/browser.ts'

const ROOT = resolve(import.meta.dirname, '..')
const program = findBrowser()
if (!program) console.warn('skipped: no chromium on the PATH')

let dir: string
let port: number
let studio: StudioCommand
let browser: Browser
let page: Page

describe.skipIf(!program)('what a person does wrong, or what goes wrong for them', () => {
  beforeAll(async () => {
    expect(existsSync(join(ROOT, 'packages/scarline/studio-dist/index.html'))).toBe(true)
    dir = await mkdtemp(join(tmpdir(), 'scarline-studio-lost-'))
    port = await freePort()
    studio = await startStudioCommand(ROOT, dir, port)
    browser = await startBrowser(program as string)
    page = await (await browser.newContext({ locale: 'en-GB' })).newPage()
    await page.goto(studio.url)
    await page.getByText(en.sites.none).waitFor()
  }, 120_000)

  afterAll(async () => {
    await browser?.close()
    await studio?.stop()
    if (dir) await rm(dir, { recursive: true, force: true })
  })

  it('is answered in words beside it', async () => {
    const { faults } = en.newSite
    await page.goto(`${new URL(studio.url).origin}/#/new`)
    const isSaid = (text: string): Promise<void> => page.getByText(text).waitFor()
    await drop({ 'slope.geojson': 'my notes' })
    await isSaid(faults.notJson('slope.geojson'))
    await drop({ 'notes.txt': 'my notes' })
    await isSaid(faults.unknownFile('notes.txt'))
    await drop({ 'a.txt': 'x', 'b.doc': 'y' })
    await isSaid(faults.noRasters)
    await page.getByRole('textbox', { name: en.newSite.bbox }).fill('98, 30, 99.2, 31')
    await expect.poll(() => page.getByText(faults.noRasters).count()).toBe(0)
    await isSaid(faults.tooLarge('12,784 km²'))
    await page.getByLabel(en.newSite.from).fill('2020-06-30')
    await page.getByLabel(en.newSite.to).fill('2017-01-01')
    await page.getByRole('button', { name: en.newSite.create }).click()
    await isSaid(faults.dayOrder)
    await isSaid(faults.name)
  })

  it('says that there is no such site instead of losing the server', async () => {
    await page.goto(`${new URL(studio.url).origin}/#/sites/nowhere/scenes`)
    await page.getByText(en.app.noSite).waitFor()
    expect(await page.getByText(en.app.lost).count()).toBe(0)
    await page.getByRole('main').getByRole('link', { name: en.app.sites }).click()
    await page.getByText(en.sites.none).waitFor()
  })

  it('says on a page without a site that the server is gone, and goes on when it is back', async () => {
    await studio.kill()
    await page.getByText(en.app.lost).waitFor()
    studio = await startStudioCommand(ROOT, dir, port)
    await page.getByText(en.app.restarted).waitFor()
    const other = await page.context().newPage()
    await other.goto(studio.url)
    await other.getByText(en.sites.none).waitFor()
    await page.bringToFront()
    await expect.poll(() => page.locator('.lost').count(), { timeout: 10_000 }).toBe(0)
    await page.getByText(en.sites.none).waitFor()
  })
})

async function drop(files: Record<string, string>): Promise<void> {
  await page.locator('.new-site').waitFor()
  await page.evaluate((named) => {
    const { DataTransfer, DragEvent, File, document } = globalThis as unknown as Dom
    const dataTransfer = new DataTransfer()
    for (const [name, text] of Object.entries(named)) {
      dataTransfer.items.add(new File([text], name))
    }
    const init = { dataTransfer, bubbles: true, cancelable: true }
    document.querySelector('.new-site')?.dispatchEvent(new DragEvent('drop', init))
  }, files)
}

/** What `drop` uses of the page: this folder is checked without the browser's types. */
interface Dom {
  DataTransfer: new () => { items: { add(file: object): void } }
  DragEvent: new (type: string, init: object) => object
  File: new (parts: string[], name: string) => object
  document: { querySelector(selector: string): { dispatchEvent(event: object): void } | null }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const { port: free } = server.address() as AddressInfo
  await new Promise<unknown>((done) => server.close(done))
  return free
}
