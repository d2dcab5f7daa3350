import { join, resolve } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { type StudioCommand, requireBrowser, startBrowser, startStudioCommand } from './browser.ts'
import { LARGE, LONG, type SiteFacts, makeSite } from './make-sites.ts'
import { type ClickPlan, type ClickTimes, measureClicks } from './measure-clicks.ts'
import { type OpenTimes, measureOpen } from './measure-open.ts'
import { type PropagationTimes, measurePropagation } from './measure-propagation.ts'
import { type FrameTimes, measureDrag, measureHeldKey, measureIdle } from './measure-scrub.ts'
import { openPage } from './measured-page.ts'
import { rounded } from './numbers.ts'
import { openTrack, pause, untilReady } from './track-page.ts'

const ROOT = resolve(import.meta.dirname, '../../..')

/** Everything that was measured. */
export interface StudioTimes {
  browser: string
  large: { frames: number; widthPx: number; heightPx: number }
  long: { frames: number }
  /** Until the engine is ready: the first time on a site, and the next one in another studio. */
  readyMs: { first: number; again: number }
  /** On frames without masks, and on propagated ones. */
  clicks: ClickTimes
  corrections: ClickTimes
  propagation: PropagationTimes
  scrubs: (FrameTimes & { site: string; by: 'nothing' | 'pointer' | 'arrow key' })[]
  /** The very first time, again in the same studio, and in one that was just started. */
  opens: (OpenTimes & { studio: 'first ever' | 'running' | 'just started' })[]
}

export interface StudioOptions {
  /** Where the sites are made and kept. */
  work: string
  /** Where the copies lie that are measured. */
  dir: string
  opens: number
  clicks: number
  scrubMs: number
  copy(from: string, to: string): Promise<void>
  tell(words: string): void
}

export async function measureStudio(options: StudioOptions): Promise<StudioTimes> {
  const { work, dir, copy, tell } = options
  const large = await makeSite(work, LARGE, tell)
  const long = await makeSite(work, LONG, tell)
  for (const { id } of [LARGE, LONG]) await copy(join(work, 'sites', id), join(dir, id))
  const browser = await startBrowser(requireBrowser())
  try {
    const first = await inStudio(dir, async (studio) => {
      const opens = await openings(browser, studio, options)
      const scrubs = await onPage(browser, studio, LONG.id, async (page) => {
        await untilReady(page, LONG.id)
        return scrubbings(page, `${long.frames.length} frames`, options)
      })
      const rest = await onPage(browser, studio, LARGE.id, (page) =>
        measureLarge(page, large, options),
      )
      return { opens, ...rest, scrubs: [...scrubs, ...rest.scrubs] }
    })
    const again = await inStudio(dir, async (studio) => {
      const open = await measureOpen(browser, studio, LONG.id)
      const readyMs = await onPage(browser, studio, LARGE.id, (page) => untilReady(page, LARGE.id))
      return { open, readyMs }
    })
    const { readyMs, opens, ...times } = first
    const { widthPx, heightPx, frames } = large
    return {
      browser: `Chromium ${browser.version()}`,
      large: { frames: frames.length, widthPx, heightPx },
      long: { frames: long.frames.length },
      readyMs: { first: rounded(readyMs), again: rounded(again.readyMs) },
      opens: [...opens, { studio: 'just started', ...again.open }],
      ...times,
    }
  } finally {
    await browser.close()
  }
}

type LargeTimes = Omit<StudioTimes, 'browser' | 'large' | 'long' | 'readyMs' | 'opens'>

async function measureLarge(
  page: Page,
  site: SiteFacts,
  options: StudioOptions,
): Promise<LargeTimes & { readyMs: number }> {
  const { tell } = options
  const readyMs = await untilReady(page, LARGE.id)
  tell(`clicks: ${options.clicks}`)
  const clicks = await measureClicks(page, planClicks(site, options.clicks, 0))
  tell('propagation')
  const propagation = await measurePropagation(page, LARGE.id)
  const scrubs = await scrubbings(page, `${site.widthPx} pixels`, options)
  tell(`corrections: ${options.clicks}`)
  const corrections = await measureClicks(page, planClicks(site, options.clicks, 1))
  return { readyMs, clicks, propagation, scrubs, corrections }
}

/** Frames all over the series, other ones in every round. */
function planClicks({ facts, frames }: SiteFacts, clicks: number, round: number): ClickPlan {
  const count = Math.ceil(clicks / 3)
  const step = frames.length / count
  const { positive, negative } = facts.prompts
  const [on] = positive
  const [off] = negative
  if (!on || !off) throw new Error('got an archive without clicks, expected some')
  const numbers = Array.from(
    { length: count },
    (_, i) => 1 + (Math.floor((i + round / 2) * step) % frames.length),
  )
  return { frames: [...new Set(numbers)], on, off, seed: 7 + round }
}

async function scrubbings(
  page: Page,
  site: string,
  { scrubMs, tell }: StudioOptions,
): Promise<StudioTimes['scrubs']> {
  tell(`scrubbing: ${site}`)
  // What is fetched ahead has come.
  await pause(4000)
  return [
    { site, by: 'nothing', ...(await measureIdle(page, scrubMs / 2)) },
    { site, by: 'pointer', ...(await measureDrag(page, scrubMs)) },
    { site, by: 'arrow key', ...(await measureHeldKey(page, scrubMs)) },
  ]
}

async function openings(
  browser: Browser,
  studio: StudioCommand,
  { opens, tell }: StudioOptions,
): Promise<StudioTimes['opens']> {
  const all: StudioTimes['opens'] = []
  for (let i = 0; i < opens; i++) {
    tell(`open ${i + 1} of ${opens}`)
    all.push({
      studio: i === 0 ? 'first ever' : 'running',
      ...(await measureOpen(browser, studio, LONG.id)),
    })
    await pause(1500)
  }
  return all
}

async function inStudio<T>(dir: string, work: (studio: StudioCommand) => Promise<T>): Promise<T> {
  const studio = await startStudioCommand(ROOT, dir)
  try {
    return await work(studio)
  } finally {
    await studio.stop()
  }
}

async function onPage<T>(
  browser: Browser,
  studio: StudioCommand,
  id: string,
  work: (page: Page) => Promise<T>,
): Promise<T> {
  const page = await openPage(browser, studio)
  try {
    await openTrack(page, studio.url, id)
    return await work(page)
  } finally {
    await page.context().close()
  }
}
