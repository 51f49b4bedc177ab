import { parseIp, parsePort } from './address.ts'
import { isSignal, parseCallId } from './call-id.ts'
import {
  type CallPush,
  declineReasons,
  endReasons,
  type Framing,
  goneReasons,
  type Listing,
  type Party,
  type PresencePush,
  type Push,
} from './message.ts'
import { isByeCode } from './refusal.ts'

/** Every push begins with this character. No reply does. */
export const pushMark = '*'

/**
 * The text of one push. In bare framing only the goodbye is sent, and only its text: a first client
 * would take any other push for the answer to its next request.
 */
export function formatPush(push: Push, framing: Framing = 'lines'): string {
  if (framing === 'bare') return push.kind === 'bye' ? push.text : ''
  return `*${push.kind},${fieldsOf(push).join(',')}\n`
}

function fieldsOf(push: Push): (string | number)[] {
  switch (push.kind) {
    case 'here':
    case 'joined':
      return [push.name, push.ip, push.callPort, push.since]
    case 'left':
    case 'ready':
    case 'free':
    case 'missed':
      return [push.name, push.ip]
    case 'busy':
      return [push.name, push.ip, ...wordsOf(push.with ?? [])]
    case 'call': {
      const { id, name, ip, others } = push
      if (!others) return [id, name, ip]
      // How many are there, and who beside the inviter.
      return [id, name, ip, others.length + 1, ...wordsOf(others)]
    }
    case 'member':
      return [push.id, push.name, push.ip]
    case 'resumed':
      return [push.id, push.name, push.ip, ...wordsOf(push.was ? [push.was] : [])]
    case 'gone':
      return [push.id, push.name, push.ip, push.reason]
    case 'accepted':
      return push.media ? [push.id, push.media.audioPort, push.media.videoPort] : [push.id]
    case 'declined': {
      const { id, invited } = push
      return invited ? [id, invited.name, invited.ip, invited.reason] : [id]
    }
    case 'ended':
      return [push.id, push.reason]
    case 'signal': {
      const { id, payload, from } = push
      return from ? [id, payload, from.name, from.ip] : [id, payload]
    }
    case 'synced':
      return [push.count]
    case 'notice':
      return [push.text]
    case 'bye':
      return [push.code, push.text]
  }
}

/** Reads one push. Gives `undefined` for an unknown or malformed push, which a client ignores. */
export function parsePush(line: string): Push | undefined {
  const fields = line.split(',')
  const [kind, first = '', second = ''] = fields
  switch (kind) {
    case '*here':
    case '*joined': {
      const listing = parseListing(fields.slice(1))
      return listing && { kind: kind === '*here' ? 'here' : 'joined', ...listing }
    }
    case '*left':
      return parsePeer('left', first, second)
    case '*ready':
      return parsePeer('ready', first, second)
    case '*busy':
      return parseBusy(fields)
    case '*free':
      return parsePeer('free', first, second)
    case '*missed':
      return parsePeer('missed', first, second)
    case '*synced':
      return /^\d+$/.test(first) ? { kind: 'synced', count: Number(first) } : undefined
    case '*bye':
      if (!isByeCode(first)) return undefined
      // The operator's text may have commas.
      return {
        kind: 'bye',
        code: first,
        text: first === 'disconnected' ? restOf(fields, 2) : second,
      }
    case '*notice':
      return { kind: 'notice', text: restOf(fields, 1) }
    default:
      return parseCallPush(fields)
  }
}

const restOf = (fields: string[], from: number) => fields.slice(from).join(',')

function parseCallPush(fields: string[]): CallPush | undefined {
  const [kind, idWord = '', second = '', third = ''] = fields
  const parsed = parseCallId(idWord)
  if (!parsed.ok) return undefined
  const id = parsed.value
  switch (kind) {
    case '*call': {
      const caller = parseParty(second, third)
      if (!caller) return undefined
      const members = /^\d{1,5}$/.test(fields[4] ?? '') ? Number(fields[4]) : 0
      if (members < 2) return { kind: 'call', id, ...caller }
      const others = partiesOf(fields.slice(5, 3 + 2 * members))
      return others.length === members - 1 ? { kind: 'call', id, ...caller, others } : undefined
    }
    case '*member': {
      const member = parseParty(second, third)
      return member && { kind: 'member', id, ...member }
    }
    case '*resumed': {
      const other = parseParty(second, third)
      const was = parseParty(fields[4] ?? '', fields[5] ?? '')
      return other && { kind: 'resumed', id, ...other, ...(was ? { was } : {}) }
    }
    case '*gone': {
      const member = parseParty(second, third)
      // A reason that a later version has added: the member is gone all the same.
      const reason = goneReasons.find((known) => known === fields[4]) ?? 'hangup'
      return member && { kind: 'gone', id, ...member, reason }
    }
    case '*accepted': {
      if (fields.length === 2) return { kind: 'accepted', id }
      const audioPort = parsePort(second)
      const videoPort = parsePort(third)
      if (!audioPort.ok || !videoPort.ok) return undefined
      const media = { audioPort: audioPort.value, videoPort: videoPort.value }
      return { kind: 'accepted', id, media }
    }
    case '*declined': {
      const invited = parseParty(second, third)
      if (!invited) return { kind: 'declined', id }
      const reason = declineReasons.find((known) => known === fields[4]) ?? 'declined'
      return { kind: 'declined', id, invited: { ...invited, reason } }
    }
    case '*ended': {
      if (second === '') return undefined
      // A reason that a later version has added: the call is over all the same.
      const reason = endReasons.find((known) => known === second) ?? 'hangup'
      return { kind: 'ended', id, reason }
    }
    case '*signal': {
      if (!isSignal(second)) return undefined
      const from = parseParty(third, fields[4] ?? '')
      return { kind: 'signal', id, payload: second, ...(from ? { from } : {}) }
    }
    default:
      return undefined
  }
}

function parseParty(name: string, ipWord: string): Party | undefined {
  const ip = parseIp(ipWord)
  return name !== '' && ip.ok ? { name, ip: ip.value } : undefined
}

/** Names and IPs, each after the other, as far as they are well formed. */
function partiesOf(fields: string[]): Party[] {
  const parties: Party[] = []
  for (let at = 0; at < fields.length; at += 2) {
    const party = parseParty(fields[at] ?? '', fields[at + 1] ?? '')
    if (!party) break
    parties.push(party)
  }
  return parties
}

const wordsOf = (parties: readonly Party[]): string[] =>
  parties.flatMap(({ name, ip }) => [name, ip])

function parseBusy([, name = '', ip = '', ...others]: string[]): Push | undefined {
  const push = parsePeer('busy', name, ip)
  const parties = partiesOf(others)
  return push && parties.length > 0 ? { ...push, with: parties } : push
}

function parsePeer<Kind extends 'left' | 'missed' | PresencePush['kind']>(
  kind: Kind,
  name: string,
  ipWord: string,
): { kind: Kind; name: string; ip: string } | undefined {
  const ip = parseIp(ipWord)
  return name !== '' && ip.ok ? { kind, name, ip: ip.value } : undefined
}

function parseListing(fields: string[]): Listing | undefined {
  const [name = '', ipWord = '', portWord = '', sinceWord = ''] = fields
  const ip = parseIp(ipWord)
  const callPort = parsePort(portWord)
  if (name === '' || !ip.ok || !callPort.ok || !/^\d{1,16}$/.test(sinceWord)) return undefined
  return { name, ip: ip.value, callPort: callPort.value, since: Number(sinceWord) }
}
