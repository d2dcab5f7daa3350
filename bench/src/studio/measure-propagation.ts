import type { Page } from 'playwright-core'
import { rounded } from './numbers.ts'
import { pause, recordedOf } from './track-page.ts'

/** What the page did while masks arrived. */
export interface PropagationTimes {
  seconds: number
  masks: number
  /** Tasks of 50 ms or more, and the longest. */
  longTasks: number
  longestTaskMs: number
  over100Ms: number
}

const PATIENCE_MS = 300_000

interface Job {
  id: string
  kind: string
  state: string
}

/** Propagates from the open track page; a frame is looked at every now and then meanwhile. */
export async function measurePropagation(page: Page, id: string): Promise<PropagationTimes> {
  const before = (await jobsOf(page, id)).length
  const startMs = await page.evaluate(() => performance.now())
  await page.keyboard.press('t')
  const deadline = performance.now() + PATIENCE_MS
  for (let i = 0; ; i++) {
    await pause(400)
    const job = (await jobsOf(page, id)).slice(before).find(({ kind }) => kind === 'track')
    if (job?.state === 'done') break
    if (job && !['running', 'queued'].includes(job.state)) {
      throw new Error(`got a propagation that is ${job.state}, expected it to be done`)
    }
    if (performance.now() > deadline) throw new Error('got no masks in 300 s, expected all')
    await page.keyboard.press(i % 8 < 4 ? 'ArrowRight' : 'ArrowLeft')
  }
  await pause(1000)
  const endMs = await page.evaluate(() => performance.now())
  const { longTasks } = await recordedOf(page)
  const during = longTasks.filter((task) => task.startMs >= startMs).map((task) => task.durationMs)
  return {
    seconds: rounded((endMs - startMs) / 1000),
    masks: await page.evaluate(async (path) => {
      const site = (await (await fetch(path)).json()) as { track: { frames: unknown[] } | null }
      return site.track?.frames.length ?? 0
    }, `/api/sites/${id}`),
    longTasks: during.length,
    longestTaskMs: rounded(Math.max(0, ...during)),
    over100Ms: during.filter((ms) => ms > 100).length,
  }
}

/** Asked from outside of the page, which has work of its own. */
async function jobsOf(page: Page, id: string): Promise<Job[]> {
  const answer = await page
    .context()
    .request.get(`${new URL(page.url()).origin}/api/sites/${id}/jobs`)
  return (await answer.json()) as Job[]
}
