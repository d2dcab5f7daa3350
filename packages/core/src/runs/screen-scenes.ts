import { encodeCog } from '../cog/write-cog.ts'
import { readRaster } from '../cog/read-geotiff.ts'
import { rasterizeLngLat } from '../geo/rasterize.ts'
import type { Run } from '../model/run-event.ts'
import type { BandName, Scene } from '../model/scene.ts'
import type { Site } from '../model/site.ts'
import { VALIDITY, isObserved } from '../model/validity.ts'
import { dilate } from '../raster/morphology.ts'
import { displaceBack } from '../raster/reference-composite.ts'
import type { ShiftMeasurement } from '../raster/registration.ts'
import { type SceneRasters, loadSceneFlat, nativePixelM } from '../raster/scene-rasters.ts'
import { baseValidity, validityFractions } from '../raster/screening.ts'
import type { RegisteredObservation } from '../raster/temporal-reference.ts'
import { type TemporalScreening, screenAgainstTime } from '../raster/temporal-screening.ts'
import type { SiteFolder } from '../site/site-folder.ts'
import { createBoundedCache } from './bounded-cache.ts'
import {
  type LoadedScene,
  type RegisteredShift,
  buildSceneReference,
  groundShifts,
  measureScene,
  planReferenceScenes,
  sceneStatistics,
} from './measure-scene-shifts.ts'
import { nativeGridOf, validityFile } from './native-grid.ts'
import { planNeighbours } from './plan-neighbours.ts'
import { judgeScene } from './judge-scene.ts'
import { forgetScreening, isScreened, recordScreening } from './screening-record.ts'

/** What screening found. */
export interface ScreenSummary {
  /** Scenes with all windows read. */
  screened: number
  kept: number
  rejected: number
  /** Scenes whose shift could not be measured (none was applied). */
  unregistered: number
}

const STAGE = 'screen'
const BANDS: readonly BandName[] = ['red', 'nir', 'ndvi', 'scl']
/** Memory for loaded and for registered scenes, bytes each: whatever the number of scenes. */
const CACHE_BYTES = 48 * 2 ** 20

/**
 * Decides what every read scene saw of the ground: classification, margins, registration shifts,
 * comparison with the neighbours in time. Writes `scenes/<id>/validity.tif` (on the native grid,
 * unshifted) and, in scenes.json, shift, fractions, flags and, unless the user has decided, kept and
 * why. Running it again on the same windows gives the same, and takes no time: what was screened is
 * noted in `.cache/screen.json`.
 */
