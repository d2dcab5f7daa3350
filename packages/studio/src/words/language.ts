import { type Store, createStore } from '../state/create-store.ts'
import { readPreference, writePreference } from '../state/preferences.ts'

export const LANGUAGES = ['en', 'zh'] as const
export type Language = (typeof LANGUAGES)[number]

/** The language chosen here before, else the first of the browser's that there is, else English. */
export function pickLanguage(stored: string | null, browser: readonly string[]): Language {
  const known = (tag: string | null): Language | undefined =>
    LANGUAGES.find((language) => tag?.toLowerCase().split('-')[0] === language)
  return known(stored) ?? browser.map(known).find((one) => one !== undefined) ?? 'en'
}

function firstLanguage(): Language {
  if (typeof navigator === 'undefined') return 'en'
  return pickLanguage(readPreference('language'), navigator.languages)
}

/** The language of the page. */
export const languageStore: Store<{ language: Language }> = createStore({
  language: firstLanguage(),
})

/** Switches, and remembers it in this browser. */
export function setLanguage(language: Language): void {
  writePreference('language', language)
  languageStore.set({ language })
}
