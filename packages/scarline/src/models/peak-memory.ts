const MIB = 2 ** 20

/**
 * Peak resident memory by size of model: loading it and tracking 3 frames of 512 x 512 pixels, generated
 * weights, onnxruntime-node 1.30 on 2 cores. Both SAM 2 and SAM 2.1.
 */
export const PEAK_MEMORY_BYTES: Readonly<Record<string, number>> = {
  tiny: 786 * MIB,
  small: 815 * MIB,
  'base-plus': 1011 * MIB,
  large: 2086 * MIB,
}
