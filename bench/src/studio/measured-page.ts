import type { Browser, Page } from 'playwright-core'
import type { StudioCommand } from './browser.ts'
import { installRecorder } from './recorder.ts'

/** From the hand's event to the mask; the page measures it itself, too. */
export const MASK_MEASURE = 'scarline:mark-to-mask'
/** The frame's own picture is painted. */
export const FRAME_MARK = 'scarline:frame'
/** The area curve is drawn, and every frame has its place. */
export const TIMELINE_MARK = 'scarline:timeline'
/** The small pictures are drawn, too. */
export const FILMSTRIP_MARK = 'scarline:filmstrip'

/** A page of its own session: nothing is in its cache. It knows the token. */
export async function openPage(browser: Browser, studio: StudioCommand): Promise<Page> {
  const { origin, port, searchParams } = new URL(studio.url)
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } })
  await context.addCookies([
    { name: `scarline-${port}`, value: searchParams.get('token') ?? '', url: origin },
  ])
  const page = await context.newPage()
  await page.addInitScript(installRecorder, MASK_MEASURE)
  return page
}
