import { z } from 'zod'
import { ScarlineError } from '../errors.ts'
import type { ArchiveTransport } from './archive-transport.ts'

/** Turns an asset's link into one that can be read now. */
export type HrefSigner = (href: string, signal?: AbortSignal) => Promise<string>

const tokenSchema = z.object({ token: z.string(), 'msft:expiry': z.string() })
/** A token is renewed this long before it ends. */
const SPARE_MS = 5 * 60_000

/**
 * The signer that an archive needs: Planetary Computer gives out its blobs with a short-lived token
 * that anyone may ask for; others need none.
 *
 * @param now milliseconds since 1970
 */
export function hrefSignerFor(
  archiveUrl: string,
  collection: string,
  transport: ArchiveTransport,
  now: () => number,
): HrefSigner {
  const isPlanetary = archiveUrl.startsWith('https://planetarycomputer.microsoft.com/')
  if (!isPlanetary) return async (href) => href
  const tokenUrl = `https://planetarycomputer.microsoft.com/api/sas/v1/token/${encodeURIComponent(collection)}`
  let current: { token: string; endsAt: number } | null = null
  let asking: Promise<string> | null = null
  const ask = async (signal?: AbortSignal): Promise<string> => {
    const { json } = await transport.readJson(tokenUrl, undefined, signal)
    const parsed = tokenSchema.safeParse(json)
    if (!parsed.success) {
      throw new ScarlineError(`${tokenUrl}: got no token, expected one to sign links with`, {
        code: 'archive',
        hint: 'Try again later, or use --stac earth-search.',
      })
    }
    current = { token: parsed.data.token, endsAt: Date.parse(parsed.data['msft:expiry']) }
    return current.token
  }
  return async (href, signal) => {
    if (!/^https:\/\/[^/]+\.blob\.core\.windows\.net\//.test(href) || /[?&]sig=/.test(href)) {
      return href
    }
    let token = current && current.endsAt - SPARE_MS > now() ? current.token : null
    if (token === null) {
      asking ??= ask(signal).finally(() => {
        asking = null
      })
      token = await asking
    }
    return `${href}${href.includes('?') ? '&' : '?'}${token}`
  }
}
