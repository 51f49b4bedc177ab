/**
 * The rules of one call in one tab. Longer than other files, since each rule is read against all
 * the others: what happened, to a call in which state.
 */
import type { CallEnding, CallNews, CallWish, IceServer } from '../../page-protocol.ts'
import { type Farewell, farewellSignal, readFarewell } from './farewell.ts'
import {
  type Connect,
  findOther,
  type Members,
  nobody,
  type Other,
  withNew,
  withOther,
  withoutInvited,
  withoutOther,
} from './others.ts'
import { type Person, samePerson } from './person.ts'

export type { Other, Person }

/** What this person wants to send from the start; more can be added in the call. */
export type Sending = 'video' | 'audio'

export type Outcome =
  | { kind: 'declined' | 'busy' | 'no-answer' | 'cancelled' }
  | { kind: 'missed' | 'declined-here' | 'elsewhere' }
  | { kind: 'hung-up' | 'hung-up-here' | 'left' | 'failed' | 'lost' | 'server-away' }
  /** Another connection of this person has taken this end's place. */
  | { kind: 'moved' }
  /** What threw here while the connection was set up. */
  | { kind: 'not-set-up'; why: string }
  | { kind: 'not-set-up-there' }
  /** The registry's code, where none of the others says it better. */
  | { kind: 'refused'; code: string }

/** What a call that rings or runs knows of itself. `person` is the oldest other member. */
type Call = { id: string; person: Person }

/** A wish to call somebody that the registry has not answered; its call has no id yet. */
type Asked = { tag: string; person: Person; sending: Sending; until: number }

export type CallState = Moment & {
  /**
   * Calls that this tab has ended itself, the latest last. News of them may still be on the way,
   * and must not bring them back.
   */
  done?: readonly string[]
}

type Moment =
  | { at: 'idle' }
  | (Asked & { at: 'asking' })
  | (Call & { at: 'ringing-out'; sending: Sending } & Ringing)
  /**
   * `asked` is set where this tab asked for the same person at the same moment, `others` where the
   * person invites into a call that runs: who is there beside that person.
   */
  | (Call & { at: 'ringing-in'; asked?: Asked; others?: readonly Person[] } & Ringing)
  | (Call & { at: 'answering'; invitation: boolean; sending: Sending; until: number })
  | (Call & Members & { at: 'connecting'; sending: Sending; until: number })
  | (Call & Members & Talk & { at: 'talking' })
  | { at: 'over'; person: Person; outcome: Outcome }

/** The registry ends it at `ringsUntil`; this tab gives up at `until`, if it is told nothing. */
type Ringing = { ringsUntil: number; until: number }

type Live = Extract<Moment, { at: 'connecting' | 'talking' }>

type Talk = {
  since: number
  /** `lost` means that the registry knows nothing of this call until both ends have resumed it. */
  signalling: 'there' | 'away' | 'lost'
  /** When to ask the registry again to take the call up, and how long to wait after a refusal. */
  resumeAt?: number
  pauseMs: number
}

export type CallEvent =
  | { from: 'server'; news: CallNews }
  /** The tab's WebSocket, with which all news travel. */
  | { from: 'server'; link: 'here' | 'away' }
  | {
      from: 'peer'
      key: string
      told: 'connected' | 'broken' | 'failed' | 'bye' | 'channel-closed'
    }
  /** Something threw while the connection to that member was set up. */
  | { from: 'engine'; key: string; threw: string }
  /** `tag` is another one for each wish of this tab. */
  | { from: 'person'; does: 'call'; person: Person; sending: Sending; tag: string }
  /** Pressed to call a person who is shown to be in a call. */
  | { from: 'person'; does: 'find-busy'; person: Person }
  /** Somebody is to come into the call, or need not come any more. */
  | { from: 'person'; does: 'invite'; person: Person; tag: string }
  | { from: 'person'; does: 'uninvite'; person: Person }
  | { from: 'person'; does: 'accept'; sending: Sending }
  | { from: 'person'; does: 'decline' | 'hang-up' | 'dismiss' }
  /** The moment that `deadlineOf` named has come. */
  | { from: 'clock' }

