import type { AnalysisAnswer } from '@scarline/core/model'
import { ApiError, isAbort } from '../api/api-error.ts'
import { getAnalysis } from '../api/analysis.ts'
import { getBoundaries } from '../api/client.ts'
import { type BoundaryLine, linesOf } from '../map/boundary-lines.ts'
import { tellError } from './actions-notices.ts'
import { type Store, createStore } from './create-store.ts'
import type { Place } from './store.ts'

/** What was found about the open site. */
export interface AnalysisState {
  siteId: string | null
  analysis: AnalysisAnswer | null
  /** Boundaries of all frames by `lineKey`. */
  lines: ReadonlyMap<string, BoundaryLine> | null
}

const NOTHING: AnalysisState = { siteId: null, analysis: null, lines: null }

export const analysisStore: Store<AnalysisState> = createStore<AnalysisState>(NOTHING)

/** Reads the analysis of a site; what was read before stays until then. @returns gives it up */
export function loadAnalysis(siteId: string): () => void {
  begin(siteId)
  return load('analysis', async (signal) => {
    try {
      return { analysis: await getAnalysis(siteId, signal) }
    } catch (error) {
      if (error instanceof ApiError && error.code === 'missing-step') return { analysis: null }
      throw error
    }
  })
}

/** Reads the boundaries of all masks of a site. @returns gives it up */
export function loadLines(siteId: string, place: Place): () => void {
  begin(siteId)
  return load(place, async (signal) => ({
    lines: linesOf(await getBoundaries(siteId, undefined, signal)),
  }))
}

function begin(siteId: string): void {
  if (analysisStore.get().siteId !== siteId) analysisStore.set({ ...NOTHING, siteId })
}

function load(
  place: Place,
  read: (signal: AbortSignal) => Promise<Partial<AnalysisState>>,
): () => void {
  const abort = new AbortController()
  const take = async (): Promise<void> => {
    try {
      const part = await read(abort.signal)
      if (!abort.signal.aborted) analysisStore.set(part)
    } catch (error) {
      if (!isAbort(error)) tellError(place, error)
    }
  }
  void take()
  return () => abort.abort()
}
