import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  type ArchiveServer,
  startArchiveServer,
} from '../packages/scarline/src/server/archive-server.ts'
import { en } from '../packages/studio/src/words/en.ts'
import { zh } from '../packages/studio/src/words/zh.ts'
import {
  type StudioCommand,
  bringAxe,
  findBrowser,
  seriousFaults,
  startBrowser,
  startStudioCommand,
  tabTo,
} from '../bench/src/studio/browser.ts'
import { scarline } from './command-line.ts'
import { clickLngLat, eventually, openSettings, siteOf, waitForJob } from './studio-page.ts'

const ROOT = resolve(import.meta.dirname, '..')
const SITE = 'e2e-valley'
const program = findBrowser()
if (!program) console.warn('skipped: no chromium on the PATH')
const hasPage = existsSync(join(ROOT, 'packages/scarline/studio-dist/index.html'))

let parent: string
let dir: string
let archive: ArchiveServer
let studio: StudioCommand
let browser: Browser
let context: BrowserContext
let page: Page
let valley: {
  bbox: number[]
  prompts: { frame_date: string; positive: [number, number][]; negative: [number, number][] }
}
/** What no page may do. */
const complaints: string[] = []

describe.skipIf(!program)('the studio in a browser', { timeout: 90_000 }, () => {
  beforeAll(async () => {
    expect(hasPage, 'run npm run build:studio first').toBe(true)
    parent = await mkdtemp(join(tmpdir(), 'scarline-studio-e2e-'))
    dir = join(parent, 'sites')
    await mkdir(dir)
    const from = ['--from', '2018-05-05', '--to', '2019-04-04']
    const size = ['--seed', '11', '--size-m', '800', '--scenes', '12']
    const made = await scarline('simulate', join(parent, 'archive'), ...size, ...from)
    expect(made.code).toBe(0)
    valley = JSON.parse(await readFile(join(parent, 'archive/site.json'), 'utf8'))
    archive = await startArchiveServer({ dir: join(parent, 'archive') })
    studio = await startStudioCommand(ROOT, dir)
    browser = await startBrowser(program as string)
    context = await browser.newContext({
      ...{ viewport: { width: 1440, height: 900 }, locale: 'en-GB', acceptDownloads: true },
    })
    page = await openPage()
    await page.goto(studio.url)
  }, 120_000)

  afterAll(async () => {
    await browser?.close()
    await studio?.stop()
    await archive?.close()
    if (parent) await rm(parent, { recursive: true, force: true })
  })

  // Every test goes on where the one before it ended.
  let hasFailed = false
  beforeEach((test) => test.skip(hasFailed, 'an earlier step failed'))
  afterEach(({ task }) => {
    hasFailed ||= task.result?.state === 'fail'
  })

  it('makes a site with the keyboard alone', async () => {
    await page.getByText(en.sites.none).waitFor()
    expect(await seriousFaults(page)).toEqual([])
    await page.keyboard.press('n')
    await tabTo(page, 'textbox', en.newSite.name)
    await page.keyboard.type(SITE)
    await tabTo(page, 'textbox', en.newSite.bbox)
    await page.keyboard.type('W, S, E, N')
    await page.getByText(en.newSite.faults.bbox('W, S, E, N')).waitFor()
    await page.keyboard.press('ControlOrMeta+a')
    await page.keyboard.type(valley.bbox.join(', '))
    await tabTo(page, 'combobox', en.newSite.source)
    await page.keyboard.type(en.newSite.providers.stac.slice(0, 7))
    await tabTo(page, 'textbox', en.newSite.from)
    // Reads the same whether the browser has the day or the month first.
    await page.keyboard.type('05052018')
    await tabTo(page, 'textbox', en.newSite.to)
    await page.keyboard.type('04042019')
    await tabTo(page, 'textbox', en.newSite.stacUrl)
    await page.keyboard.type(archive.url)
    await tabTo(page, 'textbox', en.newSite.pixelSize)
    await page.keyboard.press('ControlOrMeta+a')
    await page.keyboard.type('4')
    expect(await seriousFaults(page)).toEqual([])
    await tabTo(page, 'button', en.newSite.create)
    await page.keyboard.press('Enter')
    await waitForJob(page, 'acquire')
    await eventually(() => page.getByRole('option').count()).toBeGreaterThanOrEqual(9)
  })

  it('keeps and rejects scenes, takes that back, and makes frames', async () => {
    const kept = page.locator('.scene-tile[data-state="kept"]')
    // The page hears of the last scenes after the job has ended.
    const { kept: before } = (await siteOf(page, SITE)).sceneCounts
    expect(before).toBeGreaterThan(0)
    await eventually(() => kept.count()).toBe(before)
    await tabTo(page, 'listbox', en.scenes.sheet)
    await page.keyboard.press('Home')
    const focused = page.locator('.scene-tile[data-focused]')
    while ((await focused.getAttribute('data-state')) !== 'kept') {
      await page.keyboard.press('ArrowRight')
    }
    await page.keyboard.press('r')
    await eventually(() => kept.count()).toBe(before - 1)
    await page.getByRole('button', { name: en.undoStep('reject 1 scene') }).waitFor()
    await page.keyboard.press('ControlOrMeta+z')
    await eventually(() => kept.count()).toBe(before)
    expect(await seriousFaults(page)).toEqual([])
    await tabTo(page, 'button', en.scenes.makeFrames)
    await page.keyboard.press('Enter')
    await waitForJob(page, 'frames')
    expect((await siteOf(page, SITE)).frames?.frames).toHaveLength(before)
  })

  it('marks the scar with clicks and carries it through all frames', async () => {
    const { frames } = await siteOf(page, SITE)
    const first = frames?.frames.find(({ capturedAt }) =>
      capturedAt.startsWith(valley.prompts.frame_date),
    )
    await page.goto(`${new URL(studio.url).origin}/#/sites/${SITE}/track?frame=${first?.sceneId}`)
    const marks = page.locator('.marks li')
    const { positive, negative } = valley.prompts
    for (const [i, lngLat] of positive.entries()) {
      await clickLngLat(page, lngLat)
      await eventually(() => marks.count()).toBe(i + 1)
    }
    for (const lngLat of negative) await clickLngLat(page, lngLat, { button: 'right' })
    // At once: the last marks are still on their way.
    await page.keyboard.press('ControlOrMeta+z')
    const all = positive.length + negative.length
    await page.getByRole('button', { name: en.redoStep('').trim() }).waitFor()
    await eventually(() => marks.count()).toBe(all - 1)
    await page.keyboard.press('ControlOrMeta+Shift+z')
    await eventually(() => marks.count()).toBe(all)
    expect(await seriousFaults(page)).toEqual([])
    await page.keyboard.press('t')
    await waitForJob(page, 'track')
    expect((await siteOf(page, SITE)).track?.frames).toHaveLength(frames?.frames.length ?? 0)
  })

  it('draws a box, a lasso and a brush stroke with the keyboard, and takes them back', async () => {
    const marks = page.locator('.marks li')
    const press = async (...keys: string[]): Promise<void> => {
      for (const key of keys) await page.keyboard.press(key)
    }
    const move = (way: string, times: number): Promise<void> =>
      press(...Array.from({ length: times }, () => `Shift+Arrow${way}`))
    await press('End', 'Shift+J')
    await tabTo(page, 'button', en.track.map.box)
    await press('Enter')
    // The focus goes to the map, or Enter would press the button once more.
    await move('Right', 1)
    await press('Enter')
    await move('Right', 5)
    await move('Down', 4)
    await press('Enter')
    await eventually(() => marks.count()).toBe(1)
    await press('l', 'Enter')
    await move('Left', 4)
    await press('Enter')
    await move('Up', 4)
    await press('c')
    await eventually(() => marks.count()).toBe(2)
    // What is painted on a frame is one mark, whichever tool it was painted with.
    await press('r', 'Enter')
    await move('Left', 6)
    await press('Shift+Enter')
    await page.getByRole('button', { name: en.undoStep('erased ground') }).waitFor()
    const { prompts } = await siteOf(page, SITE)
    const drawn = prompts.filter(({ objectId }) => objectId === 2)
    expect(drawn.map(({ kind }) => kind)).toEqual(['box', 'mask'])
    await press('ControlOrMeta+z', 'ControlOrMeta+z', 'ControlOrMeta+z')
    await eventually(() => marks.count()).toBe(0)
    await press('j', 'p', 'Escape', 'Escape', 'Escape')
    await eventually(() => page.locator('.crosshair-place').innerText()).toBe('')
  })

  it('corrects and locks a frame with the keyboard; a reload and a second tab see it', async () => {
    await page.locator('#frame-title').waitFor()
    await page.keyboard.press('End')
    for (let i = 0; i < 4; i++) await page.keyboard.press('Shift+ArrowUp')
    await page.keyboard.press('Shift+Enter')
    await eventually(() => page.locator('.marks li').count()).toBe(1)
    await page.keyboard.press('t')
    await waitForJob(page, 'track', 2)
    await page.keyboard.press('k')
    const badgeOn = (tab: Page): Locator =>
      tab.locator('.badge', { hasText: en.track.frame.locked })
    const badge = badgeOn(page)
    await badge.waitFor()
    await page.reload()
    await badge.waitFor()
    expect(await page.locator('.marks li').count()).toBe(1)
    const other = await openPage()
    await other.goto(page.url())
    await badgeOn(other).waitFor()
    await other.keyboard.press('k')
    await eventually(() => badge.count()).toBe(0)
    await eventually(() => badgeOn(other).count()).toBe(0)
    await other.keyboard.press('k')
    await badge.waitFor()
    const { revision } = await siteOf(page, SITE)
    for (const _ of ['off', 'on again, before an answer']) await other.keyboard.press('k')
    await eventually(async () => (await siteOf(page, SITE)).revision).toBe(revision + 2)
    await badge.waitFor()
    await other.close()
    const { track } = await siteOf(page, SITE)
    expect(track?.frames.filter(({ locked }) => locked)).toHaveLength(1)
  })

  it('analyses; chart, filmstrip and tables go together; figures and files leave the page', async () => {
    await page.keyboard.press('g')
    await page.keyboard.press('a')
    await tabTo(page, 'button', en.analysis.analyse)
    await page.keyboard.press('Enter')
    await waitForJob(page, 'analyse')
    const figure = page.getByRole('region', { name: en.analysis.area.title })
    const chart = figure.getByRole('img')
    await chart.waitFor()
    await figure.locator('.strip-frame').first().waitFor()
    const box = await chart.boundingBox()
    await page.mouse.move((box?.x ?? 0) + (box?.width ?? 0) - 20, (box?.y ?? 0) + 150)
    await eventually(() => figure.locator('.strip-frame').last().getAttribute('data-hovered')).toBe(
      'true',
    )
    await page.getByRole('tab', { name: en.analysis.tables.frames, exact: true }).click()
    const { frames } = await siteOf(page, SITE)
    expect(await page.locator('.data-table tbody tr').count()).toBe(frames?.frames.length)
    expect(await seriousFaults(page)).toEqual([])
    const svg = await saved(
      figure.getByRole('button', { name: en.analysis.save(en.analysis.area.title, 'SVG') }).click(),
    )
    expect(svg.name).toBe(`${SITE}-area.svg`)
    expect(svg.text).toMatch(/^<\?xml[\s\S]*<svg[\s\S]*90 % interval[\s\S]*<\/svg>\s*$/)
    expect(svg.text).not.toContain('var(')
    const csv = await saved(
      page
        .getByRole('link', {
          name: en.analysis.exports.download(en.analysis.exports.names['area.csv'] ?? ''),
        })
        .click(),
    )
    expect(csv.text.trim().split('\n')).toHaveLength(1 + (frames?.frames.length ?? 0))
  })

  it('plays the years as a film', async () => {
    await page.keyboard.press('g')
    await page.keyboard.press('p')
    const slider = page.getByRole('slider', { name: en.play.scrubber })
    await slider.waitFor()
    await page.keyboard.press('Home')
    await eventually(() => slider.getAttribute('aria-valuenow')).toBe('1')
    await page.keyboard.press('Space')
    await eventually(() => slider.getAttribute('aria-valuenow')).not.toBe('1')
    await page.keyboard.press('Space')
    await page.keyboard.press('End')
    await page.keyboard.press('ArrowLeft')
    const { frames } = await siteOf(page, SITE)
    const count = frames?.frames.length ?? 0
    await eventually(() => slider.getAttribute('aria-valuenow')).toBe(String(count - 1))
    expect(await seriousFaults(page)).toEqual([])
    await page.locator('summary', { hasText: en.play.files }).press('Enter')
    const png = await saved(page.getByRole('button', { name: en.play.savePng }).click())
    expect(png.name).toMatch(/^e2e-valley-\d{4}-\d\d-\d\d\.png$/)
    expect(png.text.slice(1, 4)).toBe('PNG')
  })

  it('speaks Chinese on every page', async () => {
    await openSettings(page)
    await page.getByRole('button', { name: '中文' }).click()
    const english = leaves(en).filter(
      (text) => /[a-z]{4}/i.test(text) && !leaves(zh).includes(text),
    )
    for (const place of [
      '',
      ...['scenes', 'track', 'analysis', 'play'].map((one) => `/${SITE}/${one}`),
    ]) {
      await page.goto(`${new URL(studio.url).origin}/#/sites${place}`)
      await page.getByRole('link', { name: zh.app.sites }).first().waitFor()
      await eventually(() => page.locator('main').innerText()).toMatch(/[\u4e00-\u9fff]{2}/)
      expect(await page.evaluate('document.documentElement.lang')).toBe('zh-Hans')
      const text = await page.locator('body').innerText()
      const lines = new Set(text.split('\n').map((line) => line.trim()))
      expect(english.filter((one) => lines.has(one))).toEqual([])
    }
    await page.reload()
    await page.getByRole('link', { name: zh.pages.play, exact: true }).waitFor()
    await openSettings(page)
    await page.getByRole('button', { name: 'English' }).click()
  })

  it('says in words that the server is gone, and asked nobody else', async () => {
    expect(complaints).toEqual([])
    await studio.stop()
    await page.getByText(en.app.lost).waitFor()
  })
})

/** A page that is watched for faults and for requests that leave this machine. */
async function openPage(): Promise<Page> {
  const opened = await context.newPage()
  await bringAxe(opened)
  opened.on('pageerror', (error) => complaints.push(`error: ${error.message}`))
  opened.on('console', (message) => {
    const isOurs = !message.text().startsWith('Failed to load resource')
    if (message.type() === 'error' && isOurs) complaints.push(`console: ${message.text()}`)
  })
  opened.on('response', (response) => {
    if (response.status() >= 400) complaints.push(`${response.status()}: ${response.url()}`)
  })
  opened.on('request', (request) => {
    const { protocol, hostname } = new URL(request.url())
    if (!['blob:', 'data:'].includes(protocol) && hostname !== '127.0.0.1') {
      complaints.push(`request: ${request.url()}`)
    }
  })
  return opened
}

/** The file that a click leaves. */
async function saved(click: Promise<void>): Promise<{ name: string; text: string }> {
  const [download] = await Promise.all([page.waitForEvent('download'), click])
  const name = download.suggestedFilename()
  const path = join(parent, name)
  await download.saveAs(path)
  return { name, text: await readFile(path, 'latin1') }
}

function leaves(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(leaves) : []
}
