import type { Job } from '@scarline/core/model'
import type { ReactElement } from 'react'
import { cancelJob } from '../state/actions-site.ts'
import { activeJob } from '../state/apply-event.ts'
import { useStudio } from '../state/store.ts'
import { formatDuration } from '../words/format.ts'
import { useLanguage, useWords } from '../words/use-words.ts'

/** The job in work with its progress and a way to stop it; else how the last one ended. */
export function JobProgress(): ReactElement | null {
  const words = useWords()
  const jobs = useStudio(({ detail }) => detail?.jobs)
  if (!jobs) return null
  const job = activeJob(jobs)
  const last = jobs.at(-1)
  if (job) return <ActiveJob job={job} />
  if (!last) return null
  const kind = words.jobs.start[last.kind]
  return (
    <div className="job" role="status">
      <span className="job-words muted" title={last.error?.message ?? last.message}>
        {last.state === 'failed' && words.jobs.failed(kind)}
        {last.state === 'cancelled' && words.jobs.cancelled(kind)}
        {last.state === 'done' && words.jobs.done(kind)}
      </span>
    </div>
  )
}

function ActiveJob({ job }: { job: Job }): ReactElement {
  const words = useWords()
  const language = useLanguage()
  const kind = words.jobs.kinds[job.kind]
  const facts = [
    job.state === 'queued' ? words.jobs.queued : null,
    job.total !== null && job.total > 0 ? words.jobs.step(job.done, job.total) : null,
    job.secondsLeft !== null ? words.jobs.left(formatDuration(language, job.secondsLeft)) : null,
  ].filter((fact) => fact !== null)
  const line = [kind, ...facts].join(' · ')
  return (
    <div className="job">
      <span className="job-words" title={`${line} · ${job.item}`}>
        {line}
      </span>
      <progress
        aria-label={kind}
        max={job.total ?? 1}
        {...(job.total === null ? {} : { value: job.done })}
      />
      <button
        type="button"
        className="button"
        aria-label={words.jobs.stopLabel(kind)}
        onClick={() => void cancelJob(job.id)}
      >
        {words.jobs.stop}
      </button>
    </div>
  )
}
