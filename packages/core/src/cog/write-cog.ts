import { ScarlineError } from '../errors.ts'
import { sameGrid } from '../geo/affine.ts'
import type { Affine } from '../model/grid.ts'
import type { Raster, RasterData } from '../raster/raster.ts'
import { type TiffField, directorySize, encodeDirectory } from './tiff-fields.ts'
import { geoFields } from './tiff-geokeys.ts'
import { type TiffLevel, halveLevel } from './tiff-levels.ts'
import { type TileSize, cutTile, encodeTile, predictorOf } from './tiff-tiles.ts'

/** How a cloud-optimised GeoTIFF is written. */
export interface CogOptions {
  /** Stored as GDAL_NODATA; NaN allowed for floats. Default: none. */
  nodata?: number | null
  /** Edge of a tile in pixels, a multiple of 16; smaller images get one smaller tile. Default 512. */
  tileSize?: number
  /** Halved levels down to one tile. Default: where the image is larger than a tile. */
  overviews?: boolean
  /** Default `deflate`, with the predictor that suits the element type. */
  compression?: 'deflate' | 'none'
  /** Free text, stored as ImageDescription. */
  description?: string
}

const MAX_CLASSIC_TIFF_BYTES = 0xffff_ffff

/**
 * A cloud-optimised GeoTIFF: directories first, then the tiles of the overviews from the coarsest on,
 * then those of the full resolution; deflate with predictor; bands one after the other.
 *
 * Integer overviews take the nearest pixel, float ones the mean of what is not NaN or nodata.
 *
 * @param raster one band, or several of one grid and element type
 * @throws ScarlineError `invalid-input` where bands differ, sizes do not fit or the file would pass 4 GiB
 */
export async function encodeCog(
  raster: Raster<RasterData> | readonly Raster<RasterData>[],
  options: CogOptions = {},
): Promise<Uint8Array> {
  const bands = 'grid' in raster ? [raster] : raster
  const first = bands[0]
  if (!first) throw invalid('got no band, expected at least one', {})
  const { grid } = first
  for (const band of bands) {
    if (!sameGrid(band.grid, grid) || band.data.constructor !== first.data.constructor) {
      throw invalid('got bands of different grids or element types, expected one of each', {})
    }
    if (band.data.length !== grid.width * grid.height) {
      throw invalid(
        `got ${band.data.length} pixels, expected ${grid.width} x ${grid.height} = ${grid.width * grid.height}`,
        { width: grid.width, height: grid.height },
      )
    }
  }
  const planes = bands.map(({ data }) => ({
    data,
    col: 0,
    row: 0,
    width: grid.width,
    height: grid.height,
  }))
  const tileSize = options.tileSize ?? 512
  const fit = (length: number): number => Math.min(tileSize, Math.ceil(length / 16) * 16)
  const size = { width: fit(grid.width), height: fit(grid.height) }
  return assemble({ width: grid.width, height: grid.height, planes }, size, geoFields(grid), {
    ...options,
    tileSize,
  })
}

/**
 * A cloud-optimised GeoTIFF of a large image of which only a window is known, as an archive's full
 * tile: tiles that the window touches hold data, all others are sparse (offset and byte count 0).
 *
 * @param window a band whose pixels lie on the pixels of the full image
 * @param full size in pixels and transform of the whole image
 * @throws ScarlineError `invalid-input` where the window does not lie on the full image's pixels
 */
