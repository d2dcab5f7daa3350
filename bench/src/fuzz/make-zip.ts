import { crc32, deflateRawSync } from 'node:zlib'
import { concat, littleEndian, textBytes } from './bytes.ts'

/** A file to be put in an archive; what is declared may lie. */
export interface ZipInput {
  readonly name: string
  readonly data: Uint8Array
  readonly deflate?: boolean
  readonly declaredSize?: number
  readonly declaredCrc32?: number
}

/** Writes a zip archive (no zip64, no data descriptors). */
export function makeZip(files: readonly ZipInput[]): Uint8Array<ArrayBuffer> {
  const local: Uint8Array[] = []
  const central: Uint8Array[] = []
  let offset = 0
  for (const file of files) {
    const name = textBytes(file.name)
    const packed = file.deflate ? new Uint8Array(deflateRawSync(file.data)) : file.data
    const common = concat(
      littleEndian(20, 2),
      littleEndian(0x800, 2),
      littleEndian(file.deflate ? 8 : 0, 2),
      littleEndian(0, 4),
      littleEndian(file.declaredCrc32 ?? crc32(file.data), 4),
      littleEndian(file.deflate ? packed.length : (file.declaredSize ?? packed.length), 4),
      littleEndian(file.declaredSize ?? file.data.length, 4),
      littleEndian(name.length, 2),
      littleEndian(0, 2),
    )
    const header = concat(littleEndian(0x04034b50, 4), common, name)
    local.push(header, packed)
    central.push(
      concat(littleEndian(0x02014b50, 4), littleEndian(20, 2), common),
      concat(littleEndian(0, 2 + 2 + 2 + 4), littleEndian(offset, 4), name),
    )
    offset += header.length + packed.length
  }
  const directory = concat(...central)
  const end = concat(
    littleEndian(0x06054b50, 4),
    littleEndian(0, 4),
    littleEndian(files.length, 2),
    littleEndian(files.length, 2),
    littleEndian(directory.length, 4),
    littleEndian(offset, 4),
    littleEndian(0, 2),
  )
  return concat(...local, directory, end)
}
