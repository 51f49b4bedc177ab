import { expect, test } from 'bun:test'
import { operatorLanguage } from '../../src/host/operator-language.ts'

test.each([
  { locale: { LANG: 'pt_BR.UTF-8' }, language: 'pt' },
  { locale: { LANG: 'pt' }, language: 'pt' },
  { locale: { LANG: 'PT-br' }, language: 'pt' },
  { locale: { LANG: 'pt_PT@euro' }, language: 'pt' },
  { locale: { LANG: 'ptx_XX' }, language: 'en' },
  { locale: { LANG: 'en_US.UTF-8' }, language: 'en' },
  { locale: { LANG: 'de_DE' }, language: 'en' },
  { locale: { LANG: 'C.UTF-8' }, language: 'en' },
  { locale: {}, language: 'en' },
  { locale: { LC_ALL: 'en_US', LANG: 'pt_BR' }, language: 'en' },
  { locale: { LC_ALL: '', LC_MESSAGES: 'pt_BR', LANG: 'en_US' }, language: 'pt' },
  { locale: { LC_ALL: 'pt_BR', LC_MESSAGES: 'en_US', LANG: 'en_US' }, language: 'pt' },
] as const)('an operator with $locale reads $language', ({ locale, language }) => {
  expect(operatorLanguage(locale)).toBe(language)
})