export async function encodeSparseCog(
  window: Raster<RasterData>,
  full: { width: number; height: number; transform: Affine },
  options: CogOptions = {},
): Promise<Uint8Array> {
  const own = window.grid.transform
  const whole = full.transform
  const col = Math.round((own[2] - whole[2]) / whole[0])
  const row = Math.round((own[5] - whole[5]) / whole[4])
  const { width, height } = window.grid
  const aligned =
    own[0] === whole[0] &&
    own[4] === whole[4] &&
    Math.abs(whole[2] + col * whole[0] - own[2]) < 1e-6 * Math.abs(whole[0]) &&
    Math.abs(whole[5] + row * whole[4] - own[5]) < 1e-6 * Math.abs(whole[4])
  if (!aligned || col < 0 || row < 0 || col + width > full.width || row + height > full.height) {
    throw invalid(
      `got a window of ${width} x ${height} pixels at ${own[2]}, ${own[5]}, expected one on the pixels of the full image`,
      { window: window.grid, full },
    )
  }
  const tileSize = options.tileSize ?? 1024
  const level = {
    width: full.width,
    height: full.height,
    planes: [{ data: window.data, col, row, width, height }],
  }
  const geo = geoFields({ epsg: window.grid.epsg, transform: whole })
  return assemble(level, { width: tileSize, height: tileSize }, geo, { ...options, tileSize })
}

interface EncodedLevel {
  level: TiffLevel
  /** In the order of the file: band by band, row by row; null where sparse. */
  tiles: (Uint8Array | null)[]
}

async function assemble(
  base: TiffLevel,
  size: TileSize,
  geo: TiffField[],
  options: CogOptions & { tileSize: number },
): Promise<Uint8Array> {
  const { tileSize } = options
  if (!Number.isInteger(tileSize) || tileSize < 16 || tileSize % 16 !== 0) {
    throw invalid(`got a tile size of ${tileSize}, expected a multiple of 16`, { tileSize })
  }
  const compression = options.compression ?? 'deflate'
  const nodata = options.nodata ?? null
  const sample = (base.planes[0] as TiffLevel['planes'][number]).data
  const isFloat = predictorOf(sample) === 3
  const fill = nodata ?? 0
  const levels = [base]
  for (;;) {
    const last = levels.at(-1) as TiffLevel
    if (options.overviews === false || Math.max(last.width, last.height) <= tileSize) break
    levels.push(halveLevel(last, isFloat ? (nodata ?? NaN) : fill, nodata))
  }
  const encoded: EncodedLevel[] = []
  for (const level of levels) {
    encoded.push({ level, tiles: await encodeLevel(level, size, fill, compression) })
  }
  const header = ghostHeader(base.planes.length === 1)
  const common = commonFields(sample, base.planes.length, size, compression, nodata)
  const fieldsOf = (index: number, offsets: number[]): TiffField[] => {
    const { level, tiles } = encoded[index] as EncodedLevel
    const fields: TiffField[] = [
      { tag: 256, type: 'long', values: [level.width] },
      { tag: 257, type: 'long', values: [level.height] },
      ...common,
      { tag: 324, type: 'long', values: offsets },
      { tag: 325, type: 'long', values: tiles.map((tile) => tile?.length ?? 0) },
    ]
    if (index > 0) return [...fields, { tag: 254, type: 'long', values: [1] }]
    const { description } = options
    if (description !== undefined) fields.push({ tag: 270, type: 'ascii', text: description })
    return [...fields, ...geo]
  }
  return layOut(header, encoded, fieldsOf)
}

async function encodeLevel(
  level: TiffLevel,
  size: TileSize,
  fill: number,
  compression: 'deflate' | 'none',
): Promise<(Uint8Array | null)[]> {
  const across = Math.ceil(level.width / size.width)
  const down = Math.ceil(level.height / size.height)
  const tiles: (Uint8Array | null)[] = []
  for (const plane of level.planes) {
    for (let tileRow = 0; tileRow < down; tileRow++) {
      const row = Array.from({ length: across }, async (_, tileCol) => {
        const tile = cutTile(plane, tileCol, tileRow, size, fill)
        return tile && encodeTile(tile, size.width, compression)
      })
      tiles.push(...(await Promise.all(row)))
    }
  }
  return tiles
}

