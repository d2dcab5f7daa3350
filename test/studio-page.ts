import type { JobKind, SiteDetail } from '@scarline/core/model'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { en } from '../packages/studio/src/words/en.ts'

/** The site as the server tells it to the page. */
export function siteOf(page: Page, id: string): Promise<SiteDetail> {
  return page.evaluate(
    async (path) => (await fetch(path)).json() as Promise<SiteDetail>,
    `/api/sites/${id}`,
  )
}

/** As `expect.poll`, for a machine that has other work. */
export function eventually<T>(ask: () => Promise<T>): ReturnType<typeof expect.poll<T>> {
  return expect.poll(ask, { timeout: 15_000, interval: 30 })
}

/** Waits until the open site's last job is one of that kind, and is done; `count` of them are. */
export async function waitForJob(page: Page, kind: JobKind, count = 1): Promise<void> {
  await expect
    .poll(
      async () => {
        const id = decodeURIComponent(/#\/sites\/([^/?]+)\//.exec(page.url())?.[1] ?? '')
        if (id === '') return 'no site'
        const { jobs } = await siteOf(page, id)
        const failed = jobs.find(({ state }) => state === 'failed')
        if (failed) throw new Error(`${failed.kind}: ${failed.error?.message}`)
        const done = jobs.filter((job) => job.kind === kind && job.state === 'done')
        return done.length >= count ? 'done' : (jobs.at(-1)?.state ?? 'none')
      },
      { timeout: 60_000, interval: 200 },
    )
    .toBe('done')
  await page.getByText(en.jobs.done(en.jobs.start[kind])).waitFor()
}

/** Clicks a place of the map, which is found by what the page says of the pointer's place. */
export async function clickLngLat(
  page: Page,
  lngLat: readonly [lng: number, lat: number],
  options: { button?: 'left' | 'right' } = {},
): Promise<void> {
  const map = page.getByRole('application', { name: en.track.map.label })
  const box = await map.boundingBox()
  if (!box) throw new Error('the map is not in view')
  const a = { x: box.x + box.width * 0.4, y: box.y + box.height * 0.4 }
  const b = { x: box.x + box.width * 0.6, y: box.y + box.height * 0.6 }
  const [lngA, latA] = await placeAt(page, a)
  const [lngB, latB] = await placeAt(page, b)
  const x = a.x + ((lngLat[0] - lngA) / (lngB - lngA)) * (b.x - a.x)
  const y = a.y + ((lngLat[1] - latA) / (latB - latA)) * (b.y - a.y)
  await page.mouse.click(x, y, options)
}

async function placeAt(
  page: Page,
  { x, y }: { x: number; y: number },
): Promise<[lng: number, lat: number]> {
  const said = page.locator('.pointer-place').first()
  // The map follows the pointer from when it is there.
  await eventually(async () => {
    await page.mouse.move(x - 1, y - 1)
    await page.mouse.move(x, y)
    return said.textContent()
  }).toMatch(/\d/)
  const numbers = (await said.textContent())?.match(/-?\d+\.\d+/g)?.map(Number) ?? []
  const [lat = Number.NaN, lng = Number.NaN] = numbers
  return [lng, lat]
}

/** Opens the menu with language and colours. */
export async function openSettings(page: Page): Promise<void> {
  await page.locator('.top-bar .menu > summary').click()
}
