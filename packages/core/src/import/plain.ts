import {
  bandFromDescription,
  bandFromFileName,
  maskedStem,
  platformFromName,
} from './band-names.ts'
import { captureTimeFromMetadata, captureTimeFromName } from './capture-time.ts'
import { fileName, folderOf, stemOf } from './paths.ts'
import type { BandName } from '../model/scene.ts'
import type {
  BandFile,
  CaptureTime,
  ClassificationFiles,
  LightBand,
  LocalProduct,
  SkippedFile,
} from './product.ts'
import type { RasterFacts } from './raster-facts.ts'
import { type UnitsResult, ndviUnits, reflectanceUnits } from './units.ts'

/** A raster's facts, or the one line that says why it cannot be opened. */
export type FactsResult = { ok: true; facts: RasterFacts } | { ok: false; reason: string }

/** What the caller knows better than the files. */
export interface PlainOptions {
  /** Bands of multi-band files, in order. */
  bands?: readonly BandName[]
}

/** What a set of plain rasters holds. */
export interface PlainResult {
  products: LocalProduct[]
  skipped: SkippedFile[]
}

interface NamedBands {
  path: string
  facts: RasterFacts
  /** Bands found in this file; `scl` among them. */
  bands: Map<BandName | 'nir-narrow', number>
  /** Equal for files of one product. */
  stem: string
  evidence: string
}

/**
 * Recognises plain GeoTIFFs: multi-band ones by band descriptions (or the caller's list), single-band
 * ones by band words in their names, NDVI by name or range, cloud masks beside them by name.
 *
 * @param facts of every path
 */
export function recognisePlain(
  paths: readonly string[],
  facts: ReadonlyMap<string, FactsResult>,
  options: PlainOptions = {},
): PlainResult {
  const skipped: SkippedFile[] = []
  const masks = new Map<string, string>()
  const groups = new Map<string, NamedBands[]>()
  for (const path of paths) {
    const known = facts.get(path)
    if (!known?.ok) {
      skipped.push({ path, reason: known?.reason ?? `${path}: was not read`, severity: 'refused' })
      continue
    }
    const masked = maskedStem(stemOf(path))
    if (masked !== null) {
      masks.set(`${folderOf(path)}/${masked}`, path)
      continue
    }
    const named = nameBands(path, known.facts, options)
    if (typeof named === 'string') {
      skipped.push({ path, reason: `${fileName(path)}: ${named}`, severity: 'refused' })
      continue
    }
    const key = `${folderOf(path)}/${named.stem}`
    groups.set(key, [...(groups.get(key) ?? []), named])
  }
  const products: LocalProduct[] = []
  for (const [key, files] of groups) {
    const mask = takeMask(masks, key, files)
    const result = productOf(key, files, mask)
    if ('reason' in result) skipped.push(result)
    else products.push(...result.products)
    if (!('reason' in result)) skipped.push(...result.skipped)
  }
  for (const path of masks.values()) {
    const reason = `${fileName(path)}: a mask without a raster of the same name beside it`
    skipped.push({ path, reason, severity: 'refused' })
  }
  return { products, skipped }
}

const SINGLE_BAND_OF_FLOATS = 'a single band of floats within -1..1'

/** The bands of one file, or why they are not known. */
function nameBands(path: string, facts: RasterFacts, options: PlainOptions): NamedBands | string {
  const stem = stemOf(path)
  const bands = new Map<BandName | 'nir-narrow', number>()
  if (options.bands && (facts.bandCount > 1 || options.bands.length === 1)) {
    if (options.bands.length !== facts.bandCount) {
      return `got ${facts.bandCount} bands, expected ${options.bands.length} as in --bands ${options.bands.join(',')}`
    }
    for (const [i, band] of options.bands.entries()) bands.set(band, i)
    return { path, facts, bands, stem, evidence: 'named by the user' }
  }
  for (let i = 0; i < facts.bandCount; i++) {
    const description = facts.metadata[`${i + 1}:DESCRIPTION`]
    const band = description === undefined ? null : bandFromDescription(description, stem)
    if (band && !bands.has(band)) bands.set(band, i)
  }
  if (facts.bandCount > 1) {
    if (bands.has('ndvi') || (bands.has('red') && (bands.has('nir') || bands.has('nir-narrow')))) {
      return { path, facts, bands, stem, evidence: 'band descriptions' }
    }
    return `got ${facts.bandCount} bands of which red and near infrared are not named; say which is which with --bands, for example --bands blue,green,red,nir`
  }
  const inName = bandFromFileName(stem)
  if (inName) {
    bands.clear()
    bands.set(inName.band, 0)
    return { path, facts, bands, stem: inName.stem, evidence: 'file name' }
  }
  if (bands.size > 0) return { path, facts, bands, stem, evidence: 'band description' }
  const range = facts.ranges[0]
  if (range && facts.elementType.startsWith('float') && range.min >= -1.001 && range.max <= 1.001) {
    bands.set('ndvi', 0)
    return { path, facts, bands, stem, evidence: SINGLE_BAND_OF_FLOATS }
  }
  return 'got a single band of unknown meaning; put ndvi, red, nir (or B04, B08) into its name, or say --bands ndvi'
}

