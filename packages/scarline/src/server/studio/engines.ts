import type { ListedEngine, Segmenter } from '@scarline/core'
import { type ListedModel, formatMegabytes, listModels } from '../../models/model-library.ts'
import type { StudioEngines } from './context.ts'

/** @param choose an engine by its id, the default without one */
export function createEngines(
  modelFolder: string,
  choose: (id: string | undefined, signal?: AbortSignal) => Promise<Segmenter>,
): StudioEngines {
  return {
    choose,
    async list() {
      const models = await listModels(modelFolder)
      const isModelDefault = models.some(({ isDefault, present }) => isDefault && present)
      const ndvi: ListedEngine = {
        id: 'ndvi',
        ready: true,
        words: 'needs no weights',
        isDefault: !isModelDefault,
      }
      return [ndvi, ...models.map((model) => engineOf(model))]
    },
  }
}

function engineOf({ id, present, kind, bytes, isDefault }: ListedModel): ListedEngine {
  const size = formatMegabytes(bytes)
  const words = present
    ? `${kind === 'official' ? 'official weights' : 'imported weights'}, ${size}`
    : `scarline models pull ${id} brings its weights, ${size}`
  return { id, ready: present, words, isDefault: isDefault && present }
}
