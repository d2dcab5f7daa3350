import type { Frame, FrameList } from '../model/frame.ts'
import type { Grid } from '../model/grid.ts'
import type { Run, RunEvent } from '../model/run-event.ts'
import type { Scene } from '../model/scene.ts'
import type { Site } from '../model/site.ts'
import { ndviPicture, remember } from '../frames/picture.ts'
import { type PlannedFrame, filesOf, planFrames } from '../frames/plan-frames.ts'
import { planThresholds } from '../frames/plan-thresholds.ts'
import { ScarlineError } from '../errors.ts'
import type { SiteFolder } from '../site/site-folder.ts'
import {
  type FrameRecord,
  hashMeasured,
  hashPictures,
  hashPixels,
  readFrameRecord,
  writeFrameRecord,
} from './frame-inputs.ts'
import { rebuildMemory } from './frame-memory.ts'
import {
  type SceneReader,
  type Stretches,
  createStatistics,
  gatherScene,
  nativeAoi,
  sceneReader,
  stretchesOf,
} from './frame-series.ts'
import { VIDEO_FILE, writeVideo } from './frames-video.ts'
import { hashOf } from './hash.ts'
import {
  measureFrame,
  readFrameNdvi,
  writeColour,
  writeMeasured,
  writePicture,
} from './make-frame.ts'
import { nativeGridOf } from './native-grid.ts'

export interface FramesOptions {
  /** Make frames.mp4. Default true. */
  video?: boolean
  signal?: AbortSignal
}

/** What `frames` did. */
export interface FramesSummary {
  frames: number
  /** Frames whose files were (partly) made in this run; the others were up to date. */
  made: number
  /** NDVI, with how it was found. */
  siteThreshold: FrameList['siteThreshold']
  video: string | null
}

const STAGE = 'frames'
/** Frames that are compressed and written while the next is computed. */
const WRITERS = 2

/**
 * Makes the site's frames from its kept scenes: thresholds over the series, then per frame NDVI and
 * validity on the site grid in one resampling step, the picture, colour pictures, and the video.
 * Frames whose inputs have not changed stay as they are; an interrupted run goes on where it
 * stopped and ends in the same files. Files of frames that are no more are removed.
 */
export async function* frames(folder: SiteFolder, options: FramesOptions = {}): Run<FramesSummary> {
  const { signal } = options
  const { files } = folder
  const site = await folder.readSite()
  const scenes = await folder.readScenes()
  const planned = planFrames(scenes)
  if (planned.length === 0)
    throw new ScarlineError(`none of ${scenes.length} scenes is kept, expected at least one`, {
      code: 'no-scenes',
      hint: 'Look at scarline scenes, keep some with --keep, or acquire a longer span.',
    })
  const context = await prepare(folder, site, scenes, planned)
  const withVideo = options.video ?? true
  const total = planned.length * (withVideo ? 3 : 2)
  yield { type: 'started', stage: STAGE, total, message: `${planned.length} frames` }
  let done = 0
  const step = (item: string): RunEvent<FramesSummary> => ({
    type: 'progress',
    stage: STAGE,
    done: ++done,
    total,
    item,
  })

  const known = await folder.readFramesIfExist()
  const current = known && context.record.series === context.series ? known : null
  const aoi = nativeAoi(site, context.nativeGrid)
  const statistics = createStatistics()
  for (const frame of planned) {
    signal?.throwIfAborted()
    await gatherScene(statistics, frame, context.sceneOf(frame), context.reader, aoi)
    yield step(frame.sceneId)
  }
  const stretches = stretchesOf(statistics)
  let made = 0
  for await (const frame of makeFrames(context, stretches, signal)) {
    if (frame.made) made++
    yield step(frame.sceneId)
  }

  const thresholds = planThresholds(statistics.ndvi, site.settings.threshold)
  const list: FrameList = {
    formatVersion: 1,
    grid: site.grid,
    histogram: thresholds.histogram,
    siteThreshold: thresholds.siteThreshold,
    frames: planned.map((frame, i): Frame => {
      const scene = context.sceneOf(frame)
      return {
        ...frame,
        threshold: thresholds.frames[i] as Frame['threshold'],
        validFraction: scene.validFraction ?? 0,
        flags: scene.flags,
        inputHash: hashOf(context.record.frames[scene.id]?.content),
      }
    }),
    video: null,
  }
  const video = hashOf(context.inputs.map(({ picture }) => picture))
  const hasVideo = context.record.video === video && (await files.exists(VIDEO_FILE))
  if (hasVideo) list.video = VIDEO_FILE
  if (!current || made > 0) await folder.writeFrames(list)
  await removeStale(context)
  if (withVideo && !hasVideo) {
    context.record.video = null
    await writeFrameRecord(files, context.record)
    for await (const n of writeVideo(files, planned, site.grid, signal))
      yield step((planned[n - 1] as PlannedFrame).files.picture)
    context.record.video = video
    list.video = VIDEO_FILE
  }
  if (!list.video) await files.remove(VIDEO_FILE)
  context.record.series = context.series
  await folder.writeFrames(list)
  await writeFrameRecord(files, context.record)

  const summary: FramesSummary = {
    frames: planned.length,
    made,
    siteThreshold: list.siteThreshold,
    video: list.video,
  }
  const message = `${planned.length} frames, ${made} of them made now`
  yield { type: 'done', stage: STAGE, message, summary }
  return summary
}

