import { type ByteSource, bytesSource } from '../../cog/byte-source.ts'
import { georeferenceOf } from '../../cog/georeference.ts'
import { readTiffDirectory } from '../../cog/read-tiff-directory.ts'
import type { Affine } from '../../model/grid.ts'
import { corruptJpeg2000 } from './codestream.ts'

/** Where a JPEG 2000 file says it lies. */
export interface Jp2Georeference {
  epsg: number
  transform: Affine
}

/** Identifier of the box that holds a one-pixel GeoTIFF (GeoJP2). */
const GEOJP2 = 'b14bf8bd083d4b43a5ae8cd7d5a6ce03'
const MAX_BOX_BYTES = 2 ** 22

/**
 * Finds the codestream in a JP2 file, and its georeferencing in GMLJP2 or GeoJP2 boxes.
 * @throws ScarlineError `corrupt-file`
 */
export async function findCodestream(
  source: ByteSource,
  signal?: AbortSignal,
): Promise<{ start: number; georeference: Jp2Georeference | null }> {
  const [head] = await source.read([{ offset: 0, length: 12 }], signal)
  if (head && head[0] === 0xff && head[1] === 0x4f) return { start: 0, georeference: null }
  const found: { georeference: Jp2Georeference | null } = { georeference: null }
  const end = source.sizeBytes ?? Infinity
  let at = 0
  while (at + 8 <= end) {
    const box = await readBox(source, at, end, signal)
    if (box.type === 'jp2c') return { start: box.content, georeference: found.georeference }
    const length = box.end - box.content
    if ((box.type === 'uuid' || box.type === 'asoc') && length <= MAX_BOX_BYTES) {
      const [bytes] = await source.read([{ offset: box.content, length }], signal)
      if (bytes) {
        found.georeference ??=
          box.type === 'uuid'
            ? await fromGeoJp2(bytes, source.name)
            : fromGml(new TextDecoder('latin1').decode(bytes))
      }
    }
    at = box.end
  }
  throw corruptJpeg2000(source.name, 'got JP2 boxes without a codestream')
}

async function readBox(
  source: ByteSource,
  at: number,
  end: number,
  signal?: AbortSignal,
): Promise<{ type: string; content: number; end: number }> {
  const [bytes] = await source.read([{ offset: at, length: 16 }], signal)
  if (!bytes || bytes.byteLength < 8)
    throw corruptJpeg2000(source.name, 'got a file that ends early')
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const length = view.getUint32(0)
  const type = String.fromCharCode(...bytes.subarray(4, 8))
  const large = length === 1 && bytes.byteLength >= 16
  const header = large ? 16 : 8
  const size = large ? Number(view.getBigUint64(8)) : length === 0 ? end - at : length
  if (size < header) throw corruptJpeg2000(source.name, `got a box of ${size} bytes`)
  return { type, content: at + header, end: at + size }
}

async function fromGeoJp2(bytes: Uint8Array, name: string): Promise<Jp2Georeference | null> {
  const id = [...bytes.subarray(0, 16)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
  if (id !== GEOJP2) return null
  return georeferenceOf(await readTiffDirectory(bytesSource(bytes.subarray(16), name)), name)
}

/**
 * GMLJP2's rectified grid: the origin is the centre of the first pixel (OGC 05-047r3). Only projected
 * systems, whose axes are easting and northing.
 */
function fromGml(text: string): Jp2Georeference | null {
  const grid = /<gml:RectifiedGrid\b[\s\S]*?<\/gml:RectifiedGrid>/.exec(text)?.[0]
  if (grid === undefined) return null
  const epsg = Number(/srsName="[^"]*?EPSG:[\d.]*:?(\d+)"/.exec(grid)?.[1] ?? Number.NaN)
  const pos = /<gml:pos>([^<]+)<\/gml:pos>/.exec(grid)?.[1]
  const vectors = [...grid.matchAll(/<gml:offsetVector[^>]*>([^<]+)<\/gml:offsetVector>/g)]
  const [x, y] = numbers(pos)
  const [a, d] = numbers(vectors[0]?.[1])
  const [b, e] = numbers(vectors[1]?.[1])
  const all = [epsg, x, y, a, b, d, e]
  if (!all.every((value): value is number => value !== undefined && Number.isFinite(value))) {
    return null
  }
  const [, xc, yc, ax, bx, dy, ey] = all as [number, number, number, number, number, number, number]
  if (ax * ey - bx * dy === 0 || epsg === 4326) return null
  return { epsg, transform: [ax, bx, xc - (ax + bx) / 2, dy, ey, yc - (dy + ey) / 2] }
}

function numbers(text: string | undefined): number[] {
  return (text ?? '')
    .trim()
    .split(/[\s,]+/)
    .map(Number)
}
