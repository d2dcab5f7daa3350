import type { Job, SiteDetail, TrackedFrame } from '@scarline/core/model'
import { describe, expect, it } from 'vitest'
import { activeJob, applyEvent } from '../../src/state/apply-event.ts'

const job: Job = {
  id: 'j1',
  kind: 'track',
  options: {},
  state: 'running',
  stage: null,
  done: 0,
  total: null,
  item: '',
  secondsLeft: null,
  message: '',
  warnings: [],
  queuedAt: '2024-01-01T00:00:00Z',
  startedAt: null,
  endedAt: null,
  error: null,
  summary: {},
}

const detail = { jobs: [job], track: null, unanswered: [] } as unknown as SiteDetail

function mask(sceneId: string, areaM2: number): TrackedFrame {
  return { sceneId, objectId: 1, areaM2 } as TrackedFrame
}

describe('applyEvent', () => {
  it('moves a job on', () => {
    const next = applyEvent(detail, {
      seq: 1,
      type: 'progress',
      jobId: 'j1',
      stage: 'track',
      done: 3,
      total: 10,
      item: 'S2A_20170116',
      secondsLeft: 7,
    })
    expect(next.jobs[0]).toMatchObject({ stage: 'track', done: 3, total: 10, secondsLeft: 7 })
    expect(detail.jobs[0]?.done).toBe(0)
  })

  it('leaves the site alone for a job that it does not know', () => {
    const event = { seq: 1, type: 'done', jobId: 'other', summary: {} } as const
    expect(applyEvent(detail, event)).toBe(detail)
  })

  it('adds jobs and replaces those it knows', () => {
    const queued = { ...job, id: 'j2', state: 'queued' } as const
    const two = applyEvent(detail, { seq: 1, type: 'job', job: queued })
    expect(two.jobs.map(({ id }) => id)).toEqual(['j1', 'j2'])
    const done = applyEvent(two, { seq: 2, type: 'job', job: { ...job, state: 'done' } })
    expect(done.jobs.map(({ state }) => state)).toEqual(['done', 'queued'])
    expect(activeJob(done.jobs)?.id).toBe('j2')
  })

  it('puts masks in as they arrive, the newest per frame', () => {
    const first = applyEvent(detail, { seq: 1, type: 'mask', jobId: 'j1', mask: mask('a', 10) })
    const second = applyEvent(first, { seq: 2, type: 'mask', jobId: 'j1', mask: mask('b', 20) })
    const third = applyEvent(second, { seq: 3, type: 'mask', jobId: 'j1', mask: mask('a', 11) })
    expect(third.track?.frames.map(({ sceneId, areaM2 }) => [sceneId, areaM2])).toEqual([
      ['a', 11],
      ['b', 20],
    ])
  })

  it('keeps warnings and says how a job failed', () => {
    const warned = applyEvent(detail, {
      seq: 1,
      type: 'warning',
      jobId: 'j1',
      message: 'hazy',
      item: 'a',
    })
    const error = { code: 'disk', message: 'full', hint: null }
    const failed = applyEvent(warned, { seq: 2, type: 'error', jobId: 'j1', error })
    expect(failed.jobs[0]).toMatchObject({
      state: 'failed',
      error,
      warnings: [{ message: 'hazy', item: 'a' }],
    })
  })
})

describe('activeJob', () => {
  it('is the running one before one that waits, and none when all have ended', () => {
    expect(
      activeJob([
        { ...job, state: 'queued' },
        { ...job, id: 'j2' },
      ])?.id,
    ).toBe('j2')
    expect(activeJob([{ ...job, state: 'cancelled' }])).toBeNull()
  })
})