export type Effect =
  | { do: 'send'; wish: CallWish }
  /** Open the microphone and, for `video`, the camera. */
  | { do: 'open-media'; sending: Sending }
  /** To another member. */
  | Connect
  /** That member is gone. */
  | { do: 'disconnect'; key: string }
  | { do: 'receive'; key: string; payload: string }
  /** Signals may have been lost; from here on they get through, to that member or to all. */
  | { do: 'signalling-back'; key?: string; iceServers?: IceServer[] }
  /** Tell the others by the data channels that this is over. */
  | { do: 'say-bye' }
  /** Close everything that this call has opened. */
  | { do: 'release' }

export type Step = { state: CallState; effects: Effect[] }

export const limits = {
  /** For the registry's answer to a wish. */
  askMs: 8_000,
  /** For two members to find a way to each other. */
  connectMs: 30_000,
  /** After the server is back, for it to tell of the call that rings. */
  tellMs: 4_000,
  /** After the time of ringing, for the registry's word on it. */
  lateMs: 3_000,
  /** Without anything flowing, before a call is lost. */
  brokenMs: 20_000,
  /** The same, where that member is known to have left the registry too. */
  leftMs: 8_000,
  /** Before `resume` is repeated: the other end may only be a moment behind; then ever longer. */
  resumeMs: 1_000,
  resumeMaxMs: 30_000,
}

/** How many calls are remembered as ended: news are late by seconds, not by calls. */
const maxDone = 16

