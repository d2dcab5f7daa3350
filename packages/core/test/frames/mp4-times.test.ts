import { describe, expect, it } from 'vitest'
import { clearMp4Times } from '../../src/frames/mp4-times.ts'

function box(name: string, ...bodies: Uint8Array[]): Uint8Array {
  const body = Buffer.concat(bodies)
  const header = Buffer.alloc(8)
  header.writeUInt32BE(8 + body.length)
  header.write(name, 4, 'latin1')
  return Buffer.concat([header, body])
}

describe('clearMp4Times', () => {
  it('clears times of both versions and nothing else', () => {
    const of = (version: number, fill: number): Uint8Array =>
      Uint8Array.from({ length: 40 }, (_, i) =>
        i === 0 ? version : i >= 4 && i < 4 + (version ? 16 : 8) ? fill : 9,
      )
    const file = (fill: number): Uint8Array =>
      Buffer.concat([
        box('ftyp', Buffer.from('isom')),
        box('mdat', Buffer.from('mvhd and tkhd as data')),
        box(
          'moov',
          box('mvhd', of(0, fill)),
          box('trak', box('tkhd', of(1, fill)), box('mdia', box('mdhd', of(0, fill)))),
        ),
      ])
    const bytes = file(7)
    clearMp4Times(bytes)
    expect(bytes).toEqual(file(0))
  })

  it('leaves a cut file as it is', () => {
    const bytes = box('moov', box('mvhd', new Uint8Array(40).fill(5))).slice(0, 30)
    const before = bytes.slice()
    clearMp4Times(bytes)
    expect(bytes).toEqual(before)
  })
})
