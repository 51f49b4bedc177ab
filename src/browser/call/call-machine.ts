/** The rules of one call in one tab: what happened, to a call in which state. */
import type { CallEnding, CallNews } from '../../page-protocol.ts'
import { onPeer, onThrown } from './machine/connection.ts'
import { deadlineOf, goesAt, lostAt, past } from './machine/deadlines.ts'
import { onGone, onInvited, onMember, onResumed, onSignal, uninvited } from './machine/members.ts'
import { onPerson } from './machine/person-acts.ts'
import { onAccepted, onCallRefused, onRinging, withoutAsked } from './machine/ringing.ts'
import {
  type Call,
  type CallEvent,
  type CallState,
  type Effect,
  isLive,
  isLost,
  isOf,
  type Live,
  limits,
  type Step,
} from './machine/state.ts'
import { giveUp, hangUpOf, knowing, over, release, resume, stay, without } from './machine/steps.ts'

export { deadlineOf } from './machine/deadlines.ts'
export type { Other } from './machine/others.ts'
export type { Person } from './machine/person.ts'
export {
  type CallEvent,
  type CallState,
  type Effect,
  limits,
  membersOf,
  type Outcome,
  type Sending,
} from './machine/state.ts'

/** How many ended calls and invitations are remembered: news are late by seconds, not by calls. */
const maxKnown = 16

/** What is true of one call in this tab, and what to do about an event. */
export function step(state: CallState, event: CallEvent, now: number): Step {
  const before = hearing(state, event)
  const next = react(before, event, now)
  const { done = [], heard } = before
  const ended = next.effects.flatMap(endedBy).filter((id) => !done.includes(id))
  if (next.state === state && ended.length === 0) return next
  const all = [...done, ...ended].slice(-maxKnown)
  const known = { ...(all.length > 0 ? { done: all } : {}), ...(heard ? { heard } : {}) }
  return { ...next, state: { ...next.state, ...known } }
}

/** Whoever was in a call, or declined it, may be invited into it once more. */
function hearing(state: CallState, event: CallEvent): CallState {
  const news = event.from === 'server' && 'news' in event ? event.news : undefined
  if (news?.kind !== 'ringing' || news.ring === undefined) return state
  const { done = [], heard = [] } = state
  if (heard.includes(news.ring)) return state
  return {
    ...state,
    done: done.filter((id) => id !== news.id),
    heard: [...heard, news.ring].slice(-maxKnown),
  }
}

const endedBy = (effect: Effect): string[] =>
  effect.do === 'send' && (effect.wish.kind === 'hangup' || effect.wish.kind === 'decline')
    ? [effect.wish.id]
    : []

function react(state: CallState, event: CallEvent, now: number): Step {
  if (event.from === 'server') {
    return 'news' in event ? onNews(state, event.news, now) : onLink(state, event.link, now)
  }
  if (event.from === 'person') return onPerson(state, event, now)
  if (event.from === 'peer') return onPeer(state, event, now)
  if (event.from === 'engine') return onThrown(state, event)
  return onClock(state, now)
}

function onNews(state: CallState, news: CallNews, now: number): Step {
  switch (news.kind) {
    case 'ringing':
      return onRinging(state, news, now)
    case 'accepted':
      return onAccepted(state, news, now)
    case 'refused':
      return onRefused(state, news, now)
    case 'member':
      return onMember(state, news, now)
    case 'gone':
      return onGone(state, news, now)
    case 'invited':
      return onInvited(state, news, now)
    case 'not-coming':
      return isLive(state) && isOf(state, news.id) ? stay(uninvited(state, news)) : stay(state)
    case 'servers':
    case 'missed':
      // Of interest to the connection alone, or to the list of missed calls.
      return stay(state)
    case 'signal':
      return onSignal(state, news, now)
    case 'resumed':
      return onResumed(state, news, now)
    case 'elsewhere':
      if (!isOf(state, news.id) || isLive(state)) return stay(state)
      return over(state, { kind: 'elsewhere' })
    case 'declined':
      if (!isOf(state, news.id) || isLive(state)) return stay(state)
      return over(state, { kind: 'declined' })
    case 'ended':
      return isOf(state, news.id) ? onEnded(state, news.reason) : stay(state)
  }
}

function onRefused(state: CallState, news: CallNews & { kind: 'refused' }, now: number): Step {
  if (news.wish === 'call') return onCallRefused(state, news)
  if (news.wish === 'invite' && isLive(state)) {
    const invited = state.invited.filter(({ tag }) => tag !== news.tag)
    return stay({ ...state, invited })
  }
  if (!isOf(state, news.id ?? '')) return stay(state)
  if (news.wish === 'accept' && state.at === 'answering') {
    return over(
      state,
      news.code === 'unknown-call' ? { kind: 'missed' } : { kind: 'refused', code: news.code },
    )
  }
  if (news.wish === 'resume' && state.at === 'talking') {
    return stay({ ...state, resumeAt: now + state.pauseMs })
  }
  // A signal that did not get through is made up for as after an absence of the server. Not at once: if
  // it is refused for good, the two would go round and round.
  if (news.wish === 'signal' && notThrough.has(news.code) && isLive(state)) {
    return stay({ ...state, againAt: state.againAt ?? now + limits.againMs })
  }
  return stay(state)
}

