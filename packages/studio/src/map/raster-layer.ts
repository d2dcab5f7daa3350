import type { Grid } from '@scarline/core/model'
import type { FrameState } from 'ol/Map'
import Layer from 'ol/layer/Layer'
import type { DrawnMask } from './drawn-mask.ts'

/** A picture, or a part of one, that fills the grid. */
export interface GridPicture {
  image: CanvasImageSource
  /** The part of it, pixels; all of it without. */
  part: { x: number; y: number; width: number; height: number } | null
  /** Coarser than the screen on purpose: drawn smooth. */
  isRough: boolean
}

/** One mask as it is to be painted. */
export interface PaintedMask {
  mask: DrawnMask
  colour: string
  /** 0..1, of the fill. */
  opacity: number
  hasOutline: boolean
  /** Outline width, CSS pixels. */
  lineWidthPx: number
}

/** A frame: its picture, what lies over it, masks in order of painting. */
export interface FramePainting {
  picture: GridPicture | null
  overlays: readonly { image: CanvasImageSource; opacity: number }[]
  masks: readonly PaintedMask[]
}

/** What the layer shows. */
export interface RasterPainting {
  frame: FramePainting
  /** Left of `share` (0..1 of the width in view), with the frame on the right. */
  before: { painting: FramePainting; share: number } | null
}

/** Where the grid lies on the screen, device pixels. */
interface Placement {
  left: number
  top: number
  scaleX: number
  scaleY: number
}

/** A layer that paints frames on the site's grid: north up, no rotation. */
export function createRasterLayer(grid: Grid): {
  layer: Layer
  show(painting: RasterPainting): void
} {
  const canvas = document.createElement('canvas')
  canvas.className = 'frame-raster'
  const grounds = { frame: createGround(), before: createGround() }
  let painting: RasterPainting = {
    frame: { picture: null, overlays: [], masks: [] },
    before: null,
  }
  const layer = new Layer({
    render(state) {
      paintAll(canvas, grounds, grid, painting, state)
      return canvas
    },
  })
  return {
    layer,
    show(next) {
      painting = next
      layer.changed()
    },
  }
}

function paintAll(
  canvas: HTMLCanvasElement,
  grounds: { frame: Ground; before: Ground },
  grid: Grid,
  { frame, before }: RasterPainting,
  state: FrameState,
): void {
  const { pixelRatio, size, viewState } = state
  const width = Math.round((size[0] ?? 0) * pixelRatio)
  const height = Math.round((size[1] ?? 0) * pixelRatio)
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width
    canvas.height = height
    canvas.style.width = `${size[0]}px`
    canvas.style.height = `${size[1]}px`
  }
  const context = canvas.getContext('2d')
  if (!context) return
  context.setTransform(1, 0, 0, 1, 0, 0)
  context.clearRect(0, 0, width, height)
  const [centreX = 0, centreY = 0] = viewState.center
  const [a, , c, , e, f] = grid.transform
  const pxPerUnit = pixelRatio / viewState.resolution
  const place: Placement = {
    left: (c - centreX) * pxPerUnit + width / 2,
    top: (centreY - f) * pxPerUnit + height / 2,
    scaleX: a * pxPerUnit,
    scaleY: -e * pxPerUnit,
  }
  const paint = (ground: Ground, painting: FramePainting, fromX: number, toX: number): void => {
    context.save()
    context.beginPath()
    context.rect(fromX, 0, toX - fromX, height)
    context.clip()
    paintGround(ground, grid, painting, place, { width, height })
    context.drawImage(ground.canvas, 0, 0)
    for (const mask of painting.masks) paintMask(context, mask, place, pixelRatio)
    context.restore()
  }
  if (!before) {
    paint(grounds.frame, frame, 0, width)
    return
  }
  const x = Math.round(before.share * width)
  paint(grounds.before, before.painting, 0, x)
  paint(grounds.frame, frame, x, width)
}

/** Picture and overlays as they were last painted: a mask that changes over them leaves them as they are. */
interface Ground {
  canvas: HTMLCanvasElement
  picture: GridPicture | null
  overlays: FramePainting['overlays']
  place: Placement | null
}

