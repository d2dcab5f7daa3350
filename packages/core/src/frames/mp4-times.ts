const CONTAINERS = new Set(['moov', 'trak', 'mdia'])
const HEADERS = new Set(['mvhd', 'tkhd', 'mdhd'])

/**
 * Sets creation and modification times in an MP4's headers (ISO/IEC 14496-12: mvhd, tkhd, mdhd) to
 * zero, in place, so that the same pictures give the same file whenever they are encoded.
 */
export function clearMp4Times(bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const walk = (start: number, end: number): void => {
    let at = start
    while (at + 8 <= end) {
      const name = String.fromCharCode(...bytes.subarray(at + 4, at + 8))
      const short = view.getUint32(at)
      const header = short === 1 ? 16 : 8
      const size = short === 0 ? end - at : short === 1 ? Number(view.getBigUint64(at + 8)) : short
      if (size < header || at + size > end) return
      const body = at + header
      if (CONTAINERS.has(name)) walk(body, at + size)
      // A version byte and three of flags, then both times: 4 bytes each, 8 in version 1.
      if (HEADERS.has(name)) bytes.fill(0, body + 4, body + 4 + (bytes[body] === 1 ? 16 : 8))
      at += size
    }
  }
  walk(0, bytes.length)
}
