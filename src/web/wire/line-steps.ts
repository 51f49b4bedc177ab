import type { Step } from '../../../views/wire/call-drawing.tsx'
import { parsePush } from '../../wire/push.ts'
import { parseRequest } from '../../wire/request.ts'
import type { WireLine } from './wire-log.ts'

/** What is known of a call at one of its lines. */
export type Scene = Readonly<{
  /** The registry refused this request. */
  isRefused: boolean
  /** How many others are in the call. */
  others: number
  /** This end is invited into a call that runs. */
  isInvited: boolean
  /** The line before told this end that it is in, or who else is. */
  isJoining: boolean
}>

/** The whole of a line, as far as it is kept. */
export const textOf = ({ text, end }: WireLine): string => text + end

export const fieldsOf = (line: WireLine): string[] =>
  textOf(line)
    .split(',')
    .map((field) => field.trim())

export const isRefusal = ({ text }: WireLine): boolean => text.startsWith('error,')

export const pushOf = (line: WireLine) =>
  line.kind === 'push' ? parsePush(textOf(line)) : undefined

/** The arrows of one line: the line itself, and what the protocol says that the other end says or hears. */
export function stepsOf(line: WireLine, scene: Scene): Step[] {
  switch (line.kind) {
    case 'request': {
      const [label = ''] = fieldsOf(line)
      const who = addresseeOf(line)
      const said: Step = { from: 'you', to: 'registry', label, who, isSeen: true, count: 1 }
      const heard = scene.isRefused ? undefined : passedOn(label, who, scene)
      return heard === undefined ? [said] : [said, { ...passing, label: heard, who }]
    }
    case 'reply': {
      const label = isRefusal(line) ? `error,…,${fieldsOf(line)[2] ?? ''}` : 'success'
      return [{ from: 'registry', to: 'you', label, isSeen: true, count: 1 }]
    }
    case 'push': {
      const { label, who, cause } = told(line, scene)
      const heard: Step = { from: 'registry', to: 'you', label, who, isSeen: true, count: 1 }
      return cause === undefined ? [heard] : [{ ...coming, label: cause, who }, heard]
    }
  }
}

const passing = { from: 'registry', to: 'other', isSeen: false, count: 1 } as const
const coming = { from: 'other', to: 'registry', isSeen: false, count: 1 } as const

/** The one of several that a request is about. */
function addresseeOf(line: WireLine): string | undefined {
  const request = parseRequest(textOf(line))
  if (!request.ok) return undefined
  switch (request.value.verb) {
    case 'invite':
      return request.value.name
    case 'hangup':
      return request.value.invited?.name
    case 'signal':
      return request.value.to?.name
    default:
      return undefined
  }
}

/** What the other end gets for a request of this end (PROTOCOL.md, "Calls"). */
function passedOn(verb: string, who: string | undefined, scene: Scene): string | undefined {
  switch (verb) {
    case 'call':
    case 'invite':
      return '*call'
    case 'accept':
      return scene.isInvited ? '*member' : '*accepted'
    case 'decline':
      return '*declined'
    case 'hangup':
      // An invitation ends for the invited one. Several others go on.
      return who === undefined && scene.others > 1 ? '*gone' : '*ended'
    case 'signal':
      return '*signal'
    default:
      return undefined
  }
}

/** A push, and the request of the other end that it follows from. */
function told(
  line: WireLine,
  scene: Scene,
): { label: string; who?: string | undefined; cause?: string | undefined } {
  const push = pushOf(line)
  switch (push?.kind) {
    case 'call':
      return { label: '*call', who: push.name, cause: push.others ? 'invite' : 'call' }
    case 'accepted':
      return { label: '*accepted', cause: 'accept' }
    case 'member':
      // Who was there before has asked for nothing.
      return { label: '*member', who: push.name, cause: scene.isJoining ? undefined : 'accept' }
    case 'gone': {
      const cause = push.reason === 'hangup' ? 'hangup' : undefined
      return { label: `*gone,…,${push.reason}`, who: push.name, cause }
    }
    case 'declined': {
      if (!push.invited) return { label: '*declined', cause: 'decline' }
      const { name, reason } = push.invited
      const cause = reason === 'declined' ? 'decline' : undefined
      return { label: `*declined,…,${reason}`, who: name, cause }
    }
    case 'ended': {
      const cause = push.reason === 'hangup' ? 'hangup' : undefined
      return { label: `*ended,…,${push.reason}`, cause }
    }
    case 'signal':
      return { label: '*signal', who: push.from?.name, cause: 'signal' }
    case 'resumed':
      return { label: '*resumed', who: push.name }
    default:
      return { label: line.text.split(',')[0] ?? '' }
  }
}
