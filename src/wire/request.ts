import { ok, type Result, refuse } from '../result.ts'
import { parseIp, parsePort } from './address.ts'
import { isSignal, parseCallId } from './call-id.ts'
import { type Party, type RefusalCode, type Request, verbs } from './message.ts'
import { parseName } from './name.ts'
import { parseOperatorRequest } from './operator/requests.ts'

type Parsed = Result<Request, RefusalCode>

const known = new Set<string>(verbs)

/**
 * Reads one message. For every text it gives a request, or the code of the refusal; it never throws.
 * The first field is the verb. Fields are trimmed, of the characters that PROTOCOL.md lists.
 */
export function parseRequest(line: string): Parsed {
  const fields = line.split(',').map((field) => field.trim())
  const [first = '', second = '', third = '', fourth = '', fifth = ''] = fields
  if (line.trim() === '') return refuse('malformed-request')
  switch (first) {
    case 'list':
    case 'quit':
    case 'ping':
    case 'help':
    case 'watch':
      return fields.length === 1 ? ok({ verb: first }) : refuse('malformed-request')
    case 'ready':
      if (fields.length === 1) return ok({ verb: first })
      return fields.length === 2 && second === 'conference'
        ? ok({ verb: first, conference: true })
        : refuse('malformed-request')
    case 'hello':
      // With more fields it is a name, as before there was this request.
      if (fields.length === 1) return ok({ verb: first })
      break
    case 'register':
      if (fields.length === 3) return registration(second, third)
      return fields.length === 6
        ? provenRegistration(second, third, fourth, fifth, fields[5] ?? '')
        : refuse('malformed-request')
    case 'details':
      return fields.length === 2 || fields.length === 3
        ? details(second, third, fields.length === 3)
        : refuse('malformed-request')
    case 'auth':
      return fields.length === 2 && second !== ''
        ? ok({ verb: 'auth', secret: second })
        : refuse('malformed-request')
    case 'call':
      return fields.length === 2 || fields.length === 3
        ? call(second, third, fields.length === 3)
        : refuse('malformed-request')
    case 'invite':
      // No reserved word: without a call id it is a name, as before there was this request.
      if (fields.length === 3 || (fields.length === 4 && parseCallId(second).ok)) {
        return invite(second, third, fourth, fields.length === 4)
      }
      break
    case 'accept':
      return fields.length === 2 || fields.length === 4
        ? accept(second, third, fourth, fields.length === 4)
        : refuse('malformed-request')
    case 'decline':
      return fields.length === 2 ? aboutCall(first, second) : refuse('malformed-request')
    case 'hangup':
      if (fields.length === 2) return aboutCall(first, second)
      return fields.length === 4 ? withdrawal(second, third, fourth) : refuse('malformed-request')
    case 'signal':
      if (fields.length === 3) return signal(second, third)
      return fields.length === 5
        ? signalTo(second, third, fourth, fifth)
        : refuse('malformed-request')
    case 'resume':
      return fields.length === 2 || fields.length === 4
        ? resume(second, third, fourth, fields.length === 4)
        : refuse('malformed-request')
  }
  const operators = parseOperatorRequest(line, fields)
  if (operators) return operators
  if (fields.length !== 4 || known.has(first)) return refuse('unknown-request')
  return claimedRegistration(first, second, third, fourth)
}

function registration(nameWord: string, callPortWord: string): Parsed {
  const name = parseName(nameWord)
  if (!name.ok) return name
  const callPort = parsePort(callPortWord)
  if (!callPort.ok) return callPort
  return ok({ verb: 'register', name: copyOf(name.value), callPort: callPort.value })
}

/** A registration on behalf of a browser that can prove, elsewhere too, that it is the same one. */
function provenRegistration(
  nameWord: string,
  ipWord: string,
  portWord: string,
  callPortWord: string,
  proof: string,
): Parsed {
  const claimed = claimedRegistration(nameWord, ipWord, portWord, callPortWord)
  if (!claimed.ok) return claimed
  return isProof.test(proof)
    ? ok({ ...claimed.value, proof: copyOf(proof) })
    : refuse('malformed-request')
}

