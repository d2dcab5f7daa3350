import { createRequire } from 'node:module'
import { corruptJpeg2000 } from './codestream.ts'

/** The decoder's part that is used; the package carries no types. */
interface J2kDecoder {
  getEncodedBuffer(lengthBytes: number): Uint8Array
  decode(): void
  getFrameInfo(): { width: number; height: number; componentCount: number }
  getDecodedBuffer(): Uint8ClampedArray<ArrayBuffer>
  delete(): void
}

interface OpenJpegModule {
  J2KDecoder: new () => J2kDecoder
  HEAPU8: Uint8Array
}

interface OpenJpeg {
  module: OpenJpegModule
  /** What the decoder printed as errors since this was last emptied. */
  errors: string[]
}

/** WebAssembly memory never shrinks: beyond this many bytes the module is let go after a decode. */
const MAX_KEPT_BYTES = 2 ** 28

let loading: Promise<OpenJpeg> | null = null

/**
 * Decodes a codestream of one component whose image begins at 0, 0; tiles that it lacks are zeros.
 *
 * @param pieces the codestream, in order
 * @param size what its SIZ marker says, pixels
 * @returns rows from the top; one byte a sample up to 8 bits, else two, low byte first
 * @throws ScarlineError `corrupt-file`
 */
export async function decodeOpenJpeg(
  pieces: readonly Uint8Array[],
  size: { width: number; height: number },
  name: string,
): Promise<Uint8ClampedArray<ArrayBuffer>> {
  const { module, errors } = await loadOpenJpeg()
  errors.length = 0
  try {
    const decoder = new module.J2KDecoder()
    const lengthBytes = pieces.reduce((sum, piece) => sum + piece.byteLength, 0)
    const encoded = decoder.getEncodedBuffer(lengthBytes)
    let at = 0
    for (const piece of pieces) {
      encoded.set(piece, at)
      at += piece.byteLength
    }
    decoder.decode()
    const { width, height, componentCount } = decoder.getFrameInfo()
    const whole = width === size.width && height === size.height && componentCount === 1
    const decoded = whole && errors.length === 0 ? decoder.getDecodedBuffer() : null
    decoder.delete()
    if (decoded) {
      if (module.HEAPU8.byteLength > MAX_KEPT_BYTES) loading = null
      return decoded
    }
  } catch (error) {
    errors.push(error instanceof Error ? error.message : 'an exception')
  }
  // After a trap its memory cannot be trusted, and a decode that fails leaks what it had allocated.
  loading = null
  const why = (errors[0] ?? 'no picture').replaceAll(/\s+/g, ' ').trim().replace(/\.$/, '')
  throw corruptJpeg2000(name, `got pixels that OpenJPEG cannot decode (${why})`)
}

function loadOpenJpeg(): Promise<OpenJpeg> {
  loading ??= startOpenJpeg().catch((error: unknown) => {
    loading = null
    throw error
  })
  return loading
}

async function startOpenJpeg(): Promise<OpenJpeg> {
  const require = createRequire(import.meta.url)
  const create = require('@cornerstonejs/codec-openjpeg/decodewasmjs') as (options: {
    print(line: string): void
    printErr(line: string): void
  }) => Promise<OpenJpegModule>
  const errors: string[] = []
  const print = (line: string): void => {
    if (errors.length === 0 && line.startsWith('[ERROR]')) errors.push(line.slice(7))
  }
  return { module: await create({ print, printErr: print }), errors }
}
