import { unpackBits } from './compare.ts'
import type { Manifest } from './manifest.ts'
import { asFloats } from './npy.ts'
import type { ReferenceFolder } from './read-folder.ts'

/**
 * Expected values of returned masks by their row numbers; each array is whole or a sample of the tensor
 * (see `sampleIndex`). Undefined: not stored.
 */
export interface ExpectedRows {
  lowRes(row: number): Promise<Float32Array | undefined>
  objPtr(row: number): Promise<Float32Array | undefined>
  score(row: number): Promise<number | undefined>
  /** Pixels of 0 and 1. */
  mask(row: number, width: number, height: number): Promise<Uint8Array | undefined>
  videoLogits(row: number, width: number, height: number): Promise<Float32Array | undefined>
  /** Channels first. */
  memory(row: number): Promise<Float32Array | undefined>
}

/** The rows of a reference folder, whole; arrays are read once, when first asked. */
export function folderRows(folder: ReferenceFolder): ExpectedRows {
  const arrays = new Map<string, Promise<Float32Array | Uint8Array | undefined>>()
  const { rows } = folder.manifest
  const load = (name: string) => {
    let array = arrays.get(name)
    if (!array) arrays.set(name, (array = loadRows(folder, rows, name)))
    return array
  }
  const floatRow = async (name: string, row: number): Promise<Float32Array | undefined> => {
    const data = await load(name)
    if (!(data instanceof Float32Array)) return undefined
    const size = data.length / (rows[name]?.shape[0] ?? 1)
    return data.subarray(row * size, (row + 1) * size)
  }
  return {
    lowRes: (row) => floatRow('low_res_logits', row),
    objPtr: (row) => floatRow('obj_ptr', row),
    score: async (row) => (await floatRow('object_score_logits', row))?.[0],
    videoLogits: (row, width, height) => floatRow(`video_res_logits_${width}x${height}`, row),
    memory: (row) => floatRow('memory_features', row),
    async mask(row, width, height) {
      const packed = await load(`video_masks_${width}x${height}`)
      if (!(packed instanceof Uint8Array)) return undefined
      const bytes = packed.length / (rows[`video_masks_${width}x${height}`]?.shape[0] ?? 1)
      const pixels = Math.min(width * height, 8 * bytes)
      return unpackBits(packed.subarray(row * bytes, (row + 1) * bytes), pixels)
    },
  }
}

async function loadRows(
  folder: ReferenceFolder,
  rows: Manifest['rows'],
  name: string,
): Promise<Float32Array | Uint8Array | undefined> {
  const described = rows[name]
  if (!described) return undefined
  const array = await folder.read(described.file)
  return array.data instanceof Uint8Array ? array.data : asFloats(array, described.file)
}
