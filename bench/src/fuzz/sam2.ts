export { openCheckpoint, sourceOfBytes } from '../../../packages/sam2/dist/checkpoint/checkpoint.js'
export { Sam2Error } from '../../../packages/sam2/dist/errors.js'
