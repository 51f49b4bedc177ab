import { isDeepStrictEqual } from 'node:util'
import { ok, type Result, refuse } from '../result.ts'
import { parseIp, parsePort } from './address.ts'
import { type RefusalCode, type Request, verbs } from './message.ts'
import { parseName } from './name.ts'

type Parsed = Result<Request, RefusalCode>

const known = new Set<string>(verbs)

/**
 * Reads one message. Total: whatever the text, it gives a request or the refusal to answer.
 * The first field decides what a request is; fields are trimmed.
 */
export function parseRequest(line: string): Parsed {
  const fields = line.split(',').map((field) => field.trim())
  const [first = '', second = '', third = '', fourth = ''] = fields
  if (line.trim() === '') return refuse('malformed-request')
  switch (first) {
    case 'list':
    case 'quit':
    case 'ping':
    case 'help':
    case 'watch':
      return fields.length === 1 ? ok({ verb: first }) : refuse('malformed-request')
    case 'register':
      return fields.length === 3 ? registration(second, third) : refuse('malformed-request')
    case 'details':
      return fields.length === 2 || fields.length === 3
        ? details(second, third, fields.length === 3)
        : refuse('malformed-request')
    case 'auth':
      return fields.length === 2 && second !== ''
        ? ok({ verb: 'auth', secret: second })
        : refuse('malformed-request')
  }
  if (fields.length !== 4 || known.has(first)) return refuse('unknown-request')
  return claimedRegistration(first, second, third, fourth)
}

function registration(nameWord: string, callPortWord: string): Parsed {
  const name = parseName(nameWord)
  if (!name.ok) return name
  const callPort = parsePort(callPortWord)
  if (!callPort.ok) return callPort
  return ok({ verb: 'register', name: name.value, callPort: callPort.value })
}

function claimedRegistration(
  nameWord: string,
  ipWord: string,
  portWord: string,
  callPortWord: string,
): Parsed {
  const name = parseName(nameWord)
  if (!name.ok) return name
  const ip = parseIp(ipWord)
  if (!ip.ok) return ip
  const port = parsePort(portWord)
  if (!port.ok) return port
  const callPort = parsePort(callPortWord)
  if (!callPort.ok) return callPort
  const claim = { ip: ip.value, port: port.value }
  return ok({ verb: 'register', name: name.value, callPort: callPort.value, claim })
}

function details(nameWord: string, ipWord: string, withIp: boolean): Parsed {
  const name = parseName(nameWord)
  if (!name.ok) return name
  if (!withIp) return ok({ verb: 'details', name: name.value })
  const ip = parseIp(ipWord)
  return ip.ok ? ok({ verb: 'details', name: name.value, ip: ip.value }) : ip
}

/**
 * Writes one message, without its line ending. Refuses with `malformed-request` whatever
 * `parseRequest` would not read back as the same request: a comma or a line break that came in by
 * a form or a URL never becomes a field or a request of its own.
 */
export function formatRequest(request: Request): Result<string, 'malformed-request'> {
  const line = fieldsOf(request).join(',')
  const readBack = parseRequest(line)
  return readBack.ok && isDeepStrictEqual(readBack.value, request) && !/[\r\n]/.test(line)
    ? ok(line)
    : refuse('malformed-request')
}

function fieldsOf(request: Request): (string | number)[] {
  switch (request.verb) {
    case 'register': {
      const { name, callPort, claim } = request
      return claim ? [name, claim.ip, claim.port, callPort] : ['register', name, callPort]
    }
    case 'details':
      return request.ip === undefined
        ? ['details', request.name]
        : ['details', request.name, request.ip]
    case 'auth':
      return ['auth', request.secret]
    default:
      return [request.verb]
  }
}
