import { VALIDITY } from '../model/validity.ts'
import { dilate, labelComponents, open } from './morphology.ts'
import { histogramQuantile, addToHistogram, createHistogram } from './threshold.ts'
import {
  LOOKS,
  type RegisteredObservation,
  type TemporalNeighbours,
  calibrate,
  deviationOf,
  medianOfLooks,
} from './temporal-reference.ts'

/** Result of comparing a scene with its neighbours in time, on the registered grid. */
export interface TemporalScreening {
  /** VALIDITY.cloud or VALIDITY.shadow where the classification missed one, else 0. */
  missed: Uint8Array
  /** 0/1: classified as cloud, but bare ground as in the frames before, or after. */
  bareKept: Uint8Array
  /** What haze adds to the red reflectance of the darkest quarter of the ground; 0 where unknown. */
  hazeReflectance: number
}

/** Smallest deviations that count, reflectance (or NDVI), at the edge and in the core of a cloud. */
const BRIGHT = { edge: 0.02, core: 0.04 }
const NDVI_DROP = { edge: 0.08, core: 0.15 }
/** Share of the expected reflectance that a shadow takes at its edge and in its core. */
const DARK = {
  edge: { nir: 0.12, red: 0.06 },
  core: { nir: 0.25, red: 0.12 },
}
/** Deviations must also exceed so many robust spreads of the scene. */
const SPREADS = { edge: 4, core: 8 }
/** Cores smaller than this are noise, pixels. */
const MIN_CORE_PX = 2
/** Clouds come in company: this near to a classified one, a bright patch is one too, metres. */
const COMPANY_M = 100

/**
 * Finds clouds, haze banks and shadows that the scene's own classification misses, and bare ground
 * that it takes for cloud, by what the same pixels showed before, after and in the same season of
 * other years. A patch counts where it is brighter (or darker) than all of these, has a core well
 * beyond the noise, and, if bright, either is near a classified cloud or is no ground-coloured patch: a
 * fresh deposit that a flood soon takes away is no cloud.
 *
 * @param scene `clear` is the base validity without temporal tests
 * @param classified 0/1: cloud or cloud shadow by the classification, registered
 * @param classifiedCloud 0/1: cloud by the classification, registered
 */
export function screenAgainstTime(
  scene: RegisteredObservation,
  neighbours: TemporalNeighbours,
  classified: Uint8Array,
  classifiedCloud: Uint8Array,
  width: number,
  height: number,
  pixelM: number,
): TemporalScreening {
  const band = scene.bands.red ? 'red' : 'ndvi'
  const length = width * height
  const references = (name: 'red' | 'nir' | 'ndvi'): Float32Array[] => [
    medianOfLooks(neighbours.past, name, LOOKS.past, length),
    medianOfLooks(neighbours.future, name, LOOKS.future, length),
    medianOfLooks(neighbours.season, name, LOOKS.season, length),
  ]
  const missed = new Uint8Array(length)
  if (!scene.bands[band]) return { missed, bareKept: new Uint8Array(length), hazeReflectance: 0 }

  const first = references(band)
  const main = deviationOf(scene, band, first)
  const nirReferences = scene.bands.red && scene.bands.nir ? references('nir') : null
  const nir = nirReferences && deviationOf(scene, 'nir', nirReferences)
  const isBright = (level: 'edge' | 'core', i: number): boolean => {
    const value = main.deviation[i] as number
    if (band === 'ndvi') return -value > Math.max(NDVI_DROP[level], SPREADS[level] * main.spread)
    const least = Math.max(BRIGHT[level], SPREADS[level] * main.spread)
    return value > least && (!nir || (nir.deviation[i] as number) > -least)
  }
  const isDark = (level: 'edge' | 'core', i: number): boolean => {
    if (!nir || !scene.bands.nir || !scene.bands.red) return false
    const dropNir = -(nir.deviation[i] as number)
    const dropRed = -(main.deviation[i] as number)
    const expectedNir = (scene.bands.nir[i] as number) + dropNir
    const expectedRed = (scene.bands.red[i] as number) + dropRed
    return (
      dropNir > Math.max(DARK[level].nir * expectedNir, SPREADS[level] * nir.spread) &&
      dropRed > DARK[level].red * expectedRed
    )
  }
  const company = dilate(classified, width, height, COMPANY_M / pixelM)
  const patch = (test: typeof isBright): Patches => {
    const edge = new Uint8Array(length)
    const core = new Uint8Array(length)
    for (let i = 0; i < length; i++) {
      if (!scene.clear[i] || !test('edge', i)) continue
      edge[i] = 1
      if (test('core', i)) core[i] = 1
    }
    return { ...labelComponents(edge, width, height), core }
  }

  const seenLater = first[1] as Float32Array
  const seenBefore = first[0] as Float32Array
  mark(missed, patch(isDark), VALIDITY.shadow, () => true)
  const bright = patch(isBright)
  const ground = groundColour(scene, seenBefore, seenLater, bright.labels)
  mark(missed, bright, VALIDITY.cloud, (pixels) => {
    const near = pixels.some((i) => company[i])
    // Without a look from both sides in time a patch near a cloud may as well be a change.
    const bothSides = pixels.some(
      (i) => !Number.isNaN(seenBefore[i]) && !Number.isNaN(seenLater[i]),
    )
    return (near && bothSides) || !ground.includes(scene, pixels)
  })
  for (const code of [VALIDITY.shadow, VALIDITY.cloud]) {
    const grown = dilate(
      missed.map((value) => (value === code ? 1 : 0)),
      width,
      height,
      1,
    )
    for (let i = 0; i < length; i++) if (grown[i] && !missed[i]) missed[i] = code
  }
  return {
    missed,
    bareKept: stableBare(scene, neighbours, classifiedCloud, first, nirReferences, width, height),
    hazeReflectance: band === 'red' ? hazeOf(scene, first[2] as Float32Array) : 0,
  }
}

