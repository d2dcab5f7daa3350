import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type SiteFolder,
  addPrompts,
  createNdviSegmenter,
  openSiteFolder,
  track,
} from '@scarline/core'
import sharp from 'sharp'
import { drain } from '../../../core/test/runs/tracked-site.ts'
import { GRID, lngLatOf, smallSite } from '../../../core/test/runs/small-site.ts'

export { GRID, lngLatOf }

/** Scenes of {@link madeSite}, in time order. */
export const SCENES: readonly string[] = [1, 2, 3, 4, 5, 6].map((month) => `S2A_20200${month}15`)

/** Below the folder of sites: bare ground that grows by a column a month; six frames with pictures. */
export async function madeSite(name = 'small'): Promise<{ dir: string; id: string; path: string }> {
  const dir = await mkdtemp(join(tmpdir(), 'scarline-made-'))
  const path = join(dir, name)
  const folder = await smallSite(path, SCENES.length)
  const { width, height } = GRID
  for (const { index, files } of (await folder.readFrames()).frames) {
    const raw = { width, height, channels: 1 } as const
    const grey = new Uint8Array(width * height).fill(40 * index)
    await folder.files.write(files.picture, await sharp(grey, { raw }).png().toBuffer())
  }
  await folder.close()
  return { dir, id: name, path }
}

/** Does something in a site folder as the command line would. */
export async function inFolder<T>(
  path: string,
  work: (folder: SiteFolder) => Promise<T>,
): Promise<T> {
  const folder = await openSiteFolder(path)
  try {
    return await work(folder)
  } finally {
    await folder.close()
  }
}

/** Clicks inside the bare ground of the first frame and propagates. */
export async function trackIt(path: string): Promise<void> {
  await inFolder(path, async (folder) => {
    await addPrompts(folder, { frame: '0', positive: [lngLatOf(1, 6)] })
    await drain(track(folder, { segmenter: createNdviSegmenter() }))
  })
}
