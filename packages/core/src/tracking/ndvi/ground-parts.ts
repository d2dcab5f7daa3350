import { labelComponents, type Components } from '../../raster/morphology.ts'
import { dilateSquare } from './blur.ts'
import { POSTERIOR_STEPS } from './bare-chain.ts'
import type { BareHistory } from './history.ts'
import { type Pieces, splitPieces } from './pieces.ts'
import { NATIVE_PIXEL_M, type WorkingGrid, pixelsOf } from './working-grid.ts'

/** Log-odds beyond which a pixel is surely bare, or surely not (odds of 20 to 1). */
export const SURE: number = 3 * POSTERIOR_STEPS

/** How much of a steady piece's surroundings has changed. */
export const SURROUNDED = { partly: 0.5, wholly: 0.75 } as const

/** The ground of a series by what it did, before any prompt. */
export interface GroundParts {
  /** 0/1: surely bare on some frames and surely not on others ({@link SURE}). */
  changed: Uint8Array
  /** 0/1: bare throughout. */
  steady: Uint8Array
  /** Connected steady ground. */
  steadyParts: Components
  /** Steady ground split at its necks. */
  pieces: Pieces
  /** Share of each piece's surroundings that changed, 0..1, by piece; index 0 unused. */
  changedAround: Float32Array
  /** The same, leaving out the steady ground that the piece is part of; 1 for a piece that is all but enclosed by it. */
  changedBeside: Float32Array
}

/** Tells changed from steadily bare ground, and how each steady piece stands in what changed. */
export function groundParts(history: BareHistory, working: WorkingGrid): GroundParts {
  const { width, height } = working
  const { highest, lowest, bareFrames, frameCount } = history
  const changed = new Uint8Array(highest.length)
  const steady = new Uint8Array(highest.length)
  for (let i = 0; i < highest.length; i++) {
    if ((highest[i] as number) > SURE && (lowest[i] as number) < -SURE) changed[i] = 1
    else if (2 * (bareFrames[i] as number) > frameCount) steady[i] = 1
  }
  const steadyParts = labelComponents(steady, width, height)
  const neckPx = pixelsOf(working, 0.7 * NATIVE_PIXEL_M)
  const pieces = splitPieces(steady, width, height, neckPx)
  const shares = surroundings(pieces, steady, changed, working)
  return { changed, steady, steadyParts, pieces, ...shares }
}

/** A piece of which less of the surroundings is exposed than this is enclosed. */
const EXPOSED = 0.25

function surroundings(
  pieces: Pieces,
  steady: Uint8Array,
  changed: Uint8Array,
  working: WorkingGrid,
): { changedAround: Float32Array; changedBeside: Float32Array } {
  const { width, height } = working
  const radius = pixelsOf(working, NATIVE_PIXEL_M)
  const around = new Float64Array(pieces.count + 1)
  const exposed = new Float64Array(pieces.count + 1)
  const turned = new Float64Array(pieces.count + 1)
  const boxes = boundingBoxes(pieces, width, radius, height)
  for (let piece = 1; piece <= pieces.count; piece++) {
    const [c0, r0, c1, r1] = boxes[piece] as Box
    const w = c1 - c0
    const h = r1 - r0
    const own = new Uint8Array(w * h)
    for (let r = 0; r < h; r++) {
      for (let c = 0; c < w; c++) {
        if (pieces.labels[(r + r0) * width + c + c0] === piece) own[r * w + c] = 1
      }
    }
    const reach = dilateSquare(own, w, h, radius)
    for (let i = 0; i < reach.length; i++) {
      if (!reach[i] || own[i]) continue
      const at = (r0 + Math.floor(i / w)) * width + c0 + (i % w)
      around[piece] = (around[piece] as number) + 1
      if (!steady[at]) exposed[piece] = (exposed[piece] as number) + 1
      if (changed[at]) turned[piece] = (turned[piece] as number) + 1
    }
  }
  const changedAround = new Float32Array(pieces.count + 1)
  const changedBeside = new Float32Array(pieces.count + 1)
  for (let piece = 1; piece <= pieces.count; piece++) {
    const [all, open, n] = [around[piece], exposed[piece], turned[piece]] as [
      number,
      number,
      number,
    ]
    changedAround[piece] = all > 0 ? n / all : 0
    changedBeside[piece] = open < EXPOSED * all || open === 0 ? 1 : n / open
  }
  return { changedAround, changedBeside }
}

type Box = [c0: number, r0: number, c1: number, r1: number]

function boundingBoxes(pieces: Pieces, width: number, margin: number, height: number): Box[] {
  const boxes: Box[] = Array.from({ length: pieces.count + 1 }, () => [width, height, 0, 0])
  for (let i = 0; i < pieces.labels.length; i++) {
    const piece = pieces.labels[i] as number
    if (piece === 0) continue
    const box = boxes[piece] as Box
    const row = Math.floor(i / width)
    const col = i - row * width
    box[0] = Math.min(box[0], col)
    box[1] = Math.min(box[1], row)
    box[2] = Math.max(box[2], col + 1)
    box[3] = Math.max(box[3], row + 1)
  }
  for (const box of boxes) {
    box[0] = Math.max(0, box[0] - margin)
    box[1] = Math.max(0, box[1] - margin)
    box[2] = Math.min(width, box[2] + margin)
    box[3] = Math.min(height, box[3] + margin)
  }
  return boxes
}
