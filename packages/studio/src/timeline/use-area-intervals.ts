import type { SiteDetail } from '@scarline/core/model'
import { useEffect, useState } from 'react'
import { getAnalysis } from '../api/analysis.ts'
import { isAbort } from '../api/api-error.ts'
import { tellError } from '../state/actions-notices.ts'
import { type AreaIntervals, intervalKey } from './timeline-model.ts'

const NONE: AreaIntervals = new Map()

/** The analysis's intervals of area, read again when an analysis has ended; none before the first. */
export function useAreaIntervals(siteId: string, detail: SiteDetail): AreaIntervals {
  const [intervals, setIntervals] = useState<AreaIntervals>(NONE)
  const version = detail.analysis ? lastAnalysis(detail) : null
  useEffect(() => {
    if (version === null) {
      setIntervals(NONE)
      return undefined
    }
    const abort = new AbortController()
    getAnalysis(siteId, abort.signal).then(
      ({ analysis }) =>
        setIntervals(
          new Map(
            analysis.objects.flatMap(({ areas }) => areas.map((row) => [intervalKey(row), row])),
          ),
        ),
      (error: unknown) => {
        if (!isAbort(error)) tellError('track', error)
      },
    )
    return () => abort.abort()
  }, [siteId, version])
  return intervals
}

/** The last job that has analysed; empty where it was done before the studio was opened. */
function lastAnalysis({ jobs }: SiteDetail): string {
  const done = jobs.filter(
    ({ kind, state }) => state === 'done' && (kind === 'analyse' || kind === 'run'),
  )
  return done.at(-1)?.id ?? ''
}
