/** Samples of the text format of Prometheus, by what stands before the value. */
export type Samples = ReadonlyMap<string, number>

export function samplesOf(text: string): Samples {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  return new Map(
    lines.map((line) => {
      const at = line.lastIndexOf(' ')
      return [line.slice(0, at), Number(line.slice(at + 1))]
    }),
  )
}

/** What has changed from one to the other, buckets of histograms left out. */
export function growth(before: Samples, after: Samples): Record<string, number> {
  const changed = [...after].flatMap(([name, value]) => {
    const more = value - (before.get(name) ?? 0)
    return more === 0 || name.includes('_bucket{') ? [] : [[name, more] as const]
  })
  return Object.fromEntries(changed)
}
