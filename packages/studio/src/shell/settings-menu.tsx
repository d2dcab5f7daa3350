import type { ReactElement } from 'react'
import { shutDown } from '../api/client.ts'
import { tellError } from '../state/actions-notices.ts'
import { useStore } from '../state/create-store.ts'
import { studioStore, useStudio } from '../state/store.ts'
import { THEMES, setTheme, themeStore } from '../state/theme.ts'
import { LANGUAGES, setLanguage } from '../words/language.ts'
import { useLanguage, useWords } from '../words/use-words.ts'
import { Choice } from './choice.tsx'
import { Icon } from './icons.tsx'
import { Menu } from './menu.tsx'

/** Language, colours, and the end of the studio. */
export function SettingsMenu({ onHelp }: { onHelp(): void }): ReactElement {
  const words = useWords()
  const language = useLanguage()
  const theme = useStore(themeStore, (state) => state.theme)
  const canShutDown = useStudio(({ session }) => session?.canShutDown ?? false)
  const languages = { en: words.app.english, zh: words.app.chinese }
  const themes = {
    system: words.app.themeSystem,
    light: words.app.themeLight,
    dark: words.app.themeDark,
  }
  return (
    <Menu sign={<Icon name="more" />} label={`${words.app.language}, ${words.app.theme}`} isQuiet>
      {(close) => (
        <div className="menu-list">
          <div role="group" aria-label={words.app.language}>
            <h3>{words.app.language}</h3>
            <div className="choice">
              <Choice
                options={LANGUAGES.map((one) => ({ value: one, says: languages[one], lang: one }))}
                value={language}
                onChoose={setLanguage}
              />
            </div>
          </div>
          <div role="group" aria-label={words.app.theme}>
            <h3>{words.app.theme}</h3>
            <div className="choice">
              <Choice
                options={THEMES.map((one) => ({ value: one, says: themes[one] }))}
                value={theme}
                onChoose={setTheme}
              />
            </div>
          </div>
          <button
            type="button"
            className="button"
            onClick={() => {
              close()
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
      )}
    </Menu>
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
