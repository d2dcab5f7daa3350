import { VALIDITY, isObserved } from '../model/validity.ts'
import { dilate, removeSmall } from './morphology.ts'

/** Sentinel-2 scene classification (SCL) codes that hide the ground, by what they become. */
const HIDDEN_BY_SCL: Readonly<Record<number, number>> = {
  0: VALIDITY.nodata,
  1: VALIDITY.nodata,
  3: VALIDITY.shadow,
  8: VALIDITY.cloud,
  9: VALIDITY.cloud,
  10: VALIDITY.cloud,
  11: VALIDITY.snow,
}

const SCL_DARK = 2

/** Clouds and shadows reach farther than their classified edge, metres. */
export const CLOUD_MARGIN_M = 20

/** Classified specks smaller than this have no edge to widen, m²: one and a half SCL pixels. */
const SPECK_M2 = 600

/** Codes before the look at other scenes; same length as the inputs. */
export interface BaseValidity {
  /** VALIDITY codes, margins around clouds and shadows included. */
  codes: Uint8Array
  /** 0/1: cloud by the classification itself, without margin. */
  classifiedCloud: Uint8Array
  /** 0/1: shadow by the classification itself, without margin. */
  classifiedShadow: Uint8Array
}

/**
 * What one scene's own classification says: SCL 0, 1, 3, 8, 9, 10 hide the ground, 11 (snow) too, 2
 * (dark) is flagged but seen; clouds and shadows are widened by {@link CLOUD_MARGIN_M}.
 *
 * @param scl SCL codes, or null where the product has none (all observed pixels are then clear)
 * @param observed 0/1: pixels with a measurement
 * @param keep 0/1: classified clouds that are ground nevertheless ({@link VALIDITY}.bareKept)
 */
export function baseValidity(
  scl: Uint8Array | null,
  observed: Uint8Array,
  width: number,
  height: number,
  pixelM: number,
  keep: Uint8Array | null = null,
): BaseValidity {
  const size = width * height
  const codes = new Uint8Array(size)
  const classifiedCloud = new Uint8Array(size)
  const classifiedShadow = new Uint8Array(size)
  for (let i = 0; i < size; i++) {
    if (!observed[i]) continue
    const code = scl ? (scl[i] as number) : 4
    const hidden = HIDDEN_BY_SCL[code]
    codes[i] = hidden ?? (code === SCL_DARK ? VALIDITY.dark : VALIDITY.clear)
    if (hidden === VALIDITY.cloud) classifiedCloud[i] = 1
    if (hidden === VALIDITY.shadow) classifiedShadow[i] = 1
  }
  const cloud = keep ? classifiedCloud.map((set, i) => (set && !keep[i] ? 1 : 0)) : classifiedCloud
  widen(codes, classifiedShadow, VALIDITY.shadow, width, height, pixelM)
  widen(codes, cloud, VALIDITY.cloud, width, height, pixelM)
  for (let i = 0; i < size; i++) if (keep?.[i] && classifiedCloud[i]) codes[i] = VALIDITY.bareKept
  return { codes, classifiedCloud, classifiedShadow }
}

/** Gives observed pixels within the margin of a mask its code; specks get no margin. */
function widen(
  codes: Uint8Array,
  mask: Uint8Array,
  code: number,
  width: number,
  height: number,
  pixelM: number,
): void {
  if (!mask.includes(1)) return
  const minPixels = Math.max(1, Math.ceil(SPECK_M2 / (pixelM * pixelM)))
  const body = removeSmall(mask, width, height, minPixels)
  const margin = dilate(body, width, height, CLOUD_MARGIN_M / pixelM)
  for (let i = 0; i < codes.length; i++)
    if (mask[i] || (margin[i] && isObserved(codes[i] as number))) codes[i] = code
}

/** Share of the masked pixels per VALIDITY name, and of those observed; zeros for an empty mask. */
export function validityFractions(
  codes: Uint8Array,
  aoi: Uint8Array,
): { observed: number; byName: Record<string, number> } {
  const counts = new Float64Array(256)
  let total = 0
  for (let i = 0; i < codes.length; i++) {
    if (!aoi[i]) continue
    total++
    counts[codes[i] as number] = (counts[codes[i] as number] as number) + 1
  }
  const share = (count: number): number => (total === 0 ? 0 : round4(count / total))
  let observed = 0
  const byName: Record<string, number> = {}
  for (const [name, code] of Object.entries(VALIDITY)) {
    const count = counts[code] as number
    byName[name] = share(count)
    if (isObserved(code)) observed += count
  }
  return { observed: share(observed), byName }
}

function round4(value: number): number {
  return Math.round(value * 10_000) / 10_000
}
