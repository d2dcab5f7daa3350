import { describe, expect, it } from 'vitest'
import { ApiError } from '../../src/api/api-error.ts'
import { onServerBack, serverStateOf } from '../../src/state/server-watch.ts'
import { studioStore } from '../../src/state/store.ts'

describe('what an error says of the server', () => {
  it('is gone where no answer comes', () => {
    const error = new ApiError({ status: 0, code: 'server-lost', message: 'got no answer' })
    expect(serverStateOf(error)).toBe('gone')
  })

  it('is another run of it where the token is not known', () => {
    const error = new ApiError({ status: 403, code: 'forbidden', message: 'no token' })
    expect(serverStateOf(error)).toBe('other')
  })

  it('is nothing where the server answers about something else', () => {
    const error = new ApiError({ status: 404, code: 'not-found', message: 'there is no site x' })
    expect(serverStateOf(error)).toBeNull()
    expect(serverStateOf(new Error('of the page'))).toBeNull()
  })
})

describe('a server that comes back', () => {
  it('is told once for every time that it was away, by stream or by question', () => {
    studioStore.set({ server: 'up', connection: 'open' })
    let times = 0
    const end = onServerBack(() => times++)
    studioStore.set({ connection: 'lost' })
    studioStore.set({ server: 'gone' })
    studioStore.set({ server: 'up' })
    expect(times).toBe(0)
    studioStore.set({ connection: 'open' })
    studioStore.set({ objectId: 2 })
    expect(times).toBe(1)
    end()
    studioStore.set({ connection: 'lost' })
    studioStore.set({ connection: 'open' })
    expect(times).toBe(1)
  })
})
