import type { ReactElement } from 'react'
import { IconButton } from '../../shell/icon-button.tsx'
import { useStore } from '../../state/create-store.ts'
import { aoiAreaM2, gridSizePx } from '../../map/aoi-measure.ts'
import { formatArea, formatNumber } from '../../words/format.ts'
import { useLanguage, useWords } from '../../words/use-words.ts'
import { takeFiles } from './create-site.ts'
import { newSiteStore, placeArea, typeBox } from './draft-store.ts'
import { Field } from './field.tsx'
import { FilePicker } from '../../shell/file-picker.tsx'

/** The area of interest as a box, from a file, and how large it is. */
export function AreaFields({ fault }: { fault: string | undefined }): ReactElement {
  const words = useWords()
  const draft = useStore(newSiteStore, (state) => state.draft)
  const areaName = useStore(newSiteStore, (state) => state.areaName)
  const areaFile = useStore(newSiteStore, (state) => state.areaFile)
  const hasArea = draft.area !== null || areaFile !== null
  return (
    <fieldset>
      <legend>{words.newSite.area}</legend>
      <Field label={words.newSite.bbox} fault={fault} help={words.newSite.areaHelp}>
        {(ties) => (
          <input
            {...ties}
            className="input"
            inputMode="text"
            spellCheck={false}
            placeholder="98.49, 31.05, 98.53, 31.08"
            value={draft.bbox}
            onChange={(event) => typeBox(event.target.value)}
          />
        )}
      </Field>
      <div className="row">
        <FilePicker
          label={words.newSite.file}
          title={words.newSite.fileLabel}
          accept=".geojson,.json,.kml,.gpkg"
          onFiles={(files) => void takeFiles(files, words)}
        />
        {hasArea && (
          <IconButton
            isQuiet
            icon="bin"
            label={words.newSite.removeArea}
            onClick={() => placeArea(null, null)}
          />
        )}
        <AreaSize />
      </div>
      {areaName !== null && (
        <p className="muted help-line">
          {areaFile ? words.newSite.fileForServer(areaName) : words.newSite.fileTaken(areaName)}
        </p>
      )}
    </fieldset>
  )
}

function AreaSize(): ReactElement | null {
  const words = useWords()
  const language = useLanguage()
  const { area, pixelSizeM } = useStore(newSiteStore, (state) => state.draft)
  if (!area) return null
  const size = Number(pixelSizeM) > 0 ? gridSizePx(area, Number(pixelSizeM)) : null
  return (
    <output className="area-size">
      <strong>{words.newSite.areaIs(formatArea(language, aoiAreaM2(area)))}</strong>
      {size && (
        <span className="muted">
          {words.newSite.pixels(
            formatNumber(language, size.width),
            formatNumber(language, size.height),
          )}
        </span>
      )}
    </output>
  )
}
