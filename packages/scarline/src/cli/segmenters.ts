import { ScarlineError, type Segmenter, createNdviSegmenter } from '@scarline/core'

/** Engines of this build. */
export const SEGMENTERS: readonly string[] = ['ndvi']

/**
 * The engine of that name.
 * @throws ScarlineError `usage` naming those there are
 */
export function segmenterOf(id: string): Segmenter {
  if (id === 'ndvi') return createNdviSegmenter()
  throw new ScarlineError(`got --segmenter ${id}, expected one of ${SEGMENTERS.join(', ')}`, {
    code: 'usage',
    hint: 'Use --segmenter ndvi.',
  })
}
