import { ok, type Result, refuse } from '../../result.ts'
import { parseIp, parsePort } from '../address.ts'
import type { RefusalCode } from '../message.ts'
import { parseName } from '../name.ts'
import type { OperatorRequest } from './message.ts'
import { parseText } from './text.ts'

type Parsed = Result<OperatorRequest, RefusalCode>

/** A block lasts for 30 days at most, in seconds. */
export const mostBlockSeconds = 2_592_000

const parsers: Record<
  OperatorRequest['verb'],
  (fields: readonly string[], line: string) => Parsed
> = { kick, block, unblock, blocked, notice }

/**
 * Reads a request of the operator's; `undefined` for everything else. These words are not reserved: what
 * could be the registration of somebody with such a name is one, as before there were these requests.
 */
export function parseOperatorRequest(line: string, fields: readonly string[]): Parsed | undefined {
  const [verb = ''] = fields
  if (!Object.hasOwn(parsers, verb) || mayRegister(fields)) return undefined
  return parsers[verb as OperatorRequest['verb']](fields, line)
}

function mayRegister(fields: readonly string[]): boolean {
  const [, ip = '', port = '', callPort = ''] = fields
  return fields.length === 4 && parseIp(ip).ok && parsePort(port).ok && parsePort(callPort).ok
}

function kick(fields: readonly string[], line: string): Parsed {
  const [, nameWord = '', ipWord = ''] = fields
  if (fields.length < 4) return refuse('malformed-request')
  const name = parseName(nameWord)
  if (!name.ok) return name
  const ip = parseIp(ipWord)
  if (!ip.ok) return ip
  const text = parseText(restOf(line, 3))
  return text.ok ? ok({ verb: 'kick', name: name.value, ip: ip.value, text: text.value }) : text
}

function block([, ipWord = '', word = '', ...more]: readonly string[]): Parsed {
  if (word === '' || more.length > 0) return refuse('malformed-request')
  const ip = parseNetwork(ipWord)
  if (!ip.ok) return ip
  const seconds = /^[1-9]\d{0,6}$/.test(word) ? Number(word) : 0
  if (seconds < 1 || seconds > mostBlockSeconds) return refuse('bad-seconds')
  return ok({ verb: 'block', ip: ip.value, seconds })
}

function unblock([, ipWord = '', ...more]: readonly string[]): Parsed {
  if (ipWord === '' || more.length > 0) return refuse('malformed-request')
  const ip = parseNetwork(ipWord)
  return ip.ok ? ok({ verb: 'unblock', ip: ip.value }) : ip
}

function blocked(fields: readonly string[]): Parsed {
  return fields.length === 1 ? ok({ verb: 'blocked' }) : refuse('malformed-request')
}

function notice(fields: readonly string[], line: string): Parsed {
  if (fields.length === 1) return ok({ verb: 'notice', text: '' })
  const text = parseText(restOf(line, 1))
  return text.ok ? ok({ verb: 'notice', text: text.value }) : text
}

/** An IP; of an IPv6 network of 64 bits, as `blocked` tells it, its first. */
export const parseNetwork = (word: string): Result<string, 'bad-ip'> =>
  parseIp(word.includes(':') ? word.replace(/\/64$/, '') : word)

/** What stands behind so many commas. */
function restOf(line: string, commas: number): string {
  return line.split(',').slice(commas).join(',')
}
