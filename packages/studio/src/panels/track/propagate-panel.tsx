import type { Job, SiteDetail } from '@scarline/core/model'
import type { ReactElement } from 'react'
import { Icon } from '../../shell/icons.tsx'
import { WorkButton } from '../../shell/work-button.tsx'
import { propagate, stopJob } from '../../state/actions-track.ts'
import { activeJob } from '../../state/apply-event.ts'
import { useStudio } from '../../state/store.ts'
import { trackStore, useTrack } from '../../state/track-store.ts'
import { formatShare } from '../../words/format.ts'
import { useLanguage, useWords } from '../../words/use-words.ts'

/** Carries the masks on, and stops it. */
export function PropagatePanel({ detail }: { detail: SiteDetail }): ReactElement {
  const words = useWords().track.propagate
  const job = activeJob(detail.jobs)
  const isOff = job !== null || detail.prompts.length === 0
  const ways = [
    { way: 'backwards', says: words.backwards, help: `${words.backwardsHelp} (⇧F)` },
    { way: 'both', says: words.both, help: `${words.bothHelp} (T)` },
    { way: 'forwards', says: words.forwards, help: `${words.forwardsHelp} (F)` },
  ] as const
  return (
    <section className="side-part" aria-labelledby="propagate-title">
      <header>
        <h2 id="propagate-title">{words.title}</h2>
        <span className="spread" />
        <EngineChoice isOff={isOff} />
      </header>
      <div className="propagate-ways">
        {ways.map(({ way, says, help }) => (
          <WorkButton
            key={way}
            look={way === 'both' ? 'button primary' : 'button'}
            title={help}
            isOff={isOff}
            onClick={() => void propagate(way)}
          >
            {way === 'backwards' && <Icon name="left" />}
            {says}
            {way === 'forwards' && <Icon name="right" />}
          </WorkButton>
        ))}
      </div>
      {detail.prompts.length === 0 && <p className="muted">{words.needsMark}</p>}
      {job?.kind === 'track' && <Running job={job} />}
      {!isOff && detail.track && (
        <button
          type="button"
          className="link"
          onClick={() => void propagate('both', { all: true })}
        >
          {words.all}
        </button>
      )}
    </section>
  )
}

function Running({ job }: { job: Job }): ReactElement {
  const words = useWords().track.propagate
  const language = useLanguage()
  const isTracking = job.stage === 'track' && job.total !== null
  const starting =
    !job.total || job.stage === null
      ? words.starting
      : job.done < job.total
        ? words.preparing(formatShare(language, job.done / job.total))
        : // What comes before the first mask tells nothing of itself.
          words.following
  return (
    <div className="propagate-now">
      <span role="status">{isTracking ? words.running(job.done, job.total ?? 0) : starting}</span>
      <span className="spread" />
      <button
        type="button"
        className="button"
        title={`${words.kept} (X)`}
        onClick={() => void stopJob()}
      >
        {words.stop} <kbd>X</kbd>
      </button>
    </div>
  )
}

function EngineChoice({ isOff }: { isOff: boolean }): ReactElement | null {
  const words = useWords().track.propagate
  const engines = useStudio(({ session }) => session?.segmenters)
  const chosen = useTrack((state) => state.segmenter)
  if (!engines || engines.length < 2) return null
  const normal = engines.find(({ isDefault }) => isDefault)?.id ?? ''
  return (
    <label className="engine">
      <span className="hidden">{words.engine}</span>
      <select
        className="select"
        value={chosen ?? normal}
        disabled={isOff}
        title={engines.find(({ id }) => id === (chosen ?? normal))?.words}
        onChange={({ target }) => trackStore.set({ segmenter: target.value })}
      >
        {engines.map(({ id, ready, words: says }) => (
          <option key={id} value={id} disabled={!ready} title={says}>
            {ready ? id : words.engineNotReady(id)}
          </option>
        ))}
      </select>
    </label>
  )
}
