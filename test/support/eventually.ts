import { patienceMs } from './peer.ts'

/** What `look` gives once it gives something; rejects, naming `what`, where it never does. */
export async function eventually<T>(
  what: string,
  look: () => T | undefined | false | Promise<T | undefined | false>,
  withinMs = patienceMs,
): Promise<T> {
  const deadline = Date.now() + withinMs
  for (;;) {
    const seen = await look()
    if (seen !== undefined && seen !== false) return seen
    if (Date.now() > deadline) throw new Error(`in vain: ${what}`)
    await Bun.sleep(2)
  }
}
