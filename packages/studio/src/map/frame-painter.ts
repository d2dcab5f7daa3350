import type { Sprite } from '../timeline/sprite.ts'
import { cellOf } from '../timeline/sprite.ts'
import { stretchedCell } from './stretch.ts'
import type { FramePlan } from './frame-plan.ts'
import { type MaskSource, createMaskCache } from './mask-cache.ts'
import { objectColour } from './object-colours.ts'
import { createPictureCache } from './picture-cache.ts'
import type { FramePainting, GridPicture, PaintedMask, RasterPainting } from './raster-layer.ts'

/** Everything that the map is to show. */
export interface MapPlan {
  frame: FramePlan
  before: { plan: FramePlan; share: number } | null
  /** 0..1, of the mask in hand. */
  opacity: number
  hasMask: boolean
  hasOutline: boolean
  /** Contrast of the picture is stretched. */
  hasStretch: boolean
  /** Small pictures, for frames that are passed over. */
  sprite: Sprite | null
  /** Frames that are likely to be next: their pictures are fetched when this one is there. */
  neighbours: readonly FramePlan[]
  /** Every mask, to have them at hand when the frames are passed over. */
  allMasks(): readonly MaskSource[]
}

/** Fetches what a plan needs and paints what is there. */
export interface FramePainter {
  show(plan: MapPlan): void
  /** Tries again what could not be had. */
  retry(): void
  close(): void
}

/** A frame that stays for so long is looked at; one that goes sooner was only passed over. */
const SETTLED_MS = 90

/** Once nothing has changed for so long, what may be next is fetched. */
const CALM_MS = 400
/** The same after anything else than a step: who marks a frame goes on marking it, ms. */
const AT_WORK_MS = 1500

export function createFramePainter(
  gridWidth: number,
  on: {
    paint(painting: RasterPainting): void
    /** Why the layer or the mask of the frame in view cannot be shown; null where it can. */
    fault(fault: { layer: 'base' | 'overlay' | 'mask'; error: unknown } | null): void
    /** The frame in view is shown by its own picture. */
    frameShown(): void
    /** The very mask of the frame in view is on the screen. */
    maskShown(key: string): void
  },
): FramePainter {
  const pictures = createPictureCache(() => repaint())
  const masks = createMaskCache(gridWidth, () => repaint())
  let plan: MapPlan | null = null
  let lastScene = ''
  let changedAt = 0
  let calmFrom = 0
  let timer: ReturnType<typeof setTimeout> | undefined
  let calm: ReturnType<typeof setTimeout> | undefined
  let isDue = false

  const fetchNow = (): void => {
    if (!plan) return
    const shown = [plan.frame, ...(plan.before ? [plan.before.plan] : [])]
    const first = shown.flatMap(({ base, overlays }) => [base, ...overlays.map(({ url }) => url)])
    masks.want(shown.flatMap((one) => one.masks.map(({ source }) => source)))
    const isThere = first.every((url) => pictures.get(url) || pictures.faultOf(url))
    const ahead = pictures.faultOf(plan.frame.base) ? [] : plan.neighbours.map(({ base }) => base)
    // Whoever clicks or steps on wants the machine for that.
    const calmInMs = calmFrom - performance.now()
    const isCalm = calmInMs <= 0
    pictures.want(isThere && isCalm ? [...first, ...ahead] : first)
    clearTimeout(calm)
    if (isThere && isCalm) masks.fetchAhead(plan.allMasks())
    else if (isThere) calm = setTimeout(fetchNow, calmInMs + 1)
  }
  const repaint = (): void => {
    if (isDue) return
    isDue = true
    // The map itself waits for the screen: waiting here too would cost a frame.
    queueMicrotask(paintNow)
  }
  const paintNow = (): void => {
    isDue = false
    if (!plan) return
    const { before } = plan
    const painted = plan
    on.paint({
      frame: paintingOf(plan.frame, painted),
      before: before && { painting: paintingOf(before.plan, painted), share: before.share },
    })
    tellFault(plan.frame)
    if (pictures.get(plan.frame.base)) on.frameShown()
    const active = plan.frame.masks.find(({ isActive }) => isActive)
    if (active && masks.has(active.source.key)) on.maskShown(active.source.key)
    if (performance.now() - changedAt > SETTLED_MS) fetchNow()
  }
  const tellFault = ({ base, overlays, masks: shown }: FramePlan): void => {
    const overlay = overlays.map(({ url }) => pictures.faultOf(url)).find((one) => one !== null)
    const mask = shown.map(({ source }) => masks.faultOf(source.key)).find((one) => one !== null)
    if (pictures.faultOf(base)) on.fault({ layer: 'base', error: pictures.faultOf(base) })
    else if (overlay) on.fault({ layer: 'overlay', error: overlay })
    else if (mask) on.fault({ layer: 'mask', error: mask })
    else on.fault(null)
  }
  const paintingOf = (of: FramePlan, { sprite, opacity, ...show }: MapPlan): FramePainting => {
    const image = pictures.get(of.base)
    return {
      picture: image
        ? { image, part: null, isRough: false }
        : // It may stand in for a picture on its way; where that cannot be had, only for one of its kind.
          sprite && (of.isLikeSprite || !pictures.faultOf(of.base))
          ? roughPicture(sprite, of.index, show.hasStretch)
          : null,
      overlays: of.overlays.flatMap(({ url, opacity: share }) => {
        const overlay = pictures.get(url)
        return overlay ? [{ image: overlay, opacity: share }] : []
      }),
      masks: of.masks.flatMap(({ source, objectId, isActive }): PaintedMask[] => {
        const mask = masks.get(source)
        if (!mask) return []
        return [
          {
            ...{ mask, colour: objectColour(objectId) },
            opacity: show.hasMask ? opacity * (isActive ? 1 : 0.6) : 0,
            hasOutline: show.hasOutline,
            lineWidthPx: isActive ? 1.8 : 1.1,
          },
        ]
      }),
    }
  }
  return {
    show(next) {
      plan = next
      const now = performance.now()
      const isNew = next.frame.sceneId !== lastScene
      const isPassing = isNew && now - changedAt < SETTLED_MS
      if (isNew) {
        lastScene = next.frame.sceneId
        changedAt = now
      }
      calmFrom = Math.max(calmFrom, now + (isNew ? CALM_MS : AT_WORK_MS))
      clearTimeout(timer)
      // What is passed over is not fetched; what one goes to is, at once.
      if (isPassing) timer = setTimeout(fetchNow, SETTLED_MS)
      else if (isNew || now - changedAt > SETTLED_MS) fetchNow()
      else timer = setTimeout(fetchNow, SETTLED_MS)
      repaint()
    },
    retry() {
      pictures.forgetFaults()
      masks.forgetFaults()
      fetchNow()
    },
    close() {
      clearTimeout(timer)
      clearTimeout(calm)
      plan = null
      pictures.close()
      masks.close()
    },
  }
}

/** A frame out of the sprite, until its own picture is there. */
function roughPicture(sprite: Sprite, index: number, hasStretch: boolean): GridPicture | null {
  const part = cellOf(sprite, index)
  if (!part) return null
  return hasStretch
    ? { image: stretchedCell(sprite.image, part), part: null, isRough: true }
    : { image: sprite.image, part, isRough: true }
}
