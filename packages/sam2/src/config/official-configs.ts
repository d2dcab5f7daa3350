import type { Sam2Config, TrunkConfig } from './model-config.ts'

type Size = 'tiny' | 'small' | 'base_plus' | 'large'

const TRUNKS: Readonly<Record<Size, TrunkConfig>> = {
  tiny: {
    embedDim: 96,
    numHeads: 1,
    stages: [1, 2, 7, 2],
    globalAttBlocks: [5, 7, 9],
    windowPosEmbedBkgSpatialSize: [7, 7],
    windowSpec: [8, 4, 14, 7],
  },
  small: {
    embedDim: 96,
    numHeads: 1,
    stages: [1, 2, 11, 2],
    globalAttBlocks: [7, 10, 13],
    windowPosEmbedBkgSpatialSize: [7, 7],
    windowSpec: [8, 4, 14, 7],
  },
  base_plus: {
    embedDim: 112,
    numHeads: 2,
    stages: [2, 3, 16, 3],
    globalAttBlocks: [12, 16, 20],
    windowPosEmbedBkgSpatialSize: [14, 14],
    windowSpec: [8, 4, 14, 7],
  },
  large: {
    embedDim: 144,
    numHeads: 2,
    stages: [2, 6, 36, 4],
    globalAttBlocks: [23, 33, 43],
    windowPosEmbedBkgSpatialSize: [7, 7],
    windowSpec: [8, 4, 16, 8],
  },
}

function officialConfig(version: '2' | '2.1', size: Size): Sam2Config {
  const is21 = version === '2.1'
  return {
    name: `sam${version}_hiera_${size}`,
    imageSize: 1024,
    trunk: TRUNKS[size],
    neck: { dModel: 256, fpnTopDownLevels: [2, 3] },
    memoryAttention: { numLayers: 4, dimFeedforward: 2048, ropeTheta: 10000 },
    memoryEncoder: { outDim: 64, fuserLayers: 2 },
    numMaskmem: 7,
    maxObjPtrsInEncoder: 16,
    maxCondFramesInAttn: -1,
    memoryTemporalStrideForEval: 1,
    sigmoidScaleForMemEnc: 20,
    sigmoidBiasForMemEnc: -10,
    multimaskMinPtNum: 0,
    multimaskMaxPtNum: 1,
    multimaskOutputInSam: true,
    multimaskOutputForTracking: true,
    useMultimaskTokenForObjPtr: true,
    useObjPtrsInEncoder: true,
    onlyObjPtrsInThePastForEval: true,
    addTposEncToObjPtrs: is21,
    projTposEncInObjPtrs: is21,
    useSignedTposEncToObjPtrs: is21,
    noObjEmbedSpatial: is21,
    predObjScores: true,
    fixedNoObjPtr: true,
    iouPredictionUseSigmoid: true,
    useMaskInputAsOutputWithoutSam: true,
    directlyAddNoMemEmbed: true,
    binarizeMaskFromPtsForMemEnc: true,
    dynamicMultimaskViaStability: true,
    dynamicMultimaskStabilityDelta: 0.05,
    dynamicMultimaskStabilityThresh: 0.98,
  }
}

const SIZES: readonly Size[] = ['tiny', 'small', 'base_plus', 'large']

/**
 * The eight models that Meta published, as the official video predictor builds them
 * (post-processing on): SAM 2.1 and SAM 2 in four sizes, named as upstream's checkpoint files.
 */
export const OFFICIAL_CONFIGS: readonly Sam2Config[] = (['2.1', '2'] as const).flatMap((version) =>
  SIZES.map((size) => officialConfig(version, size)),
)
