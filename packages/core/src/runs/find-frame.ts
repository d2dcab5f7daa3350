import type { Frame, FrameList } from '../model/frame.ts'
import { ScarlineError } from '../errors.ts'

/**
 * The frame that a person means by an index (`12`), a date (`2018-10-12`) or a scene id.
 * @throws ScarlineError `usage` naming the nearest date where there is no such frame
 */
export function findFrame(list: FrameList, wanted: string): Frame {
  const { frames } = list
  const last = frames.length - 1
  if (/^\d{1,6}$/.test(wanted)) {
    const frame = frames[Number(wanted)]
    if (frame) return frame
    throw new ScarlineError(`got frame ${wanted}, expected 0 to ${last}`, {
      code: 'usage',
      hint: 'Give an index or a date from frames.json.',
    })
  }
  const byScene = frames.find((frame) => frame.sceneId === wanted)
  if (byScene) return byScene
  if (!/^\d{4}-\d{2}-\d{2}$/.test(wanted) || Number.isNaN(Date.parse(wanted))) {
    throw new ScarlineError(`got frame "${wanted}", expected an index or a date YYYY-MM-DD`, {
      code: 'usage',
    })
  }
  const onDay = frames.filter((frame) => frame.capturedAt.startsWith(wanted))
  if (onDay.length === 1) return onDay[0] as Frame
  if (onDay.length > 1) {
    throw new ScarlineError(
      `${wanted} has ${onDay.length} frames: ${onDay.map(({ index }) => index).join(', ')}`,
      { code: 'usage', hint: 'Name one of them by its index.' },
    )
  }
  const distance = (frame: Frame): number =>
    Math.abs(Date.parse(frame.capturedAt) - Date.parse(wanted))
  const nearest = frames.reduce<Frame | null>(
    (best, frame) => (best === null || distance(frame) < distance(best) ? frame : best),
    null,
  )
  throw new ScarlineError(
    `there is no frame on ${wanted}` +
      (nearest
        ? `; the nearest is ${nearest.capturedAt.slice(0, 10)} (index ${nearest.index})`
        : ''),
    { code: 'usage', hint: 'Name one of the dates in frames.json.' },
  )
}
