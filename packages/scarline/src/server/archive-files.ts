import { open, realpath, stat } from 'node:fs/promises'
import { extname, join, sep } from 'node:path'

const CONTENT_TYPES: Record<string, string> = {
  '.tif': 'image/tiff; application=geotiff; profile=cloud-optimized',
  '.json': 'application/json',
  '.geojson': 'application/geo+json',
  '.png': 'image/png',
}

/** An answer before it is put on the wire. */
export interface FileAnswer {
  status: number
  headers: Record<string, string>
  body: Uint8Array<ArrayBuffer> | null
}

type RangeRequest = { from: number; to: number } | 'whole' | 'unsatisfiable'

/**
 * What a Range header asks for (RFC 9110, section 14): one range of bytes, inclusive. Several ranges
 * or other units get the whole, as the standard allows.
 */
export function parseRange(header: string | undefined, size: number): RangeRequest {
  const match = /^bytes=\s*(\d*)\s*-\s*(\d*)\s*$/.exec(header ?? '')
  if (!match || (match[1] === '' && match[2] === '')) return 'whole'
  if (match[1] === '') {
    const suffix = Number(match[2])
    if (suffix === 0 || size === 0) return 'unsatisfiable'
    return { from: Math.max(0, size - suffix), to: size - 1 }
  }
  const from = Number(match[1])
  const to = match[2] === '' ? size - 1 : Math.min(Number(match[2]), size - 1)
  if (match[2] !== '' && Number(match[2]) < from) return 'whole'
  return from >= size ? 'unsatisfiable' : { from, to }
}

/** The file of a URL path under a folder; null where it is none, hidden, or outside of it. */
async function resolveInside(dir: string, urlPath: string): Promise<string | null> {
  let decoded: string
  try {
    decoded = decodeURIComponent(urlPath)
  } catch {
    return null
  }
  const parts = decoded.split(/[/\\]/).filter((part) => part !== '')
  if (decoded.includes('\0') || parts.some((part) => part.startsWith('.'))) return null
  try {
    const root = await realpath(dir)
    const path = await realpath(join(root, ...parts))
    if (!path.startsWith(root + sep)) return null
    return (await stat(path)).isFile() ? path : null
  } catch {
    return null
  }
}

/** Answers GET and HEAD for a file of a folder, whole or in part. */
export async function answerFile(
  dir: string,
  urlPath: string,
  request: { method: string; range?: string | undefined; ifRange?: string | undefined },
): Promise<FileAnswer | null> {
  const path = await resolveInside(dir, urlPath)
  if (path === null) return null
  const file = await open(path, 'r')
  try {
    const { size, mtimeMs, mtime } = await file.stat()
    const etag = `"${size.toString(16)}-${Math.round(mtimeMs).toString(16)}"`
    const headers: Record<string, string> = {
      'accept-ranges': 'bytes',
      'content-type': CONTENT_TYPES[extname(path).toLowerCase()] ?? 'application/octet-stream',
      etag,
      'last-modified': mtime.toUTCString(),
    }
    const stale = request.ifRange !== undefined && request.ifRange !== etag
    const range = stale ? 'whole' : parseRange(request.range, size)
    if (range === 'unsatisfiable') {
      return {
        status: 416,
        headers: { ...headers, 'content-range': `bytes */${size}` },
        body: null,
      }
    }
    const { from, to } = range === 'whole' ? { from: 0, to: size - 1 } : range
    headers['content-length'] = String(to - from + 1)
    if (range !== 'whole') headers['content-range'] = `bytes ${from}-${to}/${size}`
    let body: Uint8Array<ArrayBuffer> | null = null
    if (request.method !== 'HEAD') {
      body = new Uint8Array(to - from + 1)
      await file.read(body, 0, body.length, from)
    }
    return { status: range === 'whole' ? 200 : 206, headers, body }
  } finally {
    await file.close()
  }
}
