import { VECTOR_FORMATS, type VectorFormat, convertVector } from '../gdal/convert-vector.ts'
import { ScarlineError } from '../errors.ts'
import type { SiteFolder } from '../site/site-folder.ts'

export type { VectorFormat } from '../gdal/convert-vector.ts'

/** Where `analyse` puts the dated boundaries. */
export const BOUNDARIES_FILE = 'analysis/boundaries.gpkg'

/** The GeoPackage of boundaries as bytes. @throws ScarlineError `missing-step` before `analyse` */
export async function readBoundaries(folder: SiteFolder): Promise<Uint8Array> {
  const bytes = await folder.files.readIfExists(BOUNDARIES_FILE)
  if (bytes !== null) return bytes
  throw new ScarlineError(`got a site without ${BOUNDARIES_FILE}, expected an analysis`, {
    code: 'missing-step',
    hint: 'Run scarline analyse first.',
  })
}

/**
 * Writes the dated boundaries in another format beside the GeoPackage.
 * @returns the file, relative to the site folder
 * @throws ScarlineError `missing-step` before `analyse`; `usage` for another format
 */
export async function exportBoundaries(folder: SiteFolder, format: string): Promise<string> {
  if (!(format in VECTOR_FORMATS)) {
    const known = Object.keys(VECTOR_FORMATS).join(' or ')
    throw new ScarlineError(`got the format ${format}, expected ${known}`, { code: 'usage' })
  }
  const chosen = format as VectorFormat
  const bytes = await readBoundaries(folder)
  const name = BOUNDARIES_FILE.replace(/gpkg$/, VECTOR_FORMATS[chosen].extension)
  const file = { name: BOUNDARIES_FILE, bytes }
  await folder.files.write(name, await convertVector(file, 'boundaries', chosen))
  return name
}
