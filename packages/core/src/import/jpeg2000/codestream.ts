import { ScarlineError } from '../../errors.ts'
import type { ByteRange, ByteSource } from '../../cog/byte-source.ts'

/** What the markers of a JPEG 2000 codestream say; pixels are decoded later. */
export interface Codestream {
  /** Pixels, from 0, 0 of the reference grid. */
  width: number
  height: number
  tileWidth: number
  tileHeight: number
  tilesAcross: number
  bitDepth: number
  signed: boolean
  /** Content of SIZ, without marker and length. */
  size: Uint8Array
  /** The main header's other segments that decoding needs, with marker and length. */
  segments: readonly Uint8Array[]
  /** In the order of the file; each from its SOT marker on. */
  parts: readonly TilePart[]
}

interface TilePart extends ByteRange {
  tile: number
}

const SOC = 0xff4f
const CAP = 0xff50
const SIZ = 0xff51
const COD = 0xff52
const COC = 0xff53
const QCD = 0xff5c
const QCC = 0xff5d
const RGN = 0xff5e
const POC = 0xff5f
const PPM = 0xff60
const SOT = 0xff90
const SOD = 0xff93
const EOC = 0xffd9

/** Main header segments for the decoder; lengths of tiles and packets no longer hold for a part. */
const KEPT: ReadonlySet<number> = new Set([CAP, COD, QCD, QCC, RGN, POC])
const UNSUPPORTED: Readonly<Record<number, string>> = {
  [COC]: 'component-wise coding',
  [PPM]: 'packed packet headers',
}
/** Most packets of one tile: a forged header asks for any number, each of them costs memory. */
const MAX_PACKETS = 2 ** 21

type Size = Omit<Codestream, 'size' | 'segments' | 'parts'>

/** The error for JPEG 2000 that breaks the format or ends too early. */
export function corruptJpeg2000(name: string, what: string): ScarlineError {
  return new ScarlineError(`${name}: ${what}, expected a whole JPEG 2000 file`, {
    code: 'corrupt-file',
    hint: 'Fetch or export the file again; gdalinfo shows what other programs make of it.',
    details: { name },
  })
}

/** The error for sound JPEG 2000 that is not read here. */
export function unsupportedJpeg2000(name: string, what: string): ScarlineError {
  return new ScarlineError(`${name}: got JPEG 2000 with ${what}, which is not read`, {
    code: 'invalid-input',
    hint: 'Convert it first: gdal_translate -of COG in.jp2 out.tif',
    details: { name },
  })
}

/**
 * Reads the markers of a codestream with one component (ISO/IEC 15444-1, annex A) and makes sure that
 * every tile is there, whole.
 *
 * @param start byte of the file at which the codestream begins
 * @throws ScarlineError `corrupt-file`, `invalid-input`
 */
export async function readCodestream(
  source: ByteSource,
  start: number,
  signal?: AbortSignal,
): Promise<Codestream> {
  const { name } = source
  const read = async (offset: number, length: number): Promise<DataView<ArrayBuffer>> => {
    const [piece] = await source.read([{ offset, length }], signal)
    if (!piece || piece.byteLength < length)
      throw corruptJpeg2000(name, 'got a file that ends early')
    return new DataView(piece.buffer, piece.byteOffset, piece.byteLength)
  }
  const readSegment = async (offset: number): Promise<Segment> => {
    const head = await read(offset, 4)
    const marker = head.getUint16(0)
    const length = head.getUint16(2)
    if (marker >>> 8 !== 0xff)
      throw corruptJpeg2000(name, `got ${marker.toString(16)} for a marker`)
    if (length < 2) throw corruptJpeg2000(name, `got a marker segment of ${length} bytes`)
    const what = UNSUPPORTED[marker]
    if (what !== undefined) throw unsupportedJpeg2000(name, what)
    return { marker, view: await read(offset, 2 + length), end: offset + 2 + length }
  }

  const head = await read(start, 4)
  if (head.getUint16(0) !== SOC || head.getUint16(2) !== SIZ) {
    throw corruptJpeg2000(name, 'got a file without a start of codestream')
  }
  const first = await readSegment(start + 2)
  const size = parseSize(first.view, name)
  const segments: Uint8Array[] = []
  const parts: TilePart[] = []
  const counts = new Map<number, { found: number; stated: number }>()
  const tileCount = size.tilesAcross * Math.ceil(size.height / size.tileHeight)
  const fileEnd = source.sizeBytes ?? Infinity

  let at = first.end
  while (at + 2 <= fileEnd) {
    if ((await read(at, 2)).getUint16(0) === EOC) break
    const { marker, view, end } = await readSegment(at)
    if (marker !== SOT) {
      if (marker === COD) checkPackets(view, size, name)
      if (KEPT.has(marker)) segments.push(bytesOf(view))
      at = end
      continue
    }
    if (view.byteLength < 12) throw corruptJpeg2000(name, 'got a tile-part header cut short')
    const tile = view.getUint16(4)
    const stated = view.getUint32(6)
    let inner = end
    while ((await read(inner, 2)).getUint16(0) !== SOD) {
      const segment = await readSegment(inner)
      if (segment.marker === COD) checkPackets(segment.view, size, name)
      inner = segment.end
    }
    const partEnd = stated === 0 ? fileEnd : at + stated
    if (partEnd > fileEnd || partEnd < inner + 2)
      throw corruptJpeg2000(name, 'got a file that ends inside its pixels')
    if (tile >= tileCount) throw corruptJpeg2000(name, `got tile ${tile} of ${tileCount}`)
    const count = counts.get(tile) ?? { found: 0, stated: 0 }
    count.found++
    count.stated = Math.max(count.stated, view.getUint8(11))
    counts.set(tile, count)
    parts.push({ tile, offset: at, length: partEnd - at })
    at = partEnd
  }
  const whole = [...counts.values()].every(({ found, stated }) => found >= stated)
  if (counts.size < tileCount || !whole)
    throw corruptJpeg2000(name, 'got a file that lacks some of its tiles')
  return { ...size, size: bytesOf(first.view).subarray(4), segments, parts }
}

