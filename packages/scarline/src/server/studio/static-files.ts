import { readFile, readdir } from 'node:fs/promises'
import { extname, join, sep } from 'node:path'
import type { MiddlewareHandler } from 'hono'
import { getCookie } from 'hono/cookie'
import type { StudioEnv } from './context.ts'

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.webp': 'image/webp',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
}

/**
 * The page loads from this studio only, runs no inline script and cannot be framed.
 * @param mapOrigins where pictures of a basemap that the user entered may come from
 */
export function contentSecurityPolicy(mapOrigins: readonly string[]): string {
  const maps = mapOrigins.map((origin) => ` ${origin}`).join('')
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    `img-src 'self' blob: data:${maps}`,
    "media-src 'self' blob:",
    "font-src 'self'",
    `connect-src 'self'${maps}`,
    "worker-src 'self' blob:",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
}

const MAX_MAP_ORIGINS = 8

/** The origins that the page wrote into its cookie because the user entered a basemap. */
export function mapOriginsOf(cookie: string | undefined): string[] {
  return (cookie ?? '')
    .split(' ')
    .filter((origin) => /^https?:\/\/[a-z0-9.-]+(:\d+)?$/i.test(origin))
    .slice(0, MAX_MAP_ORIGINS)
}

const NO_MAPS = contentSecurityPolicy([])

/** Headers of every answer; a route's own word stands. */
export const answerHeaders: MiddlewareHandler<StudioEnv> = async (c, next) => {
  await next()
  // What nobody will read is not made, and lets go of its file or its listener.
  if (c.req.method === 'HEAD') await c.res.body?.cancel()
  const { headers } = c.res
  const set = (name: string, value: string): void => {
    if (!headers.has(name)) headers.set(name, value)
  }
  set('content-security-policy', NO_MAPS)
  set('x-content-type-options', 'nosniff')
  set('referrer-policy', 'no-referrer')
  set('x-frame-options', 'DENY')
  set('cross-origin-opener-policy', 'same-origin')
  set('cross-origin-resource-policy', 'same-origin')
  set('cache-control', 'no-store')
}

/**
 * Serves the built page. The files are listed once: what a client asks for is looked up among their
 * names and never becomes a path.
 */
export async function serveFiles(
  dir: string,
  port: () => number,
): Promise<MiddlewareHandler<StudioEnv>> {
  const files = await filesBelow(dir)
  return async (c) => {
    const path = c.req.path === '/' ? '/index.html' : c.req.path
    const file = files.get(path)
    if (file === undefined) {
      if (path !== '/index.html') return c.text('there is no such file\n', 404)
      return c.text('the page of the studio is not built: run npm run build:studio\n', 500)
    }
    const bytes = await readFile(file)
    if (path === '/index.html') {
      const origins = mapOriginsOf(getCookie(c, `scarline-basemap-${port()}`))
      c.header('content-security-policy', contentSecurityPolicy(origins))
    }
    return c.body(new Uint8Array(bytes), 200, {
      'content-type': CONTENT_TYPES[extname(file)] ?? 'application/octet-stream',
      // Vite puts a hash of the content into the names of assets.
      'cache-control': path.startsWith('/assets/')
        ? 'public, max-age=31536000, immutable'
        : 'no-cache',
    })
  }
}

async function filesBelow(dir: string): Promise<Map<string, string>> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return []
      throw error
    },
  )
  return new Map(
    entries
      .filter((entry) => entry.isFile())
      .map((entry) => {
        const file = join(entry.parentPath, entry.name)
        return [file.slice(dir.length).split(sep).join('/').replace(/^\/?/, '/'), file]
      }),
  )
}