/** What is true of one call in this tab, and what to do about an event. */
export function step(state: CallState, event: CallEvent, now: number): Step {
  const next = react(state, event, now)
  const { done = [] } = state
  const ended = next.effects.flatMap(endedBy).filter((id) => !done.includes(id))
  if (next.state === state && ended.length === 0) return next
  const all = [...done, ...ended].slice(-maxDone)
  return { ...next, state: { ...next.state, ...(all.length > 0 ? { done: all } : {}) } }
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

/** Who is in the call that runs beside this tab. */
export const membersOf = (state: CallState): readonly Other[] => (isLive(state) ? state.others : [])

/** When to `step` with the clock's event at the latest. */
export function deadlineOf(state: CallState): number | undefined {
  switch (state.at) {
    case 'idle':
    case 'over':
      return undefined
    case 'connecting':
      return earliest(state.until, ...membersDeadlines(state))
    case 'talking':
      return earliest(lostAt(state), state.resumeAt, ...membersDeadlines(state))
    default:
      return state.until
  }
}

const earliest = (...moments: (number | undefined)[]): number | undefined => {
  const known = moments.filter((moment) => moment !== undefined)
  return known.length > 0 ? Math.min(...known) : undefined
}

const isDown = ({ link }: Other): boolean => link !== 'up'

/** When this tab gives the whole call up, if nothing changes: nothing flows from anybody. */
function lostAt({ others, signalling }: Members & Talk): number | undefined {
  if (others.length === 0 || !others.every(isDown)) return undefined
  const alone = others.length === 1
  return Math.max(
    ...others.map(({ link, downAt }) => {
      if (link === 'connecting') return downAt + limits.connectMs
      return downAt + (alone && signalling === 'lost' ? limits.leftMs : limits.brokenMs)
    }),
  )
}

/** In a call of several one that is lost goes, and the others go on. */
const goesAt = (other: Other): number | undefined =>
  other.lost && isDown(other) ? other.downAt + limits.leftMs : undefined

const membersDeadlines = ({ others, invited }: Members): (number | undefined)[] => [
  ...(others.length > 1 ? others.map(goesAt) : []),
  ...invited.map(({ until }) => until),
]

const stay = (state: CallState, ...effects: Effect[]): Step => ({ state, effects })

const send = (wish: CallWish): Effect => ({ do: 'send', wish })
const hangUpOf = (id: string): Effect => send({ kind: 'hangup', id })

function over(state: CallState, outcome: Outcome, ...effects: Effect[]): Step {
  if (state.at === 'idle' || state.at === 'over') return stay(state)
  return { state: { at: 'over', person: state.person, outcome }, effects: [...effects, release] }
}

/** That member is gone. With the last one the call is over, with that outcome. */
function without(state: Live, gone: Other, outcome: Outcome, now: number): Step {
  if (state.others.length === 1) return over(state, outcome, hangUpOf(state.id))
  const others = withoutOther(state.others, gone, now)
  return stay(knowing({ ...state, others }), { do: 'disconnect', key: gone.key })
}

/** Speaks of the call by its oldest other member. */
const knowing = <State extends Live>(state: State): State => ({
  ...state,
  person: state.others[0]?.person ?? state.person,
})

const withChanged = (state: Live, changed: Other): Live =>
  knowing({ ...state, others: withOther(state.others, changed) })

const release: Effect = { do: 'release' }

/** Whether this event is about the call that this tab has. */
const isOf = (state: CallState, id: string): state is Exclude<CallState, { id?: never }> & Call =>
  'id' in state && state.id === id

const isDone = ({ done = [] }: CallState, id: string): boolean => done.includes(id)

/** The wish that this tab waits to be answered, if it is the one with that tag. */
function askedBy(state: CallState, tag: string | undefined): Asked | undefined {
  const asked = state.at === 'asking' ? state : state.at === 'ringing-in' ? state.asked : undefined
  return asked?.tag === tag ? asked : undefined
}

/**
 * The server gives this tab a call that it ended, or took back before the call had an id. It ends
 * the call again, so that the other end does not wait for it.
 */
const notMine = (state: CallState, id: string): Step => stay(state, hangUpOf(id))

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

const isLive = (state: CallState): state is CallState & Live =>
  state.at === 'connecting' || state.at === 'talking'

function onSignal(
  state: CallState,
  { id, payload, from }: CallNews & { kind: 'signal' },
  now: number,
): Step {
  if (!isLive(state) || state.id !== id) return stay(state)
  const { others } = state
  const other = from && others.length > 1 ? findOther(others, from) : others[0]
  if (!other) return stay(state)
  const farewell = readFarewell(payload)
  if (!farewell) return stay(state, { do: 'receive', key: other.key, payload })
  return without(
    state,
    other,
    { kind: farewell === 'not-set-up' ? 'not-set-up-there' : farewell },
    now,
  )
}

/** Somebody is in the call: came just now, or was there when this tab came. */
function onMember(state: CallState, news: CallNews & { kind: 'member' }, now: number): Step {
  if (!isLive(state) || !isOf(state, news.id)) return stay(state)
  const { name, ip, offers, iceServers } = news
  const person = { name, ip }
  const heard = signallingThere(state)
  // Another person may have the name of one that is there.
  const known =
    heard.others.find((other) => samePerson(other.person, person)) ??
    findOther(
      heard.others.filter(({ lost }) => lost),
      person,
    )
  if (known) return takeBack(heard, known, person, iceServers)
  return connectTo(heard, person, { polite: !offers, iceServers }, now)
}

/** The registry speaks of this call as of one that it has. */
function signallingThere(state: Live): Live {
  if (state.at !== 'talking') return state
  const { resumeAt: _, ...rest } = state
  return { ...rest, signalling: 'there', pauseMs: limits.resumeMs }
}

function connectTo(
  state: Live,
  person: Person,
  { polite, iceServers }: { polite: boolean; iceServers: IceServer[] },
  now: number,
): Step {
  const { key, ...members } = withNew(state, person, now)
  const connect: Connect = { do: 'connect', id: state.id, key, person, polite, iceServers }
  return stay(knowing({ ...state, ...members }), connect)
}

/** The registry knows that member again, perhaps by another name or address. */
function takeBack(state: Live, known: Other, person: Person, iceServers: IceServer[]): Step {
  const back = withChanged(state, { ...known, person, lost: false })
  return stay(back, { do: 'signalling-back', key: known.key, iceServers })
}

function onGone(state: CallState, news: CallNews & { kind: 'gone' }, now: number): Step {
  if (!isLive(state) || !isOf(state, news.id)) return stay(state)
  const other = state.others.find(({ person }) => samePerson(person, news))
  if (!other) return stay(state)
  if (news.reason !== 'lost') {
    return without(state, other, { kind: news.reason === 'left' ? 'left' : 'hung-up' }, now)
  }
  if (other.link === 'connecting' || other.channelClosed) {
    return without(state, other, { kind: 'lost' }, now)
  }
  // Sound and picture may go on without the registry.
  return stay(withChanged(state, { ...other, lost: 'yes' }))
}

function onInvited(state: CallState, news: CallNews & { kind: 'invited' }, now: number): Step {
  if (!isLive(state) || !isOf(state, news.id)) return stay(state)
  const until = now + news.ringsForMs + limits.lateMs
  const invited = state.invited.map((each) => (each.tag === news.tag ? { ...each, until } : each))
  return stay({ ...state, invited })
}

const uninvited = (state: Live, person: Person): Live => ({
  ...state,
  invited: withoutInvited(state.invited, person),
})

function onRinging(state: CallState, news: CallNews & { kind: 'ringing' }, now: number): Step {
  const { id, name, ip, direction, tag, others } = news
  if (isDone(state, id)) return notMine(state, id)
  const person = { name, ip }
  const ringsUntil = now + news.ringsForMs
  const ringing: Ringing = { ringsUntil, until: ringsUntil + limits.lateMs }
  if (isOf(state, id)) {
    // Told again after the server was away, which may have missed the answer.
    if (state.at === 'answering') return stay(state, send({ kind: 'accept', id }))
    const rings = state.at === 'ringing-in' || state.at === 'ringing-out'
    return stay(rings ? { ...state, ...ringing } : state)
  }
  if (direction === 'out') {
    const asked = askedBy(state, tag)
    if (!asked) return notMine(state, id)
    return stay({ at: 'ringing-out', id, person, sending: asked.sending, ...ringing })
  }
  const incoming = {
    at: 'ringing-in',
    id,
    person,
    ...ringing,
    ...(others ? { others } : {}),
  } as const
  if (state.at === 'asking') {
    // The registry makes one call of two that cross; it says which by `accepted`.
    const { at: _, done: __, ...asked } = state
    const same = state.person.name === name && state.person.ip === ip
    return same ? stay({ ...incoming, asked }) : stay(incoming, release)
  }
  // A call that is connected may go on without the registry.
  if (isLive(state)) return stay(state)
  // One end has one call at a time: of the one before the end was told while the socket was lost.
  return state.at === 'idle' || state.at === 'over' ? stay(incoming) : stay(incoming, release)
}

function onAccepted(state: CallState, news: CallNews & { kind: 'accepted' }, now: number): Step {
  const { id, name, ip, polite, iceServers, tag, invitation } = news
  if (isLive(state) && isOf(state, id)) return stay(state)
  const sending = isDone(state, id) ? undefined : wantedFor(state, id, tag)
  if (!sending) {
    // Theirs rings here, and the registry took for its answer a wish that this tab has taken back.
    const rings = isOf(state, id) && state.at === 'ringing-in'
    return rings ? over(state, { kind: 'missed' }, hangUpOf(id)) : notMine(state, id)
  }
  const person = { name, ip }
  const until = now + limits.connectMs
  const connecting = { at: 'connecting', id, person, sending, until, ...nobody } as const
  // Of those that are there, the inviter too, `member` tells.
  if (invitation) return stay(connecting)
  return connectTo(connecting, person, { polite, iceServers }, now)
}

/** What this tab wants to send in that call; `undefined` where it does not want that call. */
function wantedFor(state: CallState, id: string, tag: string | undefined): Sending | undefined {
  if (isOf(state, id) && (state.at === 'ringing-out' || state.at === 'answering')) {
    return state.sending
  }
  return askedBy(state, tag)?.sending
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
  // A signal that did not get through is made up for as after an absence of the server.
  if (news.wish === 'signal' && notThrough.has(news.code)) {
    return stay(state, { do: 'signalling-back' })
  }
  return stay(state)
}

/** A member came, or came back by another name, of which this tab was told a moment later. */
const notThrough: ReadonlySet<string> = new Set(['too-fast', 'member-needed', 'unknown-member'])

function onCallRefused(state: CallState, { code, tag }: CallNews & { kind: 'refused' }): Step {
  if (!askedBy(state, tag)) return stay(state)
  if (state.at === 'ringing-in') return stay(withoutAsked(state), release)
  return over(state, code === 'busy' ? { kind: 'busy' } : { kind: 'refused', code })
}

function withoutAsked(state: CallState & { at: 'ringing-in' }): CallState {
  const { asked: _, ...rest } = state
  return rest
}

function onResumed(state: CallState, news: CallNews & { kind: 'resumed' }, now: number): Step {
  if (!isOf(state, news.id)) return notMine(state, news.id)
  const { name, ip, iceServers, offers } = news
  const person = { name, ip }
  switch (state.at) {
    case 'talking':
    case 'connecting':
      return onBack(signallingThere(state), person, { polite: !offers, iceServers }, now)
    case 'ringing-out':
    case 'answering': {
      // It was answered while the server was away from this tab.
      const { id, sending } = state
      const until = now + limits.connectMs
      return connectTo(
        { at: 'connecting', id, person, sending, until, ...nobody },
        person,
        { polite: state.at === 'answering' && !state.invitation, iceServers },
        now,
      )
    }
    default:
      return stay(state)
  }
}

/**
 * A member can be told something again, perhaps under another name or at another address. In a call
 * that was always of two it is the other end, whatever its name is now.
 */
function onBack(
  state: Live,
  person: Person,
  how: { polite: boolean; iceServers: IceServer[] },
  now: number,
): Step {
  const { others, made } = state
  const known = made === 1 ? others[0] : findOther(others, person)
  if (known) return takeBack(state, known, person, how.iceServers)
  return connectTo(state, person, how, now)
}

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
  const gone = state.others.filter(({ channelClosed }) => channelClosed)
  const others = state.others.filter(({ channelClosed }) => !channelClosed)
  if (others.length === 0) return over(state, { kind: 'left' })
  // Signalling is lost, and no more.
  const left = knowing({ ...state, others, invited: [], signalling: 'lost' } as const)
  const disconnects = gone.map(({ key }): Effect => ({ do: 'disconnect', key }))
  return stay(left, ...disconnects, resume(left))
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
      (other) => ({ ...other, lost: other.lost || 'perhaps' }) as const,
    )
    return stay({ ...state, others }, resume(state))
  }
  if (state.at === 'idle' || state.at === 'over') return stay(state)
  // The server tells a tab that connects of the calls that ring; of one that is over it is silent.
  const waiting = { ...state, until: Math.min(state.until, now + limits.tellMs) }
  const mine = waiting.at === 'answering' || waiting.at === 'ringing-out'
  return mine ? stay(waiting, resume(waiting)) : stay(waiting)
}

