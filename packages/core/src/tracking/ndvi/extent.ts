/** A rectangle of a raster, pixels. */
export interface Extent {
  left: number
  top: number
  width: number
  height: number
}

/** The least rectangle that holds every set pixel, widened by `margin` as far as the raster goes; null for none. */
export function extentOf(
  mask: Uint8Array,
  width: number,
  height: number,
  margin: number,
): Extent | null {
  let [left, top, right, bottom] = [width, -1, -1, -1]
  for (let row = 0, i = 0; row < height; row++) {
    for (let col = 0; col < width; col++, i++) {
      if (mask[i] === 0) continue
      if (col < left) left = col
      if (col > right) right = col
      if (top < 0) top = row
      bottom = row
    }
  }
  if (top < 0) return null
  const own = { left, top, width: right - left + 1, height: bottom - top + 1 }
  return widenExtent(own, margin, { width, height })
}

/** The least rectangle around each label's pixels, by label; null for 0 and for labels without any. */
export function extentsOfLabels(
  labels: Int32Array,
  count: number,
  width: number,
): (Extent | null)[] {
  const left = new Int32Array(count + 1).fill(width)
  const right = new Int32Array(count + 1).fill(-1)
  const top = new Int32Array(count + 1).fill(-1)
  const bottom = new Int32Array(count + 1)
  for (let i = 0, row = 0; i < labels.length; row++) {
    for (let col = 0; col < width; col++, i++) {
      const label = labels[i] as number
      if (label === 0) continue
      if (col < (left[label] as number)) left[label] = col
      if (col > (right[label] as number)) right[label] = col
      if ((top[label] as number) < 0) top[label] = row
      bottom[label] = row
    }
  }
  return Array.from(left, (x, label) => {
    const y = top[label] as number
    if (y < 0) return null
    return {
      ...{ left: x, top: y },
      width: (right[label] as number) - x + 1,
      height: (bottom[label] as number) - y + 1,
    }
  })
}

/** Where a pixel of a raster `width` wide lies in a rectangle that holds it. */
export function placeIn(extent: Extent, pixel: number, width: number): number {
  const row = Math.floor(pixel / width)
  return (row - extent.top) * extent.width + (pixel - row * width) - extent.left
}

/** The pixels of a rectangle. */
export function cropMask(mask: Uint8Array, rasterWidth: number, extent: Extent): Uint8Array {
  const { left, top, width, height } = extent
  const result = new Uint8Array(width * height)
  for (let row = 0; row < height; row++) {
    const start = (top + row) * rasterWidth + left
    result.set(mask.subarray(start, start + width), row * width)
  }
  return result
}

/** The least rectangle that holds a rectangle and pixels of a raster `width` wide; null where there is neither. */
export function extentWith(
  extent: Extent | null,
  pixels: ArrayLike<number>,
  width: number,
): Extent | null {
  let [left, top] = extent ? [extent.left, extent.top] : [width, Infinity]
  let [right, bottom] = extent ? [left + extent.width, top + extent.height] : [0, 0]
  for (let k = 0; k < pixels.length; k++) {
    const row = Math.floor((pixels[k] as number) / width)
    const col = (pixels[k] as number) - row * width
    left = Math.min(left, col)
    top = Math.min(top, row)
    right = Math.max(right, col + 1)
    bottom = Math.max(bottom, row + 1)
  }
  return right > left ? { left, top, width: right - left, height: bottom - top } : null
}

/** The least rectangle that holds both. */
export function joinExtents(a: Extent | null, b: Extent | null): Extent | null {
  if (a === null || b === null) return a ?? b
  const [left, top] = [Math.min(a.left, b.left), Math.min(a.top, b.top)]
  return {
    ...{ left, top },
    width: Math.max(a.left + a.width, b.left + b.width) - left,
    height: Math.max(a.top + a.height, b.top + b.height) - top,
  }
}

/** A rectangle widened by `margin` on all sides, as far as a raster goes. */
export function widenExtent(
  { left, top, width, height }: Extent,
  margin: number,
  raster: { width: number; height: number },
): Extent {
  const [x0, y0] = [Math.max(0, left - margin), Math.max(0, top - margin)]
  return {
    ...{ left: x0, top: y0 },
    width: Math.min(raster.width, left + width + margin) - x0,
    height: Math.min(raster.height, top + height + margin) - y0,
  }
}
