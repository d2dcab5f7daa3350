import { rm } from 'node:fs/promises'
import { ScarlineError, diskError } from '@scarline/core'
import { discardPart } from './download.ts'
import { importedRecords, listModels } from './model-library.ts'
import { removeRecord } from './model-record.ts'
import { officialModel } from './official-models.ts'

/** What was removed. */
export interface RemoveSummary {
  id: string
  path: string
  freedBytes: number
}

/**
 * Deletes a model's file, what was fetched of it, and its record.
 * @throws ScarlineError `not-found`; `usage` where an adapter needs it
 */
export async function removeModel(folder: string, name: string): Promise<RemoveSummary> {
  const id = officialModel(name)?.id ?? name
  const listed = (await listModels(folder)).find((model) => model.id === id)
  if (!listed || (!listed.present && listed.partBytes === 0 && listed.kind === 'official')) {
    throw new ScarlineError(`the model ${id} is not in ${folder}`, {
      code: 'not-found',
      hint: 'Run scarline models list to see what is there.',
    })
  }
  const adapter = (await importedRecords(folder)).find(({ base }) => base?.id === id)
  if (adapter) {
    throw new ScarlineError(`${id} is the base of the adapter ${adapter.id}`, {
      code: 'usage',
      hint: `Remove ${adapter.id} first.`,
    })
  }
  try {
    await rm(listed.path, { force: true })
    await discardPart(listed.path)
    await removeRecord(folder, id)
  } catch (error) {
    throw diskError(error, `remove ${listed.path}`)
  }
  const freedBytes = (listed.present ? listed.bytes : 0) + listed.partBytes
  return { id, path: listed.path, freedBytes }
}
