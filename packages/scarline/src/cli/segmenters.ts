import { createHash } from 'node:crypto'
import {
  ScarlineError,
  type Segmenter,
  createNdviSegmenter,
  createSam2Segmenter,
} from '@scarline/core'
import { importedRecords, listModels, verifiedRecord } from '../models/model-library.ts'
import type { ModelRecord } from '../models/model-record.ts'
import { DEFAULT_MODEL_ID, OFFICIAL_MODELS } from '../models/official-models.ts'
import { userModelFolder } from './user-model-folder.ts'
import { VERSION } from './version.ts'

/** The engine that needs no weights. */
export const NDVI = 'ndvi'

/** What `--segmenter` takes, for the help. */
export const SEGMENTER_HELP: string = [
  `the engine: ${NDVI}, ${OFFICIAL_MODELS.map(({ id }) => id).join(', ')} or an imported model;`,
  `default: ${DEFAULT_MODEL_ID} where its weights are there, else ${NDVI}`,
].join(' ')

/** An engine, and in one line why this one. */
export interface ChosenSegmenter {
  segmenter: Segmenter
  reason: string
}

/**
 * The engine of that name; without a name the default model where its weights are there, else `ndvi`.
 * @throws ScarlineError `usage` naming those there are, `not-found` saying how to get the weights
 */
export async function chooseSegmenter(
  id: string | undefined,
  signal?: AbortSignal,
): Promise<ChosenSegmenter> {
  if (id === NDVI) return { segmenter: createNdviSegmenter(), reason: 'segmenter: ndvi' }
  const folder = userModelFolder()
  if (id !== undefined) {
    await requireKnown(id, folder)
    const record = await verifiedRecord(folder, id, signal)
    const segmenter = modelSegmenter(folder, record)
    return { segmenter, reason: `segmenter: ${record.id} (${record.configName})` }
  }
  const models = await listModels(folder)
  if (models.some(({ isDefault, present }) => isDefault && present)) {
    const record = await verifiedRecord(folder, DEFAULT_MODEL_ID, signal)
    return {
      segmenter: modelSegmenter(folder, record),
      reason: `segmenter: ${record.id}, its weights are in ${folder}; --segmenter ndvi takes the other`,
    }
  }
  return {
    segmenter: createNdviSegmenter(),
    reason: `segmenter: ndvi; scarline models pull ${DEFAULT_MODEL_ID} brings the weights of the default`,
  }
}

async function requireKnown(id: string, folder: string): Promise<void> {
  const names = [
    NDVI,
    ...OFFICIAL_MODELS.map((model) => model.id),
    ...(await importedRecords(folder)).map((record) => record.id),
  ]
  if (names.includes(id)) return
  throw new ScarlineError(`got --segmenter ${id}, expected one of ${names.join(', ')}`, {
    code: 'usage',
    hint: 'Use --segmenter ndvi, or bring weights in with scarline models import FILE.',
  })
}

function modelSegmenter(folder: string, record: ModelRecord): Segmenter {
  return createSam2Segmenter({
    id: record.id,
    modelHash: modelHashOf(record),
    openModel: async (options) => {
      const { openNodeModel } = await import('../models/load-model.ts')
      return openNodeModel(folder, record, options)
    },
  })
}

/** Of everything that decides the masks besides the engine around the model. */
function modelHashOf({ sha256, base, config, configName }: ModelRecord): string {
  const facts = [sha256, base?.sha256 ?? null, base?.scale ?? null, config, configName, VERSION]
  return createHash('sha256').update(JSON.stringify(facts)).digest('hex').slice(0, 16)
}
