import type { CallPush, Party, Push } from '../../wire/message.ts'
import type { Call } from './call.ts'
import { visitOf } from './call-people.ts'
import type { HeldCalls } from './held-calls.ts'

const callPushes: Record<CallPush['kind'], true> = {
  call: true,
  accepted: true,
  declined: true,
  member: true,
  gone: true,
  ended: true,
  signal: true,
  resumed: true,
  missed: true,
}

export const isCallPush = (push: Push): push is CallPush => Object.hasOwn(callPushes, push.kind)

/** What the registry tells a browser of its calls, for the tabs. `me` is the browser itself. */
export function takePush(held: HeldCalls, push: CallPush, me: Party): void {
  if (push.kind === 'call') return rings(held, push)
  if (push.kind === 'missed') {
    const { name, ip } = push
    // The id is for the tabs alone, which keep one list.
    return held.tabs.tell({ kind: 'missed', id: crypto.randomUUID(), name, ip })
  }
  const call = held.get(push.id)
  if (call) takeOf(call, held, push, me)
}

function rings(held: HeldCalls, { id, name, ip, others }: CallPush & { kind: 'call' }): void {
  const ring = others && crypto.randomUUID()
  const call = held.remember({ id, direction: 'in', name, ip, others, ring })
  held.tabs.tell(held.ringing(call))
  // The registry knows no way back from `ready`. A page that can take calls may come; if none does,
  // nobody here can answer.
  if (held.tabs.noneTakesCalls) held.orphan(call)
}

function takeOf(
  call: Call,
  held: HeldCalls,
  push: Exclude<CallPush, { kind: 'call' | 'missed' }>,
  me: Party,
): void {
  const { id } = push
  switch (push.kind) {
    case 'accepted':
      return held.begin(call)
    case 'member': {
      const { name, ip } = push
      const offers = call.isNewcomer
      const { visit } = call.people.came(push, offers)
      return call.tell({ kind: 'member', id, name, ip, visit, offers, iceServers: held.iceServers })
    }
    case 'gone': {
      const { name, ip, reason } = push
      const visit = call.people.gone(push, reason)
      return call.tell({ kind: 'gone', id, name, ip, visit, reason })
    }
    case 'resumed': {
      const { name, ip, was } = push
      call.state = 'talking'
      const back = call.people.returned(push, isFirst(me, push), was)
      const { iceServers } = held
      const { offers } = back
      return call.tell({ kind: 'resumed', id, name, ip, ...visitOf(back), offers, iceServers })
    }
    case 'signal':
      return call.tell({ kind: 'signal', id, payload: push.payload, from: push.from })
    case 'declined': {
      if (!push.invited) return held.over(id, { kind: 'declined', id })
      const { name, ip, reason } = push.invited
      call.people.notComing(push.invited, reason)
      return call.tell({ kind: 'not-coming', id, name, ip, reason })
    }
    case 'ended':
      return held.over(id, { kind: 'ended', id, reason: push.reason })
  }
}

/** Any order will do that both of two know: of two that come back, exactly one makes the offers. */
const isFirst = (one: Party, other: Party): boolean =>
  one.name === other.name ? one.ip < other.ip : one.name < other.name
