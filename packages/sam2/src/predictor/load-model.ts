import { type Checkpoint, loadWeights } from '../checkpoint/checkpoint.ts'
import { type Weights, weightOf } from '../checkpoint/weights.ts'
import type { Sam2Config } from '../config/model-config.ts'
import { checkTensors, recogniseConfig } from '../config/recognise.ts'
import { Sam2Error } from '../errors.ts'
import { buildImageEncoder, imageEncoderTensors } from '../graphs/image-encoder.ts'
import { buildMaskDecoder, maskDecoderTensors } from '../graphs/mask-decoder.ts'
import { buildMemoryAttention, memoryAttentionTensors } from '../graphs/memory-attention.ts'
import { buildMemoryEncoder, memoryEncoderTensors } from '../graphs/memory-encoder.ts'
import type { OnnxModel } from '../onnx/model.ts'
import type { NamedTensors, Runtime, RuntimeSession } from '../runtime/runtime.ts'
import { floats, ints } from '../runtime/tensor.ts'
import type { ModelStage, PredictorWeights, Sam2Model } from './sam2-model.ts'

/** What a model is made from. */
export interface LoadModelOptions {
  readonly checkpoint: Checkpoint
  /** Recognised from the tensors where absent. */
  readonly config?: Sam2Config
  readonly runtime: Runtime
  /** All of them; single images need only the image encoder and the mask decoder. */
  readonly stages?: readonly ModelStage[]
  readonly signal?: AbortSignal
  /** Before each stage (`done` of `total` are loaded), and once after the last. */
  readonly onProgress?: (progress: { stage: ModelStage; done: number; total: number }) => void
}

interface StageBuilder {
  readonly belongs: (name: string) => boolean
  readonly build: (config: Sam2Config, weights: Weights) => OnnxModel
}

const STAGES: Readonly<Record<ModelStage, StageBuilder>> = {
  'image encoder': { belongs: imageEncoderTensors, build: buildImageEncoder },
  'mask decoder': { belongs: maskDecoderTensors, build: buildMaskDecoder },
  'memory encoder': { belongs: memoryEncoderTensors, build: buildMemoryEncoder },
  'memory attention': { belongs: memoryAttentionTensors, build: buildMemoryAttention },
}
const ALL_STAGES = Object.keys(STAGES) as ModelStage[]

/** Tensors that the predictors use themselves. */
const PREDICTOR_TENSORS = new Set([
  'no_mem_embed',
  'maskmem_tpos_enc',
  'no_obj_ptr',
  'mask_downsample.weight',
  'mask_downsample.bias',
  'obj_ptr_tpos_proj.weight',
  'obj_ptr_tpos_proj.bias',
])

/**
 * Builds the graphs of a checkpoint and loads them, one stage at a time: no more than one stage's weights
 * are held in JavaScript. Cancelled or failed, it leaves no session behind.
 * @throws Sam2Error `weights`, `config`, `checkpoint` or `runtime`; the signal's reason
 */
export async function loadModel(options: LoadModelOptions): Promise<Sam2Model> {
  const { checkpoint, runtime, signal, onProgress } = options
  const config = options.config ?? recogniseConfig(checkpoint.tensors, checkpoint.name)
  checkTensors(checkpoint.tensors, config, checkpoint.name)
  const stages = options.stages ?? ALL_STAGES
  const total = stages.length
  const sessions = new Map<ModelStage, RuntimeSession>()
  try {
    const weights = predictorWeights(
      await loadWeights(checkpoint, (name) => PREDICTOR_TENSORS.has(name)),
      config,
    )
    for (const [done, stage] of stages.entries()) {
      signal?.throwIfAborted()
      onProgress?.({ stage, done, total })
      const { belongs, build } = STAGES[stage]
      const graph = build(config, await loadWeights(checkpoint, belongs))
      signal?.throwIfAborted()
      sessions.set(stage, await runtime.createSession(graph))
    }
    signal?.throwIfAborted()
    const last = stages.at(-1)
    if (last) onProgress?.({ stage: last, done: total, total })
    return modelOf(config, weights, sessions)
  } catch (error) {
    await closeAll(sessions)
    throw error
  }
}

