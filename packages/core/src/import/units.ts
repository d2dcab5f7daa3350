import type { BandScaling } from '../model/scene.ts'
import type { RasterFacts } from './raster-facts.ts'

/** How numbers become reflectance or NDVI and what tells so, or why that cannot be told. */
export type UnitsResult =
  | { ok: true; scaling: BandScaling; because: string }
  | { ok: false; reason: string }

/** Values that programs write for "nothing here" without declaring them. */
const USUAL_NODATA: ReadonlySet<number> = new Set([-32768, -10000, -9999])

/** Landsat Collection 2 level 2 (USGS): reflectance = DN * 0.0000275 - 0.2, 0 is fill. */
const LANDSAT_C2 = /(^|[^A-Z])L[COTE]0\d_L2S[PR]_\d{6}_\d{8}_\d{8}_02_/i

/**
 * The units of a reflectance band: stated scale and offset first, then what the numbers allow: floats of
 * 0..1 are reflectance, integers (and floats) of hundreds to ten thousands reflectance times 10000.
 */
export function reflectanceUnits(facts: RasterFacts, bandIndex: number, name: string): UnitsResult {
  const stated = statedScaling(facts, bandIndex)
  if (stated) return stated
  const range = facts.ranges[bandIndex]
  const nodataDn = nodataOf(facts, bandIndex, true)
  if (LANDSAT_C2.test(name)) {
    const scaling = { scale: 0.0000275, offset: -0.2, nodataDn: facts.nodata ?? 0 }
    return { ok: true, scaling, because: 'Landsat Collection 2 level 2 by its name' }
  }
  if (facts.elementType === 'uint8') {
    return { ok: false, reason: 'got 8-bit numbers (a picture), expected reflectance' }
  }
  if (!range) return { ok: false, reason: 'got nothing but nodata in all samples of its pixels' }
  const seen = `${facts.elementType} from ${round(range.min)} to ${round(range.max)}`
  if (isFloat(facts) && range.max <= 2 && range.min >= -1) {
    return { ok: true, scaling: { scale: 1, offset: 0, nodataDn }, because: `${seen}: reflectance` }
  }
  if (range.max > 100 && range.max <= 65_535) {
    const scaling = { scale: 1 / 10000, offset: 0, nodataDn }
    return { ok: true, scaling, because: `${seen}: reflectance times 10000` }
  }
  return {
    ok: false,
    reason: `got ${seen}, expected reflectance (0..1) or reflectance times 10000; state it with gdal_edit.py -scale`,
  }
}

/** The units of an NDVI band: stated scale, floats within -1..1, or integers of NDVI times 10000. */
export function ndviUnits(facts: RasterFacts, bandIndex: number): UnitsResult {
  const stated = statedScaling(facts, bandIndex)
  if (stated) return stated
  const range = facts.ranges[bandIndex]
  if (!range) return { ok: false, reason: 'got nothing but nodata in all samples of its pixels' }
  const nodataDn = nodataOf(facts, bandIndex, false)
  const values = range.min === nodataDn ? { min: -1, max: range.max } : range
  const greatest = Math.max(Math.abs(values.min), Math.abs(values.max))
  const seen = `${facts.elementType} from ${round(range.min)} to ${round(range.max)}`
  if (isFloat(facts) && greatest <= 1.001) {
    return { ok: true, scaling: { scale: 1, offset: 0, nodataDn }, because: `${seen}: NDVI` }
  }
  if (/^(u?int(16|32)|float)/.test(facts.elementType) && greatest > 1000 && greatest <= 10_000) {
    const scaling = { scale: 1 / 10000, offset: 0, nodataDn }
    return { ok: true, scaling, because: `${seen}: NDVI times 10000` }
  }
  return {
    ok: false,
    reason: `got ${seen}, expected NDVI (-1..1) or NDVI times 10000; state it with gdal_edit.py -scale`,
  }
}

/** GDAL's scale and offset of a band, where the file states them. */
function statedScaling(facts: RasterFacts, bandIndex: number): UnitsResult | null {
  const scale = Number(facts.metadata[`${bandIndex + 1}:SCALE`] ?? Number.NaN)
  const offset = Number(facts.metadata[`${bandIndex + 1}:OFFSET`] ?? 0)
  if (!Number.isFinite(scale) || scale === 0 || !Number.isFinite(offset)) return null
  if (scale === 1 && offset === 0) return null
  const nodataDn = nodataOf(facts, bandIndex, false)
  return {
    ok: true,
    scaling: { scale, offset, nodataDn },
    because: `scale ${scale} and offset ${offset} stated in the file`,
  }
}

/**
 * Declared nodata; else one of the usual values where it is the least number met; else 0 for
 * reflectance in integers, as Sentinel-2 and Landsat have it.
 */
function nodataOf(facts: RasterFacts, bandIndex: number, zeroIsNodata: boolean): number | null {
  if (facts.nodata !== null) return Number.isFinite(facts.nodata) ? facts.nodata : null
  const least = facts.ranges[bandIndex]?.min
  if (least !== undefined && USUAL_NODATA.has(least)) return least
  return zeroIsNodata && !isFloat(facts) ? 0 : null
}

function isFloat(facts: RasterFacts): boolean {
  return facts.elementType.startsWith('float')
}

function round(value: number): string {
  return String(Number(value.toPrecision(4)))
}
