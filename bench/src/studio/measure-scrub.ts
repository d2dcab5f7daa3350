import type { Page } from 'playwright-core'
import { rounded, spreadOf, type Spread } from './numbers.ts'
import { pause, recordedOf } from './track-page.ts'

/** How evenly frames came. */
export interface FrameTimes {
  /** Between one animation frame and the next, ms. */
  gapMs: Spread
  perSecond: number
  /** Screen frames of 60 a second that none was ready for. */
  dropped: number
  droppedShare: number
  /** Frames of the site that came into view, a second. */
  viewsPerSecond: number
  seconds: number
}

const SCREEN_MS = 1000 / 60

/** Between two reports of a hand's pointer. */
const POINTER_MS = 8
/** Between two repeats of a held key. */
const REPEAT_MS = 33

/** The page left alone: what the machine gives at best. */
export function measureIdle(page: Page, ms: number): Promise<FrameTimes> {
  return counted(page, () => pause(ms))
}

/** Drags over the filmstrip from end to end and back, about once a second and a half. */
export async function measureDrag(page: Page, ms: number): Promise<FrameTimes> {
  const box = await page.locator('.timeline-stage').boundingBox()
  if (!box) throw new Error('got a page without a timeline, expected one')
  const [left, right] = [box.x + 90, box.x + box.width - 20]
  const y = box.y + 160
  await page.mouse.move(left, y)
  await page.mouse.down()
  try {
    return await counted(page, async () => {
      const start = performance.now()
      for (let at = 0; at < ms; at = performance.now() - start) {
        const share = (1 - Math.cos((at / 1500) * Math.PI)) / 2
        await page.mouse.move(left + share * (right - left), y)
        await pause(POINTER_MS)
      }
    })
  } finally {
    await page.mouse.up()
  }
}

/** Holds an arrow key, first to the one end, then to the other. */
export function measureHeldKey(page: Page, ms: number): Promise<FrameTimes> {
  return counted(page, async () => {
    for (const key of ['ArrowLeft', 'ArrowRight']) {
      const start = performance.now()
      for (let next = start; performance.now() - start < ms / 2; next += REPEAT_MS) {
        await page.keyboard.down(key)
        await pause(Math.max(0, next + REPEAT_MS - performance.now()))
      }
      await page.keyboard.up(key)
    }
  })
}

async function counted(page: Page, act: () => Promise<void>): Promise<FrameTimes> {
  await page.evaluate(() => window.studioBench.countFrames())
  await act()
  await page.evaluate(() => window.studioBench.stopFrames())
  const { frames, views } = await recordedOf(page)
  const gaps = frames.slice(1).map((at, i) => at - (frames[i] as number))
  const lastedMs = (frames.at(-1) ?? 0) - (frames[0] ?? 0)
  const dropped = gaps.reduce((sum, gap) => sum + Math.max(0, Math.round(gap / SCREEN_MS) - 1), 0)
  return {
    gapMs: spreadOf(gaps),
    perSecond: rounded(gaps.length / (lastedMs / 1000)),
    dropped,
    droppedShare: Math.round((1000 * dropped) / Math.max(1, gaps.length + dropped)) / 1000,
    viewsPerSecond: rounded(views.length / (lastedMs / 1000)),
    seconds: rounded(lastedMs / 1000),
  }
}
