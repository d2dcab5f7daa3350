import { type MiddlewareHandler, Hono } from 'hono'
import type { StudioApp, StudioContext, StudioEnv } from './context.ts'
import type { Guard } from './guard.ts'
import { Refusal, errorAnswer, plainError } from './refusal.ts'
import { ROUTES } from './routes.ts'
import { answerHeaders } from './static-files.ts'

/** The whole of the server: the guard first, then the API, then the page. */
export function createApp(
  studio: StudioContext,
  guard: Guard,
  page: MiddlewareHandler<StudioEnv>,
  onInternalError: (error: unknown) => void = () => {},
): StudioApp {
  const app = new Hono<StudioEnv>()
  app.onError((error, c) => {
    if (plainError(error).code !== 'internal') return errorAnswer(error, c)
    // What is cut short by the end is no fault of the program.
    if (studio.signal.aborted) return errorAnswer(closing(), c)
    onInternalError(error)
    return errorAnswer(error, c)
  })
  app.use(answerHeaders)
  app.use(guard.middleware)
  for (const routes of ROUTES) app.route('/api', routes(studio))
  app.all('/api/*', (c) => {
    throw new Refusal(`there is no ${c.req.method} ${c.req.path}`, {
      status: 404,
      code: 'not-found',
    })
  })
  app.on('GET', ['/', '/index.html'], guard.entrance, page)
  app.get('/*', page)
  return app
}

function closing(): Refusal {
  return new Refusal('the studio is closing', {
    status: 503,
    code: 'closing',
    hint: 'Start it again to go on.',
  })
}