interface Patches {
  labels: Int32Array
  count: number
  core: Uint8Array
}

/** Writes `code` over the patches that have a core and that `accept` agrees to. */
function mark(
  into: Uint8Array,
  { labels, count, core }: Patches,
  code: number,
  accept: (pixels: readonly number[]) => boolean,
): void {
  const members: number[][] = Array.from({ length: count + 1 }, () => [])
  const cores = new Int32Array(count + 1)
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i] as number
    if (label === 0) continue
    ;(members[label] as number[]).push(i)
    cores[label] = (cores[label] as number) + (core[i] as number)
  }
  for (let label = 1; label <= count; label++) {
    const pixels = members[label] as number[]
    if ((cores[label] as number) < MIN_CORE_PX || !accept(pixels)) continue
    for (const i of pixels) into[i] = code
  }
}

interface GroundColour {
  /** Whether the typical pixel of a patch could be bare ground of this scene. */
  includes(scene: RegisteredObservation, pixels: readonly number[]): boolean
}

/** NDVI up to which ground counts as (mostly) bare when colours are compared. */
const BARE_NDVI = 0.25

/**
 * Range (1 to 99 %) of the scene's stable, sparsely covered ground, widened by a tenth.
 *
 * @param suspects pixels with a label are left out: a cloud must not vouch for itself
 */
function groundColour(
  scene: RegisteredObservation,
  past: Float32Array,
  future: Float32Array,
  suspects: Int32Array,
): GroundColour {
  const { red, nir } = scene.bands
  if (!red || !nir) return { includes: () => true }
  const range = (data: Float32Array): [number, number] => {
    const histogram = createHistogram(0, 1, 500)
    const bare = scene.clear.map((clear, i) => {
      const [r, n] = [red[i] as number, nir[i] as number]
      // Stable: what was seen before and what came after differ by less than a fifth.
      const change = Math.abs((past[i] as number) - (future[i] as number))
      return clear && !suspects[i] && n - r <= BARE_NDVI * (n + r) && n > r && change < 0.2 * r
        ? 1
        : 0
    })
    addToHistogram(histogram, data, bare)
    return [0.9 * histogramQuantile(histogram, 0.01), 1.1 * histogramQuantile(histogram, 0.99)]
  }
  const [redRange, nirRange] = [range(red), range(nir)]
  const within = (value: number, [low, high]: [number, number]): boolean =>
    value >= low && value <= high
  return {
    includes: (_scene, pixels) => {
      // The brightest tenth decides: a cloud has a bright heart, ground is ground all over.
      const top = (data: Float32Array): number => {
        const values = pixels.map((i) => data[i] as number).sort((a, b) => a - b)
        return values[Math.floor(values.length * 0.9)] ?? NaN
      }
      return within(top(red), redRange) && within(top(nir), nirRange)
    },
  }
}

