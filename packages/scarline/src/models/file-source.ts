import { createHash } from 'node:crypto'
import { type FileHandle, open } from 'node:fs/promises'
import { basename } from 'node:path'
import { diskError } from '@scarline/core'
import type { ByteSource } from '@scarline/sam2'

/** A file that parts are read from while it is open. */
export interface FileSource extends ByteSource, AsyncDisposable {
  close(): Promise<void>
}

/**
 * Opens a file for reading in parts.
 * @throws ScarlineError `not-found` or `disk`
 */
export async function openFileSource(path: string): Promise<FileSource> {
  let handle: FileHandle
  try {
    handle = await open(path, 'r')
  } catch (error) {
    throw diskError(error, `read ${path}`)
  }
  let size: number
  try {
    size = (await handle.stat()).size
  } catch (error) {
    await handle.close()
    throw diskError(error, `read ${path}`)
  }
  const close = (): Promise<void> => handle.close()
  return {
    name: basename(path),
    size,
    async read(offset, length) {
      const bytes = new Uint8Array(Math.max(0, Math.min(length, size - offset)))
      let at = 0
      while (at < bytes.length) {
        const { bytesRead } = await handle
          .read(bytes, at, bytes.length - at, offset + at)
          .catch((error: unknown) => {
            throw diskError(error, `read ${path}`)
          })
        if (bytesRead === 0) return bytes.subarray(0, at)
        at += bytesRead
      }
      return bytes
    },
    close,
    [Symbol.asyncDispose]: close,
  }
}

const CHUNK_BYTES = 4 * 2 ** 20

/** Reads a file in order; yields a view that is valid until the next. */
export async function* chunksOf(
  source: ByteSource,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array, void, void> {
  for (let offset = 0; offset < source.size; offset += CHUNK_BYTES) {
    signal?.throwIfAborted()
    yield await source.read(offset, CHUNK_BYTES)
  }
}

/**
 * SHA-256 of a file, lower-case hex. Yields the bytes done.
 * @throws the signal's reason when aborted
 */
export async function* hashFile(
  path: string,
  signal?: AbortSignal,
): AsyncGenerator<number, string, void> {
  await using source = await openFileSource(path)
  const hash = createHash('sha256')
  let done = 0
  for await (const chunk of chunksOf(source, signal)) {
    hash.update(chunk)
    done += chunk.length
    yield done
  }
  return hash.digest('hex')
}
