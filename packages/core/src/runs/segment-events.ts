import type {
  PrepareProgress,
  SegmentationRequest,
  SegmentedFrame,
  SegmenterSession,
} from '../tracking/segmenter.ts'

/** What comes of segmenting: answers, and before the first how far the work towards it is. */
export type SegmentEvent =
  | { type: 'prepare'; done: number; total: number }
  | { type: 'answer'; answer: SegmentedFrame }

/** A request's answers, one at a time as they are asked for, with the progress told in between. */
export async function* segmentEvents(
  session: SegmenterSession,
  request: Omit<SegmentationRequest, 'onPrepare'>,
  signal?: AbortSignal,
): AsyncGenerator<SegmentEvent, void, void> {
  const told: PrepareProgress[] = []
  let wake = (): void => {}
  const answers = session.segment(
    {
      ...request,
      onPrepare: (progress) => {
        told.push(progress)
        wake()
      },
    },
    signal,
  )
  try {
    for (;;) {
      const next = answers.next()
      // A failure is rethrown by the race below; until then it is not unhandled.
      next.catch(() => {})
      for (let step: IteratorResult<SegmentedFrame> | null = null; step === null;) {
        const news = new Promise<null>((resolve) => (wake = () => resolve(null)))
        for (let progress = told.shift(); progress; progress = told.shift()) {
          yield { type: 'prepare', ...progress }
        }
        step = await Promise.race([next, news])
        if (step?.done) return
        if (step) yield { type: 'answer', answer: step.value }
      }
    }
  } finally {
    await answers.return(undefined)
  }
}

/** Frames that the pace is taken from: the work per frame changes as memory fills. */
const PACE_FRAMES = 8

/**
 * Estimates the seconds left from the pace of the last frames; says nothing before the second.
 * @param now milliseconds
 */
export function secondsLeftMeter(
  total: number,
  now: () => number,
): (done: number) => { secondsLeft?: number } {
  const times: number[] = []
  return (done) => {
    times.push(now())
    if (times.length > PACE_FRAMES + 1) times.shift()
    if (times.length < 2) return {}
    const [first, last] = [times[0] as number, times.at(-1) as number]
    const secondsPerFrame = (last - first) / 1000 / (times.length - 1)
    return { secondsLeft: Math.round(secondsPerFrame * (total - done)) }
  }
}
