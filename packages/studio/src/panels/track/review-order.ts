import type { ReviewItem } from '@scarline/core/model'

/** A line of the queue by frame and object. */
export const reviewKey = ({
  sceneId,
  objectId,
}: Pick<ReviewItem, 'sceneId' | 'objectId'>): string => `${sceneId} ${objectId}`

/**
 * The frame to look at next: the best that was not looked at yet; once all were, the one after the frame in
 * view, and after the last the first again.
 *
 * @param queue best first
 * @param seen keys of those looked at, see {@link reviewKey}
 * @param current key of the frame in view
 */
export function nextInQueue(
  queue: readonly ReviewItem[],
  seen: readonly string[],
  current: string | null,
): ReviewItem | null {
  const fresh = queue.find((item) => !seen.includes(reviewKey(item)) && reviewKey(item) !== current)
  if (fresh) return fresh
  const at = queue.findIndex((item) => reviewKey(item) === current)
  return queue[(at + 1) % Math.max(1, queue.length)] ?? null
}

/** The one looked at before the frame in view. */
export function previousSeen(
  queue: readonly ReviewItem[],
  seen: readonly string[],
  current: string | null,
): ReviewItem | null {
  const at = current === null ? -1 : seen.indexOf(current)
  const key = at < 0 ? seen.at(-1) : seen[at - 1]
  return queue.find((item) => reviewKey(item) === key) ?? null
}
