import { afterEach, describe, expect, it, vi } from 'vitest'
import { type ApiError, isStale } from '../../src/api/api-error.ts'
import { chooseScenes, createSiteFromRasters, getSite } from '../../src/api/client.ts'
import { errorOf } from '../../src/api/request.ts'

function answer(status: number, body: string): ReturnType<typeof vi.fn> {
  const fetch = vi.fn(async () => new Response(body, { status }))
  vi.stubGlobal('fetch', fetch)
  return fetch
}

const failure = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => null,
    (error: unknown) => error,
  )

afterEach(() => vi.unstubAllGlobals())

describe('request', () => {
  it('sends the headers that the server asks of a change', async () => {
    const fetch = answer(200, '{"revision": 8}')
    expect(await chooseScenes('a b', { keep: ['x'] }, 7)).toEqual({ revision: 8 })
    const [path, init] = fetch.mock.calls[0] as unknown as [string, RequestInit]
    expect(path).toBe('/api/sites/a%20b/scenes')
    const headers = init.headers as Headers
    expect([headers.get('x-scarline'), headers.get('x-revision')]).toEqual(['1', '7'])
    expect(init.body).toBe('{"keep":["x"]}')
  })

  it('sends no such header with a question', async () => {
    const fetch = answer(200, '{}')
    await getSite('a')
    const [, init] = fetch.mock.calls[0] as unknown as [string, RequestInit]
    expect((init.headers as Headers).has('x-scarline')).toBe(false)
  })

  it('sends files with their folders', async () => {
    const fetch = answer(201, '{"id": "a", "job": null}')
    const file = new File(['x'], 'red.tif')
    await createSiteFromRasters({ name: 'A', pixelSizeM: 2 }, [{ path: 'd/red.tif', file }], null)
    const [, init] = fetch.mock.calls[0] as unknown as [string, RequestInit]
    const form = init.body as FormData
    expect(form.get('name')).toBe('A')
    expect((form.get('files') as File).name).toBe('d/red.tif')
    expect(form.has('aoi')).toBe(false)
  })

  it('hands on the words of the server', async () => {
    answer(422, '{"error": {"code": "usage", "message": "got x", "hint": "Do y."}}')
    expect(await failure(getSite('a'))).toMatchObject({
      status: 422,
      code: 'usage',
      message: 'got x',
      hint: 'Do y.',
    })
  })

  it('tells a change that came too late, with the revision of now', async () => {
    answer(409, '{"error": {"code": "stale", "message": "m", "hint": null}, "revision": 12}')
    const error = await failure(chooseScenes('a', { reject: ['x'] }, 7))
    expect(isStale(error)).toBe(true)
    expect((error as ApiError).revision).toBe(12)
  })

  it('takes a site that is busy for no late change', async () => {
    answer(409, '{"error": {"code": "busy", "message": "m"}}')
    expect(isStale(await failure(chooseScenes('a', {}, 7)))).toBe(false)
  })

  it('says that the server is lost', async () => {
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')))
    expect(await failure(getSite('a'))).toMatchObject({ status: 0, code: 'server-lost' })
  })

  it('says that an answer is no JSON', async () => {
    answer(200, '<html>')
    expect(await failure(getSite('a'))).toMatchObject({ code: 'bad-answer' })
    expect(errorOf(502, '<html>')).toMatchObject({ code: 'bad-answer', status: 502 })
  })

  it('lets go with the reason of the signal', async () => {
    const gone = new AbortController()
    vi.stubGlobal('fetch', () => Promise.reject(new DOMException('x', 'AbortError')))
    gone.abort(new DOMException('gone', 'AbortError'))
    expect(await failure(getSite('a', gone.signal))).toBe(gone.signal.reason)
  })
})
