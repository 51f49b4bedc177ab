import type { CallNews } from '../../../page-protocol.ts'
import type { CallState, Person } from '../call-machine.ts'
import { addMissed, missedCalls, settle } from './missed-calls.ts'

export type MissedWatch = {
  /** What the page is told of calls, without those of blocked people. */
  heard: (news: CallNews) => void
  /** What its own call has become. */
  became: (state: CallState, before: CallState) => void
}

/** Calls that rang here and of whose end nothing was heard: none, but for lost sockets. */
const maxRung = 16

/**
 * Finds out which calls are missed: by what the tab is told, also while it talks, and by what becomes of a
 * call that rings in it. `me` is the name under which this browser is in the list.
 */
export function createMissedWatch(me: string, now: () => number = Date.now): MissedWatch {
  const rung = new Map<string, Person & { at: number }>()

  function rings(id: string, { name, ip }: Person): void {
    if (rung.has(id)) return
    rung.set(id, { name, ip, at: now() })
    const [first] = rung.keys()
    if (rung.size > maxRung && first !== undefined) rung.delete(first)
  }

  function missed(id: string, { name, ip }: Person): void {
    addMissed({ id, name, ip, to: me, at: rung.get(id)?.at ?? now() })
    rung.delete(id)
  }

  return {
    heard(news) {
      if (news.kind === 'missed') missed(news.id, news)
      if (news.kind === 'ringing' && news.direction === 'in') rings(news.id, news)
      // Answered or declined in another tab, which says so to all.
      if (news.kind === 'elsewhere') rung.delete(news.id)
      const caller = news.kind === 'ended' ? rung.get(news.id) : undefined
      if (news.kind === 'ended' && caller) missed(news.id, caller)
    },
    became(state, before) {
      const id = ringsIn(before)
      if (id !== undefined && ringsIn(state) !== id && 'person' in before) {
        if (isMissed(state)) missed(id, before.person)
        else if (isAnswered(state)) settle([id])
        rung.delete(id)
      }
      settle(newIn(state, before).flatMap((person) => callsOf(me, person)))
    },
  }
}

/** Whom one talks to now, and did not before. */
function newIn(state: CallState, before: CallState): Person[] {
  if (state.at !== 'talking') return []
  const known = before.at === 'talking' ? before.others.map(({ key }) => key) : []
  return state.others.filter(({ key }) => !known.includes(key)).map(({ person }) => person)
}

const ringsIn = (state: CallState): string | undefined =>
  state.at === 'ringing-in' || state.at === 'answering' ? state.id : undefined

/** Another one rings in its place: the end of the one before was told to a socket that was lost. */
const isMissed = (state: CallState): boolean =>
  state.at === 'ringing-in' || (state.at === 'over' && state.outcome.kind === 'missed')

const isAnswered = (state: CallState): boolean =>
  state.at === 'connecting' ||
  (state.at === 'over' && ['declined-here', 'hung-up-here'].includes(state.outcome.kind))

const callsOf = (me: string, { name, ip }: Person): string[] =>
  missedCalls(me)
    .filter((call) => call.name === name && call.ip === ip)
    .map(({ id }) => id)