function createGround(): Ground {
  return { canvas: document.createElement('canvas'), picture: null, overlays: [], place: null }
}

function isPainted(
  ground: Ground,
  { picture, overlays }: FramePainting,
  place: Placement,
): boolean {
  const keys = ['left', 'top', 'scaleX', 'scaleY'] as const
  return (
    keys.every((key) => ground.place?.[key] === place[key]) &&
    ground.picture?.image === picture?.image &&
    ground.picture?.part?.x === picture?.part?.x &&
    ground.picture?.part?.y === picture?.part?.y &&
    ground.overlays.length === overlays.length &&
    ground.overlays.every(
      ({ image, opacity }, i) => image === overlays[i]?.image && opacity === overlays[i]?.opacity,
    )
  )
}

function paintGround(
  ground: Ground,
  grid: Grid,
  painting: FramePainting,
  place: Placement,
  size: { width: number; height: number },
): void {
  const { canvas } = ground
  const hasSize = canvas.width === size.width && canvas.height === size.height
  if (hasSize && isPainted(ground, painting, place)) return
  if (!hasSize) Object.assign(canvas, size)
  const context = canvas.getContext('2d')
  if (!context) return
  const { picture, overlays } = painting
  Object.assign(ground, { picture, overlays, place })
  context.clearRect(0, 0, size.width, size.height)
  const [width, height] = [grid.width * place.scaleX, grid.height * place.scaleY]
  const isMagnified = place.scaleX > 1
  if (picture) {
    context.imageSmoothingEnabled = picture.isRough || !isMagnified
    const { image, part } = picture
    if (part) {
      const { x, y } = part
      context.drawImage(image, x, y, part.width, part.height, place.left, place.top, width, height)
    } else context.drawImage(image, place.left, place.top, width, height)
  }
  context.imageSmoothingEnabled = !isMagnified
  for (const { image, opacity } of overlays) {
    context.globalAlpha = opacity
    context.drawImage(image, place.left, place.top, width, height)
  }
  context.globalAlpha = 1
}

function paintMask(
  context: CanvasRenderingContext2D,
  { mask: { shape }, colour, opacity, hasOutline, lineWidthPx }: PaintedMask,
  place: Placement,
  pixelRatio: number,
): void {
  if (!shape) return
  context.imageSmoothingEnabled = place.scaleX <= 1
  if (opacity > 0) {
    const { x0, y0, x1, y1 } = shape.box
    context.globalAlpha = opacity
    context.drawImage(
      inColour(shape.picture, colour),
      place.left + x0 * place.scaleX,
      place.top + y0 * place.scaleY,
      (x1 - x0) * place.scaleX,
      (y1 - y0) * place.scaleY,
    )
    context.globalAlpha = 1
  }
  if (!hasOutline) return
  context.save()
  context.setTransform(place.scaleX, 0, 0, place.scaleY, place.left, place.top)
  context.lineJoin = 'round'
  const unit = pixelRatio / place.scaleX
  context.strokeStyle = 'rgb(0 0 0 / 65%)'
  context.lineWidth = (lineWidthPx + 1.6) * unit
  context.stroke(shape.outline)
  context.strokeStyle = colour
  context.lineWidth = lineWidthPx * unit
  context.stroke(shape.outline)
  context.restore()
}

const coloured = new WeakMap<OffscreenCanvas, { colour: string; picture: OffscreenCanvas }>()

/** The white picture in a colour, made once. */
function inColour(picture: OffscreenCanvas, colour: string): OffscreenCanvas {
  const known = coloured.get(picture)
  if (known?.colour === colour) return known.picture
  const tinted = new OffscreenCanvas(picture.width, picture.height)
  const context = tinted.getContext('2d')
  if (!context) return picture
  context.drawImage(picture, 0, 0)
  context.globalCompositeOperation = 'source-in'
  context.fillStyle = colour
  context.fillRect(0, 0, tinted.width, tinted.height)
  coloured.set(picture, { colour, picture: tinted })
  return tinted
}
