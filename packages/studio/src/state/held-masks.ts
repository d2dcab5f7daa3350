import type {
  DoubtfulPlace,
  Prompt,
  PromptInput,
  SiteDetail,
  TrackedFrame,
} from '@scarline/core/model'
import type { HeldMask, PendingMark } from './track-store.ts'

/** A frame and an object. */
export interface FrameObject {
  sceneId: string
  objectId: number
}

const isOf =
  (of: FrameObject) =>
  (one: FrameObject): boolean =>
    one.sceneId === of.sceneId && one.objectId === of.objectId

/** An object's prompts on a frame. */
export function promptsOf(prompts: readonly Prompt[], of: FrameObject): Prompt[] {
  return prompts.filter(isOf(of))
}

const indices = new WeakMap<readonly TrackedFrame[], Map<string, TrackedFrame>>()

/** An object's mask on a frame as it was tracked. */
export function trackedOf(
  { track }: Pick<SiteDetail, 'track'>,
  of: FrameObject,
): TrackedFrame | null {
  if (!track) return null
  let index = indices.get(track.frames)
  if (!index) {
    index = new Map(track.frames.map((mask) => [`${mask.sceneId} ${mask.objectId}`, mask]))
    indices.set(track.frames, index)
  }
  return index.get(`${of.sceneId} ${of.objectId}`) ?? null
}

/** Changes with a mask's pixels (as good as: area and score to the last digit). */
export function maskVersion(mask: TrackedFrame): string {
  const { frameHash, promptHash, modelHash, areaM2, confidence } = mask
  return [modelHash, frameHash, promptHash ?? '-', areaM2, confidence.score].join('.')
}

/** Whether a frame's prompts are not those that its mask answers. */
export function isUnanswered(detail: SiteDetail, of: FrameObject): boolean {
  return detail.unanswered.some(isOf(of))
}

/** What a held mask holds for: the frame's prompts and its tracked mask. */
export function groundsOf(detail: SiteDetail, of: FrameObject): string {
  const mask = trackedOf(detail, of)
  const ids = promptsOf(detail.prompts, of).map(({ id }) => id)
  return `${ids.join()} | ${mask ? maskVersion(mask) : ''}`
}

/** The mask that answers the marks on a frame, if it is held. */
export function heldOf(held: readonly HeldMask[], of: FrameObject): HeldMask | null {
  return held.find(isOf(of)) ?? null
}

const NO_DOUBTS: readonly DoubtfulPlace[] = []

/** Places where a click would decide what an object's mask on a frame leaves in doubt; none where a person has decided. */
export function doubtsOf(
  detail: Pick<SiteDetail, 'track'>,
  held: readonly HeldMask[],
  of: FrameObject,
): readonly DoubtfulPlace[] {
  const mask = trackedOf(detail, of)
  if (mask?.locked) return NO_DOUBTS
  return heldOf(held, of)?.doubts ?? mask?.doubts ?? NO_DOUBTS
}

/** Puts a mask in the place of its frame's, unless that answers a later gesture. */
export function withHeld(held: readonly HeldMask[], mask: HeldMask): readonly HeldMask[] {
  const present = heldOf(held, mask)
  if (present && present.number > mask.number) return held
  return [...held.filter((one) => one !== present), mask]
}

/**
 * What is still pending and held now that the site was read again.
 *
 * @param readRevision the revision that it was read at: marks written up to it are among its prompts, or were taken back
 */
export function settle(
  { marks, held }: { marks: readonly PendingMark[]; held: readonly HeldMask[] },
  detail: SiteDetail,
  readRevision: number,
): { marks: readonly PendingMark[]; held: readonly HeldMask[] } {
  const nextMarks = marks.filter(
    ({ writtenRevision }) => writtenRevision === null || writtenRevision > readRevision,
  )
  const nextHeld = held.flatMap((mask): HeldMask[] => {
    const isAsked = isUnanswered(detail, mask)
    if (mask.holdsFor !== null)
      return isAsked && mask.holdsFor === groundsOf(detail, mask) ? [mask] : []
    if (nextMarks.some(isOf(mask))) return [mask]
    const written = marks.filter(isOf(mask)).map(({ writtenRevision }) => writtenRevision ?? 0)
    // Something was done after its marks, perhaps took them back: what it answers is not known.
    if (Math.max(0, ...written) < readRevision) return []
    return isAsked ? [{ ...mask, holdsFor: groundsOf(detail, mask) }] : []
  })
  return {
    marks: nextMarks.length === marks.length ? marks : nextMarks,
    held: isSame(held, nextHeld) ? held : nextHeld,
  }
}

function isSame<T>(a: readonly T[], b: readonly T[]): boolean {
  return a.length === b.length && a.every((one, i) => one === b[i])
}

/**
 * The unwritten gestures on a frame as one question, or null where they are not one: only points add up, and
 * one box or painted region may go with them.
 */
export function mergeMarks(marks: readonly PendingMark[], of: FrameObject): PromptInput | null {
  const here = marks.filter((mark) => isOf(of)(mark) && mark.writtenRevision === null)
  const boxes = here.filter(({ input }) => input.bboxLngLat)
  const regions = here.filter(({ input }) => input.region)
  if (boxes.length > 1 || regions.length > 1) return null
  const positive = here.flatMap(({ input }) => input.positive ?? [])
  const negative = here.flatMap(({ input }) => input.negative ?? [])
  return {
    ...{ sceneId: of.sceneId, objectId: of.objectId },
    ...(positive.length > 0 ? { positive } : {}),
    ...(negative.length > 0 ? { negative } : {}),
    ...(boxes[0]?.input.bboxLngLat ? { bboxLngLat: boxes[0].input.bboxLngLat } : {}),
    ...(regions[0]?.input.region ? { region: regions[0].input.region } : {}),
  }
}
