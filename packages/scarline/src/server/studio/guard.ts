import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { MiddlewareHandler } from 'hono'
import { getCookie, setCookie } from 'hono/cookie'
import type { StudioEnv } from './context.ts'
import { Refusal } from './refusal.ts'

/** What opens the studio. */
export interface Guard {
  /** 32 random bytes, base64url. */
  readonly token: string
  /**
   * A word that stands for the token once, within a minute: what a browser is started with can be
   * read by everybody on the machine in the list of processes.
   */
  oneTimeWord(): string
  /** For every request: Host, Origin, Sec-Fetch-Site, the cookie (below /api), the header of mutations. */
  readonly middleware: MiddlewareHandler<StudioEnv>
  /** `GET /`: takes the token of the address for the cookie. */
  readonly entrance: MiddlewareHandler<StudioEnv>
}

const ONE_TIME_MS = 60_000

/** @param port the studio's own, known once it listens */
export function createGuard(port: () => number): Guard {
  const token = randomBytes(32).toString('base64url')
  const words = new Map<string, number>()
  const cookie = (): string => `scarline-${port()}`

  const takeWord = (given: string): boolean => {
    const until = words.get(given)
    words.delete(given)
    return until !== undefined && performance.now() < until
  }

  return {
    token,
    oneTimeWord() {
      const word = randomBytes(32).toString('base64url')
      words.set(word, performance.now() + ONE_TIME_MS)
      return word
    },
    middleware: async (c, next) => {
      const names = [`127.0.0.1:${port()}`, `localhost:${port()}`]
      const host = c.req.header('host') ?? ''
      if (!names.includes(host.toLowerCase())) throw refused(`the host ${host || '(none)'}`)
      // A request line may name a host of its own.
      const asked = new URL(c.req.url).host
      if (!names.includes(asked)) throw refused(`the host ${asked}`)
      const origin = c.req.header('origin')
      if (origin !== undefined && !names.some((name) => origin === `http://${name}`)) {
        throw refused(`the origin ${origin}`)
      }
      // `same-site` is refused too: every port of this machine counts as the same site.
      const site = c.req.header('sec-fetch-site')
      if (site !== undefined && site !== 'same-origin' && site !== 'none') {
        throw refused(`a request from another page (${site})`)
      }
      const isRead = c.req.method === 'GET' || c.req.method === 'HEAD'
      if (isApi(c.req.path) || !isRead) {
        if (!isSame(getCookie(c, cookie()) ?? '', token)) {
          throw new Refusal('got a request without the token of this studio', {
            status: 403,
            code: 'forbidden',
            hint: 'Open the address that scarline studio printed.',
          })
        }
        if (!isRead && c.req.header('x-scarline') !== '1') {
          throw refused('a change without the header x-scarline')
        }
      }
      await next()
    },
    entrance: async (c, next) => {
      const given = c.req.query('token')
      if (given !== undefined) {
        if (!isSame(given, token) && !takeWord(given)) return c.html(CLOSED_DOOR, 403)
        setCookie(c, cookie(), token, { httpOnly: true, sameSite: 'Strict', path: '/' })
        return c.redirect('/', 302)
      }
      if (!isSame(getCookie(c, cookie()) ?? '', token)) return c.html(CLOSED_DOOR, 403)
      await next()
      return undefined
    },
  }
}

function isApi(path: string): boolean {
  return path === '/api' || path.startsWith('/api/')
}

function refused(what: string): Refusal {
  return new Refusal(`got ${what}, expected one from the studio's own page`, {
    status: 403,
    code: 'forbidden',
    hint: 'Open the address that scarline studio printed.',
  })
}

/** Whether two secrets are the same, in a time that tells nothing of where they differ. */
function isSame(given: string, secret: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(given), digest(secret))
}

/** Shown to who comes without the token: the page with its catalogue of words is not theirs to read. */
const CLOSED_DOOR = `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Scarline</title>
<p>This studio opens with the address that <code>scarline studio</code> printed: it holds a token.</p>
<p lang="zh">请用 <code>scarline studio</code> 打印的地址打开：其中含有令牌。</p>
</html>
`
