import { fileName } from './paths.ts'
import type { BandFile, LocalFile, LocalProduct, SkippedFile } from './product.ts'

const FOLDER =
  /^S(2[A-D])_MSI(L1C|L2A)_(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})_N(\d{2})(\d{2})_R\d{3}_T(\d{2}[A-Z]{3})_(\d{8}T\d{6})(?:\.SAFE)?$/

/** Band numbers in MTD_MSIL2A.xml's offset list: B4 is 3, B8 is 7. */
const RED_BAND_ID = 3

/** Whether a folder name is that of a Sentinel-2 product as ESA delivers it. */
export function isSafeFolder(name: string): boolean {
  return FOLDER.test(name)
}

/** What a SAFE product's name says of twins: their common key and the version; null for other names. */
export function safeTwin(name: string): { key: string; version: number[] } | null {
  const match = FOLDER.exec(name)
  if (!match) return null
  const [, unit, , year, month, day] = match
  const key = `safe S${unit} ${year}${month}${day} ${match[11]}`
  // Same tile, same baseline: not processed twice, but two strips of one pass. Both are kept.
  return { key, version: [Number(match[9]), Number(match[10])] }
}

/**
 * Recognises a Sentinel-2 SAFE folder (level 2A). The offset of processing baseline 04.00 is always
 * still in these pixels: MTD_MSIL2A.xml states it, else the baseline in the name tells.
 *
 * @param folder name of the product's folder, without parents
 * @param files all files below it
 * @param metadata text of MTD_MSIL2A.xml, if it is there
 */
export function recogniseSafe(
  folder: string,
  folderPath: string,
  files: readonly LocalFile[],
  metadata: string | null,
): LocalProduct | SkippedFile {
  const refuse = (reason: string): SkippedFile => ({
    path: folderPath,
    reason: `${folder}: ${reason}`,
    severity: 'refused',
  })
  const match = FOLDER.exec(folder) ?? []
  const [, unit = '', level, year, month, day, hour, minute, second] = match
  const [major = '', minor = ''] = match.slice(9)
  const twin = safeTwin(folder)
  if (level !== 'L2A') {
    return refuse(
      'got level 1C (top of atmosphere), expected level 2A; run Sen2Cor or get the L2A product',
    )
  }
  const find = (band: string): BandFile | undefined => {
    for (const resolution of ['10m', '20m']) {
      const end = new RegExp(`_${band}_${resolution}\\.(jp2|tiff?)$`, 'i')
      const file = files.find(({ path }) => end.test(fileName(path)))
      if (file) return { path: file.path, bandIndex: 0 }
    }
    return undefined
  }
  const red = find('B04')
  const nir = find('B08') ?? find('B8A')
  if (!red || !nir)
    return refuse(`got no ${red ? 'B08' : 'B04'} image; unpack the whole product again`)
  const green = find('B03')
  const blue = find('B02')
  const scl = find('SCL')
  const baseline = `${major}.${minor}`
  const quantification = Number(
    /<BOA_QUANTIFICATION_VALUE[^>]*>\s*(\d+)/.exec(metadata ?? '')?.[1] ?? 10000,
  )
  const stated = new RegExp(`<BOA_ADD_OFFSET[^>]*band_id="${RED_BAND_ID}"[^>]*>\\s*(-?\\d+)`).exec(
    metadata ?? '',
  )?.[1]
  const offsetDn = stated === undefined ? (Number(major) >= 4 ? -1000 : 0) : Number(stated)
  const remarks: string[] = []
  if (metadata === null) {
    remarks.push(
      `no MTD_MSIL2A.xml: the offset of ${offsetDn} DN is taken from the baseline in the name`,
    )
  }
  if (!scl) remarks.push('no scene classification (SCL): clouds are not known')
  return {
    itemId: folder.replace(/\.SAFE$/, ''),
    kind: 'safe',
    platform: `S${unit}`,
    time: {
      capturedAt: `${year}-${month}-${day}T${hour}:${minute}:${second}.000Z`,
      precision: 'second',
      source: 'name',
    },
    twinKey: twin?.key ?? null,
    version: twin?.version ?? [],
    processingBaseline: baseline,
    sunElevationDeg: null,
    bands: { red, nir, ...(green ? { green } : {}), ...(blue ? { blue } : {}) },
    classification: scl ? { kind: 'scl', file: scl } : null,
    scaling: { scale: 1 / quantification, offset: offsetDn / quantification, nodataDn: 0 },
    offsetFacts: null,
    statedGrids: {},
    evidence: {
      format: 'Sentinel-2 SAFE',
      processingBaseline: baseline,
      boaAddOffset: offsetDn,
      boaAddOffsetFrom: stated === undefined ? 'processing baseline' : 'MTD_MSIL2A.xml',
    },
    remarks,
  }
}
