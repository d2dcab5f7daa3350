import { createHash } from 'node:crypto'

/** SHA-256 of a JSON value, first 16 hex digits: tells whether inputs have changed. */
export function hashOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16)
}
