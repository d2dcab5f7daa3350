import { type Canvas, GLYPH_HEIGHT, type Rgb, drawText, fillRect, textWidth } from './pixel-font.ts'

const WHITE: Rgb = [255, 255, 255]
const BLACK: Rgb = [0, 0, 0]

/** A scale bar: its length on the ground and on the picture. */
export interface ScaleBar {
  lengthM: number
  lengthPx: number
  label: string
}

/**
 * The longest bar of 1, 2 or 5 times a power of ten metres that takes at most a quarter of the width.
 */
export function planScaleBar(widthPx: number, metresPerPixel: number): ScaleBar {
  const most = (widthPx * metresPerPixel) / 4
  const power = 10 ** Math.floor(Math.log10(most))
  const lengthM = power * (most >= 5 * power ? 5 : most >= 2 * power ? 2 : 1)
  return {
    lengthM,
    lengthPx: Math.round(lengthM / metresPerPixel),
    label: lengthM >= 1000 ? `${lengthM / 1000} km` : `${lengthM} m`,
  }
}

/** Draws date, scale bar and north arrow into a frame, each on a dark plate. */
export function drawOverlay(canvas: Canvas, date: string, metresPerPixel: number): void {
  const scale = Math.max(2, Math.round(canvas.width / 360))
  const pad = 3 * scale
  const lineHeight = GLYPH_HEIGHT * scale

  plate(canvas, pad, pad, textWidth(date, scale) + 2 * pad, lineHeight + 2 * pad)
  drawText(canvas, date, { x: 2 * pad, y: 2 * pad, scale, colour: WHITE })

  const bar = planScaleBar(canvas.width, metresPerPixel)
  const barHeight = 2 * scale
  const plateHeight = lineHeight + barHeight + 3 * pad
  const top = canvas.height - pad - plateHeight
  plate(
    canvas,
    pad,
    top,
    Math.max(bar.lengthPx, textWidth(bar.label, scale)) + 2 * pad,
    plateHeight,
  )
  drawText(canvas, bar.label, { x: 2 * pad, y: top + pad, scale, colour: WHITE })
  const barTop = top + lineHeight + 2 * pad
  fillRect(canvas, { x: 2 * pad, y: barTop, width: bar.lengthPx, height: barHeight }, WHITE)
  const half = Math.floor(bar.lengthPx / 2)
  fillRect(
    canvas,
    {
      x: 2 * pad + half,
      y: barTop + Math.floor(scale / 2),
      width: bar.lengthPx - half - scale,
      height: scale,
    },
    BLACK,
  )

  northArrow(canvas, scale, pad)
}

function plate(canvas: Canvas, x: number, y: number, width: number, height: number): void {
  fillRect(canvas, { x, y, width, height }, BLACK, 0.6)
}

/** Up is grid north: frames are on a UTM grid. */
function northArrow(canvas: Canvas, scale: number, pad: number): void {
  const size = 9 * scale
  const width = size + 2 * pad
  const x = canvas.width - pad - width
  plate(canvas, x, pad, width, size + (GLYPH_HEIGHT + 2) * scale + 2 * pad)
  const middle = x + Math.floor(width / 2)
  for (let row = 0; row < size; row++) {
    const halfWidth = (row / size) * (size / 2) * 0.8
    const left = Math.round(middle - halfWidth)
    const notch = row > size * 0.7 ? Math.round(((row - size * 0.7) / 0.3 / size) * halfWidth) : 0
    const y = 2 * pad + row
    const arm = Math.max(1, Math.round(halfWidth) - notch)
    fillRect(canvas, { x: left, y, width: arm, height: 1 }, WHITE)
    fillRect(canvas, { x: Math.round(middle + halfWidth) - arm, y, width: arm, height: 1 }, WHITE)
  }
  drawText(canvas, 'N', {
    x: Math.round(middle - textWidth('N', scale) / 2),
    y: 2 * pad + size + 2 * scale,
    scale,
    colour: WHITE,
  })
}