/** 128 to 384 bits in base64url. */
const isProof = /^[\w-]{22,64}$/

function claimedRegistration(
  nameWord: string,
  ipWord: string,
  portWord: string,
  callPortWord: string,
): Result<Extract<Request, { verb: 'register' }>, RefusalCode> {
  const name = parseName(nameWord)
  if (!name.ok) return name
  const ip = parseIp(ipWord)
  if (!ip.ok) return ip
  const port = parsePort(portWord)
  if (!port.ok) return port
  const callPort = parsePort(callPortWord)
  if (!callPort.ok) return callPort
  const claim = { ip: copyOf(ip.value), port: port.value }
  return ok({ verb: 'register', name: copyOf(name.value), callPort: callPort.value, claim })
}

function details(
  nameWord: string,
  ipWord: string,
  withIp: boolean,
): Result<Extract<Request, { verb: 'details' }>, RefusalCode> {
  const name = parseName(nameWord)
  if (!name.ok) return name
  if (!withIp) return ok({ verb: 'details', name: name.value })
  const ip = parseIp(ipWord)
  return ip.ok ? ok({ verb: 'details', name: name.value, ip: ip.value }) : ip
}

function call(nameWord: string, ipWord: string, withIp: boolean): Parsed {
  const whom = details(nameWord, ipWord, withIp)
  return whom.ok ? ok({ ...whom.value, verb: 'call' }) : whom
}

function invite(idWord: string, nameWord: string, ipWord: string, withIp: boolean): Parsed {
  const id = parseCallId(idWord)
  if (!id.ok) return id
  const whom = details(nameWord, ipWord, withIp)
  return whom.ok ? ok({ ...whom.value, verb: 'invite', id: id.value }) : whom
}

function accept(idWord: string, audioWord: string, videoWord: string, withPorts: boolean): Parsed {
  const id = parseCallId(idWord)
  if (!id.ok) return id
  if (!withPorts) return ok({ verb: 'accept', id: id.value })
  const audioPort = parsePort(audioWord)
  if (!audioPort.ok) return audioPort
  const videoPort = parsePort(videoWord)
  if (!videoPort.ok) return videoPort
  const media = { audioPort: audioPort.value, videoPort: videoPort.value }
  return ok({ verb: 'accept', id: id.value, media })
}

function aboutCall(verb: 'decline' | 'hangup', idWord: string): Parsed {
  const id = parseCallId(idWord)
  return id.ok ? ok({ verb, id: id.value }) : id
}

function withdrawal(idWord: string, nameWord: string, ipWord: string): Parsed {
  const id = parseCallId(idWord)
  if (!id.ok) return id
  const invited = party(nameWord, ipWord)
  return invited.ok ? ok({ verb: 'hangup', id: id.value, invited: invited.value }) : invited
}

function signal(
  idWord: string,
  payload: string,
): Result<Extract<Request, { verb: 'signal' }>, RefusalCode> {
  const id = parseCallId(idWord)
  if (!id.ok) return id
  return isSignal(payload) ? ok({ verb: 'signal', id: id.value, payload }) : refuse('bad-signal')
}

function signalTo(idWord: string, payload: string, nameWord: string, ipWord: string): Parsed {
  const sent = signal(idWord, payload)
  if (!sent.ok) return sent
  const to = party(nameWord, ipWord)
  return to.ok ? ok({ ...sent.value, to: to.value }) : to
}

function party(nameWord: string, ipWord: string): Result<Party, RefusalCode> {
  const name = parseName(nameWord)
  if (!name.ok) return name
  const ip = parseIp(ipWord)
  return ip.ok ? ok({ name: name.value, ip: ip.value }) : ip
}

function resume(idWord: string, nameWord: string, ipWord: string, withOther: boolean): Parsed {
  const id = parseCallId(idWord)
  if (!id.ok) return id
  if (!withOther) return ok({ verb: 'resume', id: id.value })
  const other = party(nameWord, ipWord)
  return other.ok ? ok({ verb: 'resume', id: id.value, other: other.value }) : other
}

/**
 * A copy for text that is kept for long. A substring keeps the whole string in memory: here a block
 * of input.
 */
const copyOf = (text: string): string => Buffer.from(text).toString()