/** Says that this tab has the call, to a server that may have forgotten it or taken it for left. */
const resume = ({ id, person: { name, ip } }: Call): Effect =>
  send({ kind: 'resume', id, name, ip })

function onPerson(state: CallState, event: CallEvent & { from: 'person' }, now: number): Step {
  switch (event.does) {
    case 'call': {
      if (state.at !== 'idle' && state.at !== 'over') return stay(state)
      const { person, sending, tag } = event
      return {
        state: { at: 'asking', tag, person, sending, until: now + limits.askMs },
        effects: [send({ kind: 'call', ...person, tag }), { do: 'open-media', sending }],
      }
    }
    case 'find-busy':
      if (state.at !== 'idle' && state.at !== 'over') return stay(state)
      return stay({ at: 'over', person: event.person, outcome: { kind: 'busy' } })
    case 'accept': {
      if (state.at !== 'ringing-in') return stay(state)
      const { id, person } = state
      // Of two that cross, media are opened already, but maybe not what this person now wants.
      const { sending } = event
      return {
        state: {
          at: 'answering',
          ...{ id, person, invitation: state.others !== undefined, sending },
          until: now + limits.askMs,
        },
        effects: [send({ kind: 'accept', id }), { do: 'open-media', sending }],
      }
    }
    case 'decline':
      if (state.at !== 'ringing-in') return stay(state)
      return over(state, { kind: 'declined-here' }, send({ kind: 'decline', id: state.id }))
    case 'invite': {
      if (state.at !== 'talking') return stay(state)
      const { person, tag } = event
      const until = now + limits.askMs
      const invited = [...withoutInvited(state.invited, person), { person, tag, until }]
      const wish: CallWish = { kind: 'invite', id: state.id, ...person, tag }
      return stay({ ...state, invited }, send(wish))
    }
    case 'uninvite': {
      if (!isLive(state)) return stay(state)
      const wish: CallWish = { kind: 'uninvite', id: state.id, ...event.person }
      return stay(uninvited(state, event.person), send(wish))
    }
    case 'hang-up':
      return hangUp(state)
    case 'dismiss':
      if (state.at !== 'over') return stay(state)
      return stay({ at: 'idle' })
  }
}

