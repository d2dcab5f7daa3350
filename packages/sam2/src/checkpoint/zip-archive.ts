import { type Entry, type FileEntry, Reader, ZipReader } from '@zip.js/zip.js'
import { Sam2Error } from '../errors.ts'
import type { ByteSource } from './byte-source.ts'
import { printable } from '../printable.ts'

/** Entries read before giving up; a training checkpoint of the largest model has 3,000. */
const MAX_ENTRIES = 65_536
/** The directory is read at once; nothing else is asked for in pieces this large. */
const MAX_READ_BYTES = 64 * 2 ** 20
/** Bytes that one compressed entry may unpack to. PyTorch itself compresses nothing. */
const MAX_INFLATED_BYTES = 256 * 2 ** 20
/** Bytes asked of the source at a time while an entry is read. */
const CHUNK_BYTES = 2 ** 20

/** One file in an archive. */
export interface ZipMember {
  /** Unpacked bytes. */
  readonly size: number
  /**
   * Unpacked content, its CRC-32 checked.
   * @throws Sam2Error `checkpoint` when it is damaged, encrypted or packed in an unknown way
   */
  read(): Promise<Uint8Array>
}

/** Lets zip.js read a source, and keeps the source's own errors apart from those of zip.js. */
class SourceReader extends Reader<ByteSource> {
  readonly #source: ByteSource
  failure: { readonly error: unknown } | undefined

  constructor(source: ByteSource) {
    super(source)
    this.#source = source
    this.size = source.size
  }

  override createReadable(
    options?: Parameters<Reader<ByteSource>['createReadable']>[0],
  ): ReadableStream<Uint8Array> {
    return super.createReadable({ ...options, chunkSize: CHUNK_BYTES })
  }

  override async readUint8Array(index: number, length: number): Promise<Uint8Array> {
    const end = Math.min(index + length, this.size)
    if (!(index >= 0 && end > index)) return new Uint8Array(0)
    if (end - index > MAX_READ_BYTES) throw new Error(`a directory of ${end - index} bytes`)
    try {
      return await this.#source.read(index, end - index)
    } catch (error) {
      this.failure = { error }
      throw error
    }
  }
}

/**
 * Reads the directory of a zip archive.
 * @returns files by name, in the archive's order
 * @throws Sam2Error `checkpoint`
 */
export async function openZip(source: ByteSource): Promise<Map<string, ZipMember>> {
  const reader = new SourceReader(source)
  const zip = new ZipReader(reader, { useWebWorkers: false, checkCrc32: true })
  const members = new Map<string, ZipMember>()
  try {
    for await (const entry of zip.getEntriesGenerator()) {
      if (entry.directory) continue
      if (members.has(entry.filename)) throw new Error(`two files ${printable(entry.filename)}`)
      if (members.size >= MAX_ENTRIES) throw new Error(`more than ${MAX_ENTRIES} files`)
      members.set(entry.filename, {
        size: entry.uncompressedSize,
        read: () => readMember(source, reader, entry),
      })
    }
  } catch (cause) {
    throw zipError(source, reader, cause, 'a truncated or damaged zip archive')
  }
  return members
}

async function readMember(
  source: ByteSource,
  reader: SourceReader,
  entry: Exclude<Entry, { directory: true }>,
): Promise<Uint8Array> {
  const size = entry.uncompressedSize
  const name = printable(entry.filename)
  const limit = entry.compressionMethod === 0 ? source.size : MAX_INFLATED_BYTES
  if (size > limit) {
    throw new Sam2Error(
      `${source.name}: got ${name} of ${size} bytes unpacked, expected at most ${limit}`,
      {
        code: 'checkpoint',
        hint: 'Use an undamaged checkpoint, uncompressed as PyTorch writes it.',
      },
    )
  }
  const content = new Uint8Array(size)
  let length = 0
  const sink = new WritableStream<Uint8Array>({
    write(chunk) {
      if (length + chunk.length > size) throw new Error('more bytes than the directory says')
      content.set(chunk, length)
      length += chunk.length
    },
  })
  try {
    await (entry as FileEntry).getData(sink)
  } catch (cause) {
    throw zipError(source, reader, cause, `a damaged ${name}`)
  }
  if (length !== size) {
    throw zipError(source, reader, new Error(`${length} of ${size} bytes`), `a damaged ${name}`)
  }
  return content
}

/** A zip failure as ours; a failure of the source itself as it is. */
function zipError(source: ByteSource, reader: SourceReader, cause: unknown, got: string): unknown {
  const { failure } = reader
  if (failure) {
    reader.failure = undefined
    return failure.error
  }
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new Sam2Error(
    `${source.name}: got ${got} (${printable(reason)}), expected a whole PyTorch checkpoint`,
    { code: 'checkpoint', hint: 'Download the file again.', cause },
  )
}