function commonFields(
  sample: RasterData,
  bandCount: number,
  size: TileSize,
  compression: 'deflate' | 'none',
  nodata: number | null,
): TiffField[] {
  const isFloat = predictorOf(sample) === 3
  const isSigned = sample instanceof Int16Array || sample instanceof Int32Array
  const perBand = (value: number): number[] => Array.from({ length: bandCount }, () => value)
  const fields: TiffField[] = [
    { tag: 258, type: 'short', values: perBand(sample.BYTES_PER_ELEMENT * 8) },
    { tag: 259, type: 'short', values: [compression === 'deflate' ? 8 : 1] },
    { tag: 262, type: 'short', values: [1] },
    { tag: 277, type: 'short', values: [bandCount] },
    { tag: 284, type: 'short', values: [bandCount === 1 ? 1 : 2] },
    { tag: 317, type: 'short', values: [compression === 'deflate' ? predictorOf(sample) : 1] },
    { tag: 322, type: 'long', values: [size.width] },
    { tag: 323, type: 'long', values: [size.height] },
    { tag: 339, type: 'short', values: perBand(isFloat ? 3 : isSigned ? 2 : 1) },
  ]
  if (bandCount > 1) {
    fields.push({ tag: 338, type: 'short', values: perBand(0).slice(1) })
  }
  if (nodata !== null) {
    fields.push({ tag: 42113, type: 'ascii', text: Number.isNaN(nodata) ? 'nan' : String(nodata) })
  }
  return fields
}

/**
 * The TIFF header with GDAL's structural metadata behind it, which promises readers that each tile
 * is preceded by its size and followed by its last four bytes again. GDAL defines it for one band
 * or interleaved pixels only.
 */
function ghostHeader(promise: boolean): Uint8Array {
  const body =
    'LAYOUT=IFDS_BEFORE_DATA\nBLOCK_ORDER=ROW_MAJOR\nBLOCK_LEADER=SIZE_AS_UINT4\n' +
    'BLOCK_TRAILER=LAST_4_BYTES_REPEATED\nKNOWN_INCOMPATIBLE_EDITION=NO\n '
  const size = String(body.length).padStart(6, '0')
  const text = promise ? `GDAL_STRUCTURAL_METADATA_SIZE=${size} bytes\n${body}` : ''
  const bytes = new Uint8Array(8 + text.length + (text.length & 1))
  bytes.set(new TextEncoder().encode(`II*\0`))
  new DataView(bytes.buffer).setUint32(4, bytes.length, true)
  bytes.set(new TextEncoder().encode(text), 8)
  return bytes
}

function layOut(
  header: Uint8Array,
  encoded: readonly EncodedLevel[],
  fieldsOf: (index: number, offsets: number[]) => TiffField[],
): Uint8Array {
  const directoryAt: number[] = []
  let cursor = header.length
  encoded.forEach(({ tiles }, index) => {
    directoryAt.push(cursor)
    cursor += directorySize(
      fieldsOf(
        index,
        tiles.map(() => 0),
      ),
    )
  })
  const offsets: number[][] = encoded.map(() => [])
  for (let index = encoded.length - 1; index >= 0; index--) {
    for (const tile of (encoded[index] as EncodedLevel).tiles) {
      offsets[index]?.push(tile ? cursor + 4 : 0)
      if (tile) cursor += 4 + tile.length + 4
    }
  }
  if (cursor > MAX_CLASSIC_TIFF_BYTES) {
    throw invalid(`got ${cursor} bytes of image, expected less than 4 GiB`, { bytes: cursor })
  }
  const file = new Uint8Array(cursor)
  const view = new DataView(file.buffer)
  file.set(header)
  encoded.forEach(({ tiles }, index) => {
    const at = directoryAt[index] as number
    file.set(
      encodeDirectory(fieldsOf(index, offsets[index] ?? []), at, directoryAt[index + 1] ?? 0),
      at,
    )
    tiles.forEach((tile, i) => {
      if (!tile) return
      const start = offsets[index]?.[i] as number
      view.setUint32(start - 4, tile.length, true)
      file.set(tile, start)
      file.set(tile.subarray(tile.length - 4), start + tile.length)
    })
  })
  return file
}

function invalid(message: string, details: Record<string, unknown>): ScarlineError {
  return new ScarlineError(message, {
    code: 'invalid-input',
    hint: 'Report this: a raster was put together wrongly before it was written.',
    details,
  })
}
