export type OperatorLanguage = 'pt' | 'en'

/**
 * The language of the terminal and the log: Portuguese if the operator's locale is, English elsewhere.
 * The first of the three that is set decides (locale(7)).
 */
export function operatorLanguage({
  LC_ALL,
  LC_MESSAGES,
  LANG,
}: Readonly<Record<string, string | undefined>>): OperatorLanguage {
  const locale = LC_ALL || LC_MESSAGES || LANG || ''
  return /^pt(?![a-z])/i.test(locale) ? 'pt' : 'en'
}
