import { type Checkpoint, type Sam2Config, OFFICIAL_CONFIGS, tensorSpec } from '@scarline/sam2'
import { type NamedWeightRule, generateWeights, weightsByRules } from '../parity/weights.ts'

/**
 * A model of 1.7 million parameters for 256 x 256 pixels that has every part of an official one. Runs in
 * browsers as in Node, like all of this file.
 */
export const NANO_CONFIG: Sam2Config = {
  ...(OFFICIAL_CONFIGS[0] as Sam2Config),
  name: 'nano',
  imageSize: 256,
  trunk: {
    embedDim: 16,
    numHeads: 1,
    stages: [1, 2, 3, 2],
    globalAttBlocks: [4],
    windowPosEmbedBkgSpatialSize: [7, 7],
    windowSpec: [8, 4, 14, 7],
  },
  neck: { dModel: 64, fpnTopDownLevels: [2, 3] },
  memoryAttention: { numLayers: 2, dimFeedforward: 128, ropeTheta: 10000 },
  memoryEncoder: { outDim: 16, fuserLayers: 2 },
  numMaskmem: 5,
  maxObjPtrsInEncoder: 4,
}

const abs = (id: string, regex: string, a: number, b = 0): NamedWeightRule => ({
  id,
  regex,
  kind: 'abs',
  a,
  b,
})
const fan = (id: string, regex: string, a: number): NamedWeightRule => ({
  id,
  regex,
  kind: 'fan',
  a,
  b: 0,
})

/** Spreads that keep activations near 1 through all stages, and the object present. */
const RULES: readonly NamedWeightRule[] = [
  abs('present', 'pred_obj_score_head\\.layers\\.2\\.bias$', 0, 6),
  abs('gauss', 'positional_encoding_gaussian_matrix$', 1),
  abs(
    'tokens',
    '(iou_token|mask_tokens|obj_score_token|point_embeddings\\.\\d|not_a_point_embed)\\.weight$',
    1.5,
  ),
  abs(
    'embeddings',
    '(pos_embed|pos_embed_window|maskmem_tpos_enc|_embed\\.weight|no_mem_\\w+|no_obj_\\w+)$',
    0.5,
  ),
  abs('gamma', '\\.gamma$', 0.1, 0.5),
  abs('bias', 'bias$', 0.02),
  abs('norm', '\\.weight$#1d', 0.1, 1),
  fan('matrix', '\\.weight$', 1.25),
]

/** A checkpoint of that configuration whose values are made when they are read, always the same. */
export function generatedCheckpoint(config: Sam2Config): Checkpoint {
  const tensors = weightsByRules(tensorSpec(config), RULES, {}, `${config.name}:`)
  const byName = new Map(tensors.map((tensor) => [tensor.name, tensor]))
  return {
    name: `${config.name} (generated)`,
    format: 'safetensors',
    tensors: new Map(tensors.map(({ name, shape }) => [name, { shape, dtype: 'float32' }])),
    readTensor(name) {
      const tensor = byName.get(name)
      if (tensor) return Promise.resolve(generateWeights(tensor))
      return Promise.reject(new RangeError(`got tensor ${name}, expected one of ${config.name}`))
    },
  }
}
