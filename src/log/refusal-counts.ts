/** How often each limit was met since the start. */
export type RefusalCounts = Readonly<{
  registry: Readonly<Record<string, number>>
  web: Readonly<Record<string, number>>
}>

/** The counts that are not 0, in words; a limit without a word goes by its own name. */
export function countsOf(
  where: string,
  counts: Readonly<Record<string, number>>,
  words: Record<string, string>,
): string {
  const met = Object.entries(counts).filter(([, count]) => count > 0)
  if (met.length === 0) return ''
  return `${where}: ${met.map(([limit, count]) => `${count} ${words[limit] ?? limit}`).join(', ')}`
}
