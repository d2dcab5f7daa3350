import { type ByteSource, fileSource } from '../../cog/byte-source.ts'
import type { PixelWindow } from '../../cog/read-geotiff.ts'
import type { RasterData } from '../../raster/raster.ts'
import { type CodeBlock, type Subband, planTile, readPackets } from './packets.ts'
import {
  type Codestream,
  type TileCoding,
  corruptJpeg2000,
  readCodestream,
  unsupportedJpeg2000,
} from './codestream.ts'
import { decodeCodeBlock } from './code-block.ts'
import { type Jp2Georeference, findCodestream } from './jp2-boxes.ts'
import { type Plane, type Rect, inverseWavelet } from './wavelet.ts'

/** An open JPEG 2000 file with one band; pixels are decoded tile by tile. */
export interface Jpeg2000Handle extends AsyncDisposable {
  readonly name: string
  readonly width: number
  readonly height: number
  /** From GMLJP2 or GeoJP2; null for a bare codestream. */
  readonly georeference: Jp2Georeference | null
  /** Decodes the tiles that the window touches. */
  readWindow(window: PixelWindow, signal?: AbortSignal): Promise<RasterData>
  close(): Promise<void>
}

/** Most pixels of one tile: Sentinel-2's are 1024 x 1024; an untiled band of 8192 x 8192 passes. */
const MAX_TILE_PIXELS = 2 ** 26

/** Log2 gain of each kind of subband (table E.1). */
const GAIN_LOG2 = { LL: 0, HL: 1, LH: 1, HH: 2 } as const

/**
 * Opens a JPEG 2000 file (JP2 boxes or a bare codestream) with one component.
 * @throws ScarlineError `not-found`, `corrupt-file`, `invalid-input`
 */
export async function openJpeg2000File(
  path: string,
  signal?: AbortSignal,
): Promise<Jpeg2000Handle> {
  return openJpeg2000(await fileSource(path), signal)
}

/** As {@link openJpeg2000File}, over any bytes; the source is closed with the handle. */
export async function openJpeg2000(
  source: ByteSource,
  signal?: AbortSignal,
): Promise<Jpeg2000Handle> {
  try {
    const { start, georeference } = await findCodestream(source, signal)
    const stream = await readCodestream(source, start, signal)
    const close = (): Promise<void> => source.close()
    return {
      name: source.name,
      width: stream.x1 - stream.x0,
      height: stream.y1 - stream.y0,
      georeference,
      readWindow: (window, readSignal) => readWindow(source, stream, window, readSignal),
      close,
      [Symbol.asyncDispose]: close,
    }
  } catch (error) {
    await source.close()
    throw error
  }
}

async function readWindow(
  source: ByteSource,
  stream: Codestream,
  window: PixelWindow,
  signal?: AbortSignal,
): Promise<RasterData> {
  const length = window.width * window.height
  const result: RasterData = stream.signed
    ? new Int16Array(length)
    : stream.bitDepth <= 8
      ? new Uint8Array(length)
      : new Uint16Array(length)
  const x0 = stream.x0 + window.col
  const y0 = stream.y0 + window.row
  const wanted: Rect = { x0, y0, x1: x0 + window.width, y1: y0 + window.height }
  const firstCol = Math.floor((wanted.x0 - stream.tileX0) / stream.tileWidth)
  const lastCol = Math.floor((wanted.x1 - 1 - stream.tileX0) / stream.tileWidth)
  const firstRow = Math.floor((wanted.y0 - stream.tileY0) / stream.tileHeight)
  const lastRow = Math.floor((wanted.y1 - 1 - stream.tileY0) / stream.tileHeight)
  for (let row = firstRow; row <= lastRow; row++) {
    for (let col = firstCol; col <= lastCol; col++) {
      signal?.throwIfAborted()
      const tile = await decodeTile(source, stream, col, row, signal)
      copyTile(tile, wanted, result, stream)
    }
  }
  return result
}

