import { readRaster } from '../cog/read-geotiff.ts'
import type { FrameList } from '../model/frame.ts'
import type { Prompt } from '../model/prompt.ts'
import type { Track, TrackRun } from '../model/track.ts'
import type { SiteFolder } from '../site/site-folder.ts'
import { toPixelPrompt } from '../tracking/pixel-prompts.ts'
import type { AcceptedMask, PixelPrompt } from '../tracking/segmenter.ts'
import { findFrame } from './find-frame.ts'
import { hashOf } from './hash.ts'

/** Hash of an object's prompts on one scene, as masks carry it; null without prompts. */
export function promptHashOf(prompts: readonly Prompt[]): string | null {
  return prompts.length === 0 ? null : hashOf(prompts.map(({ id }) => id).sort())
}

/** Hash of an object's prompts per scene; scenes without prompts are absent. */
export function promptHashes(prompts: readonly Prompt[], objectId: number): Map<string, string> {
  const byScene = new Map<string, Prompt[]>()
  for (const prompt of prompts) {
    if (prompt.objectId !== objectId) continue
    byScene.set(prompt.sceneId, [...(byScene.get(prompt.sceneId) ?? []), prompt])
  }
  return new Map([...byScene].map(([sceneId, own]) => [sceneId, promptHashOf(own) as string]))
}

/** A mask of the site folder: 0/1 on the site grid. */
export async function readMask(folder: SiteFolder, file: string): Promise<Uint8Array> {
  return (await readRaster(await folder.files.read(file), file)).data as Uint8Array
}

/** An object's prompts in pixels of the site grid. */
export async function pixelPromptsOf(
  folder: SiteFolder,
  prompts: readonly Prompt[],
  list: FrameList,
  objectId: number,
): Promise<PixelPrompt[]> {
  const own = prompts.filter((prompt) => prompt.objectId === objectId)
  const masks = new Map<string, Uint8Array>()
  for (const prompt of own) {
    if (prompt.kind === 'mask') masks.set(prompt.id, await readMask(folder, prompt.file))
  }
  return own.map((prompt) =>
    toPixelPrompt(prompt, findFrame(list, prompt.sceneId).index, list.grid, masks),
  )
}

/** The masks that condition a run. */
export async function acceptedMasks(
  folder: SiteFolder,
  run: TrackRun,
  state: Track,
  list: FrameList,
  objectId: number,
): Promise<AcceptedMask[]> {
  const result: AcceptedMask[] = []
  for (const item of run.accepted) {
    if (item.objectId !== objectId) continue
    const tracked = state.frames.find(
      (frame) => frame.sceneId === item.sceneId && frame.objectId === objectId,
    )
    if (!tracked) continue
    const frameIndex = findFrame(list, item.sceneId).index
    result.push({ frameIndex, mask: await readMask(folder, tracked.mask) })
  }
  return result
}
