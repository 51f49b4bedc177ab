import { showUnseen } from '../unseen.ts'

/**
 * Replaces by `�` every character that a terminal would obey, hide or reorder: control characters (also
 * ESC, CR, tab and the C1 set), format characters (reading direction, zero width), line and paragraph
 * separators, lone surrogates, private and unassigned characters. Characters that composed emoji and
 * the spelling of some scripts need are kept, as in names.
 */
export const visible = (text: string): string =>
  plain.test(text) ? text : showUnseen(text, '\uFFFD')

// Fast path: nearly every line has only ASCII and Latin letters. Checking each character by its
// category takes ten times as long.
const plain = /^[ -~\u00C0-\u017F]*$/
