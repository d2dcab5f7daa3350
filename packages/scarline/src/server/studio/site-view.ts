import {
  type FrameList,
  type Prompt,
  type Scene,
  type Site,
  type SiteDetail,
  type SiteFolder,
  type SiteListing,
  type SiteStage,
  type Track,
  type TrackedFrame,
  reviewQueue,
  unansweredFrames,
} from '@scarline/core'
import { plainError } from './refusal.ts'

/** The documents of a site that everything else is told from. */
interface SiteDocuments {
  site: Site
  scenes: Scene[]
  frames: FrameList | null
  prompts: Prompt[]
  track: Track | null
  analysis: boolean
}

async function readDocuments(folder: SiteFolder): Promise<SiteDocuments> {
  const [site, scenes, frames, prompts, track, analysis] = await Promise.all([
    folder.readSite(),
    folder.readScenes(),
    folder.readFramesIfExist(),
    folder.readPrompts(),
    folder.readTrack(),
    folder.files.exists('analysis/summary.json'),
  ])
  return { site, scenes, frames, prompts, track, analysis }
}

/** A site's line of the list; one that cannot be read has its reason instead. */
export async function summariseSite(
  id: string,
  read: () => Promise<SiteFolder>,
): Promise<SiteListing> {
  const empty = { from: '', to: '', frames: 0, lastAt: null, thumbnail: null, area: [] }
  try {
    const documents = await readDocuments(await read())
    const { site, frames, track } = documents
    const last = frames?.frames.at(-1)
    return {
      ...{ id, name: site.name, from: site.from, to: site.to },
      frames: frames?.frames.length ?? 0,
      lastAt: last?.capturedAt ?? null,
      thumbnail: last ? frameThumbnail(id, last) : sceneThumbnail(id, documents.scenes),
      area: areaCurve(frames, track),
      stage: stageOf(documents),
      error: null,
    }
  } catch (error) {
    return { id, name: id, ...empty, stage: 'new', error: plainError(error) }
  }
}

/** In true colour where there is one: a slope is known again by that. */
function frameThumbnail(
  id: string,
  { sceneId, inputHash, files }: FrameList['frames'][number],
): string {
  if (files.trueColour !== null) return scenePicture(id, sceneId)
  return `/api/sites/${encodeURIComponent(id)}/frames/${encodeURIComponent(sceneId)}/picture.webp?edge=320&v=${inputHash}`
}

function scenePicture(id: string, sceneId: string): string {
  return `/api/sites/${encodeURIComponent(id)}/scenes/${encodeURIComponent(sceneId)}/picture.webp?edge=480`
}

function sceneThumbnail(id: string, scenes: readonly Scene[]): string | null {
  const last = scenes
    .filter(({ kept, status }) => kept && status === 'read')
    .toSorted((a, b) => a.capturedAt.localeCompare(b.capturedAt))
    .at(-1)
  return last ? scenePicture(id, last.id) : null
}

/** Everything that the pages of a site start from. */
export async function describeSite(
  folder: SiteFolder,
  live: readonly TrackedFrame[],
): Promise<Omit<SiteDetail, 'revision' | 'seq' | 'history' | 'jobs'>> {
  const documents = await readDocuments(folder)
  const { site, scenes, frames, prompts, analysis } = documents
  const track = withLive(documents.track, live)
  const failed = scenes.filter(({ status }) => status === 'failed').length
  const kept = scenes.filter((scene) => scene.kept).length
  return {
    site,
    stage: stageOf(documents),
    sceneCounts: {
      ...{ total: scenes.length, kept, failed },
      rejected: scenes.length - kept - failed,
    },
    frames,
    prompts,
    track,
    ...objectsOf(frames, prompts, track),
    unanswered: frames === null ? [] : unansweredFrames(frames, prompts, track),
    analysis,
  }
}

function withLive(track: Track | null, live: readonly TrackedFrame[]): Track | null {
  if (track === null || live.length === 0) return track
  const key = ({ sceneId, objectId }: TrackedFrame): string => `${sceneId} ${objectId}`
  const made = new Set(live.map(key))
  return { ...track, frames: [...track.frames.filter((one) => !made.has(key(one))), ...live] }
}

function stageOf({ scenes, frames, prompts, track, analysis }: SiteDocuments): SiteStage {
  if (frames === null || frames.frames.length === 0) {
    return scenes.some(({ status }) => status === 'read') ? 'acquired' : 'new'
  }
  if (track !== null && track.frames.length > 0) return analysis ? 'analysed' : 'tracked'
  return prompts.length > 0 ? 'prompted' : 'framed'
}

function areaCurve(frames: FrameList | null, track: Track | null): [string, number][] {
  if (frames === null || track === null) return []
  const sums = new Map<string, number>()
  for (const { sceneId, areaM2 } of track.frames) {
    sums.set(sceneId, (sums.get(sceneId) ?? 0) + areaM2)
  }
  return frames.frames.flatMap(({ sceneId, capturedAt }): [string, number][] => {
    const areaM2 = sums.get(sceneId)
    return areaM2 === undefined ? [] : [[capturedAt, areaM2]]
  })
}

function objectsOf(
  list: FrameList | null,
  prompts: readonly Prompt[],
  track: Track | null,
): Pick<SiteDetail, 'objects' | 'reviewQueue'> {
  const order = new Map(list?.frames.map(({ sceneId, index }) => [sceneId, index]))
  const tracked = (track?.frames ?? []).filter(({ sceneId }) => order.has(sceneId))
  const ids = [...new Set([...prompts, ...tracked].map(({ objectId }) => objectId))]
  const inTime = (id: number): TrackedFrame[] =>
    tracked
      .filter(({ objectId }) => objectId === id)
      .sort((a, b) => (order.get(a.sceneId) ?? 0) - (order.get(b.sceneId) ?? 0))
  const rows = ids
    .sort((a, b) => a - b)
    .map((id) => ({
      masks: inTime(id),
      id,
      prompts: prompts.filter(({ objectId }) => objectId === id).length,
    }))
  return {
    objects: rows.map(({ id, prompts, masks }) => ({
      ...{ id, prompts, masks: masks.length },
      locked: masks.filter(({ locked }) => locked).length,
      lastAreaM2: masks.at(-1)?.areaM2 ?? null,
    })),
    reviewQueue: rows
      .flatMap(({ masks }) => reviewQueue(masks))
      .sort((a, b) => b.gainM2 - a.gainM2),
  }
}