function hangUp(state: CallState): Step {
  // Its id is not known yet: `ringing` or `accepted` will bring it, with a tag that nobody wants.
  if (state.at === 'asking') return over(state, { kind: 'cancelled' })
  if (!('id' in state)) return stay(state)
  const wish = hangUpOf(state.id)
  if (state.at === 'answering') return over(state, { kind: 'hung-up-here' }, wish)
  if (!isLive(state)) return over(state, { kind: 'cancelled' }, wish)
  return over(state, { kind: 'hung-up-here' }, { do: 'say-bye' }, wish)
}

/** Ends a call that nobody hung up, and lets the others know why it is over. */
function giveUp(state: Live, farewell: Farewell, outcome: Outcome): Step {
  const { id } = state
  const payload = farewellSignal(farewell)
  const signals = state.others.map(({ person: to }) => send({ kind: 'signal', id, payload, to }))
  return over(state, outcome, ...signals, hangUpOf(id))
}

function onThrown(state: CallState, { key, threw: why }: { key: string; threw: string }): Step {
  if (!isLive(state)) return stay(state)
  const other = state.others.find((each) => each.key === key)
  // A call that runs goes on with what it has.
  if (other?.link !== 'connecting') return stay(state)
  if (state.others.length === 1) return giveUp(state, 'not-set-up', { kind: 'not-set-up', why })
  return stay(withChanged(state, { ...other, link: 'broken' }))
}

