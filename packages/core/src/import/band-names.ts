import type { BandName } from '../model/scene.ts'

/**
 * What a band is called, by sensor family. Sentinel-2's B8 and B8A are both near infrared; where a
 * product has both, B8 (10 m) is taken.
 */
export type BandToken = BandName | 'nir-narrow'

const SENTINEL_2: Readonly<Record<string, BandToken>> = {
  B2: 'blue',
  B02: 'blue',
  B3: 'green',
  B03: 'green',
  B4: 'red',
  B04: 'red',
  B8: 'nir',
  B08: 'nir',
  B8A: 'nir-narrow',
}

const LANDSAT_8: Readonly<Record<string, BandToken>> = {
  B2: 'blue',
  B3: 'green',
  B4: 'red',
  B5: 'nir',
}

const LANDSAT_5: Readonly<Record<string, BandToken>> = {
  B1: 'blue',
  B2: 'green',
  B3: 'red',
  B4: 'nir',
}

const WORDS: Readonly<Record<string, BandToken>> = {
  RED: 'red',
  GREEN: 'green',
  BLUE: 'blue',
  NIR: 'nir',
  NIR1: 'nir',
  NIR08: 'nir-narrow',
  NEARINFRARED: 'nir',
  INFRARED: 'nir',
  NDVI: 'ndvi',
  SCL: 'scl',
}

/** Band codes of a product by its name: Landsat 4-7 and 8-9 number theirs otherwise than Sentinel-2. */
function codesFor(productName: string): Readonly<Record<string, BandToken>> {
  if (/(^|[^A-Z])L[COT]0[89]_/i.test(productName)) return LANDSAT_8
  if (/(^|[^A-Z])L[ET]0[4-7]_/i.test(productName)) return LANDSAT_5
  return SENTINEL_2
}

/** The band that a description such as `Red`, `B04` or `nir (842 nm)` means; null for others. */
export function bandFromDescription(description: string, productName: string): BandToken | null {
  const codes = codesFor(productName)
  const tokens = description
    .toUpperCase()
    .replace(/NEAR[ _-]*INFRA[ _-]*RED/, 'NIR')
    .replace(/RED[ _-]*EDGE/, 'REDEDGE')
    .split(/[^A-Z0-9]+/)
  for (const token of tokens) {
    const band = WORDS[token] ?? codes[token]
    if (band) return band
  }
  return null
}

/** A file name taken apart: which band it states, and what remains without that word. */
export interface BandInName {
  band: BandToken
  /** The name with the band's word (and resolution) removed: equal for bands of one product. */
  stem: string
}

/**
 * The band that a file name states as one of its words (`..._B04.tif`, `ndvi-2019-05-12.tif`,
 * `T33TWM_20230815T095031_B04_10m.jp2`); null where it states none.
 *
 * @param stem file name without its extension
 */
export function bandFromFileName(stem: string): BandInName | null {
  const codes = codesFor(stem)
  const words = stem.split(/([-_. ]+)/)
  for (let i = words.length - 1; i >= 0; i--) {
    const word = (words[i] ?? '').toUpperCase()
    const band = WORDS[word] ?? codes[word]
    if (!band) continue
    const kept = words.filter((_, at) => at !== i && at !== (i === 0 ? 1 : i - 1))
    return { band, stem: kept.join('').replace(/[-_. ]\d0m$/i, '') }
  }
  return null
}

/** Ends of names of cloud masks that lie beside a raster; the rest of the name is the raster's. */
const MASK_ENDS = /[-_. ](?:cloud[-_ ]?mask|clouds?|mask|hidden)$/i

/** The stem of the raster that a mask belongs to by name; null where the name is no mask's. */
export function maskedStem(stem: string): string | null {
  return MASK_ENDS.test(stem) ? stem.replace(MASK_ENDS, '') : null
}

/** The satellite that a name states, as `S2A` or `LC08`; null where it states none. */
export function platformFromName(name: string): string | null {
  const sentinel = /(?:^|[^A-Z0-9])S(?:ENTINEL-?)?(2[A-D])(?:[^A-Z0-9]|$)/i.exec(name)
  if (sentinel) return `S${(sentinel[1] ?? '').toUpperCase()}`
  const landsat = /(?:^|[^A-Z0-9])(L[COTE]0[4-9])_/i.exec(name)
  return landsat ? (landsat[1] ?? '').toUpperCase() : null
}
