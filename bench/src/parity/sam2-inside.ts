/** The parts of @scarline/sam2 that its users do not see and the parity runner looks into. */
export {
  buildImageEncoder,
  imageEncoderTensors,
} from '../../../packages/sam2/dist/graphs/image-encoder.js'
export {
  buildMaskDecoder,
  maskDecoderTensors,
} from '../../../packages/sam2/dist/graphs/mask-decoder.js'
export {
  buildMemoryAttention,
  memoryAttentionTensors,
} from '../../../packages/sam2/dist/graphs/memory-attention.js'
export {
  buildMemoryEncoder,
  memoryEncoderTensors,
} from '../../../packages/sam2/dist/graphs/memory-encoder.js'
export {
  axialRopeTables,
  densePositionEncoding,
  sine1d,
  sine2d,
} from '../../../packages/sam2/dist/graphs/position-encoding.js'
export {
  downsampleMask,
  maskPromptOutput,
} from '../../../packages/sam2/dist/predictor/mask-prompt.js'
export { pointerPositions } from '../../../packages/sam2/dist/predictor/memory-tokens.js'
export { preprocessFrame } from '../../../packages/sam2/dist/predictor/preprocess.js'
export { resizeBicubic } from '../../../packages/sam2/dist/predictor/resize-bicubic.js'
export { resizeBilinearAntialiased } from '../../../packages/sam2/dist/predictor/resize-mask.js'
export type { AttendMemoryInput } from '../../../packages/sam2/dist/predictor/sam2-model.js'
export { selectMask } from '../../../packages/sam2/dist/predictor/select-mask.js'