/** Whether the site's frames on disk are what `frames` would make of its scenes now. */
export async function framesAreCurrent(folder: SiteFolder): Promise<boolean> {
  const scenes = await folder.readScenes()
  const planned = planFrames(scenes)
  if (planned.length === 0 || !(await folder.readFramesIfExist())) return false
  const context = await prepare(folder, await folder.readSite(), scenes, planned)
  return context.record.series === context.series
}

interface Context {
  folder: SiteFolder
  grid: Grid
  nativeGrid: Grid
  reader: SceneReader
  planned: readonly PlannedFrame[]
  sceneOf(frame: PlannedFrame): Scene
  /** Per planned frame. */
  inputs: readonly { measured: string; picture: string }[]
  record: FrameRecord
  series: string
}

async function prepare(
  folder: SiteFolder,
  site: Site,
  scenes: readonly Scene[],
  planned: readonly PlannedFrame[],
): Promise<Context> {
  const nativeGrid = nativeGridOf(site, scenes)
  const byId = new Map(scenes.map((scene) => [scene.id, scene]))
  const sceneOf = (frame: PlannedFrame): Scene => byId.get(frame.sceneId) as Scene
  const measured: string[] = []
  for (const frame of planned)
    measured.push(await hashMeasured(folder.files, frame, sceneOf(frame), site.grid, nativeGrid))
  const pictures = hashPictures(measured)
  const facts = planned.map((frame) => {
    const { validFraction, flags } = sceneOf(frame)
    return [validFraction, flags]
  })
  return {
    folder,
    grid: site.grid,
    nativeGrid,
    reader: sceneReader(folder.files, nativeGrid),
    planned,
    sceneOf,
    inputs: measured.map((own, i) => ({ measured: own, picture: pictures[i] as string })),
    record: await readFrameRecord(folder.files),
    series: hashOf([measured, facts, site.settings, site.aoi]),
  }
}

