import { parseIp, parsePort } from './address.ts'
import type { Framing, Listing, Push } from './message.ts'
import { isByeCode } from './refusal.ts'

/** A line that the registry sends unasked begins with this; no reply does. */
export const pushMark = '*'

/**
 * One push as it goes out. A bare client is told only goodbye, and only its text: it never asked
 * for pushes and would take one for the answer to its next request.
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
      return [push.name, push.ip]
    case 'synced':
      return [push.count]
    case 'bye':
      return [push.code, push.text]
  }
}

/** Reads one push; `undefined` for one that this version does not know, which a client skips. */
export function parsePush(line: string): Push | undefined {
  const fields = line.split(',')
  const [kind, first = '', second = ''] = fields
  switch (kind) {
    case '*here':
    case '*joined': {
      const listing = parseListing(fields.slice(1))
      return listing && { kind: kind === '*here' ? 'here' : 'joined', ...listing }
    }
    case '*left': {
      const ip = parseIp(second)
      return first !== '' && ip.ok ? { kind: 'left', name: first, ip: ip.value } : undefined
    }
    case '*synced':
      return /^\d+$/.test(first) ? { kind: 'synced', count: Number(first) } : undefined
    case '*bye':
      return isByeCode(first) ? { kind: 'bye', code: first, text: second } : undefined
    default:
      return undefined
  }
}

function parseListing(fields: string[]): Listing | undefined {
  const [name = '', ipWord = '', portWord = '', sinceWord = ''] = fields
  const ip = parseIp(ipWord)
  const callPort = parsePort(portWord)
  if (name === '' || !ip.ok || !callPort.ok || !/^\d{1,16}$/.test(sinceWord)) return undefined
  return { name, ip: ip.value, callPort: callPort.value, since: Number(sinceWord) }
}
