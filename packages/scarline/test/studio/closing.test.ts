import type { MiddlewareHandler } from 'hono'
import { expect, it } from 'vitest'
import { createApp } from '../../src/server/studio/app.ts'
import type { StudioContext, StudioEnv } from '../../src/server/studio/context.ts'
import type { Guard } from '../../src/server/studio/guard.ts'

const pass: MiddlewareHandler<StudioEnv> = (_c, next) => next()
const guard = { middleware: pass, entrance: pass } as unknown as Guard

it.each([
  { isClosing: true, status: 503, told: 0 },
  { isClosing: false, status: 500, told: 1 },
])('what the end cuts short is no fault of the program: closing $isClosing', async (state) => {
  const end = new AbortController()
  const studio = { signal: end.signal, onClose: () => {} } as unknown as StudioContext
  const faults: unknown[] = []
  const cutShort: MiddlewareHandler<StudioEnv> = () => {
    if (state.isClosing) end.abort()
    throw new Error('This operation was aborted')
  }
  const app = createApp(studio, guard, cutShort, (fault) => faults.push(fault))
  const answer = await app.request('/page')
  expect(answer.status).toBe(state.status)
  expect(faults).toHaveLength(state.told)
})
