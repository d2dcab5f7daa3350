/** Names of what the page tells the browser's performance timeline: the bench reads them. */

/** Measure from a gesture to its mask on the screen. */
export const MASK_MEASURE = 'scarline:mark-to-mask'
/** Mark: the frame in view is painted with its own picture. */
export const FRAME_MARK = 'scarline:frame'
/** Mark: the area curve is drawn, and every frame has its place. */
export const TIMELINE_MARK = 'scarline:timeline'
/** Mark: the small pictures are drawn, too. */
export const FILMSTRIP_MARK = 'scarline:filmstrip'

const marked = new Set<string>()

/** Marks the first time only. */
export function markOnce(name: string): void {
  if (marked.has(name)) return
  marked.add(name)
  performance.mark(name)
}
