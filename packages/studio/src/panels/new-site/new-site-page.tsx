import { type DragEvent, type ReactElement, useState } from 'react'
import { NoticeArea } from '../../shell/notice-area.tsx'
import { useStore } from '../../state/create-store.ts'
import { useLanguage, useWords } from '../../words/use-words.ts'
import { droppedFiles } from '../../shell/dropped-files.ts'
import { AreaFields } from './area-fields.tsx'
import { AoiMapView } from './aoi-map-view.tsx'
import { createFromDraft, takeFiles } from './create-site.ts'
import { editDraft, newSiteStore } from './draft-store.ts'
import { Field } from './field.tsx'
import { type SiteFaults, faultsOf } from './site-form.ts'
import { SourceFields } from './source-fields.tsx'
import '../../style/new-site.css'

/** The page `#/new`. */
export function NewSitePage(): ReactElement {
  const words = useWords()
  const [isOver, setIsOver] = useState(false)
  const onDrop = (event: DragEvent): void => {
    event.preventDefault()
    setIsOver(false)
    void droppedFiles(event.dataTransfer).then((files) => takeFiles(files, words))
  }
  return (
    <div
      className="new-site"
      onDragOver={(event) => {
        event.preventDefault()
        setIsOver(true)
      }}
      onDragLeave={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setIsOver(false)
      }}
      onDrop={onDrop}
    >
      <AoiMapView />
      <SiteForm />
      {isOver && (
        <div className="drop-here">
          <strong>{words.newSite.drop}</strong>
          <span>{words.newSite.dropHelp}</span>
        </div>
      )}
    </div>
  )
}

/** Faults to show: of the area as soon as there is one, of the rest from the first attempt on. */
function useFaults(): { all: SiteFaults; shown: SiteFaults } {
  const words = useWords()
  const language = useLanguage()
  const state = useStore(newSiteStore, (one) => one)
  const { draft, areaFile, rasters, attempted } = state
  const has = { areaFile: areaFile !== null, rasters: rasters.length > 0 }
  const all = faultsOf(draft, has, words, language)
  if (attempted) return { all, shown: all }
  const early = draft.area !== null || draft.bbox.trim() !== ''
  return { all, shown: early && all.area !== undefined ? { area: all.area } : {} }
}

function SiteForm(): ReactElement {
  const words = useWords()
  const draft = useStore(newSiteStore, (state) => state.draft)
  const busy = useStore(newSiteStore, (state) => state.busy)
  const { all, shown } = useFaults()
  const count = Object.keys(shown).length
  return (
    <form
      className="new-site-form"
      aria-label={words.newSite.form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        newSiteStore.set({ attempted: true })
        if (Object.keys(all).length === 0) void createFromDraft()
        else focusFirstFault(event.currentTarget)
      }}
    >
      <div className="scroll new-site-fields">
        <h1>{words.newSite.title}</h1>
        <Field label={words.newSite.name} fault={shown.name}>
          {(ties) => (
            <input
              {...ties}
              className="input"
              placeholder={words.newSite.nameExample}
              value={draft.name}
              onChange={(event) => editDraft({ name: event.target.value })}
            />
          )}
        </Field>
        <AreaFields fault={shown.area} />
        <SourceFields faults={shown} />
        <Field
          label={words.newSite.pixelSize}
          fault={shown.pixelSizeM}
          help={words.newSite.pixelSizeHelp}
        >
          {(ties) => (
            <input
              {...ties}
              className="input short"
              inputMode="decimal"
              value={draft.pixelSizeM}
              onChange={(event) => editDraft({ pixelSizeM: event.target.value })}
            />
          )}
        </Field>
      </div>
      <div className="new-site-foot">
        {draft.provider !== 'local' && (
          <label className="row">
            <input
              type="checkbox"
              checked={draft.acquireAtOnce}
              onChange={(event) => editDraft({ acquireAtOnce: event.target.checked })}
            />
            {words.newSite.acquireAtOnce}
          </label>
        )}
        <NoticeArea place="new-site" />
        <p className="fault" role="status">
          {count > 0 && words.newSite.problems(count)}
        </p>
        <button type="submit" className="button primary large" disabled={busy !== null}>
          {busy === null ? words.newSite.create : words.newSite[busy]}
        </button>
      </div>
    </form>
  )
}

function focusFirstFault(form: HTMLFormElement): void {
  // The faults of this attempt are on the page after the next paint.
  requestAnimationFrame(() => form.querySelector<HTMLElement>('[aria-invalid=true]')?.focus())
}
