import type { LngLat } from '@scarline/core/model'
import { type ReactElement, useId, useState } from 'react'
import { useWords } from '../../words/use-words.ts'
import { parseLngLat } from './site-form.ts'

/** Takes the map to a position that is typed. */
export function GoToField({ onGo }: { onGo(lngLat: LngLat): void }): ReactElement {
  const words = useWords().newSite.map
  const [text, setText] = useState('')
  const [isBad, setIsBad] = useState(false)
  const id = useId()
  return (
    <form
      className="row go-to"
      onSubmit={(event) => {
        event.preventDefault()
        const lngLat = parseLngLat(text)
        setIsBad(!lngLat)
        if (lngLat) onGo(lngLat)
      }}
    >
      <label htmlFor={id}>{words.goTo}</label>
      <input
        id={id}
        className="input"
        placeholder={words.goToExample}
        value={text}
        aria-invalid={isBad}
        aria-describedby={isBad ? `${id}-fault` : undefined}
        onChange={(event) => {
          setText(event.target.value)
          setIsBad(false)
        }}
      />
      {isBad && (
        <p id={`${id}-fault`} className="fault go-to-fault" role="alert">
          {words.goToBad(text)}
        </p>
      )}
    </form>
  )
}
