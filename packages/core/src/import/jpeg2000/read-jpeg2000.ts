import { type ByteSource, fileSource } from '../../cog/byte-source.ts'
import type { PixelWindow } from '../../cog/read-geotiff.ts'
import type { RasterData } from '../../raster/raster.ts'
import {
  type Codestream,
  cropCodestream,
  endOfCodestream,
  readCodestream,
  renumberTilePart,
  unsupportedJpeg2000,
} from './codestream.ts'
import { type Jp2Georeference, findCodestream } from './jp2-boxes.ts'
import { decodeOpenJpeg } from './openjpeg.ts'

/** An open JPEG 2000 file with one band; of its pixels, only the tiles of a window are decoded. */
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
/**
 * Most pixels from the image's first to a window's last tile, which OpenJPEG holds at 6 bytes each: a
 * Sentinel-2 band of 10980 x 10980 passes.
 */
const MAX_IMAGE_PIXELS = 2 ** 27

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
      width: stream.width,
      height: stream.height,
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
  const { tileWidth, tileHeight, tilesAcross } = stream
  const first = {
    col: Math.floor(window.col / tileWidth),
    row: Math.floor(window.row / tileHeight),
  }
  const last = {
    col: Math.floor((window.col + window.width - 1) / tileWidth),
    row: Math.floor((window.row + window.height - 1) / tileHeight),
  }
  const cropped = cropCodestream(stream, last, (tile) => {
    const [col, row] = [tile % tilesAcross, Math.floor(tile / tilesAcross)]
    return col >= first.col && col <= last.col && row >= first.row && row <= last.row
  })
  const { width, height } = cropped
  if (Math.min(width, tileWidth) * Math.min(height, tileHeight) > MAX_TILE_PIXELS) {
    throw unsupportedJpeg2000(source.name, 'tiles of more than 67 million pixels')
  }
  if (width * height > MAX_IMAGE_PIXELS) {
    throw unsupportedJpeg2000(source.name, 'more than 134 million pixels')
  }
  const parts = await source.read(cropped.parts, signal)
  parts.forEach((bytes, i) => renumberTilePart(bytes, cropped.parts[i]?.tile ?? 0))
  signal?.throwIfAborted()
  const pieces = [...cropped.header, ...parts, endOfCodestream()]
  const { buffer } = await decodeOpenJpeg(pieces, { width, height }, source.name)
  const pixels: RasterData = stream.signed
    ? new Int16Array(buffer)
    : stream.bitDepth <= 8
      ? new Uint8Array(buffer)
      : new Uint16Array(buffer)
  const result = new (pixels.constructor as new (length: number) => typeof pixels)(
    window.width * window.height,
  )
  for (let y = 0; y < window.height; y++) {
    const from = (window.row + y) * width + window.col
    result.set(pixels.subarray(from, from + window.width), y * window.width)
  }
  return result
}
