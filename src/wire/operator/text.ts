import { ok, type Result, refuse } from '../../result.ts'
import { hasUnseen } from '../../unseen.ts'

/** Characters (Unicode code points) in a text of the operator's: with the longest name it fits a line. */
export const maxTextCharacters = 160

/** As in names: long stacks of marks cover the lines above and below. */
const tallMarks = /[\p{Mn}\p{Me}]{5}/u

/**
 * A text that the operator has written for people, in NFC and trimmed. It may have commas. Refuses with
 * `bad-text` one that is empty or longer than 160 characters, or holds what cannot be seen.
 */
export function parseText(word: string): Result<string, 'bad-text'> {
  const text = word.normalize('NFC').trim()
  if (text === '' || text.length > 2 * maxTextCharacters) return refuse('bad-text')
  if ([...text].length > maxTextCharacters) return refuse('bad-text')
  return tallMarks.test(text) || hasUnseen(text) ? refuse('bad-text') : ok(text)
}
