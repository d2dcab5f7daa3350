import type { Affine } from '../model/grid.ts'
import {
  TIFF_TAG,
  type TiffDirectory,
  tagNumbers,
  tagText,
  unsupportedTiff,
} from './read-tiff-directory.ts'

const GEO_KEY = { modelType: 1024, rasterType: 1025, geographicType: 2048, projectedType: 3072 }
const PIXEL_IS_POINT = 2
const USER_DEFINED = 32_767

/**
 * Where a TIFF lies on the ground, from its own tags (OGC GeoTIFF 1.1).
 * @throws ScarlineError `invalid-input` for a file without an affine georeference or EPSG code
 */
export function georeferenceOf(
  directory: TiffDirectory,
  name: string,
): { epsg: number; transform: Affine } {
  const keys = geoKeys(directory)
  const transform = affineOf(directory, keys.get(GEO_KEY.rasterType) === PIXEL_IS_POINT)
  if (!transform) {
    const hasPoints = (tagNumbers(directory, TIFF_TAG.modelTiepoint)?.length ?? 0) > 6
    throw unsupportedTiff(
      name,
      `got ${hasPoints ? 'ground control points only' : 'no georeferencing'}, expected a GeoTIFF with a geotransform`,
      hasPoints
        ? 'Warp it first, for example with gdalwarp -t_srs EPSG:326zz.'
        : 'Assign one, for example with gdal_translate -a_srs EPSG:326zz -a_ullr.',
    )
  }
  const projected = keys.get(GEO_KEY.projectedType)
  const geographic = keys.get(GEO_KEY.geographicType)
  const epsg = keys.get(GEO_KEY.modelType) === 2 ? geographic : (projected ?? geographic)
  if (epsg === undefined || epsg === 0 || epsg === USER_DEFINED) {
    const citation = tagText(directory, TIFF_TAG.geoAsciiParams)?.split('|')[0]
    throw unsupportedTiff(
      name,
      `got ${citation ? `the coordinate system "${citation}"` : 'a coordinate system'} without an EPSG code`,
      'Assign it with gdal_edit.py -a_srs EPSG:code, or warp it to the UTM zone of the site.',
    )
  }
  return { epsg, transform }
}

/** The short-valued GeoKeys; the others (text, doubles) describe what an EPSG code says better. */
function geoKeys(directory: TiffDirectory): Map<number, number> {
  const numbers = tagNumbers(directory, TIFF_TAG.geoKeyDirectory)
  const keys = new Map<number, number>()
  if (!numbers) return keys
  for (let i = 4; i + 3 < numbers.length; i += 4) {
    if (numbers[i + 1] === 0) keys.set(numbers[i] as number, numbers[i + 3] as number)
  }
  return keys
}

function affineOf(directory: TiffDirectory, pixelIsPoint: boolean): Affine | null {
  const matrix = tagNumbers(directory, TIFF_TAG.modelTransformation)
  const scale = tagNumbers(directory, TIFF_TAG.modelPixelScale)
  const tiepoint = tagNumbers(directory, TIFF_TAG.modelTiepoint)
  let transform: Affine
  if (scale && scale.length >= 2 && tiepoint && tiepoint.length >= 6) {
    const [sx, sy] = scale as unknown as [number, number]
    const [i, j, , x, y] = tiepoint as unknown as [number, number, number, number, number]
    transform = [sx, 0, x - i * sx, 0, -sy, y + j * sy]
  } else if (matrix && matrix.length >= 8) {
    const m = matrix as unknown as number[]
    transform = [m[0], m[1], m[3], m[4], m[5], m[7]] as Affine
  } else {
    return null
  }
  const [a, b, , d, e] = transform
  const determinant = a * e - b * d
  if (!transform.every(Number.isFinite) || determinant === 0) return null
  if (pixelIsPoint) {
    transform[2] -= (a + b) / 2
    transform[5] -= (d + e) / 2
  }
  return transform
}

/**
 * Descriptive tags by name: `TIFFTAG_DATETIME`, `TIFFTAG_IMAGEDESCRIPTION` and the items of GDAL's
 * metadata; those of one band come as `1:SCALE`, `1:OFFSET`, `1:DESCRIPTION` (bands from 1).
 */
export function tiffMetadata(directory: TiffDirectory): Record<string, string> {
  const metadata: Record<string, string> = {}
  const dateTime = tagText(directory, TIFF_TAG.dateTime)
  const description = tagText(directory, TIFF_TAG.imageDescription)
  if (dateTime) metadata['TIFFTAG_DATETIME'] = dateTime
  if (description) metadata['TIFFTAG_IMAGEDESCRIPTION'] = description
  // GDAL escapes a value, then escapes it again with the document around it.
  const xml = tagText(directory, TIFF_TAG.gdalMetadata) ?? ''
  for (const [, attributes = '', text = ''] of xml.matchAll(/<Item\b([^>]*)>([^<]*)<\/Item>/g)) {
    const name = /\bname="([^"]*)"/.exec(attributes)?.[1]
    const sample = /\bsample="(\d+)"/.exec(attributes)?.[1]
    if (name)
      metadata[sample ? `${Number(sample) + 1}:${name}` : name] = unescapeXml(unescapeXml(text))
  }
  return metadata
}

/** GDAL's nodata value; null where none is given or it is no number. */
export function tiffNodata(directory: TiffDirectory): number | null {
  const text = tagText(directory, TIFF_TAG.gdalNodata)?.trim()
  if (!text) return null
  if (/^[+-]?nan$/i.test(text)) return NaN
  const inf = /^([+-]?)inf(inity)?$/i.exec(text)
  if (inf) return inf[1] === '-' ? -Infinity : Infinity
  const value = Number(text)
  return Number.isNaN(value) ? null : value
}

function unescapeXml(text: string): string {
  const names: Record<string, string> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' }
  return text.replace(/&(lt|gt|quot|apos|amp);/g, (_, name: string) => names[name] ?? '')
}
