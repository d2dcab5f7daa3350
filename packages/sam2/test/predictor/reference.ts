import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const folder = new URL('../../../../../shared/sam2-reference/', import.meta.url)

/** Whether the reference vectors lie beside the checkout. */
export const hasReference: boolean = existsSync(folder)
if (!hasReference) console.log('skipped: no shared/sam2-reference beside the checkout')

/** A file of the reference folder. */
export function referencePath(path: string): string {
  return fileURLToPath(new URL(path, folder))
}

/** Values of a little-endian `.npy` file of float32 or uint8. */
export function readReference(path: string): Float32Array | Uint8Array {
  const bytes = new Uint8Array(readFileSync(referencePath(path)))
  const start = 10 + new DataView(bytes.buffer).getUint16(8, true)
  const header = new TextDecoder().decode(bytes.subarray(10, start))
  const data = bytes.slice(start)
  return header.includes("'<f4'") ? new Float32Array(data.buffer) : data
}
