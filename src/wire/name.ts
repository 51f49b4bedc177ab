import { ok, type Result, refuse } from '../result.ts'
import { hasUnseen } from '../unseen.ts'
import { verbs } from './message.ts'

/** Characters (Unicode code points) in a name, after normalisation. */
export const maxNameCharacters = 64

const reserved = new Set<string>([...verbs, 'error', 'success'])

/** Whether the protocol itself uses that word. */
export const isReservedName = (name: string): boolean => reserved.has(name)

// ASCII that can be seen, which is in NFC and allowed: a tenth of the time of finding that out.
const plain = /^[ -~]*$/

// Inside a name one space at a time, and one that is seen to be a space: that of ASCII, or that of
// Chinese and Japanese. The others differ from these by nothing but their width, which may be a hair.
const badSpace = /[^\P{Zs} \u3000]|\p{Zs}{2}/u

// A mark belongs to a letter before it. More than four above one another, or the same twice, no
// script needs (Unicode Technical Standard 39, section 5.4): they climb over the lines around.
const badMark = /(?:^|\p{Zs})\p{M}|[\p{Mn}\p{Me}]{5}|([\p{Mn}\p{Me}])\1/u

/**
 * A peer's name in the form in which names are compared: NFC, trimmed.
 * Refuses with `bad-name` what is empty, longer than 64 characters, holds a comma, something that
 * cannot be seen, two spaces together or marks without a letter, begins with `*` (pushes do), or is
 * a word that the protocol itself uses.
 */
export function parseName(word: string): Result<string, 'bad-name'> {
  const isPlain = plain.test(word)
  const name = (isPlain ? word : word.normalize('NFC')).trim()
  // Two code units at most make a character: longer is refused before it is taken apart.
  if (name === '' || name.length > 2 * maxNameCharacters) return refuse('bad-name')
  if (name.length > maxNameCharacters && [...name].length > maxNameCharacters) {
    return refuse('bad-name')
  }
  if (name.startsWith('*') || name.includes(',') || isReservedName(name)) return refuse('bad-name')
  const isGood = isPlain
    ? !name.includes('  ')
    : !badSpace.test(name) && !badMark.test(name) && !hasUnseen(name)
  return isGood ? ok(name) : refuse('bad-name')
}