async function decodeTile(
  source: ByteSource,
  stream: Codestream,
  col: number,
  row: number,
  signal?: AbortSignal,
): Promise<Plane> {
  const x0 = stream.tileX0 + col * stream.tileWidth
  const y0 = stream.tileY0 + row * stream.tileHeight
  const rect: Rect = {
    x0: Math.max(stream.x0, x0),
    y0: Math.max(stream.y0, y0),
    x1: Math.min(stream.x1, x0 + stream.tileWidth),
    y1: Math.min(stream.y1, y0 + stream.tileHeight),
  }
  const tile = stream.tiles.get(row * stream.tilesAcross + col)
  if (!tile) throw corruptJpeg2000(source.name, 'got a file that lacks some of its tiles')
  if ((rect.x1 - rect.x0) * (rect.y1 - rect.y0) > MAX_TILE_PIXELS) {
    throw unsupportedJpeg2000(source.name, 'tiles of more than 67 million pixels')
  }
  const pieces = await source.read(tile.parts, signal)
  const bytes = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.byteLength, 0))
  let at = 0
  for (const piece of pieces) {
    bytes.set(piece, at)
    at += piece.byteLength
  }
  const resolutions = planTile(rect, tile.coding, source.name)
  readPackets(resolutions, tile.coding, bytes, source.name)
  let plane: Plane | null = null
  for (const { rect: at, bands } of resolutions) {
    const planes = bands.map((band) => decodeBand(band, tile.coding, stream.bitDepth, source.name))
    const [first, second, third] = planes
    plane =
      plane === null || !second || !third
        ? (first as Plane)
        : inverseWavelet(at, plane, first as Plane, second, third, tile.coding.reversible)
  }
  return plane as Plane
}

function decodeBand(band: Subband, coding: TileCoding, bitDepth: number, name: string): Plane {
  const { rect, orientation } = band
  const width = Math.max(0, rect.x1 - rect.x0)
  const data = new Float32Array(width * Math.max(0, rect.y1 - rect.y0))
  const step = coding.steps[band.index]
  if (!step) throw corruptJpeg2000(name, 'got fewer quantisation steps than subbands')
  // Equations E-2 and E-3; coefficients come out doubled.
  const size = coding.reversible
    ? 1
    : 2 ** (bitDepth + GAIN_LOG2[orientation] - step.exponent) * (1 + step.mantissa / 2048)
  const planes = coding.guardBits + step.exponent - 1
  for (const block of band.blocks) {
    if (block.pieces.length === 0) continue
    const planeCount = planes - block.zeroPlanes
    if (planeCount > 29) throw corruptJpeg2000(name, `got ${planeCount} bit planes`)
    const blockWidth = block.rect.x1 - block.rect.x0
    const values = decodeCodeBlock(
      joined(block),
      blockWidth,
      block.rect.y1 - block.rect.y0,
      orientation,
      block.passCount,
      planeCount,
      coding.block,
    )
    for (let i = 0; i < values.length; i++) {
      const value = values[i] as number
      if (value === 0) continue
      const x = block.rect.x0 - rect.x0 + (i % blockWidth)
      const y = block.rect.y0 - rect.y0 + Math.floor(i / blockWidth)
      data[y * width + x] = coding.reversible ? Math.trunc(value / 2) : (value * size) / 2
    }
  }
  return { rect, data }
}

function joined(block: CodeBlock): Uint8Array {
  if (block.pieces.length === 1) return block.pieces[0] as Uint8Array
  const bytes = new Uint8Array(block.pieces.reduce((sum, piece) => sum + piece.byteLength, 0))
  let at = 0
  for (const piece of block.pieces) {
    bytes.set(piece, at)
    at += piece.byteLength
  }
  return bytes
}

function copyTile(tile: Plane, wanted: Rect, result: RasterData, stream: Codestream): void {
  const shift = stream.signed ? 0 : 2 ** (stream.bitDepth - 1)
  const min = stream.signed ? -(2 ** (stream.bitDepth - 1)) : 0
  const max = min + 2 ** stream.bitDepth - 1
  const tileWidth = tile.rect.x1 - tile.rect.x0
  const width = wanted.x1 - wanted.x0
  for (let y = Math.max(tile.rect.y0, wanted.y0); y < Math.min(tile.rect.y1, wanted.y1); y++) {
    for (let x = Math.max(tile.rect.x0, wanted.x0); x < Math.min(tile.rect.x1, wanted.x1); x++) {
      const value = tile.data[(y - tile.rect.y0) * tileWidth + (x - tile.rect.x0)] as number
      result[(y - wanted.y0) * width + (x - wanted.x0)] = Math.max(
        min,
        Math.min(max, Math.round(value) + shift),
      )
    }
  }
}
