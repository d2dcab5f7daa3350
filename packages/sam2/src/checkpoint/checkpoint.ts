import type { ByteSource } from './byte-source.ts'
import type { Checkpoint } from './checkpoint-types.ts'
import { detectFormat } from './detect-format.ts'
import { openPytorchCheckpoint } from './pytorch-checkpoint.ts'
import { openSafetensors } from './safetensors.ts'
import type { Weight, Weights } from './weights.ts'

export type { ByteSource } from './byte-source.ts'
export { sourceOfBytes } from './byte-source.ts'
export type { Checkpoint, ElementType, TensorInfo } from './checkpoint-types.ts'
export { mergeLora } from './merge-lora.ts'

/**
 * Opens a PyTorch checkpoint (`.pt`, the zip form) or a `.safetensors` file, told apart by their
 * first bytes. Names and shapes are read and checked; values are not. Nothing in the file is ever
 * executed.
 * @throws Sam2Error `checkpoint` for what is neither, is damaged, or holds anything but tensors
 */
export async function openCheckpoint(source: ByteSource): Promise<Checkpoint> {
  const format = await detectFormat(source)
  return format === 'pytorch' ? openPytorchCheckpoint(source) : openSafetensors(source)
}

/**
 * Reads the values of the tensors whose names `belongs` accepts.
 * @throws Sam2Error `checkpoint` when their bytes are damaged
 */
export async function loadWeights(
  checkpoint: Checkpoint,
  belongs: (name: string) => boolean,
): Promise<Weights> {
  const weights = new Map<string, Weight>()
  for (const [name, { shape }] of checkpoint.tensors) {
    if (belongs(name)) weights.set(name, { shape, data: await checkpoint.readTensor(name) })
  }
  return weights
}
