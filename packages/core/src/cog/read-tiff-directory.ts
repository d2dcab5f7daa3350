import { ScarlineError } from '../errors.ts'
import type { ByteSource } from './byte-source.ts'

/** TIFF tags that are read; all others are skipped. */
export const TIFF_TAG = {
  imageWidth: 256,
  imageLength: 257,
  bitsPerSample: 258,
  compression: 259,
  photometric: 262,
  fillOrder: 266,
  imageDescription: 270,
  stripOffsets: 273,
  samplesPerPixel: 277,
  rowsPerStrip: 278,
  stripByteCounts: 279,
  planarConfiguration: 284,
  dateTime: 306,
  predictor: 317,
  tileWidth: 322,
  tileLength: 323,
  tileOffsets: 324,
  tileByteCounts: 325,
  sampleFormat: 339,
  jpegTables: 347,
  modelPixelScale: 33550,
  modelTiepoint: 33922,
  modelTransformation: 34264,
  geoKeyDirectory: 34735,
  geoDoubleParams: 34736,
  geoAsciiParams: 34737,
  gdalMetadata: 42112,
  gdalNodata: 42113,
  lercParameters: 50674,
} as const

/** One tag's value: numbers, or raw bytes for text and opaque types. */
export type TiffValue =
  | { kind: 'numbers'; numbers: Float64Array }
  | { kind: 'bytes'; bytes: Uint8Array }

/** The first image directory of a TIFF. */
export interface TiffDirectory {
  readonly littleEndian: boolean
  readonly bigTiff: boolean
  readonly tags: ReadonlyMap<number, TiffValue>
}

const KNOWN_TAGS = new Set<number>(Object.values(TIFF_TAG))
const TYPE_BYTES: Readonly<Record<number, number>> = {
  1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8,
} // prettier-ignore
const HEADER_BYTES = 4096
const MAX_ENTRIES = 4096
const MAX_TAG_BYTES = 64 * 2 ** 20

/** The error for a file that breaks the TIFF format or ends too early. */
export function corruptTiff(name: string, what: string): ScarlineError {
  return new ScarlineError(`${name}: ${what}, expected a whole GeoTIFF`, {
    code: 'corrupt-file',
    hint: 'Fetch or export the file again; gdalinfo shows what other programs make of it.',
    details: { name },
  })
}

/** The error for a sound file that holds something Scarline does not read. */
export function unsupportedTiff(name: string, what: string, hint: string): ScarlineError {
  return new ScarlineError(`${name}: ${what}`, { code: 'invalid-input', hint, details: { name } })
}

/**
 * Reads the first directory of a TIFF or BigTIFF of either byte order. Every count in the file is
 * checked before memory is taken for it.
 *
 * @throws ScarlineError `corrupt-file`
 */
export async function readTiffDirectory(
  source: ByteSource,
  signal?: AbortSignal,
): Promise<TiffDirectory> {
  const { name } = source
  const [head] = await source.read([{ offset: 0, length: HEADER_BYTES }], signal)
  if (!head || head.byteLength < 8) {
    throw corruptTiff(name, `got ${head?.byteLength ?? 0} bytes`)
  }
  const order = String.fromCharCode(head[0] as number, head[1] as number)
  if (isJpeg2000(head)) {
    // Some archives of samples name them .tif all the same.
    throw unsupportedTiff(
      name,
      'got a JPEG 2000 picture, expected a GeoTIFF',
      'Convert it with gdal_translate -of COG and give it its place with -a_srs and -a_ullr.',
    )
  }
  if (order !== 'II' && order !== 'MM') {
    throw corruptTiff(name, 'got a file that does not start as a TIFF does')
  }
  const littleEndian = order === 'II'
  const headView = viewOf(head)
  const magic = headView.getUint16(2, littleEndian)
  if (magic !== 42 && magic !== 43) throw corruptTiff(name, `got TIFF version ${magic}`)
  const bigTiff = magic === 43
  if (bigTiff && head.byteLength < 16)
    throw corruptTiff(name, 'got a BigTIFF that ends in its header')
  const start = bigTiff
    ? Number(headView.getBigUint64(8, littleEndian))
    : headView.getUint32(4, littleEndian)

  const reader: PieceReader = async (offset, length, what) => {
    if (source.sizeBytes !== null && offset + length > source.sizeBytes) {
      throw corruptTiff(
        name,
        `got ${what} at bytes ${offset}-${offset + length} of a file of ${source.sizeBytes} bytes`,
      )
    }
    if (offset + length <= head.byteLength) return head.subarray(offset, offset + length)
    const [piece] = await source.read([{ offset, length }], signal)
    if (!piece || piece.byteLength < length)
      throw corruptTiff(name, `got a file that ends in ${what}`)
    return piece
  }
  return {
    littleEndian,
    bigTiff,
    tags: await readEntries(name, reader, start, littleEndian, bigTiff),
  }
}

