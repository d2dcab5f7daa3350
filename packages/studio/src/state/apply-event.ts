import type { Job, SiteDetail, StudioEvent, TrackedFrame } from '@scarline/core/model'

/** The site as it is after an event; the same object where the event says nothing about it. */
export function applyEvent(detail: SiteDetail, event: StudioEvent): SiteDetail {
  switch (event.type) {
    case 'job':
      return { ...detail, jobs: withJob(detail.jobs, event.job) }
    case 'progress': {
      const { jobId, stage, done, total, item, secondsLeft } = event
      return updateJob(detail, jobId, () => ({ stage, done, total, item, secondsLeft }))
    }
    case 'warning': {
      const { message, item } = event
      return updateJob(detail, event.jobId, ({ warnings }) => ({
        warnings: [...warnings, { message, item }],
      }))
    }
    case 'done':
      return updateJob(detail, event.jobId, () => ({ state: 'done', summary: event.summary }))
    case 'error':
      return updateJob(detail, event.jobId, () => ({ state: 'failed', error: event.error }))
    case 'mask':
      return {
        ...detail,
        track: withMask(detail.track, event.mask),
        unanswered: without(detail.unanswered, event.mask),
      }
    case 'changed':
      return detail
  }
}

/** The job in work or next, if any. */
export function activeJob(jobs: readonly Job[]): Job | null {
  return (
    jobs.find(({ state }) => state === 'running') ??
    jobs.find(({ state }) => state === 'queued') ??
    null
  )
}

function withJob(jobs: readonly Job[], job: Job): Job[] {
  return jobs.some(({ id }) => id === job.id)
    ? jobs.map((one) => (one.id === job.id ? job : one))
    : [...jobs, job]
}

function updateJob(
  detail: SiteDetail,
  jobId: string,
  part: (job: Job) => Partial<Job>,
): SiteDetail {
  if (!detail.jobs.some(({ id }) => id === jobId)) return detail
  return {
    ...detail,
    jobs: detail.jobs.map((job) => (job.id === jobId ? { ...job, ...part(job) } : job)),
  }
}

/** A mask that has come answers the prompts that its run began with. */
function without(
  unanswered: SiteDetail['unanswered'],
  { sceneId, objectId }: TrackedFrame,
): SiteDetail['unanswered'] {
  const rest = unanswered.filter((one) => one.sceneId !== sceneId || one.objectId !== objectId)
  return rest.length === unanswered.length ? unanswered : rest
}

function withMask(track: SiteDetail['track'], mask: TrackedFrame): SiteDetail['track'] {
  if (!track) return { formatVersion: 1, frames: [mask], run: null, changes: [] }
  const isSame = (one: TrackedFrame): boolean =>
    one.sceneId === mask.sceneId && one.objectId === mask.objectId
  return {
    ...track,
    frames: track.frames.some(isSame)
      ? track.frames.map((one) => (isSame(one) ? mask : one))
      : [...track.frames, mask],
  }
}
