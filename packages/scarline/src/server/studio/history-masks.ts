import { randomUUID } from 'node:crypto'
import { copyFile, link, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import {
  type Prompt,
  type SiteFolder,
  type TrackedFrame,
  diskError,
  makeFolder,
} from '@scarline/core'
import type { HistoryStep } from './history-file.ts'

const MASKS_DIR = 'studio/masks'
const PROMPTS_DIR = 'prompts'

/** Keeps a file of a mask as it is now, whatever becomes of it. @returns where, relative to the site folder */
export async function keepFile({ dir }: SiteFolder, file: string): Promise<string> {
  const name = `${MASKS_DIR}/${randomUUID()}.tif`
  await makeFolder(join(dir, MASKS_DIR))
  const [from, to] = [join(dir, file), join(dir, name)]
  // Masks are replaced, never written into: a second name costs nothing. Some disks have no such names.
  await link(from, to)
    .catch(() => copyFile(from, to))
    .catch((error: unknown) => {
      throw diskError(error, `keep ${from}`)
    })
  return name
}

/** Brings kept files back as those of a mask of today. */
export async function restoreMask(
  { files }: SiteFolder,
  kept: { tracked: TrackedFrame; mask: string; probability: string | null },
  now: TrackedFrame,
): Promise<TrackedFrame> {
  await files.write(now.mask, await files.read(kept.mask))
  // A frame may have another number than then, so the names are those of today.
  const probability = kept.probability === null ? null : now.probability
  if (kept.probability !== null && probability !== null) {
    await files.write(probability, await files.read(kept.probability))
  }
  return { ...kept.tracked, mask: now.mask, probability, locked: true }
}

/** Removes kept masks and drawn prompts that no step and no prompt names any more. */
export async function removeUnused(
  { dir }: SiteFolder,
  dropped: readonly HistoryStep[],
  steps: readonly HistoryStep[],
  prompts: readonly Prompt[],
): Promise<void> {
  if (dropped.length === 0) return
  const named = (list: readonly HistoryStep[]): string[] =>
    list.flatMap(({ locks, prompts: { added, removed } }) => [
      ...locks.flatMap(({ mask, probability }) => [mask, probability ?? mask]),
      ...[...added, ...removed].flatMap(({ prompt }) => drawnFile(prompt)),
    ])
  const used = new Set([...named(steps), ...prompts.flatMap(drawnFile)])
  for (const file of new Set(named(dropped))) {
    if (!used.has(file) && (await isOwn(dir, file))) await rm(join(dir, file), { force: true })
  }
}

function drawnFile(prompt: Prompt): string[] {
  return prompt.kind === 'mask' ? [prompt.file] : []
}

/** Only what lies in the folders that the studio writes to is ever removed. */
async function isOwn(dir: string, file: string): Promise<boolean> {
  for (const folder of [MASKS_DIR, PROMPTS_DIR]) {
    const names = await readdir(join(dir, folder)).catch(() => [])
    if (names.some((name) => file === `${folder}/${name}`)) return true
  }
  return false
}
