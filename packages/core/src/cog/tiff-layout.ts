import type { RasterData } from '../raster/raster.ts'
import {
  TIFF_TAG,
  type TiffDirectory,
  corruptTiff,
  tagBytes,
  tagNumber,
  tagNumbers,
  unsupportedTiff,
} from './read-tiff-directory.ts'

/** What one sample is. */
export type SampleKind = 'unsigned' | 'signed' | 'float'

/** How the pixels of a TIFF image are stored: all that is needed to find and decode its blocks. */
export interface TiffLayout {
  width: number
  height: number
  bandCount: number
  kind: SampleKind
  bitsPerSample: number
  /** TIFF compression code. */
  compression: number
  /** TIFF predictor: 1 none, 2 horizontal, 3 floating point. */
  predictor: number
  /** True where each band has its own blocks. */
  planar: boolean
  blockWidth: number
  blockHeight: number
  /** Tiles are always whole; the last strip ends with the image. */
  tiled: boolean
  blocksAcross: number
  blocksDown: number
  /** Where each block starts and how long it is; 0 long where it was never written (sparse). */
  blockOffsets: Float64Array
  blockByteCounts: Float64Array
  littleEndian: boolean
  jpegTables: Uint8Array | null
  lercParameters: Float64Array | null
}

/** Largest decoded block that is accepted, bytes: a 16,384 x 16,384 strip of uint16. */
const MAX_BLOCK_BYTES = 512 * 2 ** 20

const COMPRESSION_NAMES: Readonly<Record<number, string>> = {
  2: 'CCITT RLE', 3: 'CCITT fax 3', 4: 'CCITT fax 4', 6: 'old-style JPEG', 34661: 'JBIG',
  34676: 'SGI LogLuv', 34677: 'SGI LogLuv 24', 34712: 'JPEG 2000', 34925: 'LZMA', 50001: 'WebP',
  50002: 'JPEG XL', 52546: 'JPEG XL',
} // prettier-ignore
const NUMBERS = 'integers of 1 to 16 or 32 bits, or floats of 16, 32 or 64'
const READABLE_COMPRESSIONS = new Set([1, 5, 7, 8, 32946, 32773, 34887, 50000])

/**
 * The pixel layout of a directory, checked for consistency.
 * @throws ScarlineError `corrupt-file` or (readable by others, but not here) `invalid-input`
 */
export function tiffLayout(directory: TiffDirectory, name: string): TiffLayout {
  const whole = (tag: number, fallback: number): number => tagNumber(directory, tag) ?? fallback
  const width = whole(TIFF_TAG.imageWidth, 0)
  const height = whole(TIFF_TAG.imageLength, 0)
  if (!isCount(width) || !isCount(height))
    throw corruptTiff(name, `got ${width} x ${height} pixels`)
  const bandCount = whole(TIFF_TAG.samplesPerPixel, 1)
  if (!isCount(bandCount) || bandCount > 65_535) throw corruptTiff(name, `got ${bandCount} bands`)
  const planarCode = whole(TIFF_TAG.planarConfiguration, 1)
  if (planarCode !== 1 && planarCode !== 2) {
    throw corruptTiff(name, `got planar configuration ${planarCode}`)
  }
  const planar = planarCode === 2 && bandCount > 1
  const { kind, bitsPerSample } = sampleType(directory, name)
  const compression = checkedCompression(directory, name)
  // Only these compressions apply a predictor; others ignore the tag.
  const predicted = [5, 8, 32946, 50000].includes(compression)
  const predictor = predicted ? whole(TIFF_TAG.predictor, 1) : 1
  checkPredictor(predictor, kind, bitsPerSample, name)
  if (whole(TIFF_TAG.fillOrder, 1) !== 1 && bitsPerSample % 8 !== 0) {
    throw unsupported(name, 'got bits stored in reverse (FillOrder 2)', 'the usual order')
  }
  const tiled = directory.tags.has(TIFF_TAG.tileOffsets)
  const blockWidth = tiled ? whole(TIFF_TAG.tileWidth, 0) : width
  const rowsPerStrip = whole(TIFF_TAG.rowsPerStrip, height)
  const blockHeight = tiled
    ? whole(TIFF_TAG.tileLength, 0)
    : Math.min(rowsPerStrip > 0 ? rowsPerStrip : height, height)
  if (!isCount(blockWidth) || !isCount(blockHeight)) {
    throw corruptTiff(name, `got blocks of ${blockWidth} x ${blockHeight} pixels`)
  }
  const blockBytes =
    Math.ceil((blockWidth * bitsPerSample * (planar ? 1 : bandCount)) / 8) * blockHeight
  if (blockBytes > MAX_BLOCK_BYTES) {
    throw unsupported(
      name,
      `got blocks of ${blockWidth} x ${blockHeight} pixels`,
      `at most ${MAX_BLOCK_BYTES / 2 ** 20} MiB a block`,
    )
  }
  const blocksAcross = Math.ceil(width / blockWidth)
  const blocksDown = Math.ceil(height / blockHeight)
  const blockCount = blocksAcross * blocksDown * (planar ? bandCount : 1)
  const blockOffsets = tagNumbers(directory, tiled ? TIFF_TAG.tileOffsets : TIFF_TAG.stripOffsets)
  if (!blockOffsets || blockOffsets.length < blockCount) {
    throw corruptTiff(
      name,
      `got ${blockOffsets?.length ?? 0} blocks of pixels where ${width} x ${height} pixels need ${blockCount}`,
    )
  }
  let blockByteCounts = tagNumbers(
    directory,
    tiled ? TIFF_TAG.tileByteCounts : TIFF_TAG.stripByteCounts,
  )
  if (!blockByteCounts && compression === 1) {
    blockByteCounts = new Float64Array(blockCount).fill(blockBytes)
    if (!tiled) {
      const lastRows = height - (blocksDown - 1) * blockHeight
      for (let i = blocksDown - 1; i < blockCount; i += blocksDown) {
        blockByteCounts[i] = (blockBytes / blockHeight) * lastRows
      }
    }
  }
  if (!blockByteCounts || blockByteCounts.length < blockCount) {
    throw corruptTiff(name, 'got blocks of pixels without their lengths')
  }
  return {
    width, height, bandCount, kind, bitsPerSample, compression, predictor, planar,
    blockWidth, blockHeight, tiled, blocksAcross, blocksDown, blockOffsets, blockByteCounts,
    littleEndian: directory.littleEndian,
    jpegTables: tagBytes(directory, TIFF_TAG.jpegTables),
    lercParameters: tagNumbers(directory, TIFF_TAG.lercParameters),
  } // prettier-ignore
}

