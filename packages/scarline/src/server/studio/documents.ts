import {
  type Frame,
  type FrameList,
  type Prompt,
  ScarlineError,
  type SiteFolder,
  type Track,
  type TrackedFrame,
} from '@scarline/core'
import type { StudioContext } from './context.ts'

/** What pictures, masks and prompts are looked up in. */
export interface WorkDocuments {
  folder: SiteFolder
  frames: FrameList
  prompts: Prompt[]
  /** With the masks that a propagation in work has made so far; empty before `track`. */
  masks: TrackedFrame[]
  /** As on disk; null before `track`. */
  track: Track | null
}

/** Reads the documents of sites, again only where they have changed. */
export interface DocumentReader {
  /** @throws ScarlineError `not-found`; `missing-step` before `frames` */
  of(siteId: string): Promise<WorkDocuments>
}

type Stored = Omit<WorkDocuments, 'masks'>

/** Sites of which the documents are kept in memory. */
const KEPT = 4

const readers = new WeakMap<StudioContext, DocumentReader>()

/** The reader that all routes of a studio share. */
export function documentsOf(studio: StudioContext): DocumentReader {
  const reader = readers.get(studio) ?? createDocumentReader(studio)
  readers.set(studio, reader)
  return reader
}

function createDocumentReader({ sites, jobs }: StudioContext): DocumentReader {
  const known = new Map<string, { mark: string; stored: Promise<Stored> }>()
  const storedOf = async (id: string): Promise<Stored> => {
    const mark = await sites.markOf(id)
    const before = known.get(id)
    if (before?.mark === mark) return before.stored
    const stored = readStored(await sites.read(id))
    known.delete(id)
    known.set(id, { mark, stored })
    const [oldest] = known.keys()
    if (known.size > KEPT && oldest !== undefined) known.delete(oldest)
    stored.catch(() => known.delete(id))
    return stored
  }
  return {
    async of(id) {
      const stored = await storedOf(id)
      return { ...stored, masks: withLive(stored.track?.frames ?? [], jobs.liveMasks(id)) }
    },
  }
}

async function readStored(folder: SiteFolder): Promise<Stored> {
  const [frames, prompts, track] = await Promise.all([
    folder.readFrames(),
    folder.readPrompts(),
    folder.readTrack(),
  ])
  return { folder, frames, prompts, track }
}

function withLive(frames: TrackedFrame[], live: readonly TrackedFrame[]): TrackedFrame[] {
  if (live.length === 0) return frames
  const key = ({ sceneId, objectId }: TrackedFrame): string => `${sceneId} ${objectId}`
  const made = new Set(live.map(key))
  return [...frames.filter((frame) => !made.has(key(frame))), ...live]
}

/** @throws ScarlineError `not-found` */
export function frameOf({ frames }: FrameList, sceneId: string): Frame {
  const frame = frames.find((one) => one.sceneId === sceneId)
  if (frame) return frame
  throw new ScarlineError(`there is no frame of the scene ${sceneId}`, {
    code: 'not-found',
    hint: 'Look at the site again: its frames have changed.',
  })
}

/** An object's mask on a frame. @throws ScarlineError `not-found` */
export function maskOf(
  masks: readonly TrackedFrame[],
  sceneId: string,
  objectId: number,
): TrackedFrame {
  const mask = masks.find((one) => one.sceneId === sceneId && one.objectId === objectId)
  if (mask) return mask
  throw new ScarlineError(`object ${objectId} has no mask on ${sceneId}`, {
    code: 'not-found',
    hint: 'Propagate it first.',
  })
}
