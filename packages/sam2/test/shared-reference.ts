import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

/** The reference vectors beside the repository; not part of it. */
const REFERENCE = resolve(import.meta.dirname, '../../../../shared/sam2-reference')

/** True, and said, where the reference vectors are not there. */
export function lacksReference(): boolean {
  const lacking = !existsSync(join(REFERENCE, 'README.md'))
  if (lacking) console.log('skipped: ../shared/sam2-reference is not there')
  return lacking
}

export function referencePath(path: string): string {
  return join(REFERENCE, path)
}

export function referenceBytes(path: string): Uint8Array {
  return new Uint8Array(readFileSync(join(REFERENCE, path)))
}

export function referenceJson<T>(path: string): T {
  return JSON.parse(readFileSync(join(REFERENCE, path), 'utf8')) as T
}

export function sha256(values: Float32Array): string {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
  return createHash('sha256').update(bytes).digest('hex')
}
