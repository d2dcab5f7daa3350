/** A field of a TIFF image file directory. */
export type TiffField =
  | { tag: number; type: 'short' | 'long' | 'double'; values: readonly number[] }
  | { tag: number; type: 'ascii'; text: string }

const TYPE_CODE = { ascii: 2, short: 3, long: 4, double: 12 } as const
const TYPE_SIZE = { ascii: 1, short: 2, long: 4, double: 8 } as const

function valueBytes(field: TiffField): Uint8Array {
  if (field.type === 'ascii') return new TextEncoder().encode(`${field.text}\0`)
  const bytes = new Uint8Array(field.values.length * TYPE_SIZE[field.type])
  const view = new DataView(bytes.buffer)
  field.values.forEach((value, i) => {
    if (field.type === 'short') view.setUint16(i * 2, value, true)
    else if (field.type === 'long') view.setUint32(i * 4, value, true)
    else view.setFloat64(i * 8, value, true)
  })
  return bytes
}

function even(size: number): number {
  return size + (size & 1)
}

/** Bytes that a directory takes with the values that do not fit into its entries. */
export function directorySize(fields: readonly TiffField[]): number {
  let size = even(2 + fields.length * 12 + 4)
  for (const field of fields) {
    const length = valueBytes(field).length
    if (length > 4) size += even(length)
  }
  return size
}

/**
 * One classic little-endian TIFF directory at a file offset, followed by its long values.
 *
 * @param nextOffset file offset of the next directory, 0 for the last
 */
export function encodeDirectory(
  fields: readonly TiffField[],
  fileOffset: number,
  nextOffset: number,
): Uint8Array {
  const bytes = new Uint8Array(directorySize(fields))
  const view = new DataView(bytes.buffer)
  const sorted = [...fields].sort((p, q) => p.tag - q.tag)
  view.setUint16(0, sorted.length, true)
  let valueAt = even(2 + sorted.length * 12 + 4)
  sorted.forEach((field, i) => {
    const entry = 2 + i * 12
    const value = valueBytes(field)
    view.setUint16(entry, field.tag, true)
    view.setUint16(entry + 2, TYPE_CODE[field.type], true)
    view.setUint32(entry + 4, value.length / TYPE_SIZE[field.type], true)
    if (value.length <= 4) {
      bytes.set(value, entry + 8)
    } else {
      view.setUint32(entry + 8, fileOffset + valueAt, true)
      bytes.set(value, valueAt)
      valueAt += even(value.length)
    }
  })
  view.setUint32(2 + sorted.length * 12, nextOffset, true)
  return bytes
}
