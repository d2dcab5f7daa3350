import { type Store, createStore } from './create-store.ts'
import { readPreference, writePreference } from './preferences.ts'

export const THEMES = ['system', 'light', 'dark'] as const
export type Theme = (typeof THEMES)[number]

/** The colours chosen in this browser. */
export const themeStore: Store<{ theme: Theme }> = createStore({ theme: storedTheme() })

/** Switches, and remembers it in this browser. */
export function setTheme(theme: Theme): void {
  writePreference('theme', theme)
  themeStore.set({ theme })
  showTheme()
}

/** Puts the chosen colours into force. */
export function showTheme(): void {
  const { theme } = themeStore.get()
  if (theme === 'system') delete document.documentElement.dataset['theme']
  else document.documentElement.dataset['theme'] = theme
}

function storedTheme(): Theme {
  const stored = readPreference('theme')
  return THEMES.find((theme) => theme === stored) ?? 'system'
}
