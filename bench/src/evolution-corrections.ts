import { basename, join } from 'node:path'
import { type SiteFolder, addPrompts, createNdviSegmenter, readRaster, track } from '@scarline/core'
import { lngLatOfPixel } from '@scarline/core/internals'
import { correctionClicks } from './correction-clicks.ts'
import { readJudgedFrames } from './evolution-truth.ts'
import { drain } from './prepare-site.ts'
import { siteBeside } from './site-beside.ts'

const LINKED = [
  'validity',
  'ndvi',
  'scenes',
  'true-colour',
  'false-colour',
  'frames',
  '.cache/prepared',
]

/**
 * A site beside a tracked one whose expert has looked once more at the frame of the first clicks, and
 * clicked in the middle of what is wrong there; all frames follow.
 *
 * @param most clicks
 */
export async function siteOfCorrections(
  tracked: SiteFolder,
  archive: string,
  work: string,
  most: number,
): Promise<SiteFolder> {
  const folder = await siteBeside(
    tracked,
    join(work, `corrected-site-${basename(archive)}`),
    LINKED,
  )
  const { grid, frames } = await folder.readFrames()
  const [prompt] = await folder.readPrompts()
  const index = frames.findIndex(({ sceneId }) => sceneId === prompt?.sceneId)
  const judged = (await readJudgedFrames(folder, archive))[index]
  const masks = (await tracked.readTrack())?.frames
  const entry = masks?.find(
    ({ sceneId, objectId }) => sceneId === prompt?.sceneId && objectId === 1,
  )
  if (prompt === undefined || judged === undefined || entry === undefined) {
    throw new Error(`${tracked.dir}: no mask on a frame with clicks`)
  }
  const mask = await readRaster(await tracked.files.read(entry.mask), entry.mask)
  const { width, height, transform } = grid
  const size = { width, height, pixelM: transform[0] }
  const clicks = correctionClicks(mask.data as Uint8Array, judged.truth, size, most)
  const placesOf = (side: boolean): [number, number][] =>
    clicks.flatMap(({ pixel, positive }) => (positive === side ? [lngLatOfPixel(grid, pixel)] : []))
  if (clicks.length > 0) {
    const [positive, negative] = [placesOf(true), placesOf(false)]
    await addPrompts(folder, { frame: prompt.sceneId, positive, negative })
  }
  await drain(track(folder, { segmenter: createNdviSegmenter() }))
  return folder
}
