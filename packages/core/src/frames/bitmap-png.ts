import { crc32, deflateSync } from 'node:zlib'

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]
const INDEXED_COLOUR = 3

/**
 * A mask as a PNG of one bit a pixel: white where it is set, clear elsewhere.
 * @param mask 0/1, rows from north to south
 */
export function encodeBitmapPng(
  mask: Uint8Array,
  { width, height }: { width: number; height: number },
): Uint8Array {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header[8] = 1
  header[9] = INDEXED_COLOUR
  const palette = [0, 0, 0, 255, 255, 255]
  return Buffer.concat([
    Uint8Array.from(SIGNATURE),
    chunk('IHDR', header),
    chunk('PLTE', Uint8Array.from(palette)),
    chunk('tRNS', Uint8Array.from([0, 255])),
    chunk('IDAT', deflateSync(packRows(mask, width, height), { level: 3 })),
    chunk('IEND', new Uint8Array(0)),
  ])
}

/** Rows of one bit a pixel, each after the byte that says "not filtered". */
function packRows(mask: Uint8Array, width: number, height: number): Uint8Array {
  const rowBytes = 1 + Math.ceil(width / 8)
  const packed = new Uint8Array(rowBytes * height)
  for (let row = 0, i = 0; row < height; row++) {
    const start = row * rowBytes + 1
    for (let col = 0; col < width; col++, i++) {
      if (mask[i]) packed[start + (col >> 3)]! |= 0x80 >> (col & 7)
    }
  }
  return packed
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const bytes = Buffer.alloc(12 + data.length)
  bytes.writeUInt32BE(data.length, 0)
  bytes.write(type, 4, 'latin1')
  bytes.set(data, 8)
  bytes.writeUInt32BE(crc32(bytes.subarray(4, 8 + data.length)), 8 + data.length)
  return bytes
}
