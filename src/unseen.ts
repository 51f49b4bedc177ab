/**
 * What is in a text and cannot be seen. Unicode's general categories do not tell: the Hangul
 * fillers are letters, and U+034F is a mark. So this asks for what is no character for people at
 * all (`C`, and separators of lines and paragraphs), for what Unicode itself calls ignorable in
 * display, and for the few that are drawn as nothing without being called so: the braille pattern
 * without dots, the place of an object, the empty signs of Khitan, Egyptian and musical notation.
 */
const invisible =
  '[[\\p{C}\\p{Zl}\\p{Zp}\\p{Default_Ignorable_Code_Point}\\u2800\\uFFFC\\u{13441}\\u{13442}\\u{16FE4}\\u{1D159}]--[\\u200C\\u200D]]'

// Scripts whose letters take another form beside a letter that they do not join.
const joining =
  '[\\p{L}&&[\\p{scx=Arab}\\p{sc=Syrc}\\p{sc=Mand}\\p{sc=Mong}\\p{sc=Nkoo}\\p{sc=Adlm}\\p{sc=Rohg}]]'

// The signs that take a letter's vowel away, of the scripts where a joiner after one changes what
// is drawn. (No property that a pattern could ask for tells them.)
const virama =
  '[\\u094D\\u09CD\\u0A4D\\u0ACD\\u0B4D\\u0BCD\\u0C4D\\u0CCD\\u0D4D\\u0DCA\\u1039\\u17D2\\u1B44\\uA9C0]'

/** Where scripts need what is invisible itself: by it what is beside it looks different. */
const needed = [
  // Persian spelling keeps the parts of a word apart.
  `(?<=${joining}\\p{M}*)\\u200C(?=${joining})`,
  // Half letters and joined ones of India and Sri Lanka, and their opposite.
  `(?<=${virama})\\u200D`,
  `(?<=${virama})\\u200C(?=\\p{L})`,
  // Ra before a joined ya, in Bengali; in Kannada before others too.
  '(?<=[\\u09B0\\u0CB0])\\u200D(?=[\\u09CD\\u0CCD])',
  // Mongolian letters have several forms, and a vowel may stand apart.
  '(?<=\\p{sc=Mong})[\\u180B-\\u180F]',
].join('|')

// Composed emoji are passed over as wholes: selectors, joiners and tags are what they are made of.
// The sequences that Unicode recommends, since any other may be drawn like a shorter one.
const unseen = new RegExp(`\\p{RGI_Emoji}|((?!${needed})(?:[\\u200C\\u200D]|${invisible}))`, 'gv')

// Nearly every text has none of all these, and is not looked at by the pattern above: it holds
// thousands of emoji, and the runtime takes some 30 ms to compile it at its first use.
const suspect = new RegExp(`[\\u200C\\u200D]|${invisible}`, 'v')

export function hasUnseen(text: string): boolean {
  if (!suspect.test(text)) return false
  for (const [, found] of text.matchAll(unseen)) if (found !== undefined) return true
  return false
}

/** The text with each unseen character shown as `sign`. */
export const showUnseen = (text: string, sign: string): string =>
  suspect.test(text)
    ? text.replace(unseen, (whole, found?: string) => (found === undefined ? whole : sign))
    : text
