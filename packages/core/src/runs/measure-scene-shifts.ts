import type { Grid } from '../model/grid.ts'
import type { Scene, SceneShift } from '../model/scene.ts'
import { isObserved } from '../model/validity.ts'
import { localContrast, medianInPlace } from '../raster/local-contrast.ts'
import { computeNdvi } from '../raster/ndvi.ts'
import { anchorShift, isGeolocationRefined } from '../raster/registration-anchor.ts'
import {
  type RegistrationReference,
  type SceneFeatures,
  buildReference,
  measureAgainst,
} from '../raster/reference-composite.ts'
import type { ShiftMeasurement } from '../raster/registration.ts'
import type { SceneRasters } from '../raster/scene-rasters.ts'

/** A scene with its base validity codes, on the native grid. */
export interface LoadedScene {
  rasters: SceneRasters
  codes: Uint8Array
  /** 0/1: cloud, and cloud shadow, by the classification itself. */
  classifiedCloud: Uint8Array
  classifiedShadow: Uint8Array
}

/** What the choice of reference scenes rests on. */
export interface SceneStatistics {
  id: string
  capturedAt: string
  /** Share of the native grid's measured pixels seen clear, of the best scene's. */
  clearFraction: number
  /** Median NDVI of what was seen clear; NaN where nothing was. */
  medianNdvi: number
}

/** Shift of a scene in native pixels (how far its content lies right of / below its place) and in metres. */
export interface RegisteredShift {
  colPx: number
  rowPx: number
  scene: SceneShift
  /** Null where the shift was measured; else why not. */
  implausible: string | null
}

/** Registration looks at no more than this square in the middle of the site: a shift is one per scene. */
const MAX_REGISTRATION_PX = 512
const REFERENCE_SCENES_PER_GROUP = 12
const MIN_REFERENCE_CLEAR = 0.6
const CONTRAST_RADIUS_PX = 8

/** NDVI of a scene, from its bands or as delivered. */
export function sceneNdvi({ bands }: SceneRasters): Float32Array | null {
  if (bands.red && bands.nir) return computeNdvi(bands.red, bands.nir)
  return bands.ndvi ?? null
}

/** Clear fraction and vegetation level of a loaded scene; `clearFraction` is still a pixel count. */
export function sceneStatistics(scene: Scene, { rasters, codes }: LoadedScene): SceneStatistics {
  const ndvi = sceneNdvi(rasters)
  const seen: number[] = []
  let clear = 0
  for (let i = 0; i < codes.length; i++) {
    if (!isObserved(codes[i] as number)) continue
    clear++
    if (ndvi && i % 5 === 0) seen.push(ndvi[i] as number)
  }
  return {
    id: scene.id,
    capturedAt: scene.capturedAt,
    clearFraction: clear,
    medianNdvi: medianInPlace(Float32Array.from(seen)),
  }
}

/**
 * Chooses up to 24 clear scenes for the reference: half from the greener, half from the barer part of
 * the series, evenly over the years. One group only where a half would have fewer than three.
 */
export function planReferenceScenes(
  statistics: readonly SceneStatistics[],
): { id: string; group: number }[] {
  const best = Math.max(...statistics.map((s) => s.clearFraction))
  const clear = statistics
    .filter((s) => !Number.isNaN(s.medianNdvi) && s.clearFraction > 0)
    .filter((s, _, all) => all.length < 4 || s.clearFraction >= MIN_REFERENCE_CLEAR * best)
    .sort((a, b) => (a.capturedAt < b.capturedAt ? -1 : 1))
  const middle = medianInPlace(Float64Array.from(clear, (s) => s.medianNdvi))
  const groups = [
    clear.filter((s) => s.medianNdvi <= middle),
    clear.filter((s) => s.medianNdvi > middle),
  ]
  const used = groups.some((group) => group.length < 3) ? [clear] : groups
  return used.flatMap((group, g) => {
    const count = Math.min(REFERENCE_SCENES_PER_GROUP, group.length)
    return Array.from({ length: count }, (_, i) => ({
      id: (group[Math.floor(((i + 0.5) * group.length) / count)] as SceneStatistics).id,
      group: g,
    }))
  })
}

