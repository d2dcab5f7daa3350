import { fileName } from './paths.ts'
import type { LocalFile, LocalProduct, MajaMask, SkippedFile } from './product.ts'

/**
 * A folder of the Theia/MAJA format: SENTINEL2A_20180717-104258-591_L2A_T31UFQ_D_V1-8. Letters C and D
 * (complete, distributed) tell how much of a product was delivered, V tells the processing.
 */
const FOLDER =
  /^SENTINEL(2[A-D])_(\d{4})(\d{2})(\d{2})-(\d{2})(\d{2})(\d{2})-(\d{3})_L2A_T(\d{2}[A-Z]{3})_([A-Z])_V(\d+)-(\d+)$/

/** DN to reflectance of MAJA's SRE and FRE bands, and what stands for nothing observed. */
const SCALING = { scale: 1 / 10000, offset: 0, nodataDn: -10000 } as const

/** Whether a folder name is that of a MAJA product. */
export function isMajaFolder(name: string): boolean {
  return FOLDER.test(name)
}

/** What a MAJA product's name says of twins: their common key and the version; null for other names. */
export function majaTwin(name: string): { key: string; version: number[] } | null {
  const match = FOLDER.exec(name)
  if (!match) return null
  const [, unit, year, month, day] = match
  const key = `maja S${unit} ${year}${month}${day} ${match[9]}`
  return { key, version: [Number(match[11]), Number(match[12])] }
}

/**
 * Recognises a Theia/MAJA product by its folder's file names (format: CESBIO, "MAJA's native Sentinel-2
 * format"). FRE (corrected for slope) is preferred to SRE, B8 to B8A, 10 m masks to 20 m ones.
 *
 * @param folder name of the product's folder, without parents
 * @param files all files below it
 */
export function recogniseMaja(
  folder: string,
  folderPath: string,
  files: readonly LocalFile[],
): LocalProduct | SkippedFile {
  const match = FOLDER.exec(folder) ?? []
  const [, unit = '', year, month, day, hour, minute, second, milli] = match
  const twin = majaTwin(folder)
  const paths = new Map<string, string>()
  for (const { path } of files) {
    const name = fileName(path)
    if (name.startsWith(folder)) paths.set(name.slice(folder.length + 1).toUpperCase(), path)
  }
  const level = paths.has('FRE_B4.TIF') ? 'FRE' : paths.has('SRE_B4.TIF') ? 'SRE' : null
  const red = level ? paths.get(`${level}_B4.TIF`) : undefined
  const wide = paths.get(`${level}_B8.TIF`)
  const nir = wide ?? paths.get(`${level}_B8A.TIF`)
  if (level === null || red === undefined || nir === undefined) {
    const what = level === null ? 'FRE_B4.tif or SRE_B4.tif' : `${level}_B8.tif or ${level}_B8A.tif`
    return {
      path: folderPath,
      reason: `${folder} has no ${what}; unpack the whole product again`,
      severity: 'refused',
    }
  }
  const masks: Partial<Record<MajaMask, { path: string; bandIndex: number }>> = {}
  const codes: [MajaMask, string][] = [
    ['cloud', 'CLM'],
    ['edge', 'EDG'],
    ['saturation', 'SAT'],
    ['geophysical', 'MG2'],
  ]
  for (const [mask, code] of codes) {
    const path = paths.get(`${code}_R1.TIF`) ?? paths.get(`${code}_R2.TIF`)
    if (path !== undefined) masks[mask] = { path, bandIndex: 0 }
  }
  const remarks: string[] = []
  if (level === 'SRE') remarks.push('only SRE bands: not corrected for slope and aspect')
  if (!masks.cloud) remarks.push('no cloud mask (MASKS/*_CLM_R1.tif): clouds are not known')
  const green = paths.get(`${level}_B3.TIF`)
  const blue = paths.get(`${level}_B2.TIF`)
  const version = twin?.version ?? []
  return {
    itemId: folder,
    kind: 'maja',
    platform: `S${unit}`,
    time: {
      capturedAt: `${year}-${month}-${day}T${hour}:${minute}:${second}.${milli}Z`,
      precision: 'second',
      source: 'name',
    },
    twinKey: twin?.key ?? null,
    version,
    processingBaseline: `MAJA V${version.join('-')}`,
    sunElevationDeg: null,
    bands: {
      red: { path: red, bandIndex: 0 },
      nir: { path: nir, bandIndex: 0 },
      ...(green === undefined ? {} : { green: { path: green, bandIndex: 0 } }),
      ...(blue === undefined ? {} : { blue: { path: blue, bandIndex: 0 } }),
    },
    classification: Object.keys(masks).length > 0 ? { kind: 'maja', masks } : null,
    scaling: { ...SCALING },
    offsetFacts: null,
    statedGrids: {},
    evidence: {
      format: 'Theia/MAJA',
      reflectance: level,
      nirBand: wide === undefined ? 'B8A' : 'B8',
      masks: Object.keys(masks).join(' '),
    },
    remarks,
  }
}
