import { ScarlineError } from '../../errors.ts'
import type { ByteSource } from '../../cog/byte-source.ts'
import type { BlockCoding } from './code-block.ts'

/** How a tile was coded (COD, QCD). */
export interface TileCoding {
  progression: number
  layers: number
  levels: number
  /** Code-block size as powers of two. */
  blockWidthLog2: number
  blockHeightLog2: number
  block: BlockCoding
  reversible: boolean
  /** Precinct size by resolution, as powers of two. */
  precinctsLog2: readonly (readonly [width: number, height: number])[]
  packetStarts: boolean
  headerEnds: boolean
  guardBits: number
  /** By subband: LL, then HL, LH, HH from the coarsest level on. */
  steps: readonly { exponent: number; mantissa: number }[]
}

/** A run of a tile's packets in the file. */
interface TilePart {
  offset: number
  length: number
}

/** What the markers of a JPEG 2000 codestream say; packets are read later. */
export interface Codestream {
  /** Reference grid: the image is x0 <= x < x1, tiles begin at tileX0, tileY0. */
  x0: number
  y0: number
  x1: number
  y1: number
  tileX0: number
  tileY0: number
  tileWidth: number
  tileHeight: number
  tilesAcross: number
  bitDepth: number
  signed: boolean
  tiles: ReadonlyMap<number, { coding: TileCoding; parts: readonly TilePart[] }>
}

const SOC = 0xff4f
const SIZ = 0xff51
const COD = 0xff52
const COC = 0xff53
const RGN = 0xff5e
const QCD = 0xff5c
const QCC = 0xff5d
const POC = 0xff5f
const PPM = 0xff60
const PPT = 0xff61
const SOT = 0xff90
const SOD = 0xff93
const EOC = 0xffd9

const UNSUPPORTED: Readonly<Record<number, string>> = {
  [COC]: 'component-wise coding',
  [QCC]: 'component-wise quantisation',
  [RGN]: 'regions of interest',
  [POC]: 'a change of progression order',
  [PPM]: 'packed packet headers',
  [PPT]: 'packed packet headers',
}

type CodingStyle = Omit<TileCoding, 'guardBits' | 'steps'>
type Quantisation = Pick<TileCoding, 'guardBits' | 'steps'>

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
 * Reads the markers of a codestream with one component (ISO/IEC 15444-1, annex A).
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
  const read = async (offset: number, length: number): Promise<DataView> => {
    const [piece] = await source.read([{ offset, length }], signal)
    if (!piece || piece.byteLength < length)
      throw corruptJpeg2000(name, 'got a file that ends early')
    return new DataView(piece.buffer, piece.byteOffset, piece.byteLength)
  }
  if ((await read(start, 2)).getUint16(0) !== SOC) {
    throw corruptJpeg2000(name, 'got a file without a start of codestream')
  }
  let at = start + 2
  let size: Omit<Codestream, 'tiles'> | null = null
  let style: CodingStyle | null = null
  let quantisation: Quantisation | null = null
  const tiles = new Map<number, { coding: TileCoding; parts: TilePart[] }>()
  const end = source.sizeBytes ?? Infinity

  const readSegment = async (marker: number): Promise<DataView> => {
    const length = (await read(at + 2, 2)).getUint16(0)
    if (length < 2) throw corruptJpeg2000(name, `got a marker segment of ${length} bytes`)
    const what = UNSUPPORTED[marker]
    if (what !== undefined) throw unsupportedJpeg2000(name, what)
    const segment = await read(at + 4, length - 2)
    at += 2 + length
    return segment
  }
  const apply = (marker: number, segment: DataView): void => {
    try {
      if (marker === SIZ) size = parseSize(segment, name)
      else if (marker === COD) style = parseCodingStyle(segment, name)
      else if (marker === QCD) quantisation = parseQuantisation(segment)
    } catch (error) {
      if (error instanceof RangeError) throw corruptJpeg2000(name, 'got a marker segment cut short')
      throw error
    }
  }

  while (at + 2 <= end) {
    const marker = (await read(at, 2)).getUint16(0)
    if (marker === EOC) break
    if (marker >>> 8 !== 0xff)
      throw corruptJpeg2000(name, `got ${marker.toString(16)} for a marker`)
    if (marker !== SOT) {
      apply(marker, await readSegment(marker))
      continue
    }
    const partStart = at
    const header = await readSegment(SOT)
    if (header.byteLength < 8) throw corruptJpeg2000(name, 'got a tile-part header cut short')
    const tileIndex = header.getUint16(0)
    const partLength = header.getUint32(2)
    const mainStyle: CodingStyle | null = style
    const mainQuantisation: Quantisation | null = quantisation
    for (;;) {
      const inner = (await read(at, 2)).getUint16(0)
      if (inner === SOD) break
      apply(inner, await readSegment(inner))
    }
    at += 2
    if (size === null || style === null || quantisation === null) {
      throw corruptJpeg2000(name, 'got tiles before SIZ, COD and QCD')
    }
    const partEnd = partLength === 0 ? end : partStart + partLength
    if (partEnd > end || partEnd < at)
      throw corruptJpeg2000(name, 'got a file that ends inside its pixels')
    const tile = tiles.get(tileIndex) ?? {
      coding: { ...(style as CodingStyle), ...(quantisation as Quantisation) },
      parts: [],
    }
    tile.parts.push({ offset: at, length: partEnd - at })
    tiles.set(tileIndex, tile)
    style = mainStyle
    quantisation = mainQuantisation
    at = partEnd
  }
  if (size === null || tiles.size === 0) throw corruptJpeg2000(name, 'got no tiles')
  return { ...(size as Omit<Codestream, 'tiles'>), tiles }
}

