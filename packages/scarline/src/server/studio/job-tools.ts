import type { PublishedWeights } from '@scarline/core'
import { chooseSegmenter } from '../../cli/segmenters.ts'
import { VERSION } from '../../cli/version.ts'
import { OFFICIAL_MODELS } from '../../models/official-models.ts'
import type { JobTools } from './job-work.ts'

/** The engines and versions of this installation. */
export function createJobTools(): JobTools {
  return {
    version: VERSION,
    weights: new Map<string, PublishedWeights>(
      OFFICIAL_MODELS.map(({ id, url, bytes, sha256 }) => [
        id,
        { href: url, sizeBytes: bytes, sha256 },
      ]),
    ),
    choose: async (id, signal) => (await chooseSegmenter(id, signal)).segmenter,
  }
}