export async function* screenScenes(
  folder: SiteFolder,
  options: { signal?: AbortSignal } = {},
): Run<ScreenSummary> {
  const { signal } = options
  const site = await folder.readSite()
  const all = await folder.readScenes()
  const scenes = all
    .filter((scene) => scene.status === 'read')
    .sort((a, b) => (a.capturedAt < b.capturedAt ? -1 : a.capturedAt > b.capturedAt ? 1 : 0))
  if (scenes.length > 0 && (await isScreened(folder.files, site, scenes))) {
    const message = `${scenes.length} scenes, all screened already`
    yield { type: 'started', stage: STAGE, total: 0, message }
    return yield* concluded(scenes)
  }
  await forgetScreening(folder.files)
  const total = scenes.length * 3
  yield { type: 'started', stage: STAGE, total, message: `Screening ${scenes.length} scenes` }
  let done = 0
  const step = (
    item: string,
  ): { type: 'progress'; stage: string; done: number; total: number; item: string } => ({
    type: 'progress',
    stage: STAGE,
    done: ++done,
    total,
    item,
  })

  const grid = nativeGridOf(site, scenes)
  const pixelM = nativePixelM(grid)
  const byId = new Map(scenes.map((scene) => [scene.id, scene]))
  const loaded = createBoundedCache<LoadedScene>(CACHE_BYTES, bytesOfLoaded, async (id) => {
    const rasters = await loadSceneFlat(byId.get(id) as Scene, grid, BANDS, async (file) =>
      readRaster(await folder.files.read(file), file),
    )
    return { rasters, ...base(rasters, pixelM, null) }
  })

  const statistics = []
  for (const scene of scenes) {
    signal?.throwIfAborted()
    statistics.push(sceneStatistics(scene, await loaded.get(scene.id)))
    yield step(scene.id)
  }

  const reference = await buildSceneReference(planReferenceScenes(statistics), (id) =>
    loaded.get(id),
  )
  const measured = new Map<string, ShiftMeasurement>()
  for (const scene of scenes) {
    signal?.throwIfAborted()
    measured.set(scene.id, measureScene(reference, await loaded.get(scene.id)))
    yield step(scene.id)
  }
  const shifts = groundShifts(scenes, measured, grid)

  const registered = createBoundedCache<RegisteredObservation>(
    CACHE_BYTES,
    bytesOfRegistered,
    async (id) =>
      register(byId.get(id) as Scene, await loaded.get(id), shifts.get(id) as RegisteredShift),
  )
  const aoi = rasterizeLngLat(site.aoi, grid)
  const judged = new Map<string, Scene>()
  for (const [index, scene] of scenes.entries()) {
    signal?.throwIfAborted()
    const plan = planNeighbours(statistics, index)
    const fetch = (ids: readonly string[]): Promise<RegisteredObservation[]> =>
      inOrder(ids, (id) => registered.get(id))
    const neighbours = {
      past: await fetch(plan.past),
      future: await fetch(plan.future),
      season: await fetch(plan.season),
    }
    const own = await loaded.get(scene.id)
    const { rasters } = own
    const shift = shifts.get(scene.id) as RegisteredShift
    const found = compare(await registered.get(scene.id), neighbours, own, shift, pixelM)
    const codes = finalCodes(rasters, found, shift, pixelM)
    await folder.files.write(
      validityFile(scene),
      await encodeCog({ grid, data: codes }, { nodata: VALIDITY.nodata }),
    )
    judged.set(scene.id, conclude(scene, site, codes, aoi, found, shift))
    yield step(scene.id)
  }

  const after = all.map((scene) => judged.get(scene.id) ?? scene)
  await folder.writeScenes(after)
  const screened = scenes.map((scene) => judged.get(scene.id) as Scene)
  await recordScreening(folder.files, site, screened)
  return yield* concluded(screened)
}

async function* concluded(scenes: readonly Scene[]): Run<ScreenSummary> {
  const kept = scenes.filter((scene) => scene.kept).length
  const summary: ScreenSummary = {
    screened: scenes.length,
    kept,
    rejected: scenes.length - kept,
    unregistered: scenes.filter(({ shift }) => !shift?.applied).length,
  }
  yield {
    type: 'done',
    stage: STAGE,
    message: `${kept} of ${scenes.length} scenes show enough of the ground`,
    summary,
  }
  return summary
}

async function inOrder<T>(ids: readonly string[], get: (id: string) => Promise<T>): Promise<T[]> {
  const result: T[] = []
  for (const id of ids) result.push(await get(id))
  return result
}

function base(
  { grid, bands, scl }: SceneRasters,
  pixelM: number,
  keep: Uint8Array | null,
): ReturnType<typeof baseValidity> {
  const present = [bands.red, bands.nir, bands.ndvi].filter((data) => data !== undefined)
  const observed = new Uint8Array(grid.width * grid.height)
  for (let i = 0; i < observed.length; i++)
    observed[i] = present.length > 0 && present.every((data) => !Number.isNaN(data[i])) ? 1 : 0
  return baseValidity(scl, observed, grid.width, grid.height, pixelM, keep)
}

function register(
  scene: Scene,
  { rasters, codes }: LoadedScene,
  shift: RegisteredShift,
): RegisteredObservation {
  const { width, height } = rasters.grid
  const bands: RegisteredObservation['bands'] = {}
  for (const name of ['red', 'nir', 'ndvi'] as const) {
    const data = rasters.bands[name]
    if (data) bands[name] = displaceBack(data, width, height, shift)
  }
  return {
    id: scene.id,
    timeDays: Date.parse(scene.capturedAt) / 86_400_000,
    bands,
    clear: moveMask(observedMask(codes), width, height, -shift.colPx, -shift.rowPx),
  }
}

