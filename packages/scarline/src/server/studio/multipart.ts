import { ScarlineError } from '@scarline/core'

/** One part of a form: its name, the file's name where it is a file, and its bytes as they come. */
export interface FormPart {
  name: string
  /** As the client says; may hold folders (`/`). Null for a plain field. */
  fileName: string | null
  body: AsyncIterable<Uint8Array>
}

const CRLF = Buffer.from('\r\n')
const MAX_HEADER_BYTES = 16_384

/**
 * The parts of a `multipart/form-data` body, one after the other, without holding a file in memory.
 * A part's body must be read (or left) before the next is asked for.
 *
 * @throws ScarlineError `usage` for a body that is no such form, or one that ends early
 */
export async function* readMultipart(
  contentType: string,
  source: AsyncIterable<Uint8Array>,
): AsyncGenerator<FormPart, void, void> {
  const boundary = /^multipart\/form-data;.*\bboundary=(?:"([^"]+)"|([^;\s]+))/i.exec(contentType)
  const word = boundary?.[1] ?? boundary?.[2]
  if (word === undefined) {
    throw broken(
      `the content type ${contentType || '(none)'}, expected multipart/form-data with a boundary`,
    )
  }
  const delimiter = Buffer.from(`\r\n--${word}`)
  const input = createInput(source)
  // The first delimiter has no line before it.
  input.unread(CRLF)
  for await (const _ of input.until(delimiter)) void _
  for (;;) {
    const after = await input.take(2)
    if (after.toString('latin1') === '--') return
    if (!after.equals(CRLF)) throw broken('a form whose delimiter is damaged')
    const header = await headerOf(input)
    const body = input.until(delimiter)
    yield { ...header, body }
    for await (const _ of body) void _
  }
}

interface Input {
  unread(bytes: Uint8Array): void
  /** Exactly so many bytes. */
  take(count: number): Promise<Buffer>
  /** What comes before the next `mark`, which is taken too. Once at its end it stays there. */
  until(mark: Buffer): AsyncGenerator<Uint8Array, void, void>
}

function createInput(source: AsyncIterable<Uint8Array>): Input {
  const reader = source[Symbol.asyncIterator]()
  let held: Buffer = Buffer.alloc(0)
  const more = async (): Promise<void> => {
    const next = await reader.next()
    if (next.done) throw broken('a form that ends in the middle')
    held = Buffer.concat([held, next.value])
  }
  return {
    unread(bytes) {
      held = Buffer.concat([bytes, held])
    },
    async take(count) {
      while (held.length < count) await more()
      const taken = held.subarray(0, count)
      held = held.subarray(count)
      return taken
    },
    async *until(mark) {
      for (;;) {
        const at = held.indexOf(mark)
        if (at >= 0) {
          const last = held.subarray(0, at)
          held = held.subarray(at + mark.length)
          if (last.length > 0) yield last
          return
        }
        // The mark may begin in what is held and end in what is to come.
        const sure = held.length - mark.length + 1
        if (sure > 0) {
          const piece = held.subarray(0, sure)
          held = held.subarray(sure)
          yield piece
        }
        await more()
      }
    },
  }
}

async function headerOf(input: Input): Promise<{ name: string; fileName: string | null }> {
  const pieces: Uint8Array[] = []
  let bytes = 0
  // The line before a part's header is taken: a part without header lines would begin with the end.
  input.unread(CRLF)
  for await (const piece of input.until(Buffer.from('\r\n\r\n'))) {
    bytes += piece.length
    if (bytes > MAX_HEADER_BYTES) throw broken('a form with a header that does not end')
    pieces.push(piece)
  }
  const text = Buffer.concat(pieces).toString('utf8')
  const disposition = /^content-disposition:\s*form-data\s*;(.*)$/im.exec(text)?.[1] ?? ''
  const name = field(disposition, 'name')
  if (name === null) throw broken('a form with a part that has no name')
  return { name, fileName: field(disposition, 'filename') }
}

/** Browsers write quotes and line ends in names as %22, %0D and %0A. */
function field(disposition: string, name: string): string | null {
  const found = new RegExp(`(?:^|;)\\s*${name}="([^"]*)"`, 'i').exec(disposition)?.[1]
  return found?.replaceAll('%22', '"').replaceAll('%0D', '\r').replaceAll('%0A', '\n') ?? null
}

function broken(what: string): ScarlineError {
  return new ScarlineError(`got ${what}`, { code: 'usage', hint: 'Send the files again.' })
}
