import type { ExportFile, JobOptions, JobRequest, SiteDetail } from '@scarline/core/model'
import { type ReactElement, useCallback, useEffect, useState } from 'react'
import { exportUrl, getExports } from '../../api/client.ts'
import { Icon } from '../../shell/icons.tsx'
import { WorkButton } from '../../shell/work-button.tsx'
import { tellError } from '../../state/actions-notices.ts'
import { startJob } from '../../state/actions-site.ts'
import { activeJob } from '../../state/apply-event.ts'
import { formatBytes } from '../../words/format.ts'
import { useLanguage, useWords } from '../../words/use-words.ts'

/** Files of the site to take away; those that are not there yet can be made. */
export function ExportsPanel({
  siteId,
  detail,
  isWhole = true,
}: {
  siteId: string
  detail: SiteDetail
  /** Without: only what is there, as nothing more can be made yet. */
  isWhole?: boolean
}): ReactElement | null {
  const { analysis } = useWords()
  const [files, setFiles] = useState<ExportFile[] | null>(null)
  const { revision, jobs } = detail
  const ended = jobs.filter(({ state }) => state === 'done').length
  const read = useCallback(() => {
    getExports(siteId).then(setFiles, (error: unknown) => tellError('analysis', error))
  }, [siteId])
  useEffect(read, [read, revision, ended])
  const shown = files?.filter(({ bytes }) => isWhole || bytes !== null)
  if (!isWhole && !shown?.length) return null
  return (
    <section className="panel exports" aria-label={analysis.exports.label}>
      <header className="figure-head">
        <h2>{analysis.exports.title}</h2>
      </header>
      {shown?.length === 0 && <p className="muted">{analysis.exports.none}</p>}
      <ul>
        {shown?.map((file) => (
          <ExportRow
            key={file.name}
            siteId={siteId}
            file={file}
            isBusy={activeJob(jobs) !== null}
            canMake={isWhole}
            version={`${revision}-${ended}`}
          />
        ))}
      </ul>
    </section>
  )
}

function ExportRow({
  siteId,
  file,
  isBusy,
  canMake,
  version,
}: {
  siteId: string
  file: ExportFile
  isBusy: boolean
  canMake: boolean
  version: string
}): ReactElement {
  const { analysis } = useWords()
  const language = useLanguage()
  const says = analysis.exports.names[file.name] ?? file.words
  const job = canMake ? jobFor(file) : null
  return (
    <li>
      <span className="export-words">
        {says}
        <span className="muted">
          {' '}
          {file.path ?? file.name}
          {file.bytes !== null && ` · ${formatBytes(language, file.bytes)}`}
        </span>
      </span>
      {file.bytes !== null && file.path === null && (
        <a
          className="button small"
          href={`${exportUrl(siteId, file.name)}?v=${version}`}
          download={`${siteId}-${file.name}`}
          aria-label={analysis.exports.download(says)}
          title={analysis.exports.download(says)}
        >
          <Icon name="download" />
        </a>
      )}
      {file.bytes === null && !job && <span className="muted">{analysis.exports.notYet}</span>}
      {job && (
        <WorkButton
          look="button small"
          isOff={isBusy}
          label={
            file.bytes === null
              ? analysis.exports.makeLabel(says)
              : analysis.exports.againLabel(says)
          }
          onClick={() => void startJob('analysis', job.kind, job.options)}
        >
          {file.bytes === null ? analysis.exports.make : analysis.exports.again}
        </WorkButton>
      )}
    </li>
  )
}

/** The job that makes a file anew; null where it comes with the frames, the track or the analysis. */
function jobFor({
  kind,
  name,
}: ExportFile): { kind: JobRequest['kind']; options: JobOptions } | null {
  const [ending] = name.split('.').slice(-1)
  if (kind === 'report') return { kind: 'report', options: {} }
  if (kind === 'stac' || kind === 'qgis') return { kind: 'export', options: { format: kind } }
  if (ending === 'geojson') return { kind: 'export', options: { format: 'geojson' } }
  if (ending === 'fgb') return { kind: 'export', options: { format: 'flatgeobuf' } }
  return null
}
