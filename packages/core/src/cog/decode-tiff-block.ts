import { promisify } from 'node:util'
import { inflate } from 'node:zlib'
import type { RasterData } from '../raster/raster.ts'
import { decompressLzw, decompressPackBits } from './decompress-tiff.ts'
import { corruptTiff } from './read-tiff-directory.ts'
import { type TiffLayout, arrayForLayout } from './tiff-layout.ts'

const inflateAsync = promisify(inflate)

/** Bytes that zlib hands over at once. */
const MIN_PIECE_BYTES = 1024
const MAX_PIECE_BYTES = 4 * 2 ** 20

/**
 * Decodes one block (tile or strip) of a TIFF.
 *
 * @param compressed the block's bytes as stored
 * @param rows rows that the block holds: fewer than `layout.blockHeight` in a last strip
 * @returns samples, `rows * blockWidth * samplesPerPixel` long, bands interleaved unless planar
 * @throws ScarlineError `corrupt-file` where the bytes do not decode to that many samples
 */
export async function decodeTiffBlock(
  layout: TiffLayout,
  compressed: Uint8Array<ArrayBuffer>,
  rows: number,
  name: string,
): Promise<RasterData> {
  const samplesPerPixel = layout.planar ? 1 : layout.bandCount
  const samplesPerRow = layout.blockWidth * samplesPerPixel
  const rowBytes = Math.ceil((samplesPerRow * layout.bitsPerSample) / 8)
  const expectedBytes = rowBytes * rows
  let bytes: Uint8Array<ArrayBuffer>
  try {
    bytes = await decompress(layout, compressed, expectedBytes)
  } catch (cause) {
    throw Object.assign(
      corruptTiff(name, `got a block of pixels that does not decode (${oneLine(cause)})`),
      { cause },
    )
  }
  if (bytes.byteLength < expectedBytes) {
    throw corruptTiff(
      name,
      `got a block of pixels that decodes to ${bytes.byteLength} of ${expectedBytes} bytes`,
    )
  }
  // Predictors are undone in place: what was stored as it is may be another's bytes.
  bytes =
    layout.compression === 1 ? bytes.slice(0, expectedBytes) : bytes.subarray(0, expectedBytes)
  // LERC hands its numbers over in this machine's byte order, already of the right type.
  const storedLittleEndian = layout.compression === 34887 ? true : layout.littleEndian
  if (layout.predictor === 3) {
    if (layout.bitsPerSample === 32 && samplesPerPixel === 1) {
      const result = arrayForLayout(layout, samplesPerRow * rows)
      undoFloat32Predictor(bytes, samplesPerRow, result)
      return result
    }
    undoFloatPredictor(bytes, rowBytes, samplesPerPixel, layout.bitsPerSample / 8)
    return toSamples(layout, bytes, samplesPerRow, rows, false)
  }
  const samples = toSamples(layout, bytes, samplesPerRow, rows, storedLittleEndian)
  if (layout.predictor === 2) undoHorizontalPredictor(samples, samplesPerRow, samplesPerPixel)
  return samples
}

async function decompress(
  layout: TiffLayout,
  compressed: Uint8Array<ArrayBuffer>,
  expectedBytes: number,
): Promise<Uint8Array<ArrayBuffer>> {
  if (layout.compression === 1) return compressed
  if (layout.compression === 8 || layout.compression === 32946) {
    // The bound keeps a forged block from inflating to gigabytes; a padded strip may run over.
    const inflated = await inflateAsync(compressed, {
      maxOutputLength: expectedBytes * 2 + 65_536,
      // In one piece as a rule: by default zlib answers in pieces of 16 KiB.
      chunkSize: Math.min(MAX_PIECE_BYTES, Math.max(MIN_PIECE_BYTES, expectedBytes + 1)),
    })
    return new Uint8Array(inflated.buffer, inflated.byteOffset, inflated.byteLength)
  }
  if (layout.compression === 5) return decompressLzw(compressed, expectedBytes)
  if (layout.compression === 32773) return decompressPackBits(compressed, expectedBytes)
  const parameters = {
    tileWidth: layout.blockWidth,
    tileHeight: layout.blockHeight,
    planarConfiguration: layout.planar ? 2 : 1,
    bitsPerSample: Array.from({ length: layout.bandCount }, () => layout.bitsPerSample),
    samplesPerPixel: layout.bandCount,
    // Undone here instead, where the file's byte order is known.
    predictor: 1,
    ...(layout.jpegTables ? { JPEGTables: layout.jpegTables } : {}),
    ...(layout.lercParameters ? { LercParameters: layout.lercParameters } : {}),
  }
  const { getDecoder } = await import('geotiff')
  const decoder = await getDecoder(layout.compression, parameters)
  const { buffer } = new Uint8Array(compressed)
  return new Uint8Array((await decoder.decode(buffer)) as ArrayBuffer)
}

