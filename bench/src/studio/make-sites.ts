import { existsSync } from 'node:fs'
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  acquire,
  addPrompts,
  analyse,
  createNdviSegmenter,
  frames,
  initSite,
  openSiteFolder,
  setScenesKept,
  simulate,
  track,
} from '@scarline/core'
import { startArchiveServer } from 'scarline/archive-server'
import { type ArchiveFacts, drain, serveFrom } from '../prepare-site.ts'

/** A site that the studio is measured on. */
export interface StudioSite {
  /** As the studio names it. */
  id: string
  /** m. */
  sizeM: number
  /** Acquisitions that are simulated. */
  scenes: number
  /** Frames that are kept at most. */
  frames: number
  seed: number
  /** Whether it comes with masks and an analysis. */
  isTracked: boolean
}

/** For clicks, propagation and scrubbing: 1,200 x 1,200 pixels of 2 m, nothing marked yet. */
export const LARGE: StudioSite = {
  ...{ id: 'large', sizeM: 2400, scenes: 60, frames: 65 },
  ...{ seed: 5, isTracked: false },
}

/** For opening: as many frames as the paper's longest series, tracked and analysed. */
export const LONG: StudioSite = {
  ...{ id: 'long', sizeM: 800, scenes: 330, frames: 156 },
  ...{ seed: 11, isTracked: true },
}

/** What the bench must know of a site. */
export interface SiteFacts {
  facts: ArchiveFacts
  frames: { sceneId: string; capturedAt: string }[]
  widthPx: number
  heightPx: number
}

/**
 * A site below `work`/sites, made where it is not there.
 * @param tell what is being done
 */
export async function makeSite(
  work: string,
  site: StudioSite,
  tell: (words: string) => void,
): Promise<SiteFacts> {
  const { id, sizeM, scenes, seed } = site
  const archive = join(work, `archive-${id}`)
  const dir = join(work, 'sites', id)
  if (!existsSync(join(archive, 'items.json'))) {
    tell(`simulate ${id}: ${sizeM} m, ${scenes} acquisitions`)
    await drain(simulate(archive, { scenario: 'baige', seed, sizeM, sceneCount: scenes }))
  }
  const facts = JSON.parse(await readFile(join(archive, 'site.json'), 'utf8')) as ArchiveFacts
  if (!existsSync(join(dir, 'frames.json'))) {
    tell(`acquire ${id} and make its frames`)
    await makeFrames(dir, archive, facts, site)
  }
  if (site.isTracked) await trackOnce(dir, facts, () => tell(`track ${id}`))
  const folder = await openSiteFolder(dir, { lock: false })
  try {
    const { grid, frames: list } = await folder.readFrames()
    const kept = list.map(({ sceneId, capturedAt }) => ({ sceneId, capturedAt }))
    return { facts, frames: kept, widthPx: grid.width, heightPx: grid.height }
  } finally {
    await folder.close()
  }
}

async function makeFrames(
  dir: string,
  archive: string,
  { bbox, true_area_m2: areas }: ArchiveFacts,
  { frames: most }: StudioSite,
): Promise<void> {
  const days = Object.keys(areas).sort()
  const server = await startArchiveServer({ dir: archive })
  await mkdir(join(dir, '..'), { recursive: true })
  const folder = existsSync(join(dir, 'site.json'))
    ? await openSiteFolder(dir)
    : await initSite(dir, {
        bbox: bbox.join(','),
        from: days[0] as string,
        to: days.at(-1) as string,
        stac: server.url,
        collection: 'sentinel-2-l2a',
      })
  try {
    await serveFrom(folder, server.url)
    await drain(acquire(folder))
    const kept = (await folder.readScenes()).filter((scene) => scene.kept).map(({ id }) => id)
    if (kept.length > most) await setScenesKept(folder, { keep: [], reject: kept.slice(most) })
    await drain(frames(folder, { video: false }))
  } finally {
    await folder.close()
    await server.close()
  }
}

async function trackOnce(dir: string, { prompts }: ArchiveFacts, tell: () => void): Promise<void> {
  if (existsSync(join(dir, 'analysis', 'summary.json'))) return
  tell()
  const folder = await openSiteFolder(dir)
  try {
    const { frames: list } = await folder.readFrames()
    const { frame_date: date, positive, negative } = prompts
    const frame = list.find(({ capturedAt }) => capturedAt.slice(0, 10) >= date)
    if (!frame) throw new Error(`got no frame from ${date} on in ${dir}, expected one to prompt`)
    if ((await folder.readPrompts()).length === 0) {
      await addPrompts(folder, { frame: frame.sceneId, positive, negative })
    }
    await drain(track(folder, { segmenter: createNdviSegmenter() }))
    await drain(analyse(folder))
  } finally {
    await folder.close()
  }
}
