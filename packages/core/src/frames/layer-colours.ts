import { VALIDITY } from '../model/validity.ts'

type Rgba = readonly [red: number, green: number, blue: number, alpha: number]

/** What hid the ground, or made it doubtful; clear ground lets the picture below through. */
const VALIDITY_COLOURS: Readonly<Record<number, Rgba>> = {
  [VALIDITY.nodata]: [0, 0, 0, 230],
  [VALIDITY.clear]: [0, 0, 0, 0],
  [VALIDITY.cloud]: [230, 230, 235, 210],
  [VALIDITY.shadow]: [70, 60, 110, 190],
  [VALIDITY.snow]: [90, 200, 250, 200],
  [VALIDITY.dark]: [40, 40, 40, 130],
  [VALIDITY.bareKept]: [240, 170, 40, 170],
}

/** Viridis in steps of an eighth (van der Walt & Smith, 2015). */
const VIRIDIS: readonly (readonly [number, number, number])[] = [
  [68, 1, 84],
  [71, 44, 122],
  [59, 81, 139],
  [44, 113, 142],
  [33, 144, 141],
  [39, 173, 129],
  [92, 200, 99],
  [170, 220, 50],
  [253, 231, 37],
]
const STORED_ONE = 200
const STORED_UNKNOWN = 255

/** Validity codes as RGBA, 4 bytes a pixel. */
export function colourValidity(codes: Uint8Array): Uint8Array {
  const table = new Uint32Array(256)
  for (const [code, colour] of Object.entries(VALIDITY_COLOURS)) table[Number(code)] = pack(colour)
  return recolour(codes, table)
}

/** Stored probabilities (x 200, 255 unknown) as RGBA; no colour where it is sure that nothing is. */
export function colourProbability(stored: Uint8Array): Uint8Array {
  const table = new Uint32Array(256)
  for (let value = 1; value <= STORED_ONE; value++) table[value] = pack(viridis(value / STORED_ONE))
  table[STORED_UNKNOWN] = 0
  return recolour(stored, table)
}

function viridis(share: number): Rgba {
  const place = share * (VIRIDIS.length - 1)
  const index = Math.min(VIRIDIS.length - 2, Math.floor(place))
  const [from, to] = [VIRIDIS[index], VIRIDIS[index + 1]]
  const mixed = [0, 1, 2].map((c) =>
    Math.round((from?.[c] ?? 0) + ((to?.[c] ?? 0) - (from?.[c] ?? 0)) * (place - index)),
  )
  return [mixed[0] ?? 0, mixed[1] ?? 0, mixed[2] ?? 0, Math.round(255 * Math.min(1, 4 * share))]
}

function pack([red, green, blue, alpha]: Rgba): number {
  return new Uint32Array(Uint8Array.of(red, green, blue, alpha).buffer)[0] as number
}

function recolour(codes: Uint8Array, table: Uint32Array): Uint8Array {
  const pixels = new Uint32Array(codes.length)
  for (let i = 0; i < codes.length; i++) pixels[i] = table[codes[i] as number] as number
  return new Uint8Array(pixels.buffer)
}