function observedMask(codes: Uint8Array): Uint8Array {
  return codes.map((code) => (isObserved(code) ? 1 : 0))
}

/** A mask moved by whole pixels (rounded); 0 comes in from outside. */
function moveMask(
  mask: Uint8Array,
  width: number,
  height: number,
  colPx: number,
  rowPx: number,
): Uint8Array {
  const [dc, dr] = [Math.round(colPx), Math.round(rowPx)]
  const result = new Uint8Array(mask.length)
  for (let row = Math.max(0, dr); row < Math.min(height, height + dr); row++)
    for (let col = Math.max(0, dc); col < Math.min(width, width + dc); col++)
      result[row * width + col] = mask[(row - dr) * width + col - dc] as number
  return result
}

function compare(
  scene: RegisteredObservation,
  neighbours: Parameters<typeof screenAgainstTime>[1],
  { rasters, classifiedCloud, classifiedShadow }: LoadedScene,
  shift: RegisteredShift,
  pixelM: number,
): TemporalScreening {
  const { width, height } = rasters.grid
  const move = (mask: Uint8Array): Uint8Array =>
    moveMask(mask, width, height, -shift.colPx, -shift.rowPx)
  const either = classifiedCloud.map((cloud, i) => (cloud || classifiedShadow[i] ? 1 : 0))
  return screenAgainstTime(
    scene,
    neighbours,
    move(either),
    move(classifiedCloud),
    width,
    height,
    pixelM,
  )
}

/** Base codes with what the neighbours in time add, back on the scene's own pixels. */
function finalCodes(
  rasters: SceneRasters,
  found: TemporalScreening,
  shift: RegisteredShift,
  pixelM: number,
): Uint8Array {
  const { width, height } = rasters.grid
  const back = (mask: Uint8Array): Uint8Array =>
    moveMask(mask, width, height, shift.colPx, shift.rowPx)
  const { codes } = base(rasters, pixelM, back(found.bareKept))
  for (const code of [VALIDITY.shadow, VALIDITY.cloud]) {
    const mask = back(found.missed.map((value) => (value === code ? 1 : 0)))
    // Moving by whole pixels may be off by half a pixel.
    const moved = Number.isInteger(shift.colPx) && Number.isInteger(shift.rowPx)
    const wide = moved ? mask : dilate(mask, width, height, 1)
    for (let i = 0; i < codes.length; i++)
      if (wide[i] && isObserved(codes[i] as number)) codes[i] = code
  }
  return codes
}

function conclude(
  scene: Scene,
  site: Site,
  codes: Uint8Array,
  aoi: Uint8Array,
  found: TemporalScreening,
  shift: RegisteredShift,
): Scene {
  const { observed, byName } = validityFractions(codes, aoi)
  let missed = 0
  let inside = 0
  for (let i = 0; i < aoi.length; i++) {
    if (!aoi[i]) continue
    inside++
    if (found.missed[i]) missed++
  }
  return judgeScene(scene, site.settings.minValidFraction, {
    validFraction: observed,
    validityFractions: byName,
    missedFraction: inside === 0 ? 0 : missed / inside,
    hazeReflectance: found.hazeReflectance,
    shift: shift.scene,
    unregistered: shift.implausible,
  })
}

function bytesOfLoaded({ rasters, codes }: LoadedScene): number {
  const bands = Object.values(rasters.bands).reduce((sum, data) => sum + data.byteLength, 0)
  return bands + (rasters.scl?.byteLength ?? 0) + 3 * codes.byteLength
}

function bytesOfRegistered({ bands, clear }: RegisteredObservation): number {
  return Object.values(bands).reduce((sum, data) => sum + data.byteLength, clear.byteLength)
}