function toSamples(
  layout: TiffLayout,
  bytes: Uint8Array<ArrayBuffer>,
  samplesPerRow: number,
  rows: number,
  littleEndian: boolean,
): RasterData {
  const { kind, bitsPerSample: bits } = layout
  const count = samplesPerRow * rows
  if (bits === 8 && kind === 'unsigned') return bytes.subarray(0, count)
  const result = arrayForLayout(layout, count)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (kind === 'float') {
    if (bits === 64)
      for (let i = 0; i < count; i++) result[i] = view.getFloat64(i * 8, littleEndian)
    else if (bits === 32)
      for (let i = 0; i < count; i++) result[i] = view.getFloat32(i * 4, littleEndian)
    else
      for (let i = 0; i < count; i++) result[i] = halfToNumber(view.getUint16(i * 2, littleEndian))
  } else if (bits === 8) {
    for (let i = 0; i < count; i++) result[i] = view.getInt8(i)
  } else if (bits === 16) {
    if (kind === 'unsigned')
      for (let i = 0; i < count; i++) result[i] = view.getUint16(i * 2, littleEndian)
    else for (let i = 0; i < count; i++) result[i] = view.getInt16(i * 2, littleEndian)
  } else if (bits === 32) {
    if (kind === 'unsigned')
      for (let i = 0; i < count; i++) result[i] = view.getUint32(i * 4, littleEndian)
    else for (let i = 0; i < count; i++) result[i] = view.getInt32(i * 4, littleEndian)
  } else {
    if (bits === 1) unpackSingleBits(bytes, samplesPerRow, rows, result)
    else unpackBits(bytes, bits, samplesPerRow, rows, result)
  }
  return result
}

function unpackSingleBits(
  bytes: Uint8Array,
  samplesPerRow: number,
  rows: number,
  result: RasterData,
): void {
  const rowBytes = Math.ceil(samplesPerRow / 8)
  for (let row = 0, at = 0; row < rows; row++) {
    const start = row * rowBytes
    for (let i = 0; i < samplesPerRow; i++, at++)
      result[at] = ((bytes[start + (i >>> 3)] as number) >>> (7 - (i & 7))) & 1
  }
}

/** Rows start on whole bytes, the highest bit comes first. */
function unpackBits(
  bytes: Uint8Array,
  bits: number,
  samplesPerRow: number,
  rows: number,
  result: RasterData,
): void {
  const rowBytes = Math.ceil((samplesPerRow * bits) / 8)
  for (let row = 0; row < rows; row++) {
    let bit = row * rowBytes * 8
    for (let i = 0; i < samplesPerRow; i++) {
      let value = 0
      for (let left = bits; left > 0;) {
        const free = 8 - (bit & 7)
        const take = Math.min(free, left)
        const chunk = ((bytes[bit >>> 3] as number) >>> (free - take)) & ((1 << take) - 1)
        value = value * 2 ** take + chunk
        bit += take
        left -= take
      }
      result[row * samplesPerRow + i] = value
    }
  }
}

/** TIFF 6.0, section 14; the typed array wraps around as the writer's numbers did. */
function undoHorizontalPredictor(
  samples: RasterData,
  samplesPerRow: number,
  samplesPerPixel: number,
): void {
  if (samples instanceof Uint8Array && samplesPerPixel === 1) {
    undoByteDifferences(samples, samplesPerRow)
    return
  }
  for (let start = 0; start < samples.length; start += samplesPerRow) {
    for (let i = samplesPerPixel; i < samplesPerRow; i++) {
      samples[start + i] =
        (samples[start + i] as number) + (samples[start + i - samplesPerPixel] as number)
    }
  }
}

/** The usual case by itself, four times faster: masks, validity and probabilities are bytes of one band. */
function undoByteDifferences(samples: Uint8Array, samplesPerRow: number): void {
  for (let start = 0; start < samples.length; start += samplesPerRow) {
    let sum = 0
    for (let i = start; i < start + samplesPerRow; i++) {
      // The array keeps the lowest eight bits.
      sum = (sum + (samples[i] as number)) | 0
      samples[i] = sum
    }
  }
}

/** TIFF Technical Note 3: bytes are differenced, then grouped by significance, highest first. */
function undoFloatPredictor(
  bytes: Uint8Array,
  rowBytes: number,
  samplesPerPixel: number,
  bytesPerSample: number,
): void {
  const samplesPerRow = rowBytes / bytesPerSample
  for (let start = 0; start < bytes.length; start += rowBytes) {
    const row = bytes.subarray(start, start + rowBytes)
    for (let i = samplesPerPixel; i < rowBytes; i++) {
      row[i] = (row[i] as number) + (row[i - samplesPerPixel] as number)
    }
    const planes = row.slice()
    for (let i = 0; i < samplesPerRow; i++) {
      for (let b = 0; b < bytesPerSample; b++) {
        row[i * bytesPerSample + b] = planes[b * samplesPerRow + i] as number
      }
    }
  }
}

/** {@link undoFloatPredictor} and assembly in one go for the usual case: one band of 32 bits. */
function undoFloat32Predictor(bytes: Uint8Array, samplesPerRow: number, into: RasterData): void {
  const words = new Uint32Array(into.buffer, into.byteOffset, into.length)
  const n = samplesPerRow
  for (let start = 0, at = 0; start < bytes.length; start += 4 * n) {
    // Differences run through all four groups of a row: each begins with the sum of those before.
    let [first, second, third, fourth] = [0, 0, 0, 0]
    for (let i = start; i < start + n; i++) {
      second += bytes[i] as number
      third += bytes[i + n] as number
      fourth += bytes[i + 2 * n] as number
    }
    third += second
    fourth += third
    for (let i = start; i < start + n; i++, at++) {
      first += bytes[i] as number
      second += bytes[i + n] as number
      third += bytes[i + 2 * n] as number
      fourth += bytes[i + 3 * n] as number
      words[at] = (first << 24) | ((second & 0xff) << 16) | ((third & 0xff) << 8) | (fourth & 0xff)
    }
  }
}

/** IEEE 754 half precision. */
function halfToNumber(half: number): number {
  const sign = half & 0x8000 ? -1 : 1
  const exponent = (half >>> 10) & 0x1f
  const fraction = half & 0x3ff
  if (exponent === 0) return sign * fraction * 2 ** -24
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}

function oneLine(cause: unknown): string {
  return (cause instanceof Error ? cause.message : String(cause)).split('\n')[0] ?? ''
}