/** Feature images of a scene for registration, cut to the middle of the site. */
export function registrationLayers({ rasters, codes }: LoadedScene): {
  layers: Float32Array[]
  width: number
  height: number
} {
  const ndvi = sceneNdvi(rasters)
  const sources = [ndvi, rasters.bands.nir].filter((data) => data !== undefined && data !== null)
  const { grid } = rasters
  const width = Math.min(grid.width, MAX_REGISTRATION_PX)
  const height = Math.min(grid.height, MAX_REGISTRATION_PX)
  const left = (grid.width - width) >> 1
  const top = (grid.height - height) >> 1
  const layers = sources.map((data) => {
    const seen = new Float32Array(width * height)
    for (let row = 0; row < height; row++)
      for (let col = 0; col < width; col++) {
        const i = (row + top) * grid.width + col + left
        seen[row * width + col] = isObserved(codes[i] as number) ? (data[i] as number) : NaN
      }
    return localContrast(seen, width, height, CONTRAST_RADIUS_PX)
  })
  return { layers, width, height }
}

/** Builds the reference from the planned scenes; null where there is nothing to register. */
export async function buildSceneReference(
  plan: readonly { id: string; group: number }[],
  load: (id: string) => Promise<LoadedScene>,
): Promise<RegistrationReference | null> {
  const features: SceneFeatures[] = []
  let size = { width: 0, height: 0 }
  for (const { id, group } of plan) {
    const { layers, width, height } = registrationLayers(await load(id))
    features.push({ id, layers, group })
    size = { width, height }
  }
  if (features.length < 2 || features.some((f) => f.layers.length === 0)) return null
  return buildReference(features, size.width, size.height)
}

/** Measures one scene against the reference, still in the reference's own frame. */
export function measureScene(
  reference: RegistrationReference | null,
  loaded: LoadedScene,
): ShiftMeasurement {
  const none: ShiftMeasurement = {
    colPx: 0,
    rowPx: 0,
    quality: 0,
    standardErrorPx: Infinity,
    windows: 0,
    implausible: 'there is no other scene to register to',
  }
  return reference ? measureAgainst(reference, registrationLayers(loaded).layers) : none
}

/** Largest plausible displacement of a scene, metres: Sentinel-2 stays within 1.5 pixels of 10 m. */
export const MAX_SHIFT_M = 30

/** Turns measurements into shifts on the ground: fixes the frame, rejects what is implausible. */
export function groundShifts(
  scenes: readonly Scene[],
  measured: ReadonlyMap<string, ShiftMeasurement>,
  grid: Grid,
): Map<string, RegisteredShift> {
  const good = scenes.flatMap((scene) => {
    const m = measured.get(scene.id)
    if (!m || m.implausible !== null) return []
    const baselines = scene.parts.map((part) => part.processingBaseline)
    return [
      {
        colPx: m.colPx,
        rowPx: m.rowPx,
        refined: baselines.every((b) => isGeolocationRefined(b, scene.capturedAt)),
      },
    ]
  })
  const anchor = anchorShift(good)
  const [a, b, , d, e] = grid.transform
  const result = new Map<string, RegisteredShift>()
  for (const scene of scenes) {
    const m = measured.get(scene.id)
    if (!m) continue
    const colPx = m.colPx - anchor.colPx
    const rowPx = m.rowPx - anchor.rowPx
    const xM = -(a * colPx + b * rowPx)
    const yM = -(d * colPx + e * rowPx)
    const far = Math.hypot(xM, yM)
    const implausible =
      m.implausible ?? (far > MAX_SHIFT_M ? `${far.toFixed(0)} m is implausibly far` : null)
    const quality = Math.round(m.quality * 1000) / 1000
    result.set(
      scene.id,
      implausible === null
        ? {
            colPx,
            rowPx,
            scene: { xM: centimetres(xM), yM: centimetres(yM), quality, applied: true },
            implausible,
          }
        : { colPx: 0, rowPx: 0, scene: { xM: 0, yM: 0, quality, applied: false }, implausible },
    )
  }
  return result
}

function centimetres(valueM: number): number {
  return Math.round(valueM * 100) / 100 + 0
}
