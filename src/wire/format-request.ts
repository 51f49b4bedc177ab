import { isDeepStrictEqual } from 'node:util'
import { ok, type Result, refuse } from '../result.ts'
import type { Request } from './message.ts'
import { parseRequest } from './request.ts'

/**
 * The text of one message, without its line ending. Refuses with `malformed-request` a request that
 * `parseRequest` would not read back as the same request. So a comma or a line break from a form or
 * a URL never becomes another field or another request.
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
      const { name, callPort, claim, proof } = request
      if (claim && proof) return ['register', name, claim.ip, claim.port, callPort, proof]
      return claim ? [name, claim.ip, claim.port, callPort] : ['register', name, callPort]
    }
    case 'details':
    case 'call':
      return request.ip === undefined
        ? [request.verb, request.name]
        : [request.verb, request.name, request.ip]
    case 'ready':
      return request.conference ? ['ready', 'conference'] : ['ready']
    case 'invite': {
      const { id, name, ip } = request
      return ip === undefined ? ['invite', id, name] : ['invite', id, name, ip]
    }
    case 'auth':
      return ['auth', request.secret]
    case 'accept': {
      const { id, media } = request
      return media ? ['accept', id, media.audioPort, media.videoPort] : ['accept', id]
    }
    case 'decline':
      return ['decline', request.id]
    case 'hangup': {
      const { id, invited } = request
      return invited ? ['hangup', id, invited.name, invited.ip] : ['hangup', id]
    }
    case 'signal': {
      const { id, payload, to } = request
      return to ? ['signal', id, payload, to.name, to.ip] : ['signal', id, payload]
    }
    case 'kick':
      return ['kick', request.name, request.ip, request.text]
    case 'block':
      return ['block', request.ip, request.seconds]
    case 'unblock':
      return ['unblock', request.ip]
    case 'notice':
      return request.text === '' ? ['notice'] : ['notice', request.text]
    case 'resume': {
      const { id, other } = request
      return other ? ['resume', id, other.name, other.ip] : ['resume', id]
    }
    default:
      return [request.verb]
  }
}
