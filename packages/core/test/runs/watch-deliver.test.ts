import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { type IncomingMessage, type Server, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { WatchEvent } from '../../src/model/watch.ts'
import { deliver, requireWebhook, signBody } from '../../src/runs/watch-deliver.ts'

const event: WatchEvent = {
  id: '0123456789abcdef',
  site: 'made up',
  rule: 'area',
  objectId: 1,
  at: '2020-02-20T00:00:00.000Z',
  foundAt: '2020-03-01T00:00:00.000Z',
  words: 'object 1 grew by 11 %',
  facts: { growthPercent: 11.4 },
}

let dir = ''
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'scarline-deliver-'))
})
afterAll(() => rm(dir, { recursive: true, force: true }))

describe('a webhook', () => {
  let server: Server
  let url = ''
  let answers: number[] = []
  const got: { headers: IncomingMessage['headers']; body: string; method: string | undefined }[] =
    []
  beforeEach(async () => {
    got.length = 0
    answers = []
    server = createServer((request, response) => {
      let body = ''
      request.on('data', (chunk) => (body += String(chunk)))
      request.on('end', () => {
        got.push({ headers: request.headers, body, method: request.method })
        const status = answers.shift() ?? 204
        response.writeHead(status, status === 302 ? { location: '/elsewhere' } : {}).end()
      })
    })
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks/s3cret?token=t0ken`
  })
  afterEach(() => {
    server.closeAllConnections()
    server.close()
  })
  const targets = (): { webhook: string; command: null } => ({ webhook: url, command: null })

  it('gets the event as JSON, with its id, signed', async () => {
    const now = (): Date => new Date('2020-03-01T00:00:00Z')
    await deliver(event, 'webhook', targets(), { secret: 'hush', now })
    expect(got).toHaveLength(1)
    const [{ headers, body, method } = { headers: {}, body: '', method: '' }] = got
    expect(method).toBe('POST')
    expect(JSON.parse(body)).toEqual(event)
    expect(headers).toMatchObject({
      'content-type': 'application/json',
      'idempotency-key': event.id,
      'x-scarline-timestamp': '1583020800',
      'x-scarline-signature': signBody('hush', '1583020800', body),
    })
  })

  it('signs as anyone can check: HMAC-SHA-256 of "1.{}" with the key "key"', () => {
    // printf '1.{}' | openssl dgst -sha256 -hmac key
    expect(signBody('key', '1', '{}')).toBe(
      'sha256=1ba6b8171186efc613e8bcc0cbdab2748f24984d7c5a84faa2637afa0e40d224',
    )
  })

  it('is tried again while it is in trouble, not when it refuses', async () => {
    answers = [503, 500, 204]
    await deliver(event, 'webhook', targets(), { firstWaitMs: 1 })
    expect(got).toHaveLength(3)
    expect(new Set(got.map(({ headers }) => headers['idempotency-key']))).toEqual(
      new Set([event.id]),
    )
    got.length = 0
    answers = [400]
    await expect(deliver(event, 'webhook', targets(), { firstWaitMs: 1 })).rejects.toThrow(
      'answered 400',
    )
    expect(got).toHaveLength(1)
  })

  it('is not followed elsewhere, and its path and token are told to nobody', async () => {
    answers = [302]
    const failure = deliver(event, 'webhook', targets(), { firstWaitMs: 1, secret: 'hush' })
    await expect(failure).rejects.toMatchObject({
      code: 'network',
      hint: 'Give the address that it redirects to.',
    })
    const error: unknown = await failure.catch((caught: unknown) => caught)
    expect(`${String(error)}${JSON.stringify(error)}`).not.toMatch(/s3cret|t0ken|hush/)
    expect(got).toHaveLength(1)
  })

  it('that is not there is an error after some tries; Ctrl-C is none of ours', async () => {
    server.close()
    server.closeAllConnections()
    await expect(
      deliver(event, 'webhook', targets(), { firstWaitMs: 1, attempts: 2 }),
    ).rejects.toMatchObject({ code: 'network' })
    const signal = AbortSignal.abort(new Error('enough'))
    await expect(deliver(event, 'webhook', targets(), { signal })).rejects.toThrow('enough')
  })

  it('must be http or https', () => {
    expect(requireWebhook('https://example.org/x')).toBe('https://example.org/x')
    for (const bad of ['file:///etc/passwd', 'example.org', '']) {
      expect(() => requireWebhook(bad)).toThrow('expected an http or https address')
    }
  })
})

describe('a command', () => {
  const node = (
    script: string,
    shell = false,
  ): { webhook: null; command: { program: string; args: string[]; shell: boolean } } => ({
    webhook: null,
    command: { program: process.execPath, args: ['-e', script], shell },
  })

  it('gets the event on its input and its id in the environment', async () => {
    const out = join(dir, 'got.json')
    const script = `let t='';process.stdin.on('data',c=>t+=c).on('end',()=>require('fs').writeFileSync(${JSON.stringify(out)},JSON.stringify([JSON.parse(t),process.env.SCARLINE_EVENT_ID])))`
    await deliver(event, 'command', node(script))
    expect(JSON.parse(await readFile(out, 'utf8'))).toEqual([event, event.id])
  })

  it('gets no shell unless it is asked for', async () => {
    const out = join(dir, 'shell.txt')
    const program = `cat > ${out}`
    await expect(
      deliver(event, 'command', { webhook: null, command: { program, args: [], shell: false } }),
    ).rejects.toThrow('could not be started (ENOENT)')
    await deliver(event, 'command', { webhook: null, command: { program, args: [], shell: true } })
    expect(JSON.parse(await readFile(out, 'utf8'))).toEqual(event)
  })

  it('is tried again when it fails, and what it said is told', async () => {
    const script = "console.error('no paper left');process.exit(3)"
    await expect(
      deliver(event, 'command', node(script), { attempts: 2, firstWaitMs: 1 }),
    ).rejects.toMatchObject({
      message: expect.stringContaining('ended with 3: no paper left') as string,
      details: { attempts: 2 },
    })
  })

  it('may leave its input unread, and is ended when it takes too long', async () => {
    await deliver(event, 'command', node('process.stdin.destroy()'))
    await expect(
      deliver(event, 'command', node('setInterval(()=>{},1e3)'), {
        commandTimeoutMs: 200,
        attempts: 1,
      }),
    ).rejects.toThrow('took over 0.2 s')
  })
})
