import type { Context } from 'hono'
import { accepts } from 'hono/accepts'
import { getCookie, setCookie } from 'hono/cookie'
import { isLanguage, type Language } from '../text/languages.ts'

const cookieName = 'language'

/** What the reader chose, or else what the browser asks for, or else Portuguese. */
export function languageOf(c: Context): Language {
  const chosen = getCookie(c, cookieName)
  if (chosen && isLanguage(chosen)) return chosen
  const wanted = accepts(c, {
    header: 'Accept-Language',
    supports: ['pt', 'en'],
    default: 'pt',
    match: (accepted) => {
      const ranked = [...accepted].sort((a, b) => b.q - a.q)
      const primary = ranked.map(({ type }) => type.toLowerCase().split('-')[0] ?? '')
      return primary.find(isLanguage) ?? 'pt'
    },
  })
  return isLanguage(wanted) ? wanted : 'pt'
}

export const rememberLanguage = (c: Context, language: Language): void =>
  setCookie(c, cookieName, language, {
    httpOnly: true,
    sameSite: 'Lax',
    path: '/',
    maxAge: 365 * 24 * 60 * 60,
  })
