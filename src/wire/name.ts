import { ok, type Result, refuse } from '../result.ts'
import { hasUnseen } from '../unseen.ts'
import { verbs } from './message.ts'

/** Characters (Unicode code points) in a name, after normalisation. */
export const maxNameCharacters = 64

const reserved = new Set<string>([...verbs, 'error', 'success'])

/** Whether the protocol itself uses this word. */
export const isReservedName = (name: string): boolean => reserved.has(name)

// Printable ASCII is in NFC and has only allowed characters. This test takes a tenth of the time
// of the full checks.
const plain = /^[ -~]*$/

// Inside a name only single spaces are allowed, and only the ASCII space and the ideographic space
// (U+3000). The other space characters differ only in width, and some are nearly invisible.
const badSpace = /[^\P{Zs} \u3000]|\p{Zs}{2}/u

// A combining mark needs a letter before it. No script needs more than four marks on one letter, or
// the same mark twice in a row (Unicode Technical Standard 39, section 5.4). Long stacks of marks
// cover the lines above and below.
const badMark = /(?:^|\p{Zs})\p{M}|[\p{Mn}\p{Me}]{5}|([\p{Mn}\p{Me}])\1/u

/**
 * A peer's name in the form in which names are compared: NFC, trimmed.
 * Refuses with `bad-name` a name that is empty or longer than 64 characters; holds a comma, an
 * invisible character, an unusual or double space, or combining marks as above; begins with `*`, as
 * pushes do; or is a word of the protocol.
 */
export function parseName(word: string): Result<string, 'bad-name'> {
  const isPlain = plain.test(word)
  const name = (isPlain ? word : word.normalize('NFC')).trim()
  // A character has at most two code units, so a longer text is refused without counting characters.
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
