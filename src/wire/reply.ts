import { ok, type Result, refuse } from '../result.ts'
import { parseIp, parsePort } from './address.ts'
import { parseCallId } from './call-id.ts'
import { helpLines, protocolVersion } from './help.ts'
import type { Framing, Party, RefusalCode, Reply, Request } from './message.ts'
import { operatorReply } from './operator/replies.ts'
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
      return ['success', reply.id, ...(reply.other ? partyOf(reply.other) : [])].join(',')
    case 'hello':
      return ['success', protocolVersion, ...reply.features].join(',')
    case 'kicked':
      return ['success', ...partyOf(reply)].join(',')
    case 'blocks': {
      const count = reply.counted ? [reply.blocks.length] : []
      const blocks = reply.blocks.flatMap(({ address, until }) => [address, until])
      return ['success', ...count, ...blocks].join(',')
    }
    case 'unblocked':
      return `success,${reply.address}`
    case 'notified':
      return 'success,Aviso atualizado'
    case 'refused': {
      const text = refusalText[reply.code](reply.name ?? '')
      return framing === 'bare' ? `error,${text}` : `error,${text},${reply.code}`
    }
  }
}

const partyOf = ({ name, ip }: Party) => [name, ip]

/** The requests with an answer of exactly one line, so that a client can match the two. */
export type AnsweredInOneLine = Exclude<Request['verb'], 'help' | 'watch'>

/**
 * Reads the answer to a request, in the framing of lines. Refuses with `undefined` a line that cannot
 * be the answer: then the other end does not speak this protocol. Further fields at the end of an answer
 * are ignored: a later version may add some.
 */
export function parseReply(
  verb: AnsweredInOneLine,
  line: string,
): Result<Result<Reply, RefusalCode>, undefined> {
  const fields = line.split(',')
  if (fields[0] === 'error') {
    const code = fields[2] ?? ''
    return isRefusalCode(code) ? ok(refuse(code)) : refuse(undefined)
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
      return ip.ok && port.ok ? { kind: 'address', ip: ip.value, callPort: port.value } : undefined
    }
    case 'ping':
      return fields[0] === 'pong' ? { kind: 'pong' } : undefined
    case 'quit':
      return { kind: 'bye' }
    case 'ready':
      return fields[0] === 'success' ? { kind: 'ready' } : undefined
    case 'kick':
    case 'block':
    case 'unblock':
    case 'blocked':
    case 'notice':
      return fields[0] === 'success' ? operatorReply(verb, fields.slice(1)) : undefined
    case 'hello':
      return fields[0] === 'success' && fields[1] === protocolVersion
        ? { kind: 'hello', features: fields.slice(2) }
        : undefined
    case 'call':
    case 'invite':
    case 'accept':
    case 'decline':
    case 'hangup':
    case 'signal':
    case 'resume': {
      const [first, idWord = '', name = '', ipWord = ''] = fields
      const id = parseCallId(idWord)
      if (first !== 'success' || !id.ok) return undefined
      const ip = parseIp(ipWord)
      const withOther = verb === 'call' || verb === 'invite'
      const other = withOther && name !== '' && ip.ok ? { name, ip: ip.value } : undefined
      return { kind: 'call', id: id.value, ...(other ? { other } : {}) }
    }
  }
}
