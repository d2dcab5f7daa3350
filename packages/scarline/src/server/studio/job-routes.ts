import { Hono } from 'hono'
import type { StudioApp, StudioContext, StudioEnv } from './context.ts'
import { jobRequestSchema } from './job-types.ts'
import { readBody } from './refusal.ts'

/** Starting and stopping long work; how it goes on is told by the events. */
export function jobRoutes(studio: StudioContext): StudioApp {
  const app = new Hono<StudioEnv>()
  app.get('/sites/:id/jobs', async (c) => {
    const id = c.req.param('id')
    await studio.sites.dirOf(id)
    return c.json(studio.jobs.list(id))
  })
  app.post('/sites/:id/jobs', async (c) => {
    const request = await readBody(c, jobRequestSchema)
    return c.json(await studio.jobs.start(c.req.param('id'), request), 202)
  })
  app.delete('/sites/:id/jobs/:job', async (c) =>
    c.json(await studio.jobs.cancel(c.req.param('id'), c.req.param('job'))),
  )
  return app
}