function onPeer(
  state: CallState,
  { key, told }: Omit<CallEvent & { from: 'peer' }, 'from'>,
  now: number,
): Step {
  if (!isLive(state)) return stay(state)
  const other = state.others.find((each) => each.key === key)
  if (!other) return stay(state)
  switch (told) {
    case 'bye':
      // The registry may not know: the other end may have no way to tell it.
      return without(state, other, { kind: 'hung-up' }, now)
    case 'connected':
      return talking(withChanged(state, { ...other, link: 'up' }), now)
    case 'channel-closed': {
      if (other.link === 'connecting') return stay(state)
      const gone = state.others.length > 1 ? other.lost : isLost(state)
      if (gone) return without(state, other, { kind: 'left' }, now)
      return stay(withChanged(state, { ...other, channelClosed: true }))
    }
    case 'broken':
    case 'failed':
      if (other.link !== 'up') return stay(state)
      return stay(withChanged(state, { ...other, link: 'broken', downAt: now }))
  }
}

const isLost = (state: Live): boolean => state.at === 'talking' && state.signalling === 'lost'

/** Something flows: from now on it is a talk. */
function talking(state: Live, now: number): Step {
  if (state.at === 'talking') return stay(state)
  const { id, person, others, invited, made } = state
  const pauseMs = limits.resumeMs
  const talk = { at: 'talking', since: now, signalling: 'there', pauseMs } as const
  return stay({ ...talk, id, person, others, invited, made })
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

const past = (moment: number | undefined, now: number): boolean =>
  moment !== undefined && now >= moment