/** An empty array of the type that a layout's samples decode to. */
export function arrayForLayout(layout: TiffLayout, length: number): RasterData {
  const { kind, bitsPerSample: bits } = layout
  if (kind === 'float') return bits === 64 ? new Float64Array(length) : new Float32Array(length)
  // There is no 8-bit signed type among ours: its values fit 16 bits.
  if (kind === 'signed') return bits <= 16 ? new Int16Array(length) : new Int32Array(length)
  if (bits <= 8) return new Uint8Array(length)
  return bits <= 16 ? new Uint16Array(length) : new Uint32Array(length)
}

function sampleType(
  directory: TiffDirectory,
  name: string,
): { kind: SampleKind; bitsPerSample: number } {
  const bits = tagNumbers(directory, TIFF_TAG.bitsPerSample) ?? new Float64Array([1])
  const formats = tagNumbers(directory, TIFF_TAG.sampleFormat) ?? new Float64Array([1])
  const bitsPerSample = bits[0] as number
  const format = formats[0] as number
  if (bits.some((value) => value !== bitsPerSample) || formats.some((value) => value !== format)) {
    throw unsupported(name, 'got bands of different number types', NUMBERS)
  }
  const kinds: Record<number, SampleKind> = {
    1: 'unsigned',
    2: 'signed',
    3: 'float',
    4: 'unsigned',
  }
  const kind = kinds[format]
  const readable =
    (kind === 'unsigned' &&
      (bitsPerSample === 32 || (bitsPerSample >= 1 && bitsPerSample <= 16))) ||
    (kind === 'signed' && [8, 16, 32].includes(bitsPerSample)) ||
    (kind === 'float' && [16, 32, 64].includes(bitsPerSample))
  if (!kind || !readable || !Number.isInteger(bitsPerSample)) {
    const what = kind ?? (format === 5 || format === 6 ? 'complex' : `format ${format}`)
    throw unsupported(name, `got ${bitsPerSample}-bit ${what} numbers`, NUMBERS)
  }
  return { kind, bitsPerSample }
}

function checkedCompression(directory: TiffDirectory, name: string): number {
  const compression = tagNumber(directory, TIFF_TAG.compression) ?? 1
  if (!READABLE_COMPRESSIONS.has(compression)) {
    throw unsupported(
      name,
      `got ${COMPRESSION_NAMES[compression] ?? `unknown (${compression})`} compression`,
      'none, Deflate, LZW, ZSTD, LERC or PackBits',
    )
  }
  if (tagNumber(directory, TIFF_TAG.photometric) === 6) {
    throw unsupported(name, 'got a YCbCr picture', 'bands of measurements')
  }
  return compression
}

function checkPredictor(predictor: number, kind: SampleKind, bits: number, name: string): void {
  if (predictor === 1) return
  if (predictor === 2 && kind !== 'float' && [8, 16, 32].includes(bits)) return
  if (predictor === 3 && kind === 'float') return
  throw unsupported(
    name,
    `got predictor ${predictor} on ${bits}-bit ${kind} numbers`,
    'predictor 1, 2 or 3',
  )
}

function unsupported(name: string, got: string, expected: string): Error {
  return unsupportedTiff(
    name,
    `${got}, expected ${expected}`,
    'Convert it with gdal_translate -co COMPRESS=DEFLATE.',
  )
}

function isCount(value: number): boolean {
  return Number.isInteger(value) && value > 0 && value <= 2 ** 31
}
