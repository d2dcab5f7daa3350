import type { PixelPrompt, SegmentationRequest } from './segmenter.ts'

/** All that was said of the object on one frame. */
export interface FramePrompts {
  frameIndex: number
  points: { xPx: number; yPx: number; positive: boolean }[]
  /** The box around all boxes of the frame. */
  box: { x0Px: number; y0Px: number; x1Px: number; y1Px: number } | null
  /** The last mask drawn. */
  mask: Uint8Array | null
}

/** How the frames that condition the others come by their masks. */
export interface ConditioningPlan {
  /** Accepted masks by frame. */
  accepted: ReadonlyMap<number, Uint8Array>
  prompts: ReadonlyMap<number, FramePrompts>
  /** Frames that answer for themselves, ascending: accepted ones, boxes and masks, else the first clicks. */
  anchors: readonly number[]
  /** Frames with clicks that mend what is tracked there, ascending. */
  corrections: readonly number[]
}

/**
 * Tells frames that stand for themselves from frames whose clicks mend what tracking brings: a single
 * click beside a tracked mask says little alone. Where nothing else stands for itself, the frame of the
 * first positive click does. Prompts on an accepted frame are answered by its mask.
 *
 * @param request prompts in the order in which they were made
 */
export function planConditioning(
  request: Pick<SegmentationRequest, 'prompts' | 'accepted'>,
): ConditioningPlan {
  const accepted = new Map(request.accepted.map(({ frameIndex, mask }) => [frameIndex, mask]))
  const open = request.prompts.filter(({ frameIndex }) => !accepted.has(frameIndex))
  const prompts = promptsByFrame(open)
  const anchors = new Set(accepted.keys())
  for (const [frameIndex, { box, mask }] of prompts) if (box || mask) anchors.add(frameIndex)
  if (anchors.size === 0) {
    const first = open.find((prompt) => prompt.kind === 'point' && prompt.positive)
    if (first) anchors.add(first.frameIndex)
  }
  const byFrame = (a: number, b: number): number => a - b
  return {
    accepted,
    prompts,
    anchors: [...anchors].sort(byFrame),
    corrections: [...prompts.keys()].filter((frame) => !anchors.has(frame)).sort(byFrame),
  }
}

function promptsByFrame(prompts: readonly PixelPrompt[]): Map<number, FramePrompts> {
  const byFrame = new Map<number, FramePrompts>()
  for (const prompt of prompts) {
    const { frameIndex } = prompt
    const frame = byFrame.get(frameIndex) ?? { frameIndex, points: [], box: null, mask: null }
    byFrame.set(frameIndex, frame)
    if (prompt.kind === 'mask') frame.mask = prompt.mask
    else if (prompt.kind === 'point') {
      frame.points.push({ xPx: prompt.xPx, yPx: prompt.yPx, positive: prompt.positive })
    } else {
      const { box } = frame
      frame.box = {
        x0Px: Math.min(prompt.x0Px, box?.x0Px ?? Infinity),
        y0Px: Math.min(prompt.y0Px, box?.y0Px ?? Infinity),
        x1Px: Math.max(prompt.x1Px, box?.x1Px ?? -Infinity),
        y1Px: Math.max(prompt.y1Px, box?.y1Px ?? -Infinity),
      }
    }
  }
  return byFrame
}

/** Frames tracked one after the other in one direction. */
export interface TrackingRun {
  reverse: boolean
  /** Frames wanted, in the order of tracking; what lies between two of them is a conditioning frame. */
  frames: number[]
  /** Those of them that are no conditioning frames. */
  tracked: Set<number>
}

/** Tracking up to a correction, so that its clicks have something to mend. */
export interface CorrectionSweep {
  frameIndex: number
  /** The conditioning frame that tracking starts at. */
  from: number
  reverse: boolean
}

/**
 * The way to each correction: from the nearest conditioning frame before it, or, before the first of
 * them, backwards from that; a correction met on the way conditions the next.
 */
