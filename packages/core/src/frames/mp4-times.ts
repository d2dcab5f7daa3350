const CONTAINERS = new Set(['moov', 'trak', 'mdia'])
const HEADERS = new Set(['mvhd', 'tkhd', 'mdhd'])

/**
 * Sets the creation and modification times of an MP4 to 0 ("not known"), in place: equal pictures
 * then make equal files. Boxes of version 0 (32-bit times) and 1 (64-bit), ISO/IEC 14496-12.
 */
export function clearMp4Times(bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const walk = (from: number, to: number): void => {
    for (let at = from; at + 8 <= to;) {
      const size = view.getUint32(at)
      const kind = String.fromCharCode(...bytes.subarray(at + 4, at + 8))
      const end = size === 0 ? to : Math.min(to, at + size)
      if (size !== 0 && size < 8) return
      if (CONTAINERS.has(kind)) walk(at + 8, end)
      if (HEADERS.has(kind)) {
        const timesBytes = view.getUint8(at + 8) === 1 ? 16 : 8
        bytes.fill(0, at + 12, Math.min(end, at + 12 + timesBytes))
      }
      at = end
    }
  }
  walk(0, bytes.length)
}
