import { en } from './en.ts'
import { operatorEn } from './operator/en.ts'
import { type OperatorText, operatorPt } from './operator/pt.ts'
import { pt, type Text } from './pt.ts'
import { wireEn } from './wire-en.ts'
import { type WireText, wirePt } from './wire-pt.ts'

export type Language = 'pt' | 'en'

/** In the order in which the pages offer them; the first is what nobody's preference gets. */
export const languages: Readonly<Record<Language, Text>> = { pt, en }

/** What the lines of the registry's protocol mean. */
export const wireTexts: Readonly<Record<Language, WireText>> = { pt: wirePt, en: wireEn }

/** The operator's page. */
export const operatorTexts: Readonly<Record<Language, OperatorText>> = {
  pt: operatorPt,
  en: operatorEn,
}

export const isLanguage = (word: string): word is Language => Object.hasOwn(languages, word)
