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
const waiting = new Map<string, (() => void)[]>()

/** Marks the first time only. */
export function markOnce(name: string): void {
  if (marked.has(name)) return
  marked.add(name)
  performance.mark(name)
  for (const go of waiting.get(name) ?? []) go()
  waiting.delete(name)
}

/** Waits until that was marked, but no longer than so many ms: then it has failed, and what comes after need not. */
export async function untilMarked(name: string, patienceMs: number): Promise<void> {
  if (marked.has(name)) return
  await new Promise<void>((go) => {
    waiting.set(name, [...(waiting.get(name) ?? []), go])
    setTimeout(go, patienceMs)
  })
}
