import { en } from './en.ts'
import { pt, type Text } from './pt.ts'

export type Language = 'pt' | 'en'

/** In the order in which the pages offer them; the first is what nobody's preference gets. */
export const languages: Readonly<Record<Language, Text>> = { pt, en }

export const isLanguage = (word: string): word is Language => Object.hasOwn(languages, word)
