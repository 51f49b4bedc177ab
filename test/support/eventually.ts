import { patienceMs } from './peer.ts'

/** Between two looks. One that asks a browser costs both of them more than what is waited for. */
const soonMs = 2
const askingMs = 40

/** What `look` gives once it gives something; rejects, naming `what`, where it never does. */
export async function eventually<T>(
  what: string,
  look: () => T | undefined | false | Promise<T | undefined | false>,
  withinMs = patienceMs,
): Promise<T> {
  const deadline = Date.now() + withinMs
  let pauseMs = soonMs
  for (;;) {
    const looked = look()
    const seen = await looked
    if (seen !== undefined && seen !== false) return seen
    if (Date.now() > deadline) throw new Error(`in vain: ${what}`)
    await Bun.sleep(pauseMs)
    if (looked instanceof Promise) pauseMs = Math.min(pauseMs * 2, askingMs)
  }
}