/** A JPEG 2000 codestream, bare or in its JP2 wrapper. */
function isJpeg2000(head: Uint8Array): boolean {
  const starts = (...bytes: number[]): boolean => bytes.every((byte, i) => head[i] === byte)
  return starts(0xff, 0x4f, 0xff, 0x51) || starts(0, 0, 0, 12, 0x6a, 0x50, 0x20, 0x20)
}

type PieceReader = (offset: number, length: number, what: string) => Promise<Uint8Array>

async function readEntries(
  name: string,
  readPiece: PieceReader,
  start: number,
  littleEndian: boolean,
  bigTiff: boolean,
): Promise<Map<number, TiffValue>> {
  const countBytes = bigTiff ? 8 : 2
  const entryBytes = bigTiff ? 20 : 12
  const inlineBytes = bigTiff ? 8 : 4
  const countView = viewOf(await readPiece(start, countBytes, 'its directory'))
  const entryCount = bigTiff
    ? Number(countView.getBigUint64(0, littleEndian))
    : countView.getUint16(0, littleEndian)
  if (entryCount === 0 || entryCount > MAX_ENTRIES) {
    throw corruptTiff(name, `got a directory of ${entryCount} tags`)
  }
  const entries = await readPiece(start + countBytes, entryCount * entryBytes, 'its directory')
  const view = viewOf(entries)
  const tags = new Map<number, TiffValue>()
  for (let i = 0; i < entryCount; i++) {
    const at = i * entryBytes
    const tag = view.getUint16(at, littleEndian)
    const type = view.getUint16(at + 2, littleEndian)
    const unitBytes = TYPE_BYTES[type]
    if (!KNOWN_TAGS.has(tag) || unitBytes === undefined || tags.has(tag)) continue
    const count = bigTiff
      ? Number(view.getBigUint64(at + 4, littleEndian))
      : view.getUint32(at + 4, littleEndian)
    const byteLength = count * unitBytes
    if (byteLength > MAX_TAG_BYTES) {
      throw corruptTiff(name, `got a tag ${tag} of ${byteLength} bytes`)
    }
    const valueAt = at + (bigTiff ? 12 : 8)
    const bytes =
      byteLength <= inlineBytes
        ? entries.subarray(valueAt, valueAt + byteLength)
        : await readPiece(
            bigTiff
              ? Number(view.getBigUint64(valueAt, littleEndian))
              : view.getUint32(valueAt, littleEndian),
            byteLength,
            `tag ${tag}`,
          )
    tags.set(tag, parseValue(bytes, type, count, littleEndian))
  }
  return tags
}

function parseValue(
  bytes: Uint8Array,
  type: number,
  count: number,
  littleEndian: boolean,
): TiffValue {
  if (type === 2 || type === 7) return { kind: 'bytes', bytes: bytes.slice() }
  const view = viewOf(bytes)
  const numbers = new Float64Array(count)
  const unitBytes = TYPE_BYTES[type] as number
  for (let i = 0; i < count; i++) numbers[i] = readNumber(view, i * unitBytes, type, littleEndian)
  return { kind: 'numbers', numbers }
}

function readNumber(view: DataView, at: number, type: number, littleEndian: boolean): number {
  switch (type) {
    case 1:
      return view.getUint8(at)
    case 3:
      return view.getUint16(at, littleEndian)
    case 5:
      return view.getUint32(at, littleEndian) / view.getUint32(at + 4, littleEndian)
    case 6:
      return view.getInt8(at)
    case 8:
      return view.getInt16(at, littleEndian)
    case 9:
      return view.getInt32(at, littleEndian)
    case 10:
      return view.getInt32(at, littleEndian) / view.getInt32(at + 4, littleEndian)
    case 11:
      return view.getFloat32(at, littleEndian)
    case 12:
      return view.getFloat64(at, littleEndian)
    case 16:
    case 18:
      return Number(view.getBigUint64(at, littleEndian))
    case 17:
      return Number(view.getBigInt64(at, littleEndian))
    default:
      return view.getUint32(at, littleEndian)
  }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/** A tag's numbers; null where it is missing or holds no numbers. */
export function tagNumbers(directory: TiffDirectory, tag: number): Float64Array | null {
  const value = directory.tags.get(tag)
  if (!value) return null
  if (value.kind === 'numbers') return value.numbers.length > 0 ? value.numbers : null
  return null
}

/** A tag's first number; null where it is missing. */
export function tagNumber(directory: TiffDirectory, tag: number): number | null {
  return tagNumbers(directory, tag)?.[0] ?? null
}

/** A tag's text without its closing zero byte; null where it is missing. */
export function tagText(directory: TiffDirectory, tag: number): string | null {
  const value = directory.tags.get(tag)
  if (value?.kind !== 'bytes') return null
  return new TextDecoder().decode(value.bytes).replace(/\0[\s\S]*$/, '')
}

/** A tag's raw bytes; null where it is missing. */
export function tagBytes(directory: TiffDirectory, tag: number): Uint8Array | null {
  const value = directory.tags.get(tag)
  if (!value) return null
  return value.kind === 'bytes' ? value.bytes : Uint8Array.from(value.numbers)
}
