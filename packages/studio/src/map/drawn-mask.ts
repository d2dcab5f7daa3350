import { type MaskBits, type PixelBox, type PixelPoint, maskBox, traceRings } from './mask-bits.ts'

/** A mask ready to be drawn. */
export interface DrawnMask {
  /** Null for an empty mask. */
  shape: {
    box: PixelBox
    /** The covered part, white and opaque where the mask is. */
    picture: OffscreenCanvas
    /** Around it, in pixels of the grid. */
    outline: Path2D
  } | null
}

/** Larger masks are drawn a little coarser: a picture of 4,096 pixels takes 64 MB. */
const MOST_EDGE_PX = 2_400

/** Draws a mask; `gridWidth` is the width of the site's grid, which the outline is in pixels of. */
export function drawMask(mask: MaskBits, gridWidth: number): DrawnMask {
  const box = maskBox(mask)
  if (!box) return { shape: null }
  const coarse = Math.ceil(Math.max(box.x1 - box.x0, box.y1 - box.y0) / MOST_EDGE_PX)
  const part = cut(mask, box, coarse)
  const scale = gridWidth / mask.width
  const [left, top] = [box.x0 * scale, box.y0 * scale]
  const outline = new Path2D()
  for (const ring of traceRings(part)) addRing(outline, ring, { left, top, scale: scale * coarse })
  const [right, bottom] = [part.width * coarse * scale, part.height * coarse * scale]
  return {
    shape: {
      box: { x0: left, y0: top, x1: left + right, y1: top + bottom },
      picture: pictureOf(part),
      outline,
    },
  }
}

/** The part of a mask in a box, every `step`-th pixel of it. */
function cut({ width, bits }: MaskBits, { x0, y0, x1, y1 }: PixelBox, step: number): MaskBits {
  const [columns, rows] = [Math.ceil((x1 - x0) / step), Math.ceil((y1 - y0) / step)]
  const part = new Uint8Array(columns * rows)
  for (let row = 0, i = 0; row < rows; row++) {
    const start = (y0 + row * step) * width + x0
    if (step === 1) part.set(bits.subarray(start, start + columns), row * columns)
    else for (let col = 0; col < columns; col++, i++) part[i] = bits[start + col * step] as number
  }
  return { width: columns, height: rows, bits: part }
}

function pictureOf({ width, height, bits }: MaskBits): OffscreenCanvas {
  const canvas = new OffscreenCanvas(width, height)
  const context = canvas.getContext('2d')
  if (!context) throw new Error('got no canvas from the browser, expected one to draw on')
  const image = context.createImageData(width, height)
  const pixels = new Uint32Array(image.data.buffer)
  for (let i = 0; i < bits.length; i++) if (bits[i]) pixels[i] = 0xffffffff
  context.putImageData(image, 0, 0)
  return canvas
}

function addRing(
  path: Path2D,
  ring: readonly PixelPoint[],
  { left, top, scale }: { left: number; top: number; scale: number },
): void {
  ring.forEach(([x, y], i) => {
    const [px, py] = [x * scale + left, y * scale + top]
    if (i === 0) path.moveTo(px, py)
    else path.lineTo(px, py)
  })
  path.closePath()
}