/** Of classified clouds: pixels that look as the bare ground there does in the frames before, or after. */
function stableBare(
  scene: RegisteredObservation,
  neighbours: TemporalNeighbours,
  classifiedCloud: Uint8Array,
  redReferences: readonly Float32Array[],
  nirReferences: readonly Float32Array[] | null,
  width: number,
  height: number,
): Uint8Array {
  const { red, nir } = scene.bands
  const stable = new Uint8Array(width * height)
  if (!red || !nir || !nirReferences || !classifiedCloud.includes(1)) return stable
  const alike = (value: number, other: number): boolean =>
    Math.abs(value - other) <= Math.max(0.02, 0.1 * other)
  const lines = [redReferences, nirReferences].map((references, b) =>
    references.map((r) => calibrate(b === 0 ? red : nir, r, scene.clear)),
  )
  const around = interleave(neighbours.past, neighbours.future)
  for (let i = 0; i < stable.length; i++) {
    if (!classifiedCloud[i]) continue
    const [r, n] = [red[i] as number, nir[i] as number]
    if (!(n > r && n - r <= BARE_NDVI * (n + r))) continue
    let agree = 0
    let differ = 0
    for (let k = 0; k < 2; k++) {
      const [pr, pn] = [redReferences[k]?.[i] as number, nirReferences[k]?.[i] as number]
      if (pr !== pr || pn !== pn) continue
      // Bare ground has no season: as it was, or as the light of the whole scene has it.
      const [lr, ln] = [lines[0]?.[k], lines[1]?.[k]]
      const inLight =
        lr && ln && alike(r, lr.gain * pr + lr.offset) && alike(n, ln.gain * pn + ln.offset)
      if (inLight || (alike(r, pr) && alike(n, pn))) agree++
      else differ++
    }
    // Alike on one side is enough: ground that was bared, or covered, on this date differs on the other.
    if (agree + differ > 0) stable[i] = agree > 0 ? 1 : 0
    else stable[i] = alwaysAlike(around, i, r, n, alike) ? 1 : 0
  }
  // Thin rims of real clouds also resemble the ground; they are a pixel or two wide.
  return open(stable, width, height, 1.5)
}

/** Never classified clear in the frames around: then at least four of the six nearest looks must be alike. */
function alwaysAlike(
  around: readonly RegisteredObservation[],
  i: number,
  red: number,
  nir: number,
  alike: (value: number, other: number) => boolean,
): boolean {
  let looks = 0
  let same = 0
  for (const { bands } of around) {
    const [r, n] = [bands.red?.[i] as number, bands.nir?.[i] as number]
    if (!(r === r && n === n)) continue
    looks++
    if (alike(red, r) && alike(nir, n)) same++
    if (looks === 6) break
  }
  return looks >= 4 && same >= 4
}

function interleave<T>(a: readonly T[], b: readonly T[]): T[] {
  const result: T[] = []
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const [x, y] = [a[i], b[i]]
    if (x !== undefined) result.push(x)
    if (y !== undefined) result.push(y)
  }
  return result
}

/** Median surplus of red over the same season of other years, on the darkest quarter of the ground. */
function hazeOf(scene: RegisteredObservation, season: Float32Array): number {
  const red = scene.bands.red as Float32Array
  const levels = createHistogram(0, 1, 1000)
  addToHistogram(levels, season, scene.clear)
  const dark = histogramQuantile(levels, 0.25)
  if (Number.isNaN(dark)) return 0
  const surplus = createHistogram(-0.5, 0.5, 1000)
  const differences = season.map((value, i) => (value <= dark ? (red[i] as number) - value : NaN))
  addToHistogram(surplus, differences, scene.clear)
  const middle = histogramQuantile(surplus, 0.5)
  return Number.isNaN(middle) ? 0 : middle
}
