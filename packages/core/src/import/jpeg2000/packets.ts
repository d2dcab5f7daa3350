import { type TileCoding, corruptJpeg2000 } from './codestream.ts'
import type { Orientation } from './code-block.ts'
import { type TagTree, tagTree } from './tag-tree.ts'
import type { Rect } from './wavelet.ts'

/** One code-block with the bytes that its packets brought. */
export interface CodeBlock {
  rect: Rect
  pieces: Uint8Array[]
  passCount: number
  /** Bit planes that are zero throughout; -1 while the block has not been met. */
  zeroPlanes: number
  lengthBits: number
}

/** One subband of a tile. */
export interface Subband {
  orientation: Orientation
  /** 0 for LL, then counted from the coarsest level: HL, LH, HH. */
  index: number
  rect: Rect
  blocks: CodeBlock[]
}

/** One resolution: its rectangle, subbands and precincts. */
export interface Resolution {
  rect: Rect
  bands: Subband[]
  precincts: Precinct[]
}

interface PrecinctBand {
  blocks: CodeBlock[]
  blocksAcross: number
  inclusion: TagTree
  zeroPlanes: TagTree
}

interface Precinct {
  /** Where on the reference grid it begins, for orders by position. */
  x: number
  y: number
  bands: PrecinctBand[]
}

/** More packets than any sound tile has: a damaged header must not take all memory. */
const MAX_PACKETS = 2 ** 21

/**
 * Divides a tile into resolutions, subbands, precincts and code-blocks (annex B).
 * @throws ScarlineError `corrupt-file`
 */
export function planTile(tile: Rect, coding: TileCoding, name: string): Resolution[] {
  const least = coding.precinctsLog2.reduce((sum, [ppx, ppy], r) => {
    const rect = shrink(tile, coding.levels - r, 0, 0)
    return sum + ((rect.x1 - rect.x0) / 2 ** ppx) * ((rect.y1 - rect.y0) / 2 ** ppy)
  }, 0)
  if (least * coding.layers > MAX_PACKETS) {
    throw corruptJpeg2000(name, `got a tile of ${Math.round(least * coding.layers)} packets`)
  }
  const resolutions: Resolution[] = []
  for (let r = 0; r <= coding.levels; r++) {
    const rect = shrink(tile, coding.levels - r, 0, 0)
    const bands: Subband[] =
      r === 0
        ? [{ orientation: 'LL', index: 0, rect, blocks: [] }]
        : (['HL', 'LH', 'HH'] as const).map((orientation, i) => ({
            orientation,
            index: 3 * (r - 1) + 1 + i,
            rect: shrink(
              tile,
              coding.levels - r + 1,
              orientation === 'LH' ? 0 : 1,
              orientation === 'HL' ? 0 : 1,
            ),
            blocks: [],
          }))
    resolutions.push({ rect, bands, precincts: planPrecincts(tile, rect, bands, r, coding) })
  }
  return resolutions
}

/** Equation B-15: a tile's rectangle in a subband that lies `level` levels down. */
function shrink(tile: Rect, level: number, xHigh: number, yHigh: number): Rect {
  const scale = 2 ** level
  const half = level === 0 ? 0 : 2 ** (level - 1)
  return {
    x0: Math.ceil((tile.x0 - half * xHigh) / scale),
    y0: Math.ceil((tile.y0 - half * yHigh) / scale),
    x1: Math.ceil((tile.x1 - half * xHigh) / scale),
    y1: Math.ceil((tile.y1 - half * yHigh) / scale),
  }
}

function planPrecincts(
  tile: Rect,
  rect: Rect,
  bands: readonly Subband[],
  r: number,
  coding: TileCoding,
): Precinct[] {
  if (rect.x1 <= rect.x0 || rect.y1 <= rect.y0) return []
  const [ppx, ppy] = coding.precinctsLog2[r] as readonly [number, number]
  const width = 2 ** ppx
  const height = 2 ** ppy
  const firstCol = Math.floor(rect.x0 / width)
  const firstRow = Math.floor(rect.y0 / height)
  const across = Math.ceil(rect.x1 / width) - firstCol
  const down = Math.ceil(rect.y1 / height) - firstRow
  const toReference = 2 ** (coding.levels - r)
  const inBand = r === 0 ? 0 : 1
  const xcb = Math.min(coding.blockWidthLog2, ppx - inBand)
  const ycb = Math.min(coding.blockHeightLog2, ppy - inBand)
  const precincts: Precinct[] = []
  for (let row = firstRow; row < firstRow + down; row++) {
    for (let col = firstCol; col < firstCol + across; col++) {
      precincts.push({
        x: Math.max(tile.x0, col * width * toReference),
        y: Math.max(tile.y0, row * height * toReference),
        bands: bands.map((band) =>
          planPrecinctBand(
            band,
            intersect(band.rect, {
              x0: (col * width) / 2 ** inBand,
              y0: (row * height) / 2 ** inBand,
              x1: ((col + 1) * width) / 2 ** inBand,
              y1: ((row + 1) * height) / 2 ** inBand,
            }),
            2 ** xcb,
            2 ** ycb,
          ),
        ),
      })
    }
  }
  return precincts
}

