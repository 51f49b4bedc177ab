/**
 * The text with whatever a terminal would obey, hide or reorder shown as `�`: controls (ESC, CR,
 * tab and the C1 set among them), format characters (reading direction, zero width), separators of
 * lines and paragraphs, lone surrogates, private and unassigned characters. The joiners stay where
 * they join something, as in names: composed emoji and Persian spelling need them.
 */
export const visible = (text: string): string =>
  plain.test(text) ? text : text.replace(invisible, '\uFFFD')

// ASCII and Latin letters, which nearly every line is made of: to look at each by its category
// takes ten times as long.
const plain = /^[ -~\u00C0-\u017F]*$/

const invisible =
  /(?![\u200C\u200D])[\p{C}\p{Zl}\p{Zp}]|(?<![\p{L}\p{M}\p{N}\p{S}])[\u200C\u200D]|[\u200C\u200D](?![\p{L}\p{M}\p{N}\p{S}])/gu
