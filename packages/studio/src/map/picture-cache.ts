import { errorOf } from '../api/request.ts'
import { ApiError, isAbort } from '../api/api-error.ts'
import { stretchApart } from './stretch-apart.ts'

/** Decoded pictures by address. */
export interface PictureCache {
  /** The picture if it is there. */
  get(url: string): ImageBitmap | null
  /** Why it cannot be had, if it was tried. */
  faultOf(url: string): unknown
  /** Fetches what is not there, these alone: the others on their way are given up. */
  want(urls: readonly string[]): void
  /** Forgets what failed, so that it is tried again. */
  forgetFaults(): void
  close(): void
}

/** At the end of an address: the picture with its contrast stretched. */
export const STRETCHED = '#stretched'

/** About what 24 frames of 1,200 pixels take. */
const MOST_BYTES = 144 * 2 ** 20

/** @param onChange called when a picture has come, or cannot be had */
export function createPictureCache(onChange: (url: string) => void): PictureCache {
  const pictures = new Map<string, ImageBitmap>()
  const faults = new Map<string, unknown>()
  const loads = new Map<string, AbortController>()
  let wanted = new Set<string>()
  let bytes = 0

  const keep = (url: string, picture: ImageBitmap): void => {
    pictures.set(url, picture)
    bytes += bytesOf(picture)
    for (const [old, bitmap] of pictures) {
      if (bytes <= MOST_BYTES) break
      if (wanted.has(old)) continue
      pictures.delete(old)
      bytes -= bytesOf(bitmap)
      bitmap.close()
    }
  }
  const load = async (url: string): Promise<void> => {
    const abort = new AbortController()
    loads.set(url, abort)
    try {
      const fetched = await fetchPicture(url, abort.signal)
      const picture = url.endsWith(STRETCHED) ? await stretchApart(fetched) : fetched
      if (abort.signal.aborted) picture.close()
      else keep(url, picture)
    } catch (error) {
      if (!isAbort(error)) faults.set(url, error)
    } finally {
      if (loads.get(url) === abort) loads.delete(url)
    }
    if (!abort.signal.aborted) onChange(url)
  }
  const stop = (): void => {
    for (const [url, abort] of loads) {
      if (wanted.has(url)) continue
      loads.delete(url)
      abort.abort()
    }
  }
  return {
    get(url) {
      const picture = pictures.get(url)
      if (!picture) return null
      // Last used, last to go.
      pictures.delete(url)
      pictures.set(url, picture)
      return picture
    },
    faultOf: (url) => faults.get(url) ?? null,
    want(urls) {
      wanted = new Set(urls)
      stop()
      for (const url of urls) {
        if (!pictures.has(url) && !faults.has(url) && !loads.has(url)) void load(url)
      }
    },
    forgetFaults: () => faults.clear(),
    close() {
      wanted = new Set()
      stop()
      for (const picture of pictures.values()) picture.close()
      pictures.clear()
    },
  }
}

function bytesOf({ width, height }: ImageBitmap): number {
  return width * height * 4
}

/** @throws ApiError with the server's words */
export async function fetchPicture(url: string, signal: AbortSignal): Promise<ImageBitmap> {
  let response: Response
  try {
    response = await fetch(url, { signal })
  } catch (cause) {
    if (signal.aborted) throw signal.reason
    throw new ApiError({
      status: 0,
      code: 'server-lost',
      message: 'got no answer from scarline studio',
      cause,
    })
  }
  if (!response.ok) throw errorOf(response.status, await response.text())
  return createImageBitmap(await response.blob())
}
