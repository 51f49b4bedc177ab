import type { CallText } from '../../../text/call-pt.ts'
import { hasBegun, type Member } from './member.ts'

/**
 * What a person should hear of the others in the call: who came, who left, and whose connection broke.
 * Nothing is said before the first connection is made: those who were there before have not just come.
 */
export function comingsOf(
  t: CallText,
  before: readonly Member[],
  now: readonly Member[],
): string[] {
  if (!hasBegun(before)) return []
  const linkBefore = new Map(before.map(({ key, link }) => [key, link]))
  const keys = new Set(now.map(({ key }) => key))
  const left = before.filter(({ key }) => !keys.has(key)).map(({ name }) => t.wentOut(name))
  const came = now.filter(({ key }) => !linkBefore.has(key)).map(({ name }) => t.cameIn(name))
  // Of two the banner says it.
  const links = now.length < 2 ? [] : now.flatMap((each) => linkWords(t, each, linkBefore))
  return [...left, ...came, ...links]
}

function linkWords(
  t: CallText,
  { key, name, link }: Member,
  linkBefore: ReadonlyMap<string, Member['link']>,
): string[] {
  const was = linkBefore.get(key)
  if (was === undefined || was === link) return []
  if (link === 'broken') return [t.memberBroken(name)]
  return was === 'broken' && link === 'up' ? [t.memberBack(name)] : []
}
