import { filmstripUrl, getFilmstrip } from '../api/client.ts'
import { fetchPicture } from '../map/picture-cache.ts'

/** All frames as small pictures in one. */
export interface Sprite {
  image: ImageBitmap
  /** Of one frame. */
  widthPx: number
  heightPx: number
  /** Frames in a row. */
  columns: number
  count: number
}

/** Height of the small pictures that are asked for, pixels. */
export const SPRITE_HEIGHT_PX = 96

/** The part of the sprite that a frame has; null for one that it does not have yet. */
export function cellOf(
  { widthPx, heightPx, columns, count }: Omit<Sprite, 'image'>,
  index: number,
): { x: number; y: number; width: number; height: number } | null {
  if (index < 0 || index >= count) return null
  return {
    x: (index % columns) * widthPx,
    y: Math.floor(index / columns) * heightPx,
    width: widthPx,
    height: heightPx,
  }
}

/** @param version changes with the frames */
export async function loadSprite(
  siteId: string,
  version: string,
  signal: AbortSignal,
): Promise<Sprite> {
  const size = await getFilmstrip(siteId, SPRITE_HEIGHT_PX, signal)
  const image = await fetchPicture(filmstripUrl(siteId, SPRITE_HEIGHT_PX, version), signal)
  const { widthPx, heightPx, count } = size
  // Long series wrap into rows: a picture has its longest side.
  const columns = Math.max(1, Math.min(count, Math.floor(image.width / Math.max(1, widthPx))))
  return { image, widthPx, heightPx, count, columns }
}
