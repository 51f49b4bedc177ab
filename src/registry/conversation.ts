import type { Endpoint } from '../endpoint.ts'
import type { LogEntry } from '../log.ts'
import type { CallRequest, Framing, RefusalCode, Reply, Request } from '../wire/message.ts'
import { refusalText } from '../wire/refusal.ts'
import type { Line } from './call.ts'
import type { Directory, Registration } from './directory.ts'
import type { Lock } from './lock.ts'
import type { Switchboard } from './switchboard.ts'

/** One TCP connection, from connect to quit. */
export type Conversation = Readonly<
  /** `locked` until it has said the access code, where there is one. */
  | { state: 'anonymous'; trusted: boolean; watching: boolean; locked: boolean }
  | { state: 'registered'; trusted: boolean; watching: boolean; registration: Registration }
  /** It said `quit`, or is gone: nothing it sends is looked at any more. */
  | { state: 'over' }
>

/** What a conversation is held about and with: the same for all of them. */
export type House = {
  directory: Directory
  switchboard: Switchboard
  /** Where the registry listens, for the log. */
  server: () => Endpoint
  /** Whether calls to that address would reach the registry or the web page itself. */
  isOwnEndpoint: (endpoint: Endpoint) => boolean
}

/** Who asks, and how: fixed for a connection once its framing is settled. */
export type Asker = { remote: Endpoint; framing: Framing; line: Line; lock: Lock }

export type Step = { next: Conversation; reply: Reply; log?: LogEntry[] }

/**
 * Answers one request. Changes the directory and the switchboard, but writes nothing and knows no
 * socket.
 */
export function step(now: Conversation, asked: Request, asker: Asker, house: House): Step {
  if (now.state === 'over') throw new Error('bug: a request after the conversation was over')
  if (now.state === 'anonymous' && now.locked && !forAnybody.has(asked.verb)) {
    return refused(now, 'access-code-needed')
  }
  switch (asked.verb) {
    case 'quit':
      return { ...leave(now, house), reply: { kind: 'bye' } }
    case 'ping':
      return { next: now, reply: { kind: 'pong' } }
    case 'help':
      return asker.framing === 'lines'
        ? { next: now, reply: { kind: 'help' } }
        : refused(now, 'lines-only')
    case 'ready':
    case 'call':
    case 'accept':
    case 'decline':
    case 'hangup':
    case 'signal':
    case 'resume':
      return askSwitchboard(now, asked, asker, house)
    case 'auth':
      return authorize(now, asked.secret, asker, house)
    case 'watch':
      return watch(now, asker)
    case 'register':
      return now.state === 'registered'
        ? refused(now, 'registered-here')
        : register(now, asked, asker, house)
    case 'list':
      if (now.state === 'anonymous') return refused(now, 'not-registered')
      return { next: now, reply: { kind: 'names', names: house.directory.names } }
    case 'details': {
      if (now.state === 'anonymous') return refused(now, 'not-registered')
      const found = house.directory.find(asked.name, asked.ip)
      return found
        ? { next: now, reply: { kind: 'address', ip: found.ip, callPort: found.callPort } }
        : refused(now, 'unknown-user')
    }
  }
}

/** What may be said before the access code. */
const forAnybody = new Set<Request['verb']>(['quit', 'ping', 'help', 'auth'])

function authorize(
  now: Exclude<Conversation, { state: 'over' }>,
  secret: string,
  { remote, lock }: Asker,
  house: House,
): Step {
  const opened = lock.try(secret)
  if (opened.ok) {
    const trusted = now.trusted || opened.value === 'key'
    const next = now.state === 'anonymous' ? { ...now, locked: false } : now
    return { next: { ...next, trusted }, reply: { kind: 'authorized' } }
  }
  const no = refused(now, opened.error)
  if (opened.error === 'bad-secret') return no
  const { next, log = [] } = leave(now, house)
  return { ...no, next, log: [{ event: 'secrets.wrong', ...remote }, ...log] }
}

/** What becomes of a conversation, however it ends. */
export function leave(now: Conversation, house: House): { next: Conversation; log?: LogEntry[] } {
  if (now.state !== 'registered') return { next: { state: 'over' } }
  const { registration } = now
  // First its call: who leaves the directory is neither busy nor free.
  house.switchboard.leave(registration)
  house.directory.unregister(registration)
  const { name, ip, port } = registration
  return { next: { state: 'over' }, log: [{ event: 'client.left', name, ip, port }] }
}

/**
 * A message that is no request. Logged only of those who are not registered yet: their refusals
 * tell an operator why somebody cannot join, others' are their own affair.
 */
export function refused(now: Conversation, code: RefusalCode, name?: string): Step {
  const reply: Reply = { kind: 'refused', code, ...(name === undefined ? {} : { name }) }
  if (now.state !== 'anonymous') return { next: now, reply }
  return {
    next: now,
    reply,
    log: [{ event: 'request.refused', text: refusalText[code](name ?? '') }],
  }
}

function askSwitchboard(
  now: Exclude<Conversation, { state: 'over' }>,
  asked: CallRequest,
  { framing, line }: Asker,
  house: House,
): Step {
  // A first client would take a push for the answer to its next request.
  if (framing === 'bare') return refused(now, 'lines-only')
  if (now.state === 'anonymous') return refused(now, 'not-registered')
  const { registration } = now
  const answer = house.switchboard.answer(asked, { registration, line })
  return answer.ok ? { next: now, reply: answer.value } : refused(now, answer.error)
}

function watch(now: Exclude<Conversation, { state: 'over' }>, asker: Asker): Step {
  if (asker.framing === 'bare') return refused(now, 'lines-only')
  if (now.watching) return refused(now, 'already-watching')
  if (now.state === 'anonymous' && !now.trusted) return refused(now, 'not-registered')
  return { next: { ...now, watching: true }, reply: { kind: 'watching' } }
}

function register(
  now: Extract<Conversation, { state: 'anonymous' }>,
  { name, callPort, claim }: Extract<Request, { verb: 'register' }>,
  { remote }: Asker,
  house: House,
): Step {
  const { ip, port } = claim ?? remote
  if (ip !== remote.ip && !now.trusted) return refused(now, 'not-your-ip')
  const conflict = house.directory.conflict({ name, ip, callPort })
  if (conflict) return refused(now, conflict, name)

  const attempt: LogEntry = {
    event: 'registration.attempted',
    name,
    claim: { ip, port },
    callPort,
    server: house.server(),
  }
  const code = house.isOwnEndpoint({ ip, port: callPort })
    ? 'server-port'
    : callPort === port
      ? 'same-port'
      : undefined
  if (code) {
    const no = refused(now, code, name)
    return { ...no, log: [attempt, ...(no.log ?? [])] }
  }

  const registered = house.directory.register({ name, ip, port, callPort })
  if (!registered.ok) throw new Error(`bug: ${registered.error} though nothing conflicted`)
  return {
    next: { ...now, state: 'registered', registration: registered.value },
    reply: { kind: 'registered' },
    log: [attempt, { event: 'registration.accepted', name, ip, port }],
  }
}
