import type { Endpoint } from '../../endpoint.ts'
import type { LogEntry } from '../../log/log.ts'
import { accessCodeFeature, features } from '../../wire/help.ts'
import type { CallRequest, Framing, RefusalCode, Reply, Request } from '../../wire/message.ts'
import type { OperatorRequest } from '../../wire/operator/message.ts'
import { refusalText } from '../../wire/refusal.ts'
import type { Switchboard } from '../calls/switchboard.ts'
import { type Changes, type HolderLine, type Soon, whenThere } from '../changes.ts'
import type { Directory } from '../directory/directory.ts'
import type { Registration } from '../directory/registration.ts'
import type { Lock } from '../entrance/lock.ts'
import type { Blocks } from '../operator/blocks.ts'
import type { Operator } from '../operator/operator.ts'

/** The state of one TCP connection, from connect to quit. */
export type Conversation = Readonly<
  /** `locked` until a secret has opened its lock: the access code, or the operator's key. */
  | { state: 'anonymous'; trusted: boolean; watching: boolean; locked: boolean }
  | { state: 'registered'; trusted: boolean; watching: boolean; registration: Registration }
  /** It said `quit`, or is closed. Its input is not read any more. */
  | { state: 'over' }
>

/** The parts of the registry that conversations read and change: one set for all. */
export type Services = {
  directory: Directory
  switchboard: Switchboard
  changes: Changes
  operator: Pick<Operator, 'ask'>
  blocks: Pick<Blocks, 'has'>
  /** What the operator tells all people; empty where that is nothing. */
  notice: () => string
  /** Where the registry listens. For the log. */
  server: () => Endpoint
  /** Whether a call to this endpoint would reach the registry or the web page. */
  isOwnEndpoint: (endpoint: Endpoint) => boolean
}

/** The connection that makes a request. */
export type Requester = {
  readonly remote: Endpoint
  readonly line: HolderLine
  readonly lock: Lock
}

export type Step = { next: Conversation; reply: Reply; log?: LogEntry[] }

/**
 * Answers one request: at once, or when its change is made. Knows no socket, and writes nothing.
 */
export function step(
  now: Conversation,
  asked: Request,
  framing: Framing,
  requester: Requester,
  services: Services,
): Soon<Step> {
  if (now.state === 'over') throw new Error('bug: a request after the conversation was over')
  if (now.state === 'anonymous' && now.locked && !forAnybody.has(asked.verb)) {
    return refused(now, 'access-code-needed')
  }
  switch (asked.verb) {
    case 'quit': {
      const left = leave(now, services, 'left')
      return whenThere(left.done, () => ({ ...left, reply: { kind: 'bye' } }))
    }
    case 'hello':
      return { next: now, reply: { kind: 'hello', features: featuresFor(now) } }
    case 'ping':
      return { next: now, reply: { kind: 'pong' } }
    case 'help':
      return framing === 'lines'
        ? { next: now, reply: { kind: 'help' } }
        : refused(now, 'lines-only')
    case 'ready':
    case 'call':
    case 'invite':
    case 'accept':
    case 'decline':
    case 'hangup':
    case 'signal':
    case 'resume':
      return askSwitchboard(now, asked, framing, requester, services)
    case 'kick':
    case 'block':
    case 'unblock':
    case 'blocked':
    case 'notice':
      return askOperator(now, asked, framing, requester, services)
    case 'auth':
      return authorize(now, asked.secret, requester, services)
    case 'watch':
      return watch(now, framing)
    case 'register':
      return now.state === 'registered'
        ? refused(now, 'registered-here')
        : register(now, asked, requester, services)
    case 'list':
      if (now.state === 'anonymous') return refused(now, 'not-registered')
      return { next: now, reply: { kind: 'names', names: services.directory.names } }
    case 'details': {
      if (now.state === 'anonymous') return refused(now, 'not-registered')
      const found = services.directory.find(asked.name, asked.ip)
      return found
        ? { next: now, reply: { kind: 'address', ip: found.ip, callPort: found.callPort } }
        : refused(now, 'unknown-user')
    }
  }
}

/** Requests that are allowed before the access code. */
const forAnybody = new Set<Request['verb']>(['quit', 'ping', 'help', 'hello', 'auth'])

const featuresFor = (now: Conversation): readonly string[] =>
  now.state === 'anonymous' && now.locked ? [...features, accessCodeFeature] : features

