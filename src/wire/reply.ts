import { ok, type Result, refuse } from '../result.ts'
import { parseIp, parsePort } from './address.ts'
import { parseCallId } from './call-id.ts'
import { helpLines } from './help.ts'
import type { Framing, RefusalCode, Reply, Request } from './message.ts'
import { isRefusalCode, refusalText } from './refusal.ts'

/** The text of one reply, with its line ending if the framing has one. */
export function formatReply(reply: Reply, framing: Framing): string {
  const text = textOf(reply, framing)
  return framing === 'bare' || text === '' ? text : `${text}\n`
}

function textOf(reply: Reply, framing: Framing): string {
  switch (reply.kind) {
    case 'address':
      return `${reply.ip},${reply.callPort}`
    case 'names':
      return reply.names
    case 'registered':
      return 'success,Registrado com sucesso'
    case 'bye':
      return 'Conexão encerrada'
    case 'pong':
      return 'pong'
    case 'authorized':
      return 'success,Autorizado'
    case 'help':
      return helpLines.join('\n')
    case 'watching':
      return ''
    case 'ready':
      return 'success,Pronto para receber chamadas'
    case 'call':
      return `success,${reply.id}`
    case 'refused': {
      const text = refusalText[reply.code](reply.name ?? '')
      return framing === 'bare' ? `error,${text}` : `error,${text},${reply.code}`
    }
  }
}

/** The requests with an answer of exactly one line, so that a client can match the two. */
export type AnsweredInOneLine = Exclude<Request['verb'], 'help' | 'watch'>

/**
 * Reads the answer to a request, in the framing of lines. Refuses with `undefined` a line that cannot
 * be the answer: then the other end does not speak this protocol.
 */
export function parseReply(
  verb: AnsweredInOneLine,
  line: string,
): Result<Result<Reply, RefusalCode>, undefined> {
  const fields = line.split(',')
  if (fields[0] === 'error') {
    const code = fields.at(-1) ?? ''
    return isRefusalCode(code) && fields.length === 3 ? ok(refuse(code)) : refuse(undefined)
  }
  const reply = answer(verb, line, fields)
  return reply ? ok(ok(reply)) : refuse(undefined)
}

function answer(verb: AnsweredInOneLine, line: string, fields: string[]): Reply | undefined {
  switch (verb) {
    case 'register':
      return fields[0] === 'success' ? { kind: 'registered' } : undefined
    case 'auth':
      return fields[0] === 'success' ? { kind: 'authorized' } : undefined
    case 'list':
      return { kind: 'names', names: line }
    case 'details': {
      const [ipWord = '', portWord = ''] = fields
      const ip = parseIp(ipWord)
      const port = parsePort(portWord)
      return ip.ok && port.ok && fields.length === 2
        ? { kind: 'address', ip: ip.value, callPort: port.value }
        : undefined
    }
    case 'ping':
      return line === 'pong' ? { kind: 'pong' } : undefined
    case 'quit':
      return { kind: 'bye' }
    case 'ready':
      return fields[0] === 'success' ? { kind: 'ready' } : undefined
    case 'call':
    case 'accept':
    case 'decline':
    case 'hangup':
    case 'signal':
    case 'resume': {
      const id = parseCallId(fields[1] ?? '')
      return fields[0] === 'success' && id.ok && fields.length === 2
        ? { kind: 'call', id: id.value }
        : undefined
    }
  }
}
