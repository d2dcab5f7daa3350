import type { ReactElement } from 'react'
import { IconButton } from '../../shell/icon-button.tsx'
import { useStore } from '../../state/create-store.ts'
import { formatBytes } from '../../words/format.ts'
import { useLanguage, useWords } from '../../words/use-words.ts'
import { takeFiles } from './create-site.ts'
import { editDraft, newSiteStore } from './draft-store.ts'
import { Field } from './field.tsx'
import { FilePicker } from '../../shell/file-picker.tsx'
import { PROVIDERS, type Provider, type SiteFaults } from './site-form.ts'

/** Where scenes come from, and their days. */
export function SourceFields({ faults }: { faults: SiteFaults }): ReactElement {
  const words = useWords()
  const draft = useStore(newSiteStore, (state) => state.draft)
  return (
    <>
      <Field
        label={words.newSite.source}
        fault={draft.provider === 'local' ? faults.files : undefined}
      >
        {(ties) => (
          <select
            {...ties}
            className="select"
            value={draft.provider}
            onChange={(event) => editDraft({ provider: event.target.value as Provider })}
          >
            {PROVIDERS.map((provider) => (
              <option key={provider} value={provider}>
                {words.newSite.providers[provider]}
              </option>
            ))}
          </select>
        )}
      </Field>
      {draft.provider === 'local' ? <RasterFields /> : <DayFields faults={faults} />}
      {draft.provider === 'stac' && (
        <>
          <Field label={words.newSite.stacUrl} fault={faults.source}>
            {(ties) => (
              <input
                {...ties}
                type="url"
                className="input"
                placeholder="https://"
                value={draft.stacUrl}
                onChange={(event) => editDraft({ stacUrl: event.target.value })}
              />
            )}
          </Field>
          <Field label={words.newSite.collection}>
            {(ties) => (
              <input
                {...ties}
                className="input"
                value={draft.collection}
                onChange={(event) => editDraft({ collection: event.target.value })}
              />
            )}
          </Field>
        </>
      )}
    </>
  )
}

function DayFields({ faults }: { faults: SiteFaults }): ReactElement {
  const words = useWords()
  const draft = useStore(newSiteStore, (state) => state.draft)
  return (
    <fieldset>
      <legend>{words.newSite.dates}</legend>
      <div className="field-pair">
        {(['from', 'to'] as const).map((name) => (
          <Field key={name} label={words.newSite[name]} fault={faults[name]}>
            {(ties) => (
              <input
                {...ties}
                type="date"
                className="input"
                min="2015-06-23"
                value={draft[name]}
                onChange={(event) => editDraft({ [name]: event.target.value })}
              />
            )}
          </Field>
        ))}
      </div>
    </fieldset>
  )
}

function RasterFields(): ReactElement {
  const words = useWords()
  const language = useLanguage()
  const rasters = useStore(newSiteStore, (state) => state.rasters)
  const bytes = rasters.reduce((sum, { file }) => sum + file.size, 0)
  const take = (files: Parameters<typeof takeFiles>[0]): void => void takeFiles(files, words)
  return (
    <div className="field">
      <div className="row">
        <FilePicker label={words.newSite.folder} folder onFiles={take} />
        <FilePicker label={words.newSite.files} multiple accept=".tif,.tiff,.jp2" onFiles={take} />
      </div>
      {rasters.length > 0 && (
        <p className="row">
          <strong>{words.newSite.filesTaken(rasters.length, formatBytes(language, bytes))}</strong>
          <IconButton
            isQuiet
            icon="bin"
            label={words.newSite.removeFiles}
            onClick={() => newSiteStore.set({ rasters: [] })}
          />
        </p>
      )}
      <p className="muted help-line">{words.newSite.filesHelp}</p>
    </div>
  )
}
