const MIB = 2 ** 20

/**
 * Peak resident memory by size of model: loading it and tracking frames of 1024 x 1024 pixels until its
 * memory is full, generated weights, onnxruntime-node 1.30 on 2 cores (docs/models.md). SAM 2 takes as
 * much as SAM 2.1.
 */
export const PEAK_MEMORY_BYTES: Readonly<Record<string, number>> = {
  tiny: 1164 * MIB,
  small: 1187 * MIB,
  'base-plus': 1400 * MIB,
  large: 2562 * MIB,
}
