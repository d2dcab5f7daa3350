import type { FrameList } from '../model/frame.ts'
import type { FilmstripPlan } from '../model/studio-api-frames.ts'
import type { SiteFolder } from '../site/site-folder.ts'

/** WebP allows no longer edge, pixels. */
const LONGEST_EDGE_PX = 16_383
const QUALITY = 70

/** Where each frame lies in a filmstrip whose frames are `heightPx` high. */
export function planFilmstrip({ grid, frames }: FrameList, heightPx: number): FilmstripPlan {
  const widthPx = Math.max(1, Math.round((heightPx * grid.width) / grid.height))
  const columns = Math.max(1, Math.min(frames.length, Math.floor(LONGEST_EDGE_PX / widthPx)))
  return { widthPx, heightPx, count: frames.length, columns }
}

/**
 * Every frame's NDVI picture in one WebP.
 * @throws ScarlineError `not-found` for a picture that is gone; the signal's reason
 */
export async function encodeFilmstrip(
  folder: SiteFolder,
  list: FrameList,
  heightPx: number,
  signal?: AbortSignal,
): Promise<Uint8Array> {
  const { default: sharp } = await import('sharp')
  const { widthPx, count, columns } = planFilmstrip(list, heightPx)
  const rows = Math.ceil(count / columns)
  const strideBytes = columns * widthPx
  const pixels = new Uint8Array(strideBytes * heightPx * rows)
  for (const [index, { files }] of list.frames.entries()) {
    signal?.throwIfAborted()
    const tile = await sharp(await folder.files.read(files.picture))
      .resize({ width: widthPx, height: heightPx, fit: 'fill' })
      .toColourspace('b-w')
      .raw()
      .toBuffer()
    const start = Math.floor(index / columns) * heightPx * strideBytes + (index % columns) * widthPx
    for (let row = 0; row < heightPx; row++) {
      const line = tile.subarray(row * widthPx, (row + 1) * widthPx)
      pixels.set(line, start + row * strideBytes)
    }
  }
  return sharp(pixels, {
    raw: { width: strideBytes, height: heightPx * rows, channels: 1 },
  })
    .webp({ quality: QUALITY, effort: 2 })
    .toBuffer()
}
