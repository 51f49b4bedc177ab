/** Letters that are written from right to left, by their blocks (Unicode Standard Annex 9, classes R and AL). */
const rightToLeft =
  /[\u0590-\u08FF\uFB1D-\uFDFF\uFE70-\uFEFC\u{10800}-\u{10FFF}\u{1E800}-\u{1EFFF}]/u

/**
 * A name for a sentence in a place that takes text alone, such as a title: its writing direction does not
 * change the order of the words around it (Unicode Standard Annex 9, section 2.4). Other names stay as they
 * are, since some systems draw a box for what is not to be seen.
 */
export const isolated = (name: string): string =>
  rightToLeft.test(name) ? `\u2068${name}\u2069` : name