interface Segment {
  marker: number
  /** From the marker on. */
  view: DataView<ArrayBuffer>
  /** Byte of the file behind it. */
  end: number
}

/**
 * A codestream of its own with only some tiles, pixels unchanged: right and bottom of the last tile are
 * cut off, the tiles that are left out will be zeros.
 *
 * @param last column and row of the last tile
 * @param wanted whether a tile, by index in the file, is taken
 * @returns its size, its main header, and where its tile-parts are in the file, with the tile index
 *   that {@link renumberTilePart} has to give each
 */
export function cropCodestream(
  stream: Codestream,
  last: { col: number; row: number },
  wanted: (tile: number) => boolean,
): { width: number; height: number; header: Uint8Array[]; parts: TilePart[] } {
  const width = Math.min(stream.width, (last.col + 1) * stream.tileWidth)
  const height = Math.min(stream.height, (last.row + 1) * stream.tileHeight)
  const start = new Uint8Array(6 + stream.size.byteLength)
  start.set(stream.size, 6)
  const view = new DataView(start.buffer)
  view.setUint16(0, SOC)
  view.setUint16(2, SIZ)
  view.setUint16(4, 2 + stream.size.byteLength)
  view.setUint32(8, width)
  view.setUint32(12, height)
  const parts = stream.parts
    .filter(({ tile }) => wanted(tile))
    .map(({ tile, offset, length }) => {
      const row = Math.floor(tile / stream.tilesAcross)
      const col = tile % stream.tilesAcross
      return { tile: row * (last.col + 1) + col, offset, length }
    })
  return { width, height, header: [start, ...stream.segments], parts }
}

/** Writes the tile index into a tile-part's SOT marker. */
export function renumberTilePart(bytes: Uint8Array, tile: number): void {
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).setUint16(4, tile)
}

/** What ends a codestream. */
export function endOfCodestream(): Uint8Array {
  return Uint8Array.of(EOC >>> 8, EOC & 0xff)
}

function bytesOf(view: DataView<ArrayBuffer>): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength)
}

function parseSize(view: DataView, name: string): Size {
  if (view.byteLength < 43) throw corruptJpeg2000(name, 'got a marker segment cut short')
  const components = view.getUint16(38)
  if (components !== 1) {
    throw unsupportedJpeg2000(name, `${components} components (a picture, not a band)`)
  }
  const depth = view.getUint8(40)
  const [width, height] = [view.getUint32(6), view.getUint32(10)]
  const [tileWidth, tileHeight] = [view.getUint32(22), view.getUint32(26)]
  const tilesAcross = Math.ceil(width / tileWidth)
  const bitDepth = (depth & 0x7f) + 1
  const signed = (depth & 0x80) !== 0
  const tileCount = tilesAcross * Math.ceil(height / tileHeight)
  // OpenJPEG's wrapper takes the image's far corner for its size.
  if ([14, 18, 30, 34].some((at) => view.getUint32(at) !== 0)) {
    throw unsupportedJpeg2000(name, 'an image that does not begin at 0, 0')
  }
  if (view.getUint8(41) !== 1 || view.getUint8(42) !== 1) {
    throw unsupportedJpeg2000(name, 'a subsampled component')
  }
  if (bitDepth > 16 || (signed && bitDepth <= 8)) {
    throw unsupportedJpeg2000(name, `${bitDepth}${signed ? ' signed' : ''} bits a pixel`)
  }
  if (width === 0 || height === 0 || !(tileCount <= 65_535)) {
    throw corruptJpeg2000(name, 'got an impossible image size')
  }
  return { width, height, tileWidth, tileHeight, tilesAcross, bitDepth, signed }
}

/** Refuses a coding style (COD, from its marker on) that cuts a tile into absurdly many packets. */
function checkPackets(view: DataView, size: Size, name: string): void {
  const levels = view.byteLength < 14 ? 0 : view.getUint8(9)
  const ownPrecincts = view.byteLength >= 14 && (view.getUint8(4) & 1) === 1
  if (view.byteLength < 14 + (ownPrecincts ? levels + 1 : 0)) {
    throw corruptJpeg2000(name, 'got a marker segment cut short')
  }
  if (levels > 32) throw corruptJpeg2000(name, `got ${levels} wavelet levels`)
  const width = Math.min(size.width, size.tileWidth)
  const height = Math.min(size.height, size.tileHeight)
  let precincts = 0
  for (let r = 0; r <= levels; r++) {
    const packed = ownPrecincts ? view.getUint8(14 + r) : 0xff
    const across = Math.ceil(width / 2 ** (levels - r) / 2 ** (packed & 15))
    precincts += across * Math.ceil(height / 2 ** (levels - r) / 2 ** (packed >> 4))
  }
  const packets = precincts * view.getUint16(6)
  if (packets > MAX_PACKETS) throw corruptJpeg2000(name, `got ${packets} packets in a tile`)
}
