import { mkdir, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import type { Browser, Page } from 'playwright-core'
import sharp from 'sharp'
import {
  bringAxe,
  requireBrowser,
  seriousFaults,
  startBrowser,
  startStudioCommand,
} from '../studio/browser.ts'
import { TOUR_PAGES, type TourPage } from './tour-pages.ts'
import { makeTourSites } from './tour-sites.ts'

const SIZES = [
  { width: 1440, height: 900 },
  { width: 1024, height: 768 },
] as const
const THEMES = ['light', 'dark'] as const
/** Pages that are also shown in Chinese. */
const CHINESE = new Set(['track', 'analysis'])

interface View {
  size: (typeof SIZES)[number]
  theme: (typeof THEMES)[number]
  language: 'en' | 'zh'
}

const HELP = `node bench/dist/studio-tour/main.js [options]
Takes the pictures of docs/studio.md in a headless Chromium, of simulated sites that it makes first (some
minutes). Ends with 1 where axe-core finds a serious fault. Needs npm run build and chromium.
  --out DIR      where the pictures go (default docs/images/studio)
  --work DIR     where the sites are made; what is there already is used again (default .cache/studio-tour)
  --only A,B     these pages alone: ${TOUR_PAGES.map(({ name }) => name).join(', ')}
  --png          uncompressed pictures for the eye instead of the docs'`

const { values: options } = parseArgs({
  options: {
    out: { type: 'string', default: 'docs/images/studio' },
    work: { type: 'string', default: '.cache/studio-tour' },
    only: { type: 'string' },
    png: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})
if (options.help) {
  process.stdout.write(`${HELP}\n`)
  process.exit(0)
}

const root = resolve(import.meta.dirname, '../../..')
const out = resolve(root, options.out)
const complaints: string[] = []
await takeTour()

async function takeTour(): Promise<void> {
  const program = requireBrowser()
  await mkdir(out, { recursive: true })
  const sites = await makeTourSites(root, resolve(root, options.work))
  const studio = await startStudioCommand(root, sites.dir)
  const browser = await startBrowser(program)
  try {
    for (const view of views()) {
      const page = await openView(browser, view)
      await page.goto(studio.url)
      const stop = { page, origin: new URL(studio.url).origin, valley: sites.valley }
      for (const one of pagesOf(view)) {
        await one.open(stop)
        await settle(page)
        await take(page, one.name, view)
      }
      await page.context().close()
    }
  } finally {
    await browser.close()
    await studio.stop()
    await sites.archive.close()
  }
  for (const complaint of complaints) console.error(complaint)
  process.exitCode = complaints.length > 0 ? 1 : 0
}

function views(): View[] {
  const english = SIZES.flatMap((size) =>
    THEMES.map((theme): View => ({ size, theme, language: 'en' })),
  )
  return [...english, { size: SIZES[0], theme: 'light', language: 'zh' }]
}

function pagesOf({ language }: View): TourPage[] {
  const wanted = options.only?.split(',')
  return TOUR_PAGES.filter(
    ({ name }) => (language === 'en' || CHINESE.has(name)) && (wanted?.includes(name) ?? true),
  )
}

async function openView(browser: Browser, { size, theme, language }: View): Promise<Page> {
  const context = await browser.newContext({
    viewport: size,
    colorScheme: theme,
    locale: language === 'zh' ? 'zh-CN' : 'en-GB',
    reducedMotion: 'reduce',
  })
  const page = await context.newPage()
  await bringAxe(page)
  page.on('pageerror', (error) => complaints.push(`${page.url()}: ${error.message}`))
  page.on('response', (response) => {
    if (response.status() >= 400) complaints.push(`${response.status()}: ${response.url()}`)
  })
  return page
}

/** Waits until every picture in view has come and two frames were painted. */
async function settle(page: Page): Promise<void> {
  await page.waitForFunction(() => {
    const isInView = (one: Element): boolean => {
      const { top, bottom, width } = one.getBoundingClientRect()
      return width > 0 && bottom > 0 && top < innerHeight
    }
    const pictures = [...document.images].filter(isInView)
    return pictures.every(({ complete }) => complete) && document.fonts.status === 'loaded'
  })
  await page.waitForTimeout(400)
}

async function take(page: Page, name: string, { size, theme, language }: View): Promise<void> {
  const file = [name, size.width, theme, ...(language === 'zh' ? ['zh'] : [])].join('-')
  const faults = await seriousFaults(page)
  complaints.push(...faults.map((fault) => `${file}: ${JSON.stringify(fault)}`))
  const isWider = await page.evaluate(
    () =>
      document.documentElement.scrollWidth > innerWidth || document.body.scrollWidth > innerWidth,
  )
  if (isWider) complaints.push(`${file}: wider than the window`)
  const shot = await page.screenshot()
  if (options.png) await writeFile(join(out, `${file}.png`), shot)
  else
    await sharp(shot)
      .webp({ quality: 80, effort: 6 })
      .toFile(join(out, `${file}.webp`))
  console.log(file)
}
