export { Sam2Error, type Sam2ErrorCode } from './errors.ts'
export type { Sam2Config } from './config/model-config.ts'
export type { Runtime, RuntimeSession } from './runtime/runtime.ts'
export type { Tensor } from './runtime/tensor.ts'
