const graphemes = new Intl.Segmenter()

/**
 * Visible text in exactly `width` columns: filled with spaces, or cut between two graphemes and
 * ended with an ellipsis. Not `Bun.sliceAnsi(text, 0, width, '…')`: where a wide character lies
 * across the edge it returns one column too many (Bun 1.4.5).
 */
export function fit(text: string, width: number): string {
  const natural = Bun.stringWidth(text)
  if (natural <= width) return text + ' '.repeat(width - natural)
  if (width < 1) return ''
  let kept = ''
  let used = 0
  for (const { segment } of graphemes.segment(text)) {
    const columns = Bun.stringWidth(segment)
    if (used + columns > width - 1) break
    kept += segment
    used += columns
  }
  return `${kept}…${' '.repeat(width - 1 - used)}`
}
