import type { Browser } from 'playwright-core'
import type { StudioCommand } from './browser.ts'
import { FILMSTRIP_MARK, FRAME_MARK, TIMELINE_MARK, openPage } from './measured-page.ts'
import { rounded } from './numbers.ts'
import { frameInView, openTrack, recordedOf, untilMarked } from './track-page.ts'

/** From the start of the navigation, ms; nothing was in the browser's cache. */
export interface OpenTimes {
  /** The frame's own picture is on the screen. */
  frameMs: number
  /** The area curve is, with a place for every frame. */
  timelineMs: number
  /** Both, and a key steps to another frame. */
  usableMs: number
  /** The small pictures are, too. */
  filmstripMs: number
  longestTaskMs: number
}

export async function measureOpen(
  browser: Browser,
  studio: StudioCommand,
  id: string,
): Promise<OpenTimes> {
  const page = await openPage(browser, studio)
  try {
    await openTrack(page, studio.url, id)
    const frameMs = await untilMarked(page, FRAME_MARK)
    const timelineMs = await untilMarked(page, TIMELINE_MARK)
    const filmstripMs = await untilMarked(page, FILMSTRIP_MARK)
    const number = await frameInView(page)
    const stepped = await page.evaluate(() => performance.now())
    await page.keyboard.press(number > 1 ? 'ArrowLeft' : 'ArrowRight')
    await page.waitForFunction(
      (last) =>
        document.querySelector('.timeline-now')?.getAttribute('aria-valuenow') !== String(last),
      number,
      { polling: 'raf' },
    )
    const stepMs = (await page.evaluate(() => performance.now())) - stepped
    const { longTasks } = await recordedOf(page)
    return {
      frameMs: rounded(frameMs),
      timelineMs: rounded(timelineMs),
      usableMs: rounded(Math.max(frameMs, timelineMs) + stepMs),
      filmstripMs: rounded(filmstripMs),
      longestTaskMs: rounded(Math.max(0, ...longTasks.map(({ durationMs }) => durationMs))),
    }
  } finally {
    await page.context().close()
  }
}
