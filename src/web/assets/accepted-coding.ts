import { parseAccept } from 'hono/utils/accept'
import type { Coding } from '../../build/coding.ts'

/** Characters of what a client asks for; browsers say some twenty. */
const maxWishes = 512

/** The one that a client likes best comes first where it likes several alike: the smallest. */
const ours: readonly Coding[] = ['br', 'gzip', 'identity']

/**
 * The coding that a client is answered in (RFC 9110, section 12.5.3); `undefined` where it takes none
 * of `offered`. Without a wish it gets the bytes as they are, which also a program can read that
 * knows of no codings.
 */
export function codingFor(
  header: string | undefined,
  offered: readonly Coding[] = ours,
): Coding | undefined {
  if (header === undefined) return 'identity'
  const wishes = new Map(
    parseAccept(header.slice(0, maxWishes)).map(({ type, q }) => [type.toLowerCase(), q]),
  )
  const weightOf = (coding: Coding): number =>
    // A coding that it does not name it does not take, but that the bytes may come as they are.
    wishes.get(coding) ?? wishes.get('*') ?? (coding === 'identity' ? leastWeight : 0)
  const best = Math.max(...offered.map(weightOf))
  return best > 0 ? offered.find((coding) => weightOf(coding) === best) : undefined
}

/** A weight has three digits after its point (RFC 9110, section 12.4.2). */
const leastWeight = 0.0001