/** A member came, or came back by another name, of which this tab was told a moment later. */
const notThrough: ReadonlySet<string> = new Set(['too-fast', 'member-needed', 'unknown-member'])

function onEnded(state: CallState & Call, reason: CallEnding): Step {
  if (reason === 'moved') return over(state, { kind: 'moved' })
  if (state.at === 'talking') {
    return onCallEnded(state, reason)
  }
  if (state.at === 'ringing-in' && state.asked) {
    // They took theirs back before this end's wish was there, which is then a call of its own.
    return stay({ at: 'asking', ...state.asked })
  }
  if (state.at === 'ringing-in' || state.at === 'answering') return over(state, { kind: 'missed' })
  if (state.at === 'connecting')
    return over(state, { kind: reason === 'left' || reason === 'lost' ? reason : 'hung-up' })
  if (reason === 'timeout') return over(state, { kind: 'no-answer' })
  return over(state, { kind: reason === 'left' || reason === 'lost' ? reason : 'cancelled' })
}

/** The registry has nobody left beside this end. Those that it has lost may still be seen and heard. */
function onCallEnded(state: Live & { at: 'talking' }, reason: CallEnding): Step {
  if (reason !== 'lost') {
    // Those that the registry has lost before have no other way to learn it.
    const byes: Effect[] = state.others.length > 1 ? [{ do: 'say-bye' }] : []
    return over(state, { kind: reason === 'left' ? 'left' : 'hung-up' }, ...byes)
  }
  const [there, gone] = apart(state.others, ({ link, channelClosed }) => {
    return link !== 'connecting' && !channelClosed
  })
  const others = there.map((other) => ({ ...other, lost: 'yes' }) as const)
  // It may have asked to come back before it heard this, and the lost one need not wait for it.
  if (others.length === 0) return over(state, { kind: 'left' }, hangUpOf(state.id))
  // Signalling is lost, and no more.
  const left = knowing({ ...state, others, invited: [], signalling: 'lost' } as const)
  const disconnects = gone.map(({ key }): Effect => ({ do: 'disconnect', key }))
  return stay(left, ...disconnects, resume(left))
}

function apart<T>(all: readonly T[], which: (one: T) => boolean): [T[], T[]] {
  return [all.filter(which), all.filter((one) => !which(one))]
}

function onLink(state: CallState, link: 'here' | 'away', now: number): Step {
  if (link === 'away') {
    // The server ends what this tab had asked for.
    if (state.at === 'asking') return over(state, { kind: 'server-away' })
    if (state.at === 'ringing-in' && state.asked) return stay(withoutAsked(state), release)
    if (state.at !== 'talking' || state.signalling === 'lost') return stay(state)
    return stay({ ...state, signalling: 'away' })
  }
  if (state.at === 'talking' || state.at === 'connecting') {
    // Signals get through once the server says that it knows the call: not before `resumed`. A member
    // of whom it says nothing may have gone meanwhile.
    const others = state.others.map(
      (other) => ({ ...other, lost: other.lost || 'perhaps', doubtedAt: now }) as const,
    )
    return stay({ ...state, others }, resume(state))
  }
  if (state.at === 'idle' || state.at === 'over') return stay(state)
  // The server tells a tab that connects of the calls that ring; of one that is over it is silent.
  const waiting = { ...state, until: Math.min(state.until, now + limits.tellMs) }
  const mine = waiting.at === 'answering' || waiting.at === 'ringing-out'
  return mine ? stay(waiting, resume(waiting)) : stay(waiting)
}

function onClock(state: CallState, now: number): Step {
  const deadline = deadlineOf(state)
  if (deadline === undefined || now < deadline) return stay(state)
  if (isLive(state)) {
    const { invited } = state
    const known = invited.filter(({ until }) => now < until)
    if (known.length < invited.length) return stay({ ...state, invited: known })
    const gone = state.others.length > 1 && state.others.find((each) => past(goesAt(each), now))
    if (gone) return without(state, gone, { kind: 'left' }, now)
    if (past(state.againAt, now)) {
      const { againAt: _, ...rest } = state
      return stay(rest, { do: 'signalling-back' })
    }
  }
  switch (state.at) {
    case 'idle':
    case 'over':
      return stay(state)
    case 'talking': {
      if (past(lostAt(state), now)) {
        if (isLost(state)) return over(state, { kind: 'left' }, hangUpOf(state.id))
        const never = state.others.every(({ link }) => link === 'connecting')
        return giveUp(state, never ? 'failed' : 'lost', { kind: never ? 'failed' : 'lost' })
      }
      const { resumeAt: _, ...rest } = state
      return stay(
        { ...rest, pauseMs: Math.min(state.pauseMs * 2, limits.resumeMaxMs) },
        resume(state),
      )
    }
    case 'asking':
      return over(state, { kind: 'server-away' })
    case 'answering':
      return over(state, { kind: 'server-away' }, hangUpOf(state.id))
    case 'connecting':
      return giveUp(state, 'failed', { kind: 'failed' })
    case 'ringing-in':
      return over(state, { kind: 'missed' })
    case 'ringing-out':
      return over(state, { kind: 'no-answer' }, hangUpOf(state.id))
  }
}
