import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { ScarlineError } from '@scarline/core'
import type { ArchiveItem } from './archive-search.ts'

/** Items of an archive folder, read again when items.json has changed. */
export interface ItemSource {
  items(): Promise<readonly ArchiveItem[]>
}

function isItem(value: unknown): value is ArchiveItem {
  const item = value as Partial<ArchiveItem> | null
  return (
    typeof item === 'object' &&
    item !== null &&
    typeof item.id === 'string' &&
    typeof item.collection === 'string' &&
    typeof item.assets === 'object'
  )
}

async function readItems(path: string): Promise<ArchiveItem[]> {
  const refuse = (got: string): ScarlineError =>
    new ScarlineError(`got ${got} in ${path}, expected a FeatureCollection of STAC items`, {
      code: 'invalid-input',
      hint: 'Give the folder that holds items.json and its assets, such as one that `scarline simulate` made.',
      details: { path },
    })
  let document: unknown
  try {
    document = JSON.parse(await readFile(path, 'utf8'))
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') throw refuse('no file')
    throw refuse('no JSON')
  }
  const { type, features } = document as { type?: unknown; features?: unknown }
  if (type !== 'FeatureCollection' || !Array.isArray(features)) {
    throw refuse(`type ${JSON.stringify(type)}`)
  }
  const bad = features.findIndex((feature) => !isItem(feature))
  if (bad >= 0) throw refuse(`a feature (number ${bad}) that is no item`)
  return features as ArchiveItem[]
}

export async function openItems(dir: string): Promise<ItemSource> {
  const path = join(dir, 'items.json')
  let items = await readItems(path)
  let readAt = (await stat(path)).mtimeMs
  return {
    async items() {
      const changedAt = (await stat(path)).mtimeMs
      if (changedAt !== readAt) {
        items = await readItems(path)
        readAt = changedAt
      }
      return items
    },
  }
}
