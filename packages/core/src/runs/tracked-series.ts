import { readRaster } from '../cog/read-geotiff.ts'
import { ScarlineError } from '../errors.ts'
import type { Frame, FrameList } from '../model/frame.ts'
import type { Grid } from '../model/grid.ts'
import type { Track, TrackedFrame } from '../model/track.ts'
import type { SiteFolder } from '../site/site-folder.ts'

/** One object's masks over the frames that have one. */
export interface TrackedSeries {
  objectId: number
  /** In time order. */
  entries: { frame: Frame; tracked: TrackedFrame }[]
}

/** Objects of a track, each with its masks in the order of the frames. */
export function seriesOf(list: FrameList, track: Track): TrackedSeries[] {
  const byScene = new Map(list.frames.map((frame) => [frame.sceneId, frame]))
  const objects = new Map<number, TrackedSeries>()
  for (const tracked of track.frames) {
    const frame = byScene.get(tracked.sceneId)
    if (frame === undefined) continue
    const series = objects.get(tracked.objectId) ?? { objectId: tracked.objectId, entries: [] }
    series.entries.push({ frame, tracked })
    objects.set(tracked.objectId, series)
  }
  for (const { entries } of objects.values()) {
    entries.sort((a, b) => a.frame.index - b.frame.index)
  }
  return [...objects.values()].sort((a, b) => a.objectId - b.objectId)
}

/**
 * The site's track and frames.
 * @throws ScarlineError `missing-step` before `frames` or `track`
 */
export async function requireTrack(
  folder: SiteFolder,
): Promise<{ list: FrameList; track: Track; series: TrackedSeries[] }> {
  const list = await folder.readFrames()
  const track = await folder.readTrack()
  const series = track === null ? [] : seriesOf(list, track)
  if (track === null || series.length === 0) {
    throw new ScarlineError('got a site without masks, expected a track', {
      code: 'missing-step',
      hint: 'Run scarline prompt and scarline track first.',
    })
  }
  return { list, track, series }
}

/**
 * A one-byte raster of the site folder (mask, validity, probability).
 * @throws ScarlineError `corrupt-file` where it does not lie on the site grid
 */
export async function readByteRaster(
  folder: SiteFolder,
  name: string,
  grid: Grid,
): Promise<Uint8Array> {
  const raster = await readRaster(await folder.files.read(name), name)
  const { data } = raster
  if (
    raster.grid.width !== grid.width ||
    raster.grid.height !== grid.height ||
    !(data instanceof Uint8Array)
  ) {
    throw new ScarlineError(
      `${name} is ${raster.grid.width}x${raster.grid.height} ${data.constructor.name}, expected ${grid.width}x${grid.height} Uint8Array`,
      { code: 'corrupt-file', hint: 'Run scarline track --all again.' },
    )
  }
  return data
}
