export { Sam2Error, type Sam2ErrorCode, type Sam2ErrorInit } from './errors.ts'
// checkpoint
export { type ByteSource, sourceOfBytes } from './checkpoint/byte-source.ts'
export {
  type Checkpoint,
  type ElementType,
  type TensorInfo,
  loadWeights,
  mergeLora,
  openCheckpoint,
} from './checkpoint/checkpoint.ts'
export type { Weight, Weights } from './checkpoint/weights.ts'
// config
export type { Sam2Config } from './config/model-config.ts'
export { OFFICIAL_CONFIGS } from './config/official-configs.ts'
export { parseConfig } from './config/parse-config.ts'
export { checkTensors, recogniseConfig } from './config/recognise.ts'
export { tensorSpec } from './config/tensor-spec.ts'
// runtime
export type { OnnxModel } from './onnx/model.ts'
export type { NamedTensors, Runtime, RuntimeSession } from './runtime/runtime.ts'
export type { Tensor, TensorType } from './runtime/tensor.ts'
// predictor
export {
  type ObjectDescription,
  type StateDescription,
  describeState,
} from './predictor/describe-state.ts'
export type {
  FrameResult,
  MemoryUse,
  ObjectMask,
  OutputSource,
  StoredOutput,
} from './predictor/frame-result.ts'
export type { FrameSource, RgbFrame } from './predictor/frame-source.ts'
export {
  type ImageMask,
  type ImagePredictor,
  type ImagePrompt,
  createImagePredictor,
} from './predictor/image-predictor.ts'
export { type LoadModelOptions, loadModel } from './predictor/load-model.ts'
export type { MemoryEncoding, ModelCall } from './predictor/model-call.ts'
export type { MemoryFrame, OutputKind, PointerFrame } from './predictor/plan-memory.ts'
export type { OutputStore, PredictorOptions } from './predictor/predictor-options.ts'
export type { ModelStage, Sam2Model } from './predictor/sam2-model.ts'
export {
  type FrameObject,
  type MaskPrompt,
  type PointPrompt,
  type PropagateOptions,
  type RemovalResult,
  type VideoPredictor,
  createVideoPredictor,
} from './predictor/video-predictor.ts'
export type { VideoState } from './predictor/video-state.ts'
