import { readFile, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { HttpClient } from '../cog/http-client.ts'
import { ScarlineError } from '../errors.ts'
import type { ArchiveTransport } from '../stac/archive-transport.ts'

const MAX_JSON_BYTES = 256 * 2 ** 20

/** Reaches archives over HTTP and on disk. */
export function createArchiveTransport(http: HttpClient): ArchiveTransport {
  return {
    async readJson(url, request = { method: 'GET' }, signal) {
      if (!/^https?:\/\//i.test(url)) {
        const path = localPath(url)
        signal?.throwIfAborted()
        // A file URL, so that assets beside it resolve whatever the working directory.
        return { json: parseJson(await readLocal(path), path), url: pathToFileURL(path).href }
      }
      const answer = await http.request(
        url,
        {
          method: request.method,
          maxBytes: MAX_JSON_BYTES,
          headers: {
            accept: 'application/geo+json, application/json;q=0.9',
            ...(request.body ? { 'content-type': 'application/json' } : {}),
            ...request.headers,
          },
          ...(request.body ? { body: JSON.stringify(request.body) } : {}),
        },
        signal,
      )
      return { json: parseJson(new TextDecoder().decode(answer.body), url), url: answer.url }
    },

    async listFolder(url) {
      if (/^https?:\/\//i.test(url)) return null
      const path = localPath(url)
      const isFolder = await stat(path).then(
        (found) => found.isDirectory(),
        () => false,
      )
      if (!isFolder) return null
      const names = await readdir(path, { recursive: true })
      return names
        .filter((name) => /\.(geo)?json$/i.test(name))
        .toSorted()
        .map((name) => join(path, name))
    },
  }
}

function localPath(url: string): string {
  return /^file:/i.test(url) ? fileURLToPath(url) : url
}

async function readLocal(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code
    throw new ScarlineError(
      code === 'ENOENT' ? `${path}: no such file` : `${path}: cannot be read (${code})`,
      { code: 'not-found', hint: 'Check the path given with --stac.', details: { path }, cause },
    )
  }
}

function parseJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    const start = text.trimStart().slice(0, 40).replaceAll(/\s+/g, ' ')
    throw new ScarlineError(
      `${name}: got ${start ? `"${start}…"` : 'nothing'}, expected the JSON of a STAC archive`,
      {
        code: 'archive',
        hint: 'Check the address given with --stac: it must be a STAC API, catalogue or items.json.',
        details: { name },
        cause,
      },
    )
  }
}
