import { type FileHandle, open } from 'node:fs/promises'
import { ScarlineError } from '../errors.ts'

/** A run of bytes of a file. */
export interface ByteRange {
  offset: number
  length: number
}

/**
 * Bytes that can be read in pieces. A range that ends behind the end of the file comes back shorter;
 * a range that starts behind it comes back empty.
 */
export interface ByteSource {
  /** For messages: file name or URL. */
  readonly name: string
  /** Length of the whole file, or null while unknown. */
  readonly sizeBytes: number | null
  read(ranges: readonly ByteRange[], signal?: AbortSignal): Promise<Uint8Array<ArrayBuffer>[]>
  close(): Promise<void>
}

/** A file that is already in memory. */
export function bytesSource(bytes: Uint8Array, name: string): ByteSource {
  // Not the array itself: the slices of a Node Buffer are views of a shared pool, not copies.
  const plain = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  return {
    name,
    sizeBytes: bytes.byteLength,
    async read(ranges, signal): Promise<Uint8Array<ArrayBuffer>[]> {
      signal?.throwIfAborted()
      return ranges.map(({ offset, length }) => plain.slice(offset, offset + length))
    },
    async close(): Promise<void> {},
  }
}

/**
 * A file on disk; only what is asked for is read.
 * @throws ScarlineError `not-found` where there is no such file
 */
export async function fileSource(path: string): Promise<ByteSource> {
  let handle: FileHandle
  let sizeBytes: number
  try {
    handle = await open(path, 'r')
  } catch (cause) {
    throw cannotOpen(path, cause)
  }
  try {
    const stat = await handle.stat()
    if (!stat.isFile()) throw new Error('not a file')
    sizeBytes = stat.size
  } catch (cause) {
    await handle.close()
    throw cannotOpen(path, cause)
  }
  return {
    name: path,
    sizeBytes,
    async read(ranges, signal): Promise<Uint8Array<ArrayBuffer>[]> {
      const result: Uint8Array<ArrayBuffer>[] = []
      for (const { offset, length } of ranges) {
        signal?.throwIfAborted()
        const wanted = Math.max(0, Math.min(length, sizeBytes - offset))
        const buffer = new Uint8Array(wanted)
        let filled = 0
        while (filled < wanted) {
          const { bytesRead } = await handle.read(buffer, filled, wanted - filled, offset + filled)
          if (bytesRead === 0) break
          filled += bytesRead
        }
        result.push(filled === wanted ? buffer : buffer.slice(0, filled))
      }
      return result
    },
    close: () => handle.close(),
  }
}

function cannotOpen(path: string, cause: unknown): ScarlineError {
  const code = (cause as NodeJS.ErrnoException).code
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new ScarlineError(`${path}: no such file`, {
      code: 'not-found',
      hint: 'Check the path.',
      details: { path },
      cause,
    })
  }
  return new ScarlineError(`${path}: cannot be read (${code ?? (cause as Error).message})`, {
    code: 'not-found',
    hint: 'Check that it is a file and that you may read it.',
    details: { path },
    cause,
  })
}
