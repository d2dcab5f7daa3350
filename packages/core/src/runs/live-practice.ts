import type { FrameList } from '../model/frame.ts'
import type { PixelPrompt, SegmentationRequest } from '../tracking/segmenter.ts'

/** Made-up clicks until the engine is about as fast as it gets (from 200 ms a question to 30), and how many on a frame. */
const PRACTICE = 12
const PRACTICE_A_FRAME = 3

/**
 * A box around the middle of the site, then clicks in turn on what was found, off it, and on it again, on frames all
 * over the series. In haste: on unlike ground they would make the engine look at the whole series.
 * Is told what came of each.
 */
export function* practiceQuestions({
  grid,
  frames,
}: FrameList): Generator<SegmentationRequest, void, Uint8Array> {
  const { width, height } = grid
  const plain = { objectId: 1, accepted: [], maskOnly: true, hasty: true }
  const box = { x0Px: width / 8, y0Px: height / 8, x1Px: (7 * width) / 8, y1Px: (7 * height) / 8 }
  let prompts: PixelPrompt[] = [{ kind: 'box', frameIndex: 0, ...box }]
  let mask = yield { ...plain, prompts, frameIndices: [0] }
  prompts = []
  for (let round = 0; round < PRACTICE; round++) {
    const frameIndex = Math.floor(round / PRACTICE_A_FRAME) % frames.length
    const from = Math.floor((mask.length * (1 + round)) / (PRACTICE + 2))
    const found = mask.indexOf(round % PRACTICE_A_FRAME === 1 ? 0 : 1, from)
    const place = found < 0 ? from : found
    const [xPx, yPx] = [place % width, Math.floor(place / width)]
    const positive = round % 2 === 0
    prompts = [...prompts, { kind: 'point', frameIndex, xPx, yPx, positive }]
    mask = yield { ...plain, prompts, frameIndices: [frameIndex] }
  }
}
