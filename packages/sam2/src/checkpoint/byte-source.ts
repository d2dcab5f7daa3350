import { Sam2Error } from '../errors.ts'

/** Bytes that can be read in pieces: a file, an HTTP range reader, memory. */
export interface ByteSource {
  /** For messages: a file name, a URL. */
  readonly name: string
  /** Length in bytes. */
  readonly size: number
  /**
   * The `length` bytes from `offset` on, in an array that belongs to the caller. Its own errors
   * (input/output, cancellation) pass through unchanged.
   */
  read(offset: number, length: number): Promise<Uint8Array>
}

/** A source over bytes in memory. They are shared, not copied; what is read from it is a copy. */
export function sourceOfBytes(bytes: Uint8Array, name: string): ByteSource {
  return {
    name,
    size: bytes.length,
    read: (offset, length) => Promise.resolve(bytes.slice(offset, offset + length)),
  }
}

/**
 * Reads exactly `length` bytes.
 * @throws Sam2Error `checkpoint` when the range lies outside the source or it gives fewer bytes
 */
export async function readExactly(
  source: ByteSource,
  offset: number,
  length: number,
): Promise<Uint8Array> {
  if (!(offset >= 0 && length >= 0 && offset + length <= source.size)) {
    throw new Sam2Error(
      `${source.name}: got a file of ${source.size} bytes, expected bytes ${offset} to ${offset + length}`,
      { code: 'checkpoint', hint: 'Download the file again.' },
    )
  }
  const bytes = await source.read(offset, length)
  if (bytes.length !== length) {
    throw new Sam2Error(
      `${source.name}: got ${bytes.length} bytes at offset ${offset}, expected ${length}`,
      { code: 'checkpoint', hint: 'Download the file again.' },
    )
  }
  return bytes
}