function takeMask(
  masks: Map<string, string>,
  key: string,
  files: readonly NamedBands[],
): string | null {
  for (const candidate of [key, ...files.map(({ path }) => `${folderOf(path)}/${stemOf(path)}`)]) {
    const mask = masks.get(candidate)
    if (mask !== undefined) {
      masks.delete(candidate)
      return mask
    }
  }
  return null
}

function productOf(
  key: string,
  files: readonly NamedBands[],
  mask: string | null,
): PlainResult | SkippedFile {
  const found = new Map<BandName | 'nir-narrow', { file: BandFile; from: NamedBands }>()
  for (const from of files) {
    for (const [band, bandIndex] of from.bands) {
      if (!found.has(band)) found.set(band, { file: { path: from.path, bandIndex }, from })
    }
  }
  const first = (files[0] as NamedBands).path
  const itemId = fileName(key)
  const red = found.get('red')
  const nir = found.get('nir') ?? found.get('nir-narrow')
  const ndvi = found.get('ndvi')
  const main = red && nir ? red : ndvi
  if (!main) {
    const has = [...found.keys()].join(', ')
    const reason = `${fileName(first)}: got ${has} without ${red ? 'near infrared' : 'red'}, expected red and near infrared, or NDVI`
    return { path: first, reason, severity: 'refused' }
  }
  const time = timeOf(itemId, key, main.from.facts)
  if (typeof time === 'string') {
    return { path: first, reason: `${fileName(first)}: ${time}`, severity: 'refused' }
  }
  const name = fileName(main.file.path)
  const units: UnitsResult =
    main === red
      ? reflectanceUnits(main.from.facts, main.file.bandIndex, name)
      : ndviUnits(main.from.facts, main.file.bandIndex)
  if (!units.ok) {
    return { path: main.file.path, reason: `${name}: ${units.reason}`, severity: 'refused' }
  }
  const bands: Partial<Record<LightBand, BandFile>> = {}
  const skipped: SkippedFile[] = []
  if (main === red && nir) {
    bands.red = red.file
    bands.nir = nir.file
    for (const colour of ['green', 'blue'] as const) {
      const file = found.get(colour)?.file
      if (file) bands[colour] = file
    }
    if (ndvi && ndvi.from !== red.from) {
      const reason = `${fileName(ndvi.file.path)}: NDVI is computed from the bands beside it`
      skipped.push({ path: ndvi.file.path, reason, severity: 'ignored' })
    }
  } else {
    bands.ndvi = main.file
  }
  const scl = found.get('scl')?.file
  const classification: ClassificationFiles | null = scl
    ? { kind: 'scl', file: scl }
    : mask === null
      ? null
      : { kind: 'hidden-mask', file: { path: mask, bandIndex: 0 } }
  const platform = platformFromName(itemId) ?? platformFromName(name) ?? 'LOCAL'
  const offsetIsOpen =
    main === red &&
    /^S2[A-D]$/.test(platform) &&
    units.scaling.scale === 1 / 10000 &&
    units.scaling.offset === 0
  const product: LocalProduct = {
    itemId,
    kind: main === red ? 'bands' : 'ndvi',
    platform,
    time,
    twinKey: null,
    version: [],
    processingBaseline: null,
    sunElevationDeg: null,
    bands,
    classification,
    scaling: units.scaling,
    offsetFacts: offsetIsOpen
      ? { processingBaseline: null, boaOffsetApplied: null, rasterOffset: null }
      : null,
    statedGrids: {},
    evidence: {
      format: main === red ? 'GeoTIFF bands' : 'GeoTIFF NDVI',
      bandsFrom: main.from.evidence,
      units: units.because,
      timeFrom: time.source,
      ...(mask === null ? {} : { mask: `${fileName(mask)}: 0 is clear, all else hidden` }),
    },
    remarks: remarksOf(time, main.from),
  }
  return { products: [product], skipped }
}

function timeOf(itemId: string, key: string, facts: RasterFacts): CaptureTime | string {
  const inName = captureTimeFromName(itemId)
  if (inName.ok) return inName.time
  const inMetadata = captureTimeFromMetadata(facts.metadata)
  if (inMetadata.ok) return inMetadata.time
  const inFolder = captureTimeFromName(fileName(folderOf(key)))
  if (inFolder.ok) return { ...inFolder.time, source: 'folder name' }
  return `${inName.reason}, and ${inMetadata.reason}; put the capture date into the file name`
}

function remarksOf(time: CaptureTime, from: NamedBands): string[] {
  const remarks: string[] = []
  if (time.source === 'TIFFTAG_DATETIME') {
    remarks.push(
      `the date ${time.capturedAt.slice(0, 10)} is from TIFFTAG_DATETIME, which may be that of the file, not of the capture`,
    )
  }
  if (from.evidence === SINGLE_BAND_OF_FLOATS) remarks.push(`taken for NDVI: ${from.evidence}`)
  return remarks
}
