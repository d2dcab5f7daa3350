import type { Job } from '@scarline/core/model'
import type { ReactElement } from 'react'
import { WorkButton } from '../../shell/work-button.tsx'
import { startJob } from '../../state/actions-site.ts'
import { activeJob } from '../../state/apply-event.ts'
import { useWords } from '../../words/use-words.ts'

/** Runs the analysis. */
export function AnalyseButton({
  jobs,
  isUrgent,
  says,
}: {
  jobs: readonly Job[]
  isUrgent: boolean
  says: string
}): ReactElement {
  return (
    <WorkButton
      look={isUrgent ? 'button primary' : 'button'}
      isOff={activeJob(jobs) !== null}
      onClick={() => void startJob('analysis', 'analyse')}
    >
      {says}
    </WorkButton>
  )
}

/** How far the analysis is, while it runs. */
export function AnalysisProgress({ jobs }: { jobs: readonly Job[] }): ReactElement | null {
  const words = useWords()
  const job = activeJob(jobs)
  if (job?.kind !== 'analyse') return null
  const step = job.total ? words.jobs.step(job.done, job.total) : words.jobs.queued
  return (
    <div className="analysis-progress" role="status">
      <progress
        aria-label={words.analysis.running}
        max={job.total ?? 1}
        {...(job.total === null ? {} : { value: job.done })}
      />
      <span>
        {words.analysis.running} {step}
      </span>
    </div>
  )
}
