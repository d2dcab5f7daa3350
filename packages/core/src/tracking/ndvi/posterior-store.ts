import { POSTERIOR_STEPS } from './bare-chain.ts'
import { type BareHistory, addToHistory, createHistory } from './history.ts'
import type { PreparedSeries } from './prepare-series.ts'
import { SCRATCH_PREFIX, bytesOf, int8Of, mustRead } from './spill.ts'
import { HIDDEN } from './working-grid.ts'

/** The posteriors of a chain, stored, and what they say of each pixel. */
export interface PosteriorStore {
  history: BareHistory
  keep(index: number, posterior: Int8Array): Promise<void>
  readPosterior(index: number): Promise<Int8Array>
  /**
   * Once all frames are kept: hidden ground stays as it was last seen until it is seen again. A change
   * behind a cloud may be of any day since, but it was seen on none.
   *
   * @param advance called once a frame; throws to abort
   */
  holdHidden(advance: () => void): Promise<void>
}

/** Log-odds of ground that was last seen in one state and next seen in the other. */
const HELD = POSTERIOR_STEPS

/** An empty store under that name. */
export function posteriorStore(series: PreparedSeries, name: string): PosteriorStore {
  const { working, days, store } = series
  const pixels = working.width * working.height
  const history = createHistory(pixels)
  const keyOf = (index: number): string => `${SCRATCH_PREFIX}/${name}/${index}`
  const write = (index: number, posterior: Int8Array): Promise<void> =>
    store.write(keyOf(index), bytesOf(posterior))
  const readPosterior = async (index: number): Promise<Int8Array> =>
    int8Of(await mustRead(store, keyOf(index)))
  return {
    history,
    readPosterior,
    async keep(index, posterior) {
      addToHistory(history, posterior)
      await write(index, posterior)
    },
    async holdHidden(advance) {
      const lastSeen = new Int8Array(pixels)
      for (let t = 0; t < days.length; t++) {
        const posterior = (await readPosterior(t)).slice()
        const ndvi = await series.readWorkingNdvi(t)
        if (holdFrame(posterior, ndvi, lastSeen)) await write(t, posterior)
        advance()
      }
    },
  }
}

/**
 * One frame of {@link PosteriorStore.holdHidden}, in place.
 *
 * @param lastSeen by pixel 1 bare, -1 covered, 0 never seen; brought up to this frame
 * @returns whether anything changed
 */
export function holdFrame(posterior: Int8Array, ndvi: Int16Array, lastSeen: Int8Array): boolean {
  let changed = false
  for (let i = 0; i < posterior.length; i++) {
    const state = (posterior[i] as number) > 0 ? 1 : -1
    const seen = lastSeen[i] as number
    if (ndvi[i] !== HIDDEN) lastSeen[i] = state
    else if (seen !== 0 && seen !== state) {
      posterior[i] = seen * HELD
      changed = true
    }
  }
  return changed
}
