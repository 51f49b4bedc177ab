import { isBlocked } from '../panels/blocked.ts'
import { keep, kept } from '../panels/kept.ts'

/**
 * Calls that nobody answered here, until their person dismisses them. They are kept in this browser alone,
 * for all of its tabs, and read anew each time: another tab may change them.
 */
export type MissedCall = {
  /** Of the call. Each tab hears of it, and it is kept once. */
  id: string
  /** Who called. */
  name: string
  ip: string
  /** The name under which this browser was in the list: another person may use it next. */
  to: string
  /** When it began to ring, in milliseconds of Unix time. */
  at: number
}

type Kept = {
  /** The latest last. */
  calls: MissedCall[]
  /**
   * Calls that were answered, declined or dismissed. A tab that slept may hear of their end much later,
   * and must not bring them back.
   */
  settled: string[]
}

const key = 'missed'
const maxCalls = 30
const maxSettled = 100

/** The latest first, without those of people whom this browser has blocked since. */
export const missedCalls = (me: string): MissedCall[] =>
  read()
    .calls.filter((call) => call.to === me && !isBlocked(call))
    .reverse()

export function addMissed(call: MissedCall): void {
  const { calls, settled } = read()
  if (settled.includes(call.id) || calls.some(({ id }) => id === call.id)) return
  write({ calls: [...calls, call].slice(-maxCalls), settled })
}

/** These calls are not missed, or not any more. */
export function settle(ids: readonly string[]): void {
  if (ids.length === 0) return
  const { calls, settled } = read()
  const others = settled.filter((id) => !ids.includes(id))
  write({
    calls: calls.filter(({ id }) => !ids.includes(id)),
    settled: [...others, ...ids].slice(-maxSettled),
  })
}

function read(): Kept {
  const { calls, settled } = parse(kept(key) ?? '{}')
  return {
    calls: Array.isArray(calls) ? calls.filter(isMissedCall) : [],
    settled: Array.isArray(settled) ? settled.filter((id) => typeof id === 'string') : [],
  }
}

const write = (all: Kept): void => keep(key, JSON.stringify(all))

function parse(text: string): { calls?: unknown; settled?: unknown } {
  try {
    const read: unknown = JSON.parse(text)
    return typeof read === 'object' && read !== null ? read : {}
  } catch {
    return {}
  }
}

function isMissedCall(one: unknown): one is MissedCall {
  if (typeof one !== 'object' || one === null) return false
  const { id, name, ip, to, at } = one as Record<string, unknown>
  return [id, name, ip, to].every((word) => typeof word === 'string') && Number.isFinite(at)
}