function parseSize(view: DataView, name: string): Omit<Codestream, 'tiles'> {
  const components = view.getUint16(34)
  if (components !== 1) {
    throw unsupportedJpeg2000(name, `${components} components (a picture, not a band)`)
  }
  const depth = view.getUint8(36)
  const x1 = view.getUint32(2)
  const tileWidth = view.getUint32(18)
  const tileX0 = view.getUint32(26)
  const size = {
    x0: view.getUint32(10),
    y0: view.getUint32(14),
    x1,
    y1: view.getUint32(6),
    tileX0,
    tileY0: view.getUint32(30),
    tileWidth,
    tileHeight: view.getUint32(22),
    tilesAcross: Math.ceil((x1 - tileX0) / tileWidth),
    bitDepth: (depth & 0x7f) + 1,
    signed: (depth & 0x80) !== 0,
  }
  if (view.getUint8(37) !== 1 || view.getUint8(38) !== 1) {
    throw unsupportedJpeg2000(name, 'a subsampled component')
  }
  if (size.bitDepth > 16) throw unsupportedJpeg2000(name, `${size.bitDepth} bits a pixel`)
  if (
    size.x1 <= size.x0 || size.y1 <= size.y0 || tileWidth === 0 || size.tileHeight === 0 ||
    size.tileX0 > size.x0 || size.tileY0 > size.y0
  ) {
    throw corruptJpeg2000(name, 'got an impossible image size')
  } // prettier-ignore
  return size
}

function parseCodingStyle(view: DataView, name: string): CodingStyle {
  const flags = view.getUint8(0)
  const levels = view.getUint8(5)
  const blockStyle = view.getUint8(8)
  if (levels > 32) throw corruptJpeg2000(name, `got ${levels} wavelet levels`)
  if ((blockStyle & 0b101) !== 0)
    throw unsupportedJpeg2000(name, 'bypass or terminated coding passes')
  const precinctsLog2: [number, number][] = []
  for (let r = 0; r <= levels; r++) {
    const packed = (flags & 1) === 0 ? 0xff : view.getUint8(10 + r)
    if (r > 0 && ((packed & 15) === 0 || packed >> 4 === 0)) {
      throw corruptJpeg2000(name, 'got an impossible precinct size')
    }
    precinctsLog2.push([packed & 15, packed >> 4])
  }
  const blockWidthLog2 = view.getUint8(6) + 2
  const blockHeightLog2 = view.getUint8(7) + 2
  if (blockWidthLog2 > 10 || blockHeightLog2 > 10 || blockWidthLog2 + blockHeightLog2 > 12) {
    throw corruptJpeg2000(name, 'got an impossible code-block size')
  }
  return {
    progression: view.getUint8(1),
    layers: view.getUint16(2),
    levels,
    blockWidthLog2,
    blockHeightLog2,
    block: {
      resetContexts: (blockStyle & 2) !== 0,
      verticallyCausal: (blockStyle & 8) !== 0,
      segmentationSymbols: (blockStyle & 32) !== 0,
    },
    reversible: view.getUint8(9) === 1,
    precinctsLog2,
    packetStarts: (flags & 2) !== 0,
    headerEnds: (flags & 4) !== 0,
  }
}

function parseQuantisation(view: DataView): Quantisation {
  const packed = view.getUint8(0)
  const kind = packed & 31
  const steps: { exponent: number; mantissa: number }[] = []
  if (kind === 0) {
    for (let at = 1; at < view.byteLength; at++) {
      steps.push({ exponent: view.getUint8(at) >> 3, mantissa: 0 })
    }
  } else {
    for (let at = 1; at + 1 < view.byteLength; at += 2) {
      const value = view.getUint16(at)
      steps.push({ exponent: value >> 11, mantissa: value & 0x7ff })
    }
    const first = steps[0]
    if (kind === 1 && first) {
      // Derived: one step is given; each coarser level's exponent is one higher (equation E-5).
      for (let band = 1; band <= 96; band++) {
        const level = Math.floor((band - 1) / 3)
        steps[band] = { ...first, exponent: first.exponent - level }
      }
    }
  }
  return { guardBits: packed >> 5, steps }
}
