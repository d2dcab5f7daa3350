import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestStudio, openStudio, rawRequest } from './harness.ts'

let test: TestStudio
let port: number
let host: string

beforeAll(async () => {
  test = await openStudio()
  port = test.studio.port
  host = `127.0.0.1:${port}`
  await mkdir(join(test.dir, 'not-a-site'))
  await writeFile(join(test.dir, '..', 'site.json'), '{"secret": true}')
})
afterAll(() => test[Symbol.asyncDispose]())

const get = (path: string, headers: Record<string, string> = {}): ReturnType<typeof rawRequest> =>
  rawRequest(port, path, { host, cookie: test.cookie, ...headers })

describe('the door of the studio', () => {
  it('opens with the token of the address, which becomes a cookie', async () => {
    const response = await fetch(test.studio.url, { redirect: 'manual' })
    expect(response.status).toBe(302)
    expect(response.headers.get('location')).toBe('/')
    const cookie = response.headers.get('set-cookie') ?? ''
    expect(cookie).toContain(`scarline-${port}=${test.studio.token};`)
    expect(cookie).toMatch(/HttpOnly/)
    expect(cookie).toMatch(/SameSite=Strict/)
    expect(cookie).toMatch(/Path=\//)
    expect(Buffer.from(test.studio.token, 'base64url')).toHaveLength(32)
    expect((await get('/')).body).toContain('the page')
  })

  it('stays closed without a token, and with a wrong one', async () => {
    const bare = await rawRequest(port, '/', { host })
    expect(bare.status).toBe(403)
    expect(bare.body).toContain('the address that <code>scarline studio</code> printed')
    expect((await rawRequest(port, '/index.html', { host })).status).toBe(403)
    for (const token of ['', 'wrong', test.studio.token.slice(1)]) {
      expect((await rawRequest(port, `/?token=${token}`, { host })).status).toBe(403)
    }
    for (const cookie of ['', `scarline-${port}=wrong`, `scarline=${test.studio.token}`]) {
      const answer = await get('/api/session', { cookie })
      expect(answer.status).toBe(403)
      expect(JSON.parse(answer.body)).toEqual({
        error: {
          code: 'forbidden',
          message: 'got a request without the token of this studio',
          hint: 'Open the address that scarline studio printed.',
        },
      })
    }
    expect((await get('/api/session')).status).toBe(200)
  })

  it('gives a browser a word that is good once', async () => {
    const { pathname, search } = new URL(test.studio.oneTimeUrl())
    expect(search).not.toContain(test.studio.token)
    expect((await rawRequest(port, pathname + search, { host })).status).toBe(302)
    expect((await rawRequest(port, pathname + search, { host })).status).toBe(403)
  })

  it('refuses names that are not its own, so that no other name can be pointed at it', async () => {
    for (const other of ['evil.example', `evil.example:${port}`, '127.0.0.1', '127.0.0.1:1']) {
      expect((await get('/api/session', { host: other })).status).toBe(403)
      expect((await get(`/?token=${test.studio.token}`, { host: other })).status).toBe(403)
    }
    expect((await get('/api/session', { host: `localhost:${port}` })).status).toBe(200)
    // The request line may hold a whole address.
    expect((await get('http://evil.example/api/session')).status).toBe(403)
    expect((await get(`http://${host}/api/session`)).status).toBe(200)
  })

  it('refuses other origins, and requests that other pages make', async () => {
    for (const origin of [
      'https://evil.example',
      'null',
      `http://127.0.0.1:${port + 1}`,
      `https://${host}`,
    ]) {
      expect((await get('/api/session', { origin })).status).toBe(403)
    }
    for (const site of ['cross-site', 'same-site', 'anything']) {
      expect((await get('/api/session', { 'sec-fetch-site': site })).status).toBe(403)
      expect((await get('/', { 'sec-fetch-site': site })).status).toBe(403)
    }
    expect((await get('/api/session', { origin: `http://${host}` })).status).toBe(200)
    expect((await get('/api/session', { 'sec-fetch-site': 'same-origin' })).status).toBe(200)
    expect((await get('/', { 'sec-fetch-site': 'none' })).status).toBe(200)
  })

  it('refuses changes without the header that forms of other pages cannot send', async () => {
    for (const [method, path] of [
      ['POST', '/api/sites'],
      ['POST', '/api/shutdown'],
      ['DELETE', '/api/sites/a/jobs/b'],
      ['PUT', '/'],
    ] as const) {
      const answer = await rawRequest(port, path, { host, cookie: test.cookie }, method)
      expect(answer.status).toBe(403)
    }
  })

  it('leads no path out of its folders', async () => {
    for (const path of [
      '/../../../etc/passwd',
      '/%2e%2e/%2e%2e/etc/passwd',
      '/assets/..%2f..%2fetc%2fpasswd',
      '/assets/../../page/../../../etc/passwd',
      '//etc/passwd',
    ]) {
      const answer = await get(path)
      expect(answer.status).toBe(404)
      expect(answer.body).not.toContain('root:')
    }
    for (const id of [
      '..',
      '%2e%2e',
      '..%2f',
      '.',
      '%2e',
      'not-a-site',
      '..%5c',
      'a%00b',
      '%2fetc',
    ]) {
      for (const rest of ['', '/scenes', '/events', '/jobs']) {
        const answer = await get(`/api/sites/${id}${rest}`)
        expect(answer.body).not.toContain('secret')
        expect(answer.status, `${id}${rest}`).toBe(404)
      }
    }
    expect((await get('/api/sites')).body).toBe('[]')
  })

  it('lets the page load from itself only, and be framed by nobody', async () => {
    const page = await fetch(test.base, { headers: { cookie: test.cookie } })
    const policy = page.headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("script-src 'self';")
    expect(policy).toContain("img-src 'self' blob: data:;")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(page.headers.get('x-content-type-options')).toBe('nosniff')
    expect(page.headers.get('referrer-policy')).toBe('no-referrer')
    const asset = await fetch(`${test.base}/assets/app-1a2b.js`)
    expect(asset.headers.get('content-type')).toContain('text/javascript')
    expect(asset.headers.get('cache-control')).toContain('immutable')
    const refused = await fetch(`${test.base}/api/session`)
    expect(refused.headers.get('x-content-type-options')).toBe('nosniff')
    expect(refused.headers.get('cache-control')).toBe('no-store')
  })

  it('lets in the pictures of a basemap that the user entered, and nothing odd', async () => {
    const entered = encodeURIComponent(
      'https://tiles.example:8443 javascript:x https://a;script-src',
    )
    const page = await fetch(test.base, {
      headers: { cookie: `${test.cookie}; scarline-basemap-${port}=${entered}` },
    })
    const policy = page.headers.get('content-security-policy') ?? ''
    expect(policy).toContain("img-src 'self' blob: data: https://tiles.example:8443;")
    expect(policy).toContain("connect-src 'self' https://tiles.example:8443;")
    expect(policy.match(/script-src/g)).toHaveLength(1)
  })

  it('answers in words what it does not have', async () => {
    const answer = await get('/api/nothing')
    expect(answer.status).toBe(404)
    expect(JSON.parse(answer.body).error.message).toBe('there is no GET /api/nothing')
  })
})
