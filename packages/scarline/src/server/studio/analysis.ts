import { type ReportData, countStaleAreas, readReportData } from '@scarline/core'
import { Hono } from 'hono'
import type { StudioApp, StudioContext, StudioEnv } from './context.ts'
import { createKeptResults } from './kept-results.ts'
import { answerTagged, tagOf } from './file-answers.ts'

/** Everything that was measured, as reports have it; the rest of a report's data has routes of its own. */
export type AnalysisAnswer = Omit<
  ReportData,
  'site' | 'scenes' | 'frames' | 'track' | 'prompts'
> & {
  /** Masks that are no longer what was measured: above 0 the analysis is out of date. */
  staleAreas: number
}

/** What the last analysis found. 409 `missing-step` before the first. */
export function analysisRoutes(studio: StudioContext): StudioApp {
  const app = new Hono<StudioEnv>()
  const answers = createKeptResults<string>(4)

  app.get('/sites/:id/analysis', async (c) => {
    const id = c.req.param('id')
    const tag = tagOf(await studio.sites.markOf(id))
    const contentType = 'application/json; charset=utf-8'
    return answerTagged(c, { tag, isFixed: false, contentType }, () =>
      answers.get(`${id} ${tag}`, async () => {
        const data = await readReportData(await studio.sites.read(id))
        const { site: _, scenes: _s, frames: _f, track: _t, prompts: _p, ...measured } = data
        const answer: AnalysisAnswer = { ...measured, staleAreas: countStaleAreas(data) }
        return JSON.stringify(answer)
      }),
    )
  })

  return app
}