function predictorWeights(weights: Weights, config: Sam2Config): PredictorWeights {
  const data = (name: string): Float32Array => weightOf(weights, name).data
  return {
    noMemEmbed: data('no_mem_embed'),
    maskmemTposEnc: data('maskmem_tpos_enc'),
    noObjPtr: data('no_obj_ptr'),
    maskDownsample: {
      weight: data('mask_downsample.weight'),
      bias: data('mask_downsample.bias')[0] as number,
    },
    objPtrTposProj: config.projTposEncInObjPtrs
      ? { weight: data('obj_ptr_tpos_proj.weight'), bias: data('obj_ptr_tpos_proj.bias') }
      : null,
  }
}

async function closeAll(sessions: Map<ModelStage, RuntimeSession>): Promise<void> {
  const open = [...sessions.values()]
  sessions.clear()
  await Promise.all(open.map((session) => session.close()))
}

function modelOf(
  config: Sam2Config,
  weights: PredictorWeights,
  sessions: Map<ModelStage, RuntimeSession>,
): Sam2Model {
  const size = config.imageSize
  const channels = config.neck.dModel
  const memDim = config.memoryEncoder.outDim
  const tokens = (size / 16) ** 2
  const lowRes = size / 4
  const fine = lowRes ** 2
  const middle = (size / 8) ** 2

  const run = async (
    stage: ModelStage,
    feeds: NamedTensors,
  ): Promise<(output: string) => Float32Array> => {
    const session = sessions.get(stage)
    if (!session) {
      throw new Sam2Error(`got a model without its ${stage}, expected it open and complete`, {
        code: 'state',
        hint: 'Load all the stages that the predictor needs and keep the model open.',
      })
    }
    const outputs = await session.run(feeds)
    return (output) => {
      const data = outputs[output]?.data
      if (data instanceof Float32Array) return data
      throw new Sam2Error(`got no float32 output ${output} from the ${stage}, expected one`, {
        code: 'runtime',
        hint: 'Use a runtime that returns every output of a graph by name.',
      })
    }
  }
  const close = (): Promise<void> => closeAll(sessions)

  return {
    config,
    weights,
    async encodeImage(image) {
      const output = await run('image encoder', { image: floats([1, 3, size, size], image) })
      return {
        pixFeat: output('pix_feat'),
        highRes0: output('high_res_0'),
        highRes1: output('high_res_1'),
      }
    },
    async decodeMasks(input) {
      const { pointLabels, maskInput } = input
      const output = await run('mask decoder', {
        pix_feat: floats([tokens, channels], input.pixFeat),
        high_res_0: floats([fine, channels / 8], input.highRes0),
        high_res_1: floats([middle, channels / 4], input.highRes1),
        point_coords: floats([pointLabels.length, 2], input.pointCoords),
        point_labels: ints([pointLabels.length], pointLabels),
        mask_input: floats([1, 1, lowRes, lowRes], maskInput ?? new Float32Array(fine)),
        has_mask_input: floats([1], Float32Array.of(maskInput ? 1 : 0)),
      })
      return {
        masks: output('masks'),
        ious: output('ious'),
        objectScoreLogit: output('object_score_logits')[0] as number,
        objPtrs: output('obj_ptrs'),
      }
    },
    async encodeMemory(input) {
      const output = await run('memory encoder', {
        pix_feat: floats([tokens, channels], input.pixFeat),
        low_res_masks: floats([1, 1, lowRes, lowRes], input.lowResLogits),
        binarize: floats([1], Float32Array.of(input.binarize ? 1 : 0)),
        object_score_logits: floats([1], Float32Array.of(input.objectScoreLogit)),
      })
      return output('memory')
    },
    async attendMemory(input) {
      const frames = input.memory.length / (tokens * memDim)
      const pointers = input.pointers.length / memDim
      const output = await run('memory attention', {
        curr: floats([tokens, channels], input.curr),
        memory: floats([frames, tokens, memDim], input.memory),
        memory_pos: floats([frames, tokens, memDim], input.memoryPos),
        pointers: floats([pointers, memDim], input.pointers),
        pointers_pos: floats([pointers, memDim], input.pointersPos),
      })
      return output('pix_feat_with_mem')
    },
    close,
    [Symbol.asyncDispose]: close,
  }
}