function authorize(
  now: Exclude<Conversation, { state: 'over' }>,
  secret: string,
  { remote, lock }: Requester,
  services: Services,
): Step {
  const opened = lock.try(secret)
  if (opened.ok) {
    const trusted = now.trusted || opened.value === 'key'
    const next = now.state === 'anonymous' ? { ...now, locked: false } : now
    return { next: { ...next, trusted }, reply: { kind: 'authorized' } }
  }
  const no = refused(now, opened.error)
  if (opened.error === 'bad-secret') return no
  const { next, log = [] } = leave(now, services, 'lost')
  return { ...no, next, log: [{ event: 'secrets.wrong', ...remote }, ...log] }
}

/** Ends a conversation: its call, then its registration. `left` is on purpose, by `quit`. */
export function leave(
  now: Conversation,
  services: Services,
  how: 'left' | 'lost',
): { next: Conversation; done: Soon<void>; log?: LogEntry[] } {
  if (now.state !== 'registered') return { next: { state: 'over' }, done: undefined }
  const { registration } = now
  const done = services.changes.leave(registration, how)
  const { name, ip, port } = registration
  return { next: { state: 'over' }, done, log: [{ event: 'client.left', name, ip, port }] }
}

/**
 * The refusal of a message. Logged only if the peer is not registered: then it tells the operator why
 * somebody cannot join. Refusals of registered peers concern only these peers.
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
  framing: Framing,
  { line }: Requester,
  services: Services,
): Soon<Step> {
  // Calls need pushes, and a first client would take a push for the answer to its next request.
  if (framing === 'bare') return refused(now, 'lines-only')
  if (now.state === 'anonymous') return refused(now, 'not-registered')
  const { registration } = now
  return whenThere(services.changes.ask(asked, { registration, line }), (answer) =>
    answer.ok ? { next: now, reply: answer.value } : refused(now, answer.error),
  )
}

function askOperator(
  now: Exclude<Conversation, { state: 'over' }>,
  asked: OperatorRequest,
  framing: Framing,
  { remote, lock }: Requester,
  services: Services,
): Soon<Step> {
  if (framing === 'bare') return refused(now, 'lines-only')
  if (!lock.saidKey) return refused(now, 'operator-only')
  return whenThere(services.operator.ask(asked, remote), (answer) =>
    answer.ok ? { next: now, reply: answer.value } : refused(now, answer.error),
  )
}

function watch(now: Exclude<Conversation, { state: 'over' }>, framing: Framing): Step {
  if (framing === 'bare') return refused(now, 'lines-only')
  if (now.watching) return refused(now, 'already-watching')
  if (now.state === 'anonymous' && !now.trusted) return refused(now, 'not-registered')
  return { next: { ...now, watching: true }, reply: { kind: 'watching' } }
}

function register(
  now: Extract<Conversation, { state: 'anonymous' }>,
  { name, callPort, claim, proof = '' }: Extract<Request, { verb: 'register' }>,
  { remote, line }: Requester,
  services: Services,
): Soon<Step> {
  const { ip, port } = claim ?? remote
  if ((ip !== remote.ip || proof !== '') && !now.trusted) return refused(now, 'not-your-ip')
  if (services.blocks.has(ip)) {
    return { ...refused(now, 'address-blocked'), next: { state: 'over' } }
  }
  const attempt: LogEntry = {
    event: 'registration.attempted',
    name,
    claim: { ip, port },
    callPort,
    server: services.server(),
  }
  const code = services.isOwnEndpoint({ ip, port: callPort })
    ? 'server-port'
    : callPort === port
      ? 'same-port'
      : undefined
  if (code) {
    // A conflict is named first, as it always was.
    const conflict = services.directory.conflict({ name, ip, callPort })
    const no = refused(now, conflict ?? code, name)
    return conflict ? no : { ...no, log: [attempt, ...(no.log ?? [])] }
  }
  const registered = services.changes.register({ name, ip, port, callPort }, { line, proof })
  return whenThere(registered, (answer) => {
    if (!answer.ok) return refused(now, answer.error, name)
    // The operator may have blocked it since it asked, and found no registration to end.
    if (services.blocks.has(ip)) {
      services.changes.leave(answer.value, 'lost')
      return { ...refused(now, 'address-blocked'), next: { state: 'over' } }
    }
    return {
      next: { ...now, state: 'registered', registration: answer.value },
      reply: { kind: 'registered' },
      log: [attempt, { event: 'registration.accepted', name, ip, port }],
    }
  })
}
