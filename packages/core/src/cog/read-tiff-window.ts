import { ScarlineError } from '../errors.ts'
import type { RasterData } from '../raster/raster.ts'
import type { ByteRange, ByteSource } from './byte-source.ts'
import { decodeTiffBlock } from './decode-tiff-block.ts'
import type { PixelWindow } from './read-geotiff.ts'
import { corruptTiff, unsupportedTiff } from './read-tiff-directory.ts'
import { type TiffLayout, arrayForLayout } from './tiff-layout.ts'

/** Most numbers that one read may ask for: a whole Sentinel-2 band is 1.2e8. */
const MAX_SAMPLES = 2 ** 28
/** Compressed bytes held at once. */
const BATCH_BYTES = 16 * 2 ** 20
/** Blocks decoded at once, each on a thread of its own where it is deflated. */
const BLOCKS_AT_ONCE = 3

interface Block {
  blockCol: number
  blockRow: number
  /** The band that a planar block holds; -1 where it holds all. */
  band: number
  range: ByteRange
}

/**
 * Reads a window of a TIFF, one array per band. Blocks are fetched in batches and decoded a few at a
 * time, so that memory stays near the size of the answer.
 *
 * @throws ScarlineError `invalid-input` for a window outside the image or too large for memory;
 * `corrupt-file`
 */
export async function readTiffWindow(
  source: ByteSource,
  layout: TiffLayout,
  nodata: number | null,
  window: PixelWindow,
  bands: readonly number[] = Array.from({ length: layout.bandCount }, (_, i) => i),
  signal?: AbortSignal,
): Promise<RasterData[]> {
  checkRequest(source.name, layout, window, bands)
  const blocks = planBlocks(source, layout, window, bands)
  const result = bands.map(() => arrayForLayout(layout, window.width * window.height))
  for (let first = 0; first < blocks.length;) {
    let last = first
    let bytes = 0
    while (last < blocks.length && (last === first || bytes < BATCH_BYTES)) {
      bytes += (blocks[last++] as Block).range.length
    }
    const batch = blocks.slice(first, last)
    const stored = batch.filter(({ range }) => range.length > 0)
    const pieces = await source.read(
      stored.map(({ range }) => range),
      signal,
    )
    const byBlock = new Map(stored.map((block, i) => [block, pieces[i]]))
    const decode = async (block: Block): Promise<void> => {
      const piece = byBlock.get(block)
      if (piece && piece.byteLength < block.range.length) {
        throw corruptTiff(source.name, 'got a file that ends inside its pixels')
      }
      byBlock.delete(block)
      const rows = rowsOf(layout, block)
      const samples = piece ? await decodeTiffBlock(layout, piece, rows, source.name) : null
      copyBlock(layout, block, rows, samples, nodata ?? 0, window, bands, result)
    }
    for (let at = 0; at < batch.length; at += BLOCKS_AT_ONCE) {
      signal?.throwIfAborted()
      await Promise.all(batch.slice(at, at + BLOCKS_AT_ONCE).map(decode))
    }
    first = last
  }
  return result
}

function checkRequest(
  name: string,
  layout: TiffLayout,
  { col, row, width, height }: PixelWindow,
  bands: readonly number[],
): void {
  const whole = [col, row, width, height].every(Number.isInteger)
  if (
    !whole || col < 0 || row < 0 || width < 1 || height < 1 ||
    col + width > layout.width || row + height > layout.height
  ) {
    throw new ScarlineError(
      `${name}: got the window ${col},${row} ${width}x${height}, expected one inside ${layout.width}x${layout.height} pixels`,
      { code: 'invalid-input' },
    )
  } // prettier-ignore
  const missing = bands.find(
    (band) => !(Number.isInteger(band) && band >= 0 && band < layout.bandCount),
  )
  if (missing !== undefined) {
    throw new ScarlineError(`${name}: got band ${missing + 1}, expected 1 to ${layout.bandCount}`, {
      code: 'invalid-input',
    })
  }
  if (width * height * bands.length > MAX_SAMPLES) {
    throw unsupportedTiff(
      name,
      `got ${width} x ${height} pixels of ${bands.length} bands to read at once, expected at most ${MAX_SAMPLES}`,
      'Cut the area of interest out first, for example with gdal_translate -projwin.',
    )
  }
}

function planBlocks(
  source: ByteSource,
  layout: TiffLayout,
  window: PixelWindow,
  bands: readonly number[],
): Block[] {
  const blocks: Block[] = []
  const lastCol = Math.floor((window.col + window.width - 1) / layout.blockWidth)
  const lastRow = Math.floor((window.row + window.height - 1) / layout.blockHeight)
  for (const band of layout.planar ? new Set(bands) : [-1]) {
    for (let r = Math.floor(window.row / layout.blockHeight); r <= lastRow; r++) {
      for (let c = Math.floor(window.col / layout.blockWidth); c <= lastCol; c++) {
        const plane = band < 0 ? 0 : band * layout.blocksAcross * layout.blocksDown
        const index = plane + r * layout.blocksAcross + c
        const offset = layout.blockOffsets[index] as number
        const byteCount = offset === 0 ? 0 : (layout.blockByteCounts[index] as number)
        if (source.sizeBytes !== null && offset + byteCount > source.sizeBytes) {
          throw corruptTiff(
            source.name,
            `got pixels at bytes ${offset}-${offset + byteCount} of a file of ${source.sizeBytes} bytes`,
          )
        }
        blocks.push({ blockCol: c, blockRow: r, band, range: { offset, length: byteCount } })
      }
    }
  }
  return blocks
}

function rowsOf(layout: TiffLayout, block: Block): number {
  if (layout.tiled) return layout.blockHeight
  return Math.min(layout.blockHeight, layout.height - block.blockRow * layout.blockHeight)
}

function copyBlock(
  layout: TiffLayout,
  block: Block,
  rows: number,
  samples: RasterData | null,
  fill: number,
  window: PixelWindow,
  bands: readonly number[],
  result: readonly RasterData[],
): void {
  const blockX = block.blockCol * layout.blockWidth
  const blockY = block.blockRow * layout.blockHeight
  const x0 = Math.max(window.col, blockX)
  const x1 = Math.min(window.col + window.width, blockX + layout.blockWidth, layout.width)
  const y0 = Math.max(window.row, blockY)
  const y1 = Math.min(window.row + window.height, blockY + rows)
  const stride = layout.planar ? 1 : layout.bandCount
  for (const [i, band] of bands.entries()) {
    if (block.band >= 0 && block.band !== band) continue
    const target = result[i] as RasterData
    const channel = layout.planar ? 0 : band
    for (let y = y0; y < y1; y++) {
      const to = (y - window.row) * window.width + (x0 - window.col)
      if (!samples) {
        target.fill(fill, to, to + (x1 - x0))
        continue
      }
      const from = (y - blockY) * layout.blockWidth + (x0 - blockX)
      if (stride === 1) {
        target.set(samples.subarray(from, from + (x1 - x0)), to)
      } else {
        for (let x = 0; x < x1 - x0; x++) {
          target[to + x] = samples[(from + x) * stride + channel] as number
        }
      }
    }
  }
}
