import { ScarlineError, fromSam2Error } from '@scarline/core'
import {
  type ByteSource,
  type Checkpoint,
  type Sam2Config,
  checkTensors,
  mergeLora,
  openCheckpoint,
  parseConfig,
  recogniseConfig,
} from '@scarline/sam2'

/** A checkpoint whose tensors are those of a model. */
export interface CheckedWeights {
  checkpoint: Checkpoint
  config: Sam2Config
}

/** What is to be checked. */
export interface WeightFiles {
  source: ByteSource
  /** For an adapter: the model that it changes, with its configuration. */
  base: { source: ByteSource; config: unknown; scale: number | null } | null
  /** Upstream's configuration; null: the tensors tell. */
  config: unknown
  /** Name of the configuration that it must be, where that is known. */
  configName: string | null
}

/**
 * Opens a checkpoint (with its base where it is an adapter) and checks that every tensor of a SAM 2
 * model is there in its shape. The sources must stay open as long as the checkpoint is used.
 *
 * @throws ScarlineError `invalid-input` naming what is wrong
 */
export async function openWeights(files: WeightFiles): Promise<CheckedWeights> {
  const { source, base, configName } = files
  try {
    const own = await openCheckpoint(source)
    const checkpoint = base
      ? mergeLora(
          await openCheckpoint(base.source),
          own,
          base.scale === null ? {} : { scale: base.scale },
        )
      : own
    const json = files.config ?? base?.config ?? null
    const config =
      json === null ? recogniseConfig(checkpoint.tensors, source.name) : parseConfig(json)
    if (json !== null) checkTensors(checkpoint.tensors, config)
    if (configName !== null && config.name !== configName) {
      throw new ScarlineError(
        `${source.name} holds the tensors of ${config.name}, expected those of ${configName}`,
        { code: 'invalid-input', hint: 'Give the file of the model that you named.' },
      )
    }
    return { checkpoint, config }
  } catch (error) {
    throw fromSam2Error(error)
  }
}
