import type { Frame, SiteDetail } from '@scarline/core/model'
import { layerUrl, maskUrl, pictureUrl } from '../api/client.ts'
import { heldOf, maskVersion, trackedOf } from '../state/held-masks.ts'
import type { TrackState } from '../state/track-store.ts'
import type { MaskSource } from './mask-cache.ts'
import { STRETCHED } from './picture-cache.ts'

/** What of a frame is shown, before anything is fetched. */
export interface FramePlan {
  sceneId: string
  index: number
  base: string
  /** The filmstrip's small pictures are of the same kind. */
  isLikeSprite: boolean
  overlays: readonly { url: string; opacity: number }[]
  masks: readonly { source: MaskSource; objectId: number; isActive: boolean }[]
}

/** What the choices of layers are taken from. */
export type LayerChoice = Pick<
  TrackState,
  'base' | 'hasStretch' | 'hasProbability' | 'hasValidity' | 'hasMask' | 'hasOutline' | 'held'
>

/** Largest picture that is asked for, pixels. */
const MOST_EDGE_PX = 2_048

/** The frame's picture in the layer chosen. */
export function baseUrl(siteId: string, detail: SiteDetail, frame: Frame, base: string): string {
  const { width, height } = detail.site.grid
  return base === 'truecolour' || base === 'falsecolour' || base === 'hillshade'
    ? layerUrl(siteId, frame.sceneId, base, frame.inputHash)
    : pictureUrl(
        siteId,
        frame.sceneId,
        Math.min(MOST_EDGE_PX, Math.max(width, height)),
        frame.inputHash,
      )
}

/** Where an object's mask on a frame comes from: its held answer, else as tracked; null where it has none. */
export function maskSource(
  siteId: string,
  detail: SiteDetail,
  held: TrackState['held'],
  of: { sceneId: string; objectId: number },
): MaskSource | null {
  const slot = `${of.sceneId} ${of.objectId}`
  const answer = heldOf(held, of)
  if (answer) {
    const { number, isProvisional, source } = answer
    return { key: `${slot} ${isProvisional ? 'first' : 'held'} ${number}`, slot, from: source }
  }
  const mask = trackedOf(detail, of)
  if (!mask) return null
  const version = maskVersion(mask)
  return {
    ...{ key: `${slot} ${version}`, slot },
    from: { url: maskUrl(siteId, of.sceneId, of.objectId, version) },
  }
}

/** What is shown of a frame. */
export function planFrame(
  siteId: string,
  detail: SiteDetail,
  frame: Frame,
  choice: LayerChoice,
  objects: { ids: readonly number[]; active: number },
): FramePlan {
  const { sceneId, index, inputHash } = frame
  const probability = trackedOf(detail, { sceneId, objectId: objects.active })
  const overlays = [
    ...(choice.hasProbability && probability?.probability
      ? [
          {
            url: `${layerUrl(siteId, sceneId, 'probability', maskVersion(probability))}&object=${objects.active}`,
            opacity: 0.85,
          },
        ]
      : []),
    ...(choice.hasValidity
      ? [{ url: layerUrl(siteId, sceneId, 'validity', inputHash), opacity: 0.7 }]
      : []),
  ]
  const ids = choice.hasMask || choice.hasOutline ? objects.ids : []
  return {
    ...{ sceneId, index, overlays },
    base: `${baseUrl(siteId, detail, frame, choice.base)}${choice.hasStretch && choice.base === 'ndvi' ? STRETCHED : ''}`,
    isLikeSprite: choice.base === 'ndvi',
    masks: [...ids]
      .sort((a, b) => Number(a === objects.active) - Number(b === objects.active))
      .flatMap((objectId) => {
        const source = maskSource(siteId, detail, choice.held, { sceneId, objectId })
        return source ? [{ source, objectId, isActive: objectId === objects.active }] : []
      }),
  }
}
