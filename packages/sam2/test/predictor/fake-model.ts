import { OFFICIAL_CONFIGS } from '../../src/config/official-configs.ts'
import type { Sam2Config } from '../../src/config/model-config.ts'
import type { FrameSource } from '../../src/predictor/frame-source.ts'
import type { DecodeOutput, ModelStage, Sam2Model } from '../../src/predictor/sam2-model.ts'

/** Model side, pixels: 2 x 2 tokens, 8 x 8 low-resolution logits. */
export const SIZE = 32
const CHANNELS = 8
const MEM_DIM = 4
const TOKENS = (SIZE / 16) ** 2
const LOW_RES = SIZE / 4

/** A small model's configuration with the rules of SAM 2.1. */
export const CONFIG: Sam2Config = {
  ...(OFFICIAL_CONFIGS.find(({ name }) => name === 'sam2.1_hiera_tiny') as Sam2Config),
  name: 'fake',
  imageSize: SIZE,
  neck: { dModel: CHANNELS, fpnTopDownLevels: [2, 3] },
  memoryEncoder: { outDim: MEM_DIM, fuserLayers: 2 },
  numMaskmem: 5,
  maxObjPtrsInEncoder: 4,
}

/** A model without weights. */
export interface FakeModel extends Sam2Model {
  /** Stages in the order they ran. */
  readonly log: ModelStage[]
}

/** How a fake model behaves. */
export interface FakeOptions {
  readonly config?: Partial<Sam2Config>
  /** Before each stage. */
  readonly onRun?: (stage: ModelStage) => void | Promise<void>
  /** Changes what the decoder says. */
  readonly decoded?: (output: DecodeOutput) => DecodeOutput
}

/**
 * A model whose outputs are pseudo-random numbers seeded by a hash of all its inputs: any bit that differs
 * on the way in shows on the way out.
 */
export function fakeModel(options: FakeOptions = {}): FakeModel {
  const config = { ...CONFIG, ...options.config }
  const log: ModelStage[] = []
  const run = async (stage: ModelStage, inputs: readonly ArrayBufferView[]): Promise<Source> => {
    await options.onRun?.(stage)
    log.push(stage)
    return randomSource(hashOf(inputs))
  }
  const weights = randomSource(7)
  return {
    config,
    log,
    weights: {
      noMemEmbed: weights(CHANNELS, 1),
      maskmemTposEnc: weights(config.numMaskmem * MEM_DIM, 1),
      noObjPtr: weights(CHANNELS, 1),
      maskDownsample: { weight: weights(16, 1), bias: 0.25 },
      objPtrTposProj: { weight: weights(MEM_DIM * CHANNELS, 1), bias: weights(MEM_DIM, 1) },
    },
    async encodeImage(image) {
      const next = await run('image encoder', [image])
      return {
        pixFeat: next(TOKENS * CHANNELS, 1),
        highRes0: next(LOW_RES ** 2, 1),
        highRes1: next((LOW_RES / 2) ** 2 * 2, 1),
      }
    },
    async decodeMasks(input) {
      const { pixFeat, highRes0, highRes1, pointCoords, pointLabels, maskInput } = input
      const next = await run('mask decoder', [
        pixFeat,
        highRes0,
        highRes1,
        pointCoords,
        pointLabels,
        maskInput ?? new Float32Array(1),
      ])
      const output = {
        masks: next(4 * LOW_RES ** 2, 8),
        ious: next(4, 1).map(Math.abs),
        objectScoreLogit: 5,
        objPtrs: next(4 * CHANNELS, 1),
      }
      return options.decoded?.(output) ?? output
    },
    async encodeMemory(input) {
      const flags = Float32Array.of(Number(input.binarize), input.objectScoreLogit)
      const next = await run('memory encoder', [input.pixFeat, input.lowResLogits, flags])
      return next(TOKENS * MEM_DIM, 3)
    },
    async attendMemory({ curr, memory, memoryPos, pointers, pointersPos }) {
      const next = await run('memory attention', [curr, memory, memoryPos, pointers, pointersPos])
      return next(TOKENS * CHANNELS, 1)
    },
    close: async () => undefined,
    [Symbol.asyncDispose]: async () => undefined,
  }
}

/** A video of flat frames, each of another grey, that notes what is read. */
export function fakeVideo(
  numFrames: number,
  times?: readonly number[],
): FrameSource & { readonly reads: number[] } {
  const reads: number[] = []
  const width = 24
  const height = 20
  return {
    numFrames,
    width,
    height,
    reads,
    ...(times && { times }),
    async readFrame(frameIdx) {
      reads.push(frameIdx)
      const data = new Uint8Array(width * height * 3)
      for (let i = 0; i < data.length; i++) data[i] = (i * 7 + frameIdx * 31) & 255
      return { width, height, data }
    },
  }
}

/** Takes that many numbers within plus and minus `scale`. */
type Source = (count: number, scale: number) => Float32Array

/** mulberry32 */
function randomSource(seed: number): Source {
  let state = seed >>> 0
  return (count, scale) =>
    Float32Array.from({ length: count }, () => {
      state = (state + 0x6d2b79f5) >>> 0
      let word = Math.imul(state ^ (state >>> 15), state | 1)
      word ^= word + Math.imul(word ^ (word >>> 7), word | 61)
      return (((word ^ (word >>> 14)) >>> 0) / 2 ** 31 - 1) * scale
    })
}

/** FNV-1a over the bytes and lengths. */
function hashOf(inputs: readonly ArrayBufferView[]): number {
  let hash = 0x811c9dc5
  for (const { buffer, byteOffset, byteLength } of inputs) {
    hash = Math.imul(hash ^ byteLength, 0x01000193)
    for (const byte of new Uint8Array(buffer, byteOffset, byteLength)) {
      hash = Math.imul(hash ^ byte, 0x01000193)
    }
  }
  return hash >>> 0
}
