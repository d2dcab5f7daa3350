import { createHash } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { ScarlineError, type SiteFolder } from '@scarline/core'
import type { Context } from 'hono'
import type { StudioEnv } from './context.ts'

/**
 * Answers with bytes that have a tag; a browser that has them already is told so instead.
 *
 * @param tag tells one content from another
 * @param isFixed the address names this content and never another
 */
export async function answerTagged(
  c: Context<StudioEnv>,
  { tag, isFixed, contentType }: { tag: string; isFixed: boolean; contentType: string },
  make: () => Promise<Uint8Array | string>,
): Promise<Response> {
  const etag = `"${tag}"`
  const headers = {
    etag,
    'cache-control': isFixed ? 'private, max-age=31536000, immutable' : 'no-cache',
  }
  if (c.req.header('if-none-match') === etag) return c.body(null, 304, headers)
  const bytes = await make()
  const body = typeof bytes === 'string' ? bytes : new Uint8Array(bytes)
  return c.body(body, 200, { ...headers, 'content-type': contentType })
}

/** A short name of what is told by some facts. */
export function tagOf(...facts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(facts)).digest('hex').slice(0, 20)
}

/** Changes whenever a file of the site is written; null where there is none. */
export async function fileMark({ dir }: SiteFolder, name: string): Promise<string | null> {
  return stat(join(dir, name), { bigint: true }).then(
    ({ mtimeNs, ino, size }) => `${mtimeNs}-${ino}-${size}`,
    () => null,
  )
}

/**
 * A whole number of an address.
 * @throws ScarlineError `usage`
 */
export function wholeNumber(
  text: string | undefined,
  name: string,
  { least, most, otherwise }: { least: number; most: number; otherwise?: number },
): number {
  if (text === undefined && otherwise !== undefined) return otherwise
  const value = Number(text)
  if (/^\d{1,9}$/.test(text ?? '') && value >= least && value <= most) return value
  throw new ScarlineError(`got ${name}=${text ?? ''}, expected a number ${least} to ${most}`, {
    code: 'usage',
  })
}
