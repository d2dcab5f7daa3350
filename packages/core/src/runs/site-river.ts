import { type RiverCourse, planRiverCourse } from '../analysis/river-course.ts'
import { type WaterSearch, searchWater } from '../analysis/river-water.ts'
import { readRaster } from '../cog/read-geotiff.ts'
import { ScarlineError } from '../errors.ts'
import type { Frame, FrameList } from '../model/frame.ts'
import type { SiteFolder } from '../site/site-folder.ts'
import { readAhead } from './read-ahead.ts'

/** Frames, spread evenly over the series, that permanent water is found from. */
const WATER_FRAMES = 40

/** What a frame shows beside the mask. */
export interface FrameGround {
  /** NaN where hidden. */
  ndvi: Float32Array
  /** NDVI up to which ground is bare. */
  bareNdvi: number
}

/** A river that the frames themselves show. */
export interface SiteRiver {
  /** 0/1 on the site grid, `NEVER_SEEN` where too seldom seen. */
  water: Uint8Array
  /** Null where no water runs through the site from rim to rim. */
  course: RiverCourse | null
  /** Null for a scene without a frame or without its NDVI. */
  ground(sceneId: string): Promise<FrameGround | null>
  words: string
}

/**
 * Permanent water of a site, from the NDVI of at most 40 of its frames, and the river's course in it.
 *
 * @returns null where there is none
 */
export async function findSiteRiver(
  folder: SiteFolder,
  list: FrameList,
  sensorPixelM: number,
  signal?: AbortSignal,
): Promise<SiteRiver | null> {
  const { grid, frames } = list
  const ground = async (frame: Frame): Promise<FrameGround | null> => {
    const ndvi = await readNdvi(folder, frame.files.ndvi, grid.width * grid.height)
    return ndvi === null ? null : { ndvi, bareNdvi: frame.threshold.value }
  }
  const search: WaterSearch = searchWater(grid.width * grid.height)
  const step = Math.max(1, frames.length / WATER_FRAMES)
  const looked: Frame[] = []
  for (let at = 0; at < frames.length; at += step) looked.push(frames[Math.floor(at)] as Frame)
  for await (const seen of readAhead(looked.length, (i) => ground(looked[i] as Frame))) {
    signal?.throwIfAborted()
    if (seen !== null) search.add(seen.ndvi)
  }
  const water = search.water()
  if (!water.includes(1)) return null
  const course = planRiverCourse(water, grid, sensorPixelM)
  const byScene = new Map(frames.map((frame) => [frame.sceneId, frame]))
  return {
    water,
    course,
    async ground(sceneId) {
      const frame = byScene.get(sceneId)
      return frame === undefined ? null : ground(frame)
    },
    words:
      course === null
        ? 'The frames show water, but no river that runs through the site from rim to rim.'
        : 'The frames show a river through the site; debris across it is looked for on each of them.',
  }
}

/** Null where the file is not there: masks can be analysed without their frames. */
async function readNdvi(
  folder: SiteFolder,
  name: string,
  length: number,
): Promise<Float32Array | null> {
  const bytes = await folder.files.readIfExists(name)
  if (bytes === null) return null
  const { data } = await readRaster(bytes, name)
  if (data instanceof Float32Array && data.length === length) return data
  throw new ScarlineError(
    `${name} holds ${data.length} pixels of ${data.constructor.name}, expected ${length} of Float32Array`,
    { code: 'corrupt-file', hint: 'Run scarline frames again.' },
  )
}
