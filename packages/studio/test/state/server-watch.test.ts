import { describe, expect, it } from 'vitest'
import { ApiError } from '../../src/api/api-error.ts'
import { serverStateOf } from '../../src/state/server-watch.ts'

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
