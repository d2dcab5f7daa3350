import type { SiteDetail } from '@scarline/core/model'
import type { ReactElement } from 'react'
import { startJob } from '../../state/actions-site.ts'
import { activeJob } from '../../state/apply-event.ts'
import { useWords } from '../../words/use-words.ts'

/** What to do where there is no scene to show. */
export function EmptySheet({
  detail,
  isFiltered,
}: {
  detail: SiteDetail
  isFiltered: boolean
}): ReactElement {
  const words = useWords()
  if (isFiltered) return <p className="centre muted">{words.scenes.noneOfThese}</p>
  if (activeJob(detail.jobs)) return <p className="centre muted">{words.scenes.acquiring}</p>
  const isImport = detail.site.source.kind === 'import'
  return (
    <div className="centre sites-none">
      <h2>{words.scenes.none}</h2>
      <p className="muted">{isImport ? words.scenes.noneImport : words.scenes.noneHint}</p>
      {!isImport && (
        <p>
          <button
            type="button"
            className="button primary"
            onClick={() => void startJob('scenes', 'acquire')}
          >
            {words.scenes.acquire}
          </button>
        </p>
      )}
    </div>
  )
}
