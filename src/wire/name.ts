import { ok, type Result, refuse } from '../result.ts'
import { verbs } from './message.ts'

/** Characters (Unicode code points) in a name, after normalisation. */
export const maxNameCharacters = 64

const reserved = new Set<string>([...verbs, 'error', 'success'])

// Letters, marks, numbers, punctuation, symbols and spaces; so no control, surrogate, private or
// unassigned character, no line or paragraph separator, and of the format characters (which can
// turn the reading direction of a whole line) only the two joiners, between two visible ones:
// Persian spelling and composed emoji need them.
const allowed =
  /^(?:[\p{L}\p{M}\p{N}\p{P}\p{S}\p{Zs}]|(?<=[\p{L}\p{M}\p{N}\p{S}])[\u200C\u200D](?=[\p{L}\p{M}\p{N}\p{S}]))+$/u

// ASCII that can be seen, which is in NFC and allowed: a tenth of the time of finding that out.
const plain = /^[ -~]*$/

/**
 * A peer's name in the form in which names are compared: NFC, trimmed.
 * Refuses with `bad-name` what is empty, longer than 64 characters, holds a comma or an invisible
 * character, begins with `*` (pushes do), or is a word that the protocol itself uses.
 */
export function parseName(word: string): Result<string, 'bad-name'> {
  const isPlain = plain.test(word)
  const name = (isPlain ? word : word.normalize('NFC')).trim()
  // Two code units at most make a character: longer is refused before it is taken apart.
  if (name === '' || name.length > 2 * maxNameCharacters) return refuse('bad-name')
  if (name.length > maxNameCharacters && [...name].length > maxNameCharacters) {
    return refuse('bad-name')
  }
  if (name.startsWith('*') || name.includes(',') || reserved.has(name)) return refuse('bad-name')
  return isPlain || allowed.test(name) ? ok(name) : refuse('bad-name')
}
