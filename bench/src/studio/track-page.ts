import type { Page } from 'playwright-core'
import { FILMSTRIP_MARK, FRAME_MARK } from './measured-page.ts'
import type { Recorded } from './recorder.ts'

/** What a page is given for anything, ms. */
const PATIENCE_MS = 120_000

/** A place in the page, CSS pixels. */
export interface Spot {
  x: number
  y: number
}

/** Opens the track page and waits until frame, filmstrip and curve are on the screen. */
export async function openTrack(page: Page, url: string, id: string): Promise<void> {
  await page.goto(`${new URL(url).origin}/#/sites/${id}/track`)
  await untilMarked(page, FRAME_MARK)
  await untilMarked(page, FILMSTRIP_MARK)
}

/** @returns ms since the navigation began */
export async function untilMarked(page: Page, name: string): Promise<number> {
  const found = await page.waitForFunction(
    (mark) => {
      const at = window.studioBench.markedAt(mark)
      return at !== null && at > 0 ? at : false
    },
    name,
    { timeout: PATIENCE_MS, polling: 50 },
  )
  return found.evaluate((at) => Number(at))
}

/** Waits until the engine answers at once. @returns how long that took, ms */
export async function untilReady(page: Page, id: string): Promise<number> {
  const start = performance.now()
  const path = `${new URL(page.url()).origin}/api/sites/${id}/live`
  while (performance.now() - start < PATIENCE_MS) {
    const answer = await page.context().request.get(path)
    const { state } = (await answer.json()) as { state: string }
    if (state === 'ready') return performance.now() - start
    await pause(300)
  }
  throw new Error(`got an engine that is not ready after ${PATIENCE_MS} ms, expected one`)
}

export function recordedOf(page: Page): Promise<Recorded> {
  return page.evaluate(() => window.studioBench.recorded)
}

/** Where a place lies on the screen, by what the page says of the pointer's place. */
export async function spotFinder(page: Page): Promise<(lngLat: readonly [number, number]) => Spot> {
  const box = await page.locator('.map').first().boundingBox()
  if (!box) throw new Error('got a page without a map, expected one')
  const a = { x: box.x + box.width * 0.4, y: box.y + box.height * 0.4 }
  const b = { x: box.x + box.width * 0.6, y: box.y + box.height * 0.6 }
  const [lngA, latA] = await placeAt(page, a)
  const [lngB, latB] = await placeAt(page, b)
  return ([lng, lat]) => ({
    x: a.x + ((lng - lngA) / (lngB - lngA)) * (b.x - a.x),
    y: a.y + ((lat - latA) / (latB - latA)) * (b.y - a.y),
  })
}

async function placeAt(page: Page, { x, y }: Spot): Promise<[lng: number, lat: number]> {
  const said = page.locator('.pointer-place').first()
  for (let i = 0; i < 50; i++) {
    await page.mouse.move(x - 1, y - 1)
    await page.mouse.move(x, y)
    await pause(50)
    const numbers = (await said.textContent())?.match(/-?\d+\.\d+/g)?.map(Number) ?? []
    const [lat, lng] = numbers
    if (lat !== undefined && lng !== undefined) return [lng, lat]
  }
  throw new Error('got no place under the pointer from the page, expected degrees')
}

/** Number of the frame in view, from 1. */
export async function frameInView(page: Page): Promise<number> {
  return Number(await page.locator('.timeline-now').getAttribute('aria-valuenow'))
}

/** Steps to a frame by the arrow keys. */
export async function stepTo(page: Page, number: number): Promise<void> {
  for (let now = await frameInView(page); now !== number; now = await frameInView(page)) {
    await page.keyboard.press(now < number ? 'ArrowRight' : 'ArrowLeft')
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((done) => {
    setTimeout(done, ms)
  })
}
