import type { Page } from 'playwright-core'
import { type Spread, seeded, spreadOf } from './numbers.ts'
import { type Spot, pause, recordedOf, spotFinder, stepTo } from './track-page.ts'

/** From a click to its mask on the screen, ms. */
export interface ClickTimes {
  all: Spread
  /** The first click after the frame was changed. */
  first: Spread
  later: Spread
  /** In the order of the clicks. */
  eachMs: number[]
}

export interface ClickPlan {
  /** Numbers of frames, from 1. */
  frames: readonly number[]
  /** A place on the object, and one off it; degrees. */
  on: readonly [number, number]
  off: readonly [number, number]
  seed: number
}

/** Clicks on each frame: on the object, off it (right button), on it. */
const CLICKS = ['left', 'right', 'left'] as const
/** CSS pixels around the two places that clicks are strewn over. */
const REACH_PX = 70
/** Clicks nearer than this to a mark choose the mark. */
const APART_PX = 16
/** What a hand takes from the arrow key to the click. */
const HAND_MS = 250

/** Clicks on frames of the open track page. */
export async function measureClicks(page: Page, plan: ClickPlan): Promise<ClickTimes> {
  const spotOf = await spotFinder(page)
  const random = seeded(plan.seed)
  const times: { ms: number; isFirst: boolean }[] = []
  for (const frame of plan.frames) {
    await stepTo(page, frame)
    const taken: Spot[] = []
    for (const [i, button] of CLICKS.entries()) {
      const spot = strewn(spotOf(button === 'left' ? plan.on : plan.off), taken, random)
      taken.push(spot)
      await pause(HAND_MS)
      times.push({ ms: await clickAndWait(page, spot, button), isFirst: i === 0 })
    }
  }
  const of = (isFirst: boolean): number[] =>
    times.filter((one) => one.isFirst === isFirst).map(({ ms }) => ms)
  return {
    all: spreadOf(times.map(({ ms }) => ms)),
    first: spreadOf(of(true)),
    later: spreadOf(of(false)),
    eachMs: times.map(({ ms }) => Math.round(ms)),
  }
}

async function clickAndWait(page: Page, { x, y }: Spot, button: 'left' | 'right'): Promise<number> {
  const { masks } = await recordedOf(page)
  const written = page.waitForResponse(
    (response) => response.url().endsWith('/prompts') && response.request().method() === 'POST',
  )
  await page.mouse.move(x, y)
  await page.mouse.click(x, y, { button })
  await page.waitForFunction(
    (count) => window.studioBench.recorded.masks.length > count,
    masks.length,
    { timeout: 20_000, polling: 100 },
  )
  const answer = await written
  if (!answer.ok()) throw new Error(`got ${answer.status()} for a mark, expected it to be written`)
  const mask = (await recordedOf(page)).masks.at(-1)
  return mask ? mask.endMs - mask.startMs : Number.NaN
}

function strewn(around: Spot, taken: readonly Spot[], random: () => number): Spot {
  for (;;) {
    const spot = {
      x: Math.round(around.x + (random() * 2 - 1) * REACH_PX),
      y: Math.round(around.y + (random() * 2 - 1) * REACH_PX),
    }
    if (taken.every(({ x, y }) => Math.hypot(x - spot.x, y - spot.y) >= APART_PX)) return spot
  }
}