function planPrecinctBand(
  band: Subband,
  area: Rect,
  blockWidth: number,
  blockHeight: number,
): PrecinctBand {
  const empty = area.x1 <= area.x0 || area.y1 <= area.y0
  const firstCol = Math.floor(area.x0 / blockWidth)
  const firstRow = Math.floor(area.y0 / blockHeight)
  const across = empty ? 0 : Math.ceil(area.x1 / blockWidth) - firstCol
  const down = empty ? 0 : Math.ceil(area.y1 / blockHeight) - firstRow
  const blocks: CodeBlock[] = []
  for (let row = firstRow; row < firstRow + down; row++) {
    for (let col = firstCol; col < firstCol + across; col++) {
      blocks.push({
        rect: intersect(area, {
          x0: col * blockWidth,
          y0: row * blockHeight,
          x1: (col + 1) * blockWidth,
          y1: (row + 1) * blockHeight,
        }),
        pieces: [],
        passCount: 0,
        zeroPlanes: -1,
        lengthBits: 3,
      })
    }
  }
  band.blocks.push(...blocks)
  return {
    blocks,
    blocksAcross: across,
    inclusion: tagTree(across, down),
    zeroPlanes: tagTree(across, down),
  }
}

function intersect(a: Rect, b: Rect): Rect {
  return {
    x0: Math.max(a.x0, b.x0),
    y0: Math.max(a.y0, b.y0),
    x1: Math.min(a.x1, b.x1),
    y1: Math.min(a.y1, b.y1),
  }
}

interface Packet {
  layer: number
  precinct: Precinct
}

/** The order in which a tile's packets come (annex B.12). */
function packetOrder(resolutions: readonly Resolution[], coding: TileCoding): Packet[] {
  const all = resolutions.flatMap(({ precincts }, r) =>
    precincts.flatMap((precinct) =>
      Array.from({ length: coding.layers }, (_, layer) => ({ layer, precinct, r })),
    ),
  )
  type Key = (packet: (typeof all)[number]) => number
  const layer: Key = (packet) => packet.layer
  const resolution: Key = (packet) => packet.r
  const x: Key = (packet) => packet.precinct.x
  const y: Key = (packet) => packet.precinct.y
  const keys: Key[] =
    [[layer, resolution], [resolution, layer], [resolution, y, x], [y, x, resolution], [y, x, resolution]][
      coding.progression
    ] ?? [layer, resolution] // prettier-ignore
  // The sort is stable: where keys are equal, precincts stay in raster order and layers in turn.
  return all.sort((a, b) => {
    for (const key of keys) {
      const difference = key(a) - key(b)
      if (difference !== 0) return difference
    }
    return 0
  })
}

/**
 * Reads a tile's packets: which code-block gets which bytes (annex B.9-B.10).
 * @throws ScarlineError `corrupt-file`
 */
export function readPackets(
  resolutions: readonly Resolution[],
  coding: TileCoding,
  bytes: Uint8Array,
  name: string,
): void {
  let at = 0
  for (const { layer, precinct } of packetOrder(resolutions, coding)) {
    if (at >= bytes.length) return
    if (coding.packetStarts && bytes[at] === 0xff && bytes[at + 1] === 0x91) at += 6
    const bits = bitReader(bytes, at)
    const included: { block: CodeBlock; length: number }[] = []
    if (bits.read() === 1) {
      for (const band of precinct.bands) readBandHeader(band, layer, bits, included, name)
    }
    at = bits.end()
    if (coding.headerEnds && bytes[at] === 0xff && bytes[at + 1] === 0x92) at += 2
    for (const { block, length } of included) {
      if (at + length > bytes.length) {
        throw corruptJpeg2000(name, 'got a file that ends inside its pixels')
      }
      block.pieces.push(bytes.subarray(at, at + length))
      at += length
    }
  }
}

function readBandHeader(
  band: PrecinctBand,
  layer: number,
  bits: BitReader,
  included: { block: CodeBlock; length: number }[],
  name: string,
): void {
  for (const [i, block] of band.blocks.entries()) {
    const col = i % band.blocksAcross
    const row = Math.floor(i / band.blocksAcross)
    if (block.zeroPlanes >= 0) {
      if (bits.read() === 0) continue
    } else {
      if (!band.inclusion.isBelow(col, row, layer + 1, bits.read)) continue
      let planes = 0
      while (!band.zeroPlanes.isBelow(col, row, planes + 1, bits.read)) {
        if (++planes > 64) throw corruptJpeg2000(name, 'got a damaged packet header')
      }
      block.zeroPlanes = planes
    }
    const passes = readPassCount(bits)
    while (bits.read() === 1) {
      if (++block.lengthBits > 32) throw corruptJpeg2000(name, 'got a damaged packet header')
    }
    const length = bits.readBits(block.lengthBits + Math.floor(Math.log2(passes)))
    block.passCount += passes
    included.push({ block, length })
  }
}

/** Table B.4. */
function readPassCount(bits: BitReader): number {
  if (bits.read() === 0) return 1
  if (bits.read() === 0) return 2
  const two = bits.readBits(2)
  if (two < 3) return 3 + two
  const five = bits.readBits(5)
  if (five < 31) return 6 + five
  return 37 + bits.readBits(7)
}

interface BitReader {
  read(): 0 | 1
  readBits(count: number): number
  /** Skips to the next whole byte and says where it is. */
  end(): number
}

/** Bits of a packet header, high bit first; after 0xFF only seven bits follow (B.10.1). */
function bitReader(bytes: Uint8Array, start: number): BitReader {
  let at = start
  let current = 0
  let left = 0
  const read = (): 0 | 1 => {
    if (left === 0) {
      const stuffed = current === 0xff
      current = at < bytes.length ? (bytes[at] as number) : 0
      at++
      left = stuffed ? 7 : 8
    }
    left--
    return ((current >> left) & 1) as 0 | 1
  }
  return {
    read,
    readBits(count) {
      let value = 0
      for (let i = 0; i < count; i++) value = value * 2 + read()
      return value
    },
    end() {
      // A header that ends in 0xFF is followed by a byte that holds only a stuffed zero.
      if (current === 0xff) at++
      return at
    },
  }
}
