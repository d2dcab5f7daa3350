import { type ReactElement, useEffect, useRef } from 'react'
import { shutDown } from '../api/client.ts'
import { tellError } from '../state/actions-notices.ts'
import { useStore } from '../state/create-store.ts'
import { studioStore, useStudio } from '../state/store.ts'
import { THEMES, setTheme, themeStore } from '../state/theme.ts'
import { LANGUAGES, setLanguage } from '../words/language.ts'
import { useLanguage, useWords } from '../words/use-words.ts'
import { Icon } from './icons.tsx'

/** Language, colours, and the end of the studio. */
export function SettingsMenu({ onHelp }: { onHelp(): void }): ReactElement {
  const words = useWords()
  const language = useLanguage()
  const theme = useStore(themeStore, (state) => state.theme)
  const canShutDown = useStudio(({ session }) => session?.canShutDown ?? false)
  const menu = useRef<HTMLDetailsElement>(null)
  useEffect(() => closeOutside(menu.current), [])
  const languages = { en: words.app.english, zh: words.app.chinese }
  const themes = {
    system: words.app.themeSystem,
    light: words.app.themeLight,
    dark: words.app.themeDark,
  }
  return (
    <details className="menu" ref={menu}>
      <summary
        className="button quiet icon"
        aria-label={`${words.app.language}, ${words.app.theme}`}
      >
        <Icon name="more" />
      </summary>
      <div className="menu-list">
        <div role="group" aria-label={words.app.language}>
          <h3>{words.app.language}</h3>
          <div className="choice">
            {LANGUAGES.map((one) => (
              <button
                key={one}
                type="button"
                className="button"
                lang={one}
                aria-pressed={one === language}
                onClick={() => setLanguage(one)}
              >
                {languages[one]}
              </button>
            ))}
          </div>
        </div>
        <div role="group" aria-label={words.app.theme}>
          <h3>{words.app.theme}</h3>
          <div className="choice">
            {THEMES.map((one) => (
              <button
                key={one}
                type="button"
                className="button"
                aria-pressed={one === theme}
                onClick={() => setTheme(one)}
              >
                {themes[one]}
              </button>
            ))}
          </div>
        </div>
        <button
          type="button"
          className="button"
          onClick={() => {
            menu.current?.removeAttribute('open')
            onHelp()
          }}
        >
          <Icon name="keyboard" />
          {words.app.help}
        </button>
        {canShutDown && (
          <button
            type="button"
            className="button"
            aria-label={words.app.shutDownLabel}
            onClick={() => void end(words.app.shutDownAsk)}
          >
            <Icon name="power" />
            {words.app.shutDown}
          </button>
        )}
      </div>
    </details>
  )
}

async function end(question: string): Promise<void> {
  if (!confirm(question)) return
  try {
    await shutDown()
    studioStore.set({ ended: true })
  } catch (error) {
    tellError('app', error)
  }
}

/** Closes the menu by Escape and by a click elsewhere. */
function closeOutside(menu: HTMLDetailsElement | null): () => void {
  const onPointer = (event: PointerEvent): void => {
    if (event.target instanceof Node && !menu?.contains(event.target)) menu?.removeAttribute('open')
  }
  const onKey = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || !menu?.open) return
    menu.removeAttribute('open')
    menu.querySelector('summary')?.focus()
    event.stopPropagation()
  }
  addEventListener('pointerdown', onPointer)
  menu?.addEventListener('keydown', onKey)
  return () => {
    removeEventListener('pointerdown', onPointer)
    menu?.removeEventListener('keydown', onKey)
  }
}