/** Makes what is stale, in order; yields every frame once it is on disk. */
async function* makeFrames(
  context: Context,
  stretches: Stretches,
  signal: AbortSignal | undefined,
): AsyncGenerator<{ sceneId: string; made: boolean }> {
  const { folder, planned, inputs, record, grid, reader } = context
  const { files } = folder
  const length = grid.width * grid.height
  let memory: Float32Array | null = null
  const writing: Promise<{ sceneId: string; made: boolean }>[] = []
  try {
    for (const [i, frame] of planned.entries()) {
      signal?.throwIfAborted()
      const scene = context.sceneOf(frame)
      const own = inputs[i] as { measured: string; picture: string }
      const hasColour = frame.files.trueColour !== null || frame.files.falseColour !== null
      const colour = hasColour ? hashOf([own.measured, stretches]) : null
      const stale = await staleness(context, frame, { ...own, colour })
      if (!stale.measured && !stale.picture && !stale.colour) {
        memory = null
        writing.push(Promise.resolve({ sceneId: frame.sceneId, made: false }))
      } else {
        const ndviOf = async (k: number): Promise<Float32Array> => {
          const other = planned[k] as PlannedFrame
          const old = record.frames[other.sceneId]
          return old?.measured === inputs[k]?.measured && (await files.exists(other.files.ndvi))
            ? readFrameNdvi(files, other)
            : (await measureFrame(context.sceneOf(other), reader, grid)).ndvi
        }
        const rendered = stale.measured ? await measureFrame(scene, reader, grid) : null
        const ndvi = rendered ? rendered.ndvi : await readFrameNdvi(files, frame)
        if (stale.picture && !memory) {
          await Promise.all(writing)
          memory = await rebuildMemory(i, planned.length, length, ndviOf)
        }
        const gray = stale.picture && memory ? ndviPicture(ndvi, memory) : null
        if (memory) remember(memory, ndvi, true)
        const write = async (): Promise<{ sceneId: string; made: boolean }> => {
          if (rendered) await writeMeasured(files, frame, rendered, grid)
          if (gray) await writePicture(files, frame, gray, grid)
          if (stale.colour) await writeColour(files, frame, scene, reader, stretches, grid)
          const old = record.frames[frame.sceneId]?.content
          const content = {
            measured: rendered
              ? hashPixels(rendered.ndvi, rendered.validity)
              : (old?.measured ?? ''),
            picture: gray ? hashPixels(gray) : (old?.picture ?? ''),
          }
          record.frames[frame.sceneId] = { ...own, colour, content, files: filesOf(frame.files) }
          record.series = null
          await writeFrameRecord(files, record)
          return { sceneId: frame.sceneId, made: true }
        }
        const written = write()
        // Awaited below; until then a failure must not count as unhandled.
        written.catch(() => {})
        writing.push(written)
      }
      while (writing.length > WRITERS) yield (await writing.shift()) as Awaited<(typeof writing)[0]>
    }
    for (const written of writing.splice(0)) yield await written
  } finally {
    await Promise.allSettled(writing)
  }
}

async function staleness(
  { record, folder }: Context,
  frame: PlannedFrame,
  inputs: { measured: string; picture: string; colour: string | null },
): Promise<{ measured: boolean; picture: boolean; colour: boolean }> {
  const old = record.frames[frame.sceneId]
  const missing = async (names: readonly (string | null)[]): Promise<boolean> => {
    for (const name of names) if (name && !(await folder.files.exists(name))) return true
    return false
  }
  const { ndvi, validity, picture, trueColour, falseColour } = frame.files
  return {
    measured: old?.measured !== inputs.measured || (await missing([ndvi, validity])),
    picture: old?.picture !== inputs.picture || (await missing([picture])),
    colour:
      inputs.colour !== null &&
      (old?.colour !== inputs.colour || (await missing([trueColour, falseColour]))),
  }
}

/** Removes files of earlier runs that no frame has now. */
async function removeStale({ folder, record, planned }: Context): Promise<void> {
  const wanted = new Set(planned.flatMap((frame) => filesOf(frame.files)))
  const ids = new Set(planned.map((frame) => frame.sceneId))
  for (const [sceneId, { files }] of Object.entries(record.frames)) {
    for (const file of files) if (!wanted.has(file)) await folder.files.remove(file)
    if (!ids.has(sceneId)) delete record.frames[sceneId]
  }
}