export function planSweeps(plan: ConditioningPlan): CorrectionSweep[] {
  const first = Math.min(...plan.anchors)
  const known = new Set(plan.anchors)
  const sweeps: CorrectionSweep[] = []
  for (const frameIndex of plan.corrections.filter((frame) => frame > first)) {
    const from = Math.max(...[...known].filter((frame) => frame < frameIndex))
    sweeps.push({ frameIndex, from, reverse: false })
    known.add(frameIndex)
  }
  for (const frameIndex of plan.corrections.filter((frame) => frame < first).reverse()) {
    const from = Math.min(...[...known].filter((frame) => frame > frameIndex))
    sweeps.push({ frameIndex, from, reverse: true })
    known.add(frameIndex)
  }
  return sweeps
}

/**
 * Forward from the first conditioning frame, then backwards from it; where the frames are wanted in
 * descending order, backwards from the last one, then forward.
 */
export function planRuns(
  frameIndices: readonly number[],
  conditioning: readonly number[],
): TrackingRun[] {
  const descending = (frameIndices[0] ?? 0) > (frameIndices.at(-1) ?? 0)
  const turn = descending ? Math.max(...conditioning) : Math.min(...conditioning)
  const wanted = [...new Set(frameIndices)].sort((a, b) => a - b)
  const forward = wanted.filter((frame) => (descending ? frame > turn : frame >= turn))
  const backward = wanted.filter((frame) => (descending ? frame <= turn : frame < turn)).reverse()
  const known = new Set(conditioning)
  const forwardRuns = splitRuns(forward, false, known)
  const backwardRuns = splitRuns(backward, true, known)
  return descending ? [...backwardRuns, ...forwardRuns] : [...forwardRuns, ...backwardRuns]
}

function splitRuns(
  frames: readonly number[],
  reverse: boolean,
  conditioning: ReadonlySet<number>,
): TrackingRun[] {
  const step = reverse ? -1 : 1
  const runs: TrackingRun[] = []
  let last: number | null = null
  for (const frame of frames) {
    let next: number = last === null ? NaN : last + step
    while (next !== frame && conditioning.has(next)) next += step
    if (next !== frame) runs.push({ reverse, frames: [], tracked: new Set() })
    const run = runs.at(-1) as TrackingRun
    run.frames.push(frame)
    if (!conditioning.has(frame)) run.tracked.add(frame)
    last = frame
  }
  return runs
}

/**
 * The conditioning frames without which a frame of the work would see another memory: on each side the
 * nearest `limit` of each frame, and all within `reach` frames. The others need not be encoded.
 *
 * @param limit conditioning frames that one frame attends to; -1: all
 * @param reach frames that the window of memory and pointers goes back
 */
export function neededConditioning(
  conditioning: readonly number[],
  work: readonly number[],
  limit: number,
  reach: number,
): number[] {
  if (limit === -1) return [...conditioning]
  const sorted = [...conditioning].sort((a, b) => a - b)
  const needed = new Set<number>()
  for (const frame of new Set(work)) {
    const split = sorted.findIndex((other) => other >= frame)
    const at = split === -1 ? sorted.length : split
    for (const other of sorted.slice(Math.max(0, at - limit), at + limit)) needed.add(other)
    for (const other of sorted) if (Math.abs(other - frame) <= reach) needed.add(other)
  }
  return conditioning.filter((frame) => needed.has(frame))
}

/** Every frame that is computed: those wanted, and those on the way to the corrections. */
export function framesOfWork(
  frameIndices: readonly number[],
  sweeps: readonly CorrectionSweep[],
): number[] {
  const work = new Set(frameIndices)
  for (const { from, frameIndex } of sweeps) {
    for (let i = Math.min(from, frameIndex); i <= Math.max(from, frameIndex); i++) work.add(i)
  }
  return [...work]
}
