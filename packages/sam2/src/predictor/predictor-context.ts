import { type MemoryPositions, memoryPositions } from './memory-tokens.ts'
import { type PredictorOptions, type ResolvedOptions, resolveOptions } from './predictor-options.ts'
import { Sam2Error } from '../errors.ts'
import type { Sam2Model } from './sam2-model.ts'

/** What every step of a video predictor needs. */
export interface PredictorContext {
  readonly model: Sam2Model
  readonly options: ResolvedOptions
  readonly positions: MemoryPositions
}

/**
 * Checks model and options.
 * @throws Sam2Error `config` for a model whose rules are not those of the official ones, `input`
 */
export function createContext(model: Sam2Model, options: PredictorOptions): PredictorContext {
  const { config, weights } = model
  requireOfficialRules(config.directlyAddNoMemEmbed, 'directlyAddNoMemEmbed')
  requireOfficialRules(config.useMaskInputAsOutputWithoutSam, 'useMaskInputAsOutputWithoutSam')
  return {
    model,
    options: resolveOptions(config, options),
    positions: memoryPositions(config, weights),
  }
}

function requireOfficialRules(value: boolean, name: string): void {
  if (value) return
  throw new Sam2Error(`got a model with ${name} false, expected true`, {
    code: 'config',
    hint: 'Use a model whose configuration follows the official ones.',
  })
}
