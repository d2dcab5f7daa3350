import { type AnalysisAnswer, countStaleAreas, readReportData } from '@scarline/core'
import { Hono } from 'hono'
import type { StudioApp, StudioContext, StudioEnv } from './context.ts'
import { answerTagged, tagOf } from './file-answers.ts'
import { createKeptResults } from './kept-results.ts'

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
