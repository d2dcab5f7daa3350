import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import {
  type Run,
  type SimulatedScenario,
  type SiteFolder,
  acquire,
  addPrompts,
  createNdviSegmenter,
  frames,
  initSite,
  openSiteFolder,
  simulate,
  track,
} from '@scarline/core'
import { startArchiveServer } from 'scarline/archive-server'

/** What the simulator and the shared archives say of themselves (site.json). */
export interface ArchiveFacts {
  bbox: [number, number, number, number]
  prompts: { frame_date: string; positive: [number, number][]; negative: [number, number][] }
  /** By date, m². */
  true_area_m2: Record<string, number>
  /** Of simulated archives. */
  simulation?: { size_m: number }
}

/** A site with masks, its archive being served. */
export interface PreparedSite {
  folder: SiteFolder
  facts: ArchiveFacts
  /** Scenes considered; null where the site was left as it was. */
  considered: number | null
  /** Releases the folder and stops the server. */
  close(): Promise<void>
}

/** Runs a stage under its name, for a stopwatch. */
export type Stopwatch = <T>(stage: string, job: () => Promise<T>) => Promise<T>

/** Edge of the site that the simulator's scenarios are laid out for, m. */
export const FULL_SIZE_M = 2400

/** How far a site is made. */
export interface PrepareOptions {
  /** Folder that holds the sites. */
  work: string
  /** For messages. */
  name: string
  /** `all`: every stage again. `track`: masks anew on the frames that are there. `missing`: what is not there. */
  redo: 'all' | 'track' | 'missing'
  /** Whether the frames' video is made, too. */
  video: boolean
  timed: Stopwatch
}

/**
 * The folder of a simulated archive, made where it is not there.
 *
 * @throws Error where the folder holds one of another size
 */
export async function simulatedArchive(
  work: string,
  scenario: SimulatedScenario,
  seed: number,
  sizeM: number,
): Promise<string> {
  const archive = join(work, `archive-${scenario}-${seed}`)
  if (!existsSync(join(archive, 'items.json'))) {
    await drain(simulate(archive, { scenario, seed, sizeM }))
    return archive
  }
  const { simulation } = await readFacts(archive)
  if (simulation?.size_m !== sizeM) {
    throw new Error(`got ${archive} of ${simulation?.size_m} m, expected ${sizeM} m`)
  }
  return archive
}

async function readFacts(archive: string): Promise<ArchiveFacts> {
  return JSON.parse(await readFile(join(archive, 'site.json'), 'utf8')) as ArchiveFacts
}

/** The folder of an archive's site. */
export function siteDirOf(work: string, archive: string): string {
  return join(work, `site-${basename(archive)}`)
}

/** Archive -> site -> scenes -> frames -> masks over HTTP with the prompts of the first frame only. */
export async function prepareSite(archive: string, options: PrepareOptions): Promise<PreparedSite> {
  const { work, name, redo, video, timed } = options
  const facts = await readFacts(archive)
  const days = Object.keys(facts.true_area_m2).sort()
  const dir = siteDirOf(work, archive)
  const server = await startArchiveServer({ dir: archive })
  const folder = existsSync(join(dir, 'site.json'))
    ? await openSiteFolder(dir)
    : await initSite(dir, {
        bbox: facts.bbox.join(','),
        from: days[0] as string,
        to: days.at(-1) as string,
        stac: server.url,
        collection: 'sentinel-2-l2a',
      })
  const close = async (): Promise<void> => {
    await folder.close()
    await server.close()
  }
  try {
    await serveFrom(folder, server.url)
    const hasFrames = (await folder.readFramesIfExist()) !== null
    const tracked = await folder.readTrack()
    const isTracked = tracked !== null && tracked.run === null && tracked.frames.length > 0
    let considered: number | null = null
    if (redo === 'all' || !hasFrames) {
      considered = (await timed('acquire', () => drain(acquire(folder)))).considered
      await timed('frames', () => drain(frames(folder, { video })))
    }
    if ((await folder.readPrompts()).length === 0) await promptAsTold(folder, facts, name)
    if (redo !== 'missing' || !isTracked) {
      const segmenter = createNdviSegmenter()
      await timed('track', () => drain(track(folder, { segmenter, all: true })))
    }
    return { folder, facts, considered, close }
  } catch (error) {
    await close()
    throw error
  }
}

/** Points a site at the server of this run: ports change. */
export async function serveFrom(folder: SiteFolder, url: string): Promise<void> {
  const site = await folder.readSite()
  await folder.writeSite({ ...site, source: { ...site.source, url } as typeof site.source })
}

/** Puts the archive's clicks on its first frame, or on the first one after it that was kept. */
async function promptAsTold(
  folder: SiteFolder,
  { prompts }: ArchiveFacts,
  name: string,
): Promise<void> {
  const { frame_date: date, positive, negative } = prompts
  const list = await folder.readFrames()
  const frame = list.frames.find(({ capturedAt }) => capturedAt.slice(0, 10) >= date)
  if (!frame) throw new Error(`${name}: no frame was kept from ${date} on`)
  await addPrompts(folder, { frame: frame.sceneId, positive, negative })
}

/** Scenarios named on the command line. */
export function scenariosOf(name: string): SimulatedScenario[] {
  if (name === 'both') return ['baige', 'sela']
  if (name === 'baige' || name === 'sela') return [name]
  throw new Error(`got --scenario ${name}, expected baige, sela or both`)
}

/** Seeds as `1,4,7`, `1-20` or both. */
export function seedsOf(text: string): number[] {
  return text.split(',').flatMap((part) => {
    const [, from, to = from] = /^(\d+)(?:-(\d+))?$/.exec(part.trim()) ?? []
    if (from === undefined) throw new Error(`got --seeds ${text}, expected 1,4,7 or 1-20`)
    const first = Number(from)
    return Array.from({ length: Number(to) - first + 1 }, (_, i) => first + i)
  })
}

/** Runs a stage to its end and gives its summary. */
export async function drain<T>(run: Run<T>): Promise<T> {
  for (;;) {
    const step = await run.next()
    if (step.done) return step.value
  }
}
