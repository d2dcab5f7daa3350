import { readdir, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { FileStore } from '../model/file-store.ts'
import { type FrameList, frameListSchema } from '../model/frame.ts'
import { type Prompt, type PromptList, promptListSchema } from '../model/prompt.ts'
import { type Scene, type SceneList, sceneListSchema } from '../model/scene.ts'
import { SITE_FORMAT_VERSION, type Site, siteSchema } from '../model/site.ts'
import { type Track, trackSchema } from '../model/track.ts'
import { ScarlineError } from '../errors.ts'
import { makeFolder, nodeFileStore } from './node-file-store.ts'
import { type SiteDocument, readDocument, requireDocument, writeDocument } from './site-json.ts'
import { type SiteLock, lockSite } from './site-lock.ts'
import { HALF_WRITTEN } from './write-atomically.ts'

const REMAKE = 'Restore it from a backup, or delete it and run the step that makes it again.'

const SITE: SiteDocument<Site> = {
  name: 'site.json',
  schema: siteSchema,
  formatVersion: SITE_FORMAT_VERSION,
  hint: 'Make the site first: scarline init <site> --bbox W,S,E,N --from DATE --to DATE.',
  mend: 'Restore it from a backup, or mend the place by hand.',
}
const SCENES: SiteDocument<SceneList> = {
  name: 'scenes.json',
  schema: sceneListSchema,
  formatVersion: 1,
  hint: 'Run scarline acquire (or import) first.',
  mend: REMAKE,
}
const FRAMES: SiteDocument<FrameList> = {
  name: 'frames.json',
  schema: frameListSchema,
  formatVersion: 1,
  hint: 'Run scarline frames first.',
  mend: REMAKE,
}
const PROMPTS: SiteDocument<PromptList> = {
  name: 'prompts.json',
  schema: promptListSchema,
  formatVersion: 1,
  hint: 'Run scarline prompt first.',
  mend: "Restore it from a backup, or mend the place by hand: prompts are a person's work.",
}
const TRACK: SiteDocument<Track> = {
  name: 'track.json',
  schema: trackSchema,
  formatVersion: 1,
  hint: 'Run scarline track first.',
  mend: REMAKE,
}

const IN_CACHE = /^\.cache[/\\]/

/** A site on disk. Holds the folder's lock (where opened for writing) until closed. */
export interface SiteFolder {
  readonly dir: string
  readonly files: FileStore
  readSite(): Promise<Site>
  writeSite(site: Site): Promise<void>
  /** Empty before `acquire` or `import`. */
  readScenes(): Promise<Scene[]>
  writeScenes(scenes: readonly Scene[]): Promise<void>
  readFrames(): Promise<FrameList>
  /** Null before `frames`. */
  readFramesIfExist(): Promise<FrameList | null>
  writeFrames(frames: FrameList): Promise<void>
  readPrompts(): Promise<Prompt[]>
  writePrompts(prompts: readonly Prompt[]): Promise<void>
  /** Null before `track`. */
  readTrack(): Promise<Track | null>
  writeTrack(track: Track): Promise<void>
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

/**
 * Makes a new site folder and opens it for writing.
 * @throws ScarlineError `usage` where the folder already holds a site.
 */
export async function createSiteFolder(dir: string, site: Site): Promise<SiteFolder> {
  const path = resolve(dir)
  const files = nodeFileStore(path)
  if (await files.exists(SITE.name)) {
    throw new ScarlineError(`${path} already holds a site`, {
      code: 'usage',
      hint: 'Choose another folder, or delete this one first.',
    })
  }
  await makeFolder(path)
  const folder = siteFolder(path, files, await lockSite(path))
  await folder.writeSite(site)
  return folder
}

/**
 * Opens a site folder; with `lock` (the default) for writing, which only one command may at a time.
 * @throws ScarlineError `not-found`, `site-version`, `corrupt-file`, `site-locked`.
 */
export async function openSiteFolder(
  dir: string,
  options: { lock?: boolean } = {},
): Promise<SiteFolder> {
  const path = resolve(dir)
  const files = nodeFileStore(path)
  if (!(await files.exists(SITE.name))) {
    throw new ScarlineError(`${path} is not a site: it has no site.json`, {
      code: 'not-found',
      hint: 'Check the path, or make the site with scarline init.',
    })
  }
  await requireDocument(files, SITE)
  if (options.lock === false) return siteFolder(path, files, null)
  const lock = await lockSite(path)
  await removeLeftovers(path)
  return siteFolder(path, files, lock)
}

function siteFolder(dir: string, files: FileStore, lock: SiteLock | null): SiteFolder {
  const close = async (): Promise<void> => lock?.release()
  return {
    dir,
    files,
    readSite: () => requireDocument(files, SITE),
    writeSite: (site) => writeDocument(files, SITE, site),
    readScenes: async () => (await readDocument(files, SCENES))?.scenes ?? [],
    writeScenes: (scenes) =>
      writeDocument(files, SCENES, { formatVersion: 1, scenes: [...scenes] }),
    readFrames: () => requireDocument(files, FRAMES),
    readFramesIfExist: () => readDocument(files, FRAMES),
    writeFrames: (frames) => writeDocument(files, FRAMES, frames),
    readPrompts: async () => (await readDocument(files, PROMPTS))?.prompts ?? [],
    writePrompts: (prompts) =>
      writeDocument(files, PROMPTS, { formatVersion: 1, prompts: [...prompts] }),
    readTrack: () => readDocument(files, TRACK),
    writeTrack: (track) => writeDocument(files, TRACK, track),
    close,
    [Symbol.asyncDispose]: close,
  }
}

/**
 * What processes that were killed between write and rename left behind. Not in `.cache`: programs
 * without the lock write there too.
 */
async function removeLeftovers(dir: string): Promise<void> {
  const names = await readdir(dir, { recursive: true })
  const leftovers = names.filter((name) => HALF_WRITTEN.test(name) && !IN_CACHE.test(name))
  await Promise.all(leftovers.map((name) => rm(join(dir, name), { force: true })))
}
