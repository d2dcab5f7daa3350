/** Hiera trunk. Upstream: `sam2.modeling.backbones.hieradet.Hiera`. */
export interface TrunkConfig {
  /** Channels of the first stage; doubled at each stage change. */
  embedDim: number
  /** Heads of the first stage; doubled at each stage change. */
  numHeads: number
  /** Blocks per stage. */
  stages: readonly number[]
  /** Blocks with attention over the whole frame instead of windows. */
  globalAttBlocks: readonly number[]
  windowPosEmbedBkgSpatialSize: readonly [number, number]
  /** Window size per stage, in that stage's tokens. */
  windowSpec: readonly number[]
}

/** Feature pyramid. Upstream: `FpnNeck`. */
export interface NeckConfig {
  dModel: number
  /** Levels (0 = finest) that take part in the top-down path. */
  fpnTopDownLevels: readonly number[]
}

/** Upstream: `MemoryAttention` with `RoPEAttention` layers, one head. */
export interface MemoryAttentionConfig {
  numLayers: number
  dimFeedforward: number
  ropeTheta: number
}

/** Upstream: `MemoryEncoder`. */
export interface MemoryEncoderConfig {
  /** Channels of a memory token (`mem_dim`). */
  outDim: number
  fuserLayers: number
}

/**
 * Everything that decides the graphs and the predictor of one SAM 2 model, under upstream's names
 * (camel case). Sizes that the tensors themselves tell (mask decoder widths) are not repeated here.
 */
export interface Sam2Config {
  /** `sam2.1_hiera_tiny` and so on; any name for a model of one's own. */
  name: string
  /** Side of the square model input, pixels; a multiple of 32. */
  imageSize: number
  trunk: TrunkConfig
  neck: NeckConfig
  memoryAttention: MemoryAttentionConfig
  memoryEncoder: MemoryEncoderConfig
  /** Memory frames in attention, conditioning frames included. */
  numMaskmem: number
  maxObjPtrsInEncoder: number
  /** -1: all. */
  maxCondFramesInAttn: number
  memoryTemporalStrideForEval: number
  sigmoidScaleForMemEnc: number
  sigmoidBiasForMemEnc: number
  multimaskMinPtNum: number
  multimaskMaxPtNum: number
  multimaskOutputInSam: boolean
  multimaskOutputForTracking: boolean
  useMultimaskTokenForObjPtr: boolean
  useObjPtrsInEncoder: boolean
  onlyObjPtrsInThePastForEval: boolean
  /** 2.1: pointers carry a projected, signed time encoding; 2.0: zeros. */
  addTposEncToObjPtrs: boolean
  projTposEncInObjPtrs: boolean
  useSignedTposEncToObjPtrs: boolean
  /** 2.1: an absent object adds an embedding to its memory. */
  noObjEmbedSpatial: boolean
  predObjScores: boolean
  fixedNoObjPtr: boolean
  iouPredictionUseSigmoid: boolean
  useMaskInputAsOutputWithoutSam: boolean
  directlyAddNoMemEmbed: boolean
  binarizeMaskFromPtsForMemEnc: boolean
  dynamicMultimaskViaStability: boolean
  dynamicMultimaskStabilityDelta: number
  dynamicMultimaskStabilityThresh: number
}

/** Shape and place of one block of the trunk. */
export interface TrunkBlock {
  index: number
  dim: number
  dimOut: number
  numHeads: number
  /** Window side in input tokens; 0: the whole frame. */
  windowSize: number
  /** The query is max-pooled by 2 at a stage change. */
  qPool: boolean
  /** Last block of its stage: its output feeds the neck. */
  stageEnd: boolean
}

/**
 * The trunk block by block. The first block of a stage works in the window of the stage before,
 * as upstream builds it.
 */
export function trunkBlocks(trunk: TrunkConfig): TrunkBlock[] {
  const blocks: TrunkBlock[] = []
  let dim = trunk.embedDim
  let numHeads = trunk.numHeads
  for (const [stage, depth] of trunk.stages.entries()) {
    for (let i = 0; i < depth; i++) {
      const index = blocks.length
      const qPool = i === 0 && stage > 0
      if (qPool) numHeads *= 2
      const dimOut = qPool ? dim * 2 : dim
      const window = trunk.windowSpec[qPool ? stage - 1 : stage] as number
      blocks.push({
        index,
        dim,
        dimOut,
        numHeads,
        windowSize: trunk.globalAttBlocks.includes(index) ? 0 : window,
        qPool,
        stageEnd: i === depth - 1,
      })
      dim = dimOut
    }
  }
  return blocks
}
