import type { Page } from 'playwright-core'
import { MAIN_SITE, type Valley } from './tour-sites.ts'

/** What a picture of the tour needs to be taken. */
export interface TourStop {
  page: Page
  /** Address of the studio, without the token. */
  origin: string
  valley: Valley
}

/** A picture of the tour. */
export interface TourPage {
  name: string
  /** Goes there and waits until all is there. */
  open(stop: TourStop): Promise<void>
}

const FRAME = 'S2B_20181011'

/** The pages in the order of the work. */
export const TOUR_PAGES: readonly TourPage[] = [
  {
    name: 'sites',
    async open({ page, origin }) {
      await page.goto(`${origin}/#/sites`)
      await page.locator('.site-card').nth(3).waitFor()
    },
  },
  {
    name: 'new-site',
    async open({ page, origin, valley }) {
      await page.goto(`${origin}/#/new`)
      const form = page.locator('.new-site-form')
      await form.locator('input').first().fill('Baige-like slope')
      await form
        .getByPlaceholder('98.49, 31.05, 98.53, 31.08')
        .fill(valley.bbox.map((one) => one.toFixed(4)).join(', '))
      await page.locator('.area-size').waitFor()
    },
  },
  {
    name: 'wrong-input',
    async open({ page, origin }) {
      await page.goto(`${origin}/#/new`)
      await page.locator('.new-site-form').waitFor()
      await page.getByPlaceholder('98.49, 31.05, 98.53, 31.08').fill('98, 30, 99.2, 31')
      const days = page.locator('input[type=date]')
      await days.nth(0).fill('2020-06-30')
      await days.nth(1).fill('2017-01-01')
      await page.locator('.new-site-foot button[type=submit]').click()
      await page.locator('.new-site').evaluate((one) => {
        const dropped = new DataTransfer()
        dropped.items.add(new File(['my notes'], 'slope.geojson'))
        const init = { dataTransfer: dropped, bubbles: true, cancelable: true }
        one.dispatchEvent(new DragEvent('drop', init))
      })
      await page.locator('.map-fault').waitFor()
    },
  },
  {
    name: 'scenes',
    async open({ page, origin }) {
      await page.goto(`${origin}/#/sites/${MAIN_SITE}/scenes`)
      await page.locator('.scene-tile').first().waitFor()
      await page.locator('.scene-tile[data-state="rejected"]').nth(1).click()
      await page.locator('.scene-large').waitFor()
    },
  },
  {
    name: 'analysis',
    async open({ page, origin }) {
      await page.goto(`${origin}/#/sites/${MAIN_SITE}/analysis?frame=${FRAME}`)
      await page.locator('.strip-frame').first().waitFor()
    },
  },
  {
    name: 'analysis-directions',
    async open({ page, origin }) {
      await page.goto(`${origin}/#/sites/${MAIN_SITE}/analysis?frame=${FRAME}`)
      await page.locator('.overlay-line').first().waitFor()
      const rose = page.locator('.findings-side section.figure').nth(1)
      await rose.evaluate((one) => one.scrollIntoView({ block: 'start' }))
      await page.locator('.table-tabs [role=tab]').nth(4).click()
      const tables = page.locator('section.tables')
      await tables.evaluate((one) => one.scrollIntoView({ block: 'end' }))
    },
  },
  {
    name: 'play',
    async open({ page, origin }) {
      await page.goto(`${origin}/#/sites/${MAIN_SITE}/play?frame=${FRAME}`)
      await page.locator('.play-page canvas').first().waitFor()
    },
  },
  {
    name: 'track',
    async open({ page, origin }) {
      await page.goto(`${origin}/#/sites/${MAIN_SITE}/track?frame=${FRAME}`)
      await trackIsPainted(page)
    },
  },
  {
    name: 'keyboard',
    async open({ page, origin }) {
      await page.goto(`${origin}/#/sites/${MAIN_SITE}/track?frame=${FRAME}`)
      await trackIsPainted(page)
      await page.keyboard.press('?')
      await page.locator('dialog.help').waitFor()
    },
  },
]

/** Waits until the frame stands on the map and marks would be answered at once. */
async function trackIsPainted(page: Page): Promise<void> {
  await page.locator('#frame-title').waitFor()
  await page.waitForFunction(
    async (path) => ((await (await fetch(path)).json()) as { state: string }).state === 'ready',
    `/api/sites/${MAIN_SITE}/live`,
    { timeout: 180_000, polling: 500 },
  )
  await page.getByText(/Reading the series|正在读取序列/).waitFor({ state: 'hidden' })
  await page.waitForFunction(
    () =>
      [...document.querySelectorAll<HTMLCanvasElement>('.map canvas')].some((canvas) => {
        const { width, height } = canvas
        const middle = canvas.getContext('2d')?.getImageData(width / 2, height / 2, 1, 1)
        return (middle?.data[3] ?? 0) > 0
      }),
    undefined,
    { timeout: 60_000 },
  )
  // The filmstrip is painted when its sprite has come.
  await page.waitForTimeout(2_000)
}
