import { type ReactElement, useEffect, useRef } from 'react'
import { shortcutStore } from '../keyboard/shortcuts.ts'
import { useStore } from '../state/create-store.ts'
import { type Words, useWords } from '../words/use-words.ts'
import { IconButton } from './icon-button.tsx'

/** Every key that works now, by part of the page. */
export function HelpOverlay({ onClose }: { onClose(): void }): ReactElement {
  const words = useWords()
  const groups = useStore(shortcutStore, (state) => state.groups)
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    dialog.current?.showModal()
  }, [])
  return (
    <dialog
      ref={dialog}
      className="help"
      aria-labelledby="help-title"
      onClose={onClose}
      onClick={(event) => {
        if (event.target === dialog.current) dialog.current?.close()
      }}
      onKeyDown={(event) => {
        if (event.key === '?') dialog.current?.close()
      }}
    >
      <header>
        <h2 id="help-title">{words.keyboard.title}</h2>
        <span className="spread" />
        <IconButton
          isQuiet
          icon="close"
          label={words.keyboard.closeHelp}
          onClick={() => dialog.current?.close()}
        />
      </header>
      <div className="help-groups">
        {[...groups].reverse().map((group, place) => (
          <section key={place}>
            <h3>{group.title(words)}</h3>
            <dl>
              {group.shortcuts.map((shortcut) => (
                <Line
                  key={shortcut.keys.join()}
                  says={shortcut.says(words)}
                  keys={shortcut.keys}
                  words={words}
                />
              ))}
            </dl>
          </section>
        ))}
      </div>
    </dialog>
  )
}

function Line({
  says,
  keys,
  words,
}: {
  says: string
  keys: readonly string[]
  words: Words
}): ReactElement {
  return (
    <>
      <dt>{says}</dt>
      <dd>
        {grouped(keys).map((one, i) => (
          <span key={one}>
            {i > 0 && <span className="muted"> {words.keyboard.or} </span>}
            {one.split(' ').map((chord, part) => (
              <span key={chord}>
                {part > 0 && keys.includes(one) && (
                  <span className="muted">{words.keyboard.afterwards} </span>
                )}
                <Chord chord={chord} words={words} />
              </span>
            ))}
          </span>
        ))}
      </dd>
    </>
  )
}

/** More than two keys with the same modifiers as one: `Shift ← → ↑ ↓`. */
function grouped(keys: readonly string[]): readonly string[] {
  const modifiers = keys.map((key) => key.slice(0, key.lastIndexOf('+', key.length - 2) + 1))
  const isOne = keys.length > 2 && modifiers.every((one) => one === modifiers[0])
  if (!isOne) return keys
  const [first = '', ...others] = keys
  return [[first, ...others.map((key) => key.slice(modifiers[0]?.length))].join(' ')]
}

function Chord({ chord, words }: { chord: string; words: Words }): ReactElement {
  const names: Readonly<Record<string, string>> = words.keyboard.key
  const keys = chord === '+' ? ['+'] : chord.split('+').map((key) => (key === '' ? '+' : key))
  return (
    <>
      {keys.map((key) => (
        <span key={key}>
          <kbd>{names[key] ?? key.toUpperCase()}</kbd>{' '}
        </span>
      ))}
    </>
  )
}
