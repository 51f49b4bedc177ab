import type { Context } from 'hono'
import { parseAccept } from 'hono/utils/accept'
import { isLanguage, type Language } from '../../text/languages.ts'
import { readCookie, writeCookie } from './cookies.ts'

const cookie = 'encontro-language'
/** Characters of what a browser asks for: taken apart, a header full of commas is nine times as large. */
const maxWishes = 512
const yearSeconds = 365 * 24 * 60 * 60

/** What the reader chose, or else what the browser asks for, or else Portuguese. */
export function languageOf(c: Context): Language {
  const chosen = readCookie(c, cookie)
  if (chosen && isLanguage(chosen)) return chosen
  // A weight of 0 means “not that one” (RFC 9110, section 12.4.2).
  const wanted = parseAccept(c.req.header('Accept-Language')?.slice(0, maxWishes) ?? '').filter(
    ({ q }) => q > 0,
  )
  const ranked = wanted.sort((a, b) => b.q - a.q)
  const primary = ranked.map(({ type }) => type.toLowerCase().split('-')[0] ?? '')
  return primary.find(isLanguage) ?? 'pt'
}

export const rememberLanguage = (c: Context, language: Language): void =>
  writeCookie(c, cookie, language, yearSeconds)
