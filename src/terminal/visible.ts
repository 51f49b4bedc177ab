import { showUnseen } from '../unseen.ts'

/**
 * The text with whatever a terminal would obey, hide or reorder shown as `�`: controls (ESC, CR,
 * tab and the C1 set among them), format characters (reading direction, zero width), separators of
 * lines and paragraphs, lone surrogates, private and unassigned characters. What composed emoji and
 * the spelling of some scripts need stays, as in names.
 */
export const visible = (text: string): string =>
  plain.test(text) ? text : showUnseen(text, '\uFFFD')

// ASCII and Latin letters, which nearly every line is made of: to look at each by its category
// takes ten times as long.
const plain = /^[ -~\u00C0-\u017F]*$/
