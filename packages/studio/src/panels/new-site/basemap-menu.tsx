import { type ReactElement, useState } from 'react'
import { BASEMAP_EXAMPLES, chooseBasemap, isTileUrl, storedBasemap } from '../../map/basemap.ts'
import { Icon } from '../../shell/icons.tsx'
import { Menu } from '../../shell/menu.tsx'
import { useWords } from '../../words/use-words.ts'
import { Field } from './field.tsx'

/** The one thing of the studio that fetches from outside, and only when a person says so. */
export function BasemapMenu(): ReactElement {
  const words = useWords().newSite.map
  const [url, setUrl] = useState(storedBasemap() ?? '')
  const [isBad, setIsBad] = useState(false)
  return (
    <Menu
      sign={
        <>
          <Icon name="layers" />
          {words.basemap}
        </>
      }
    >
      {(close) => (
        <form
          className="menu-list basemap-form"
          noValidate
          onSubmit={(event) => {
            event.preventDefault()
            if (isTileUrl(url.trim())) {
              chooseBasemap(url.trim())
              close()
            } else setIsBad(true)
          }}
        >
          <p className="muted">{words.basemapHelp}</p>
          <Field label={words.basemapUrl} fault={isBad ? words.basemapBad(url) : undefined}>
            {(ties) => (
              <input
                {...ties}
                type="url"
                className="input"
                list="basemap-examples"
                value={url}
                onChange={(event) => {
                  setUrl(event.target.value)
                  setIsBad(false)
                }}
              />
            )}
          </Field>
          <datalist id="basemap-examples">
            {BASEMAP_EXAMPLES.map((example) => (
              <option key={example} value={example} />
            ))}
          </datalist>
          <div className="row">
            <button type="submit" className="button primary">
              {words.basemapUse}
            </button>
            <button
              type="button"
              className="button"
              disabled={storedBasemap() === null}
              onClick={() => chooseBasemap(null)}
            >
              {words.basemapRemove}
            </button>
          </div>
        </form>
      )}
    </Menu>
  )
}
