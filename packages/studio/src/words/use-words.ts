import { useStore } from '../state/create-store.ts'
import type { SameKeys } from './catalogue.ts'
import { en } from './en.ts'
import { type Language, languageStore } from './language.ts'
import { zh } from './zh.ts'

/** Every text of the page. */
export type Words = SameKeys<typeof en>

/** The texts by language. */
export const CATALOGUES: Readonly<Record<Language, Words>> = { en, zh }

/** The page's language. */
export function useLanguage(): Language {
  return useStore(languageStore, ({ language }) => language)
}

/** The texts in the page's language: `words.scenes.kept`. */
export function useWords(): Words {
  return CATALOGUES[useLanguage()]
}
