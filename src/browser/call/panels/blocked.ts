import { keep, kept } from './kept.ts'

/**
 * People whose calls this browser declines by itself. They are kept in this browser alone: the server
 * need not know whom somebody does not want to hear of. Another tab may change them at any time, so
 * they are read anew each time.
 */
export type Blocked = {
  name: string
  ip: string
  /** Where the address is our own too, it does not tell one from another: then the name has to. */
  nameOnly: boolean
}

const key = 'blocked'

export function blockedPeople(): Blocked[] {
  const read = parse(kept(key) ?? '[]')
  return Array.isArray(read) ? read.filter(isPerson) : []
}

export function block(person: Blocked): void {
  keep(key, JSON.stringify([...withoutPerson(person), person]))
}

export function unblock(person: { name: string; ip: string }): void {
  keep(key, JSON.stringify(withoutPerson(person)))
}

/** A name costs nothing, so a blocked address is blocked whatever it calls itself. */
export const isBlocked = (caller: { name: string; ip: string }): boolean =>
  blockedPeople().some(
    ({ name, ip, nameOnly }) =>
      networkOf(ip) === networkOf(caller.ip) && (name === caller.name || !nameOnly),
  )

export const isListed = (person: { name: string; ip: string }): boolean =>
  blockedPeople().some(({ name, ip }) => name === person.name && ip === person.ip)

const withoutPerson = (person: { name: string; ip: string }) =>
  blockedPeople().filter(({ name, ip }) => name !== person.name || ip !== person.ip)

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return []
  }
}

const isPerson = (one: unknown): one is Blocked =>
  typeof one === 'object' &&
  one !== null &&
  'name' in one &&
  typeof one.name === 'string' &&
  'ip' in one &&
  typeof one.ip === 'string' &&
  'nameOnly' in one &&
  typeof one.nameOnly === 'boolean'

/** Of IPv6 the first 64 bits, which one customer has as a whole. `ip` is canonical (RFC 5952). */
export function networkOf(ip: string): string {
  if (!ip.includes(':')) return ip
  const [before = '', after] = ip.split('::')
  const groups = (text: string) => (text === '' ? [] : text.split(':'))
  const [head, tail] = [groups(before), groups(after ?? '')]
  const left = after === undefined ? 0 : 8 - head.length - tail.length
  return [...head, ...Array.from({ length: left }, () => '0'), ...tail].slice(0, 4).join(':')
}
