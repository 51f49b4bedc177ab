import { expect, test } from 'bun:test'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Answered } from '../../scripts/protocol/exchange.ts'
import type { Vector } from '../../scripts/protocol/vector.ts'
import { root } from '../../scripts/protocol.ts'
import { readGrammar } from '../support/abnf.ts'

/** protocol/encontro.abnf, read by an ABNF tool, describes every line of protocol/vectors. */

const grammar = readGrammar(readFileSync(join(root, 'protocol', 'encontro.abnf'), 'utf8'))

const folder = join(root, 'protocol', 'vectors')
const vectors = readdirSync(folder).map(
  (name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Vector,
)

type Received = { title: string; line: string; bare: boolean; answered: Answered }

/** Every received line, with values for the placeholders; the lines of one `help` are one. */
const received: Received[] = vectors.flatMap(({ title, setting, steps }) => {
  let help = ''
  return steps.flatMap((step) => {
    if (!('receives' in step)) return []
    const { connection, receives, ...answered } = step
    const bare = setting.connections?.[connection]?.firstClient ?? false
    const line = withValues(receives.replace(/\n$/, ''))
    if (answered.as !== 'reply' || answered.to !== 'help') return [{ title, line, bare, answered }]
    help += line === '.' ? line : `${line}\n`
    return line === '.' ? [{ title, line: help, bare, answered }] : []
  })
})

const replies = received.flatMap(({ answered, ...rest }) =>
  answered.as === 'reply' ? [{ ...rest, request: withValues(answered.to) }] : [],
)

function withValues(line: string): string {
  const since = /^(\*here|\*joined|success),/.test(line)
  return line
    .replaceAll('{any}', since ? '1764213960000' : '')
    .replace(/\{\w+\.port\}/g, '3001')
    .replace(/\{(any:)?\w+\}/g, 'abcdefghijklmnopqrst-_')
}

/** White space around fields is dropped first. */
const trimmed = (request: string) =>
  request
    .split(',')
    .map((field) => field.trim())
    .join(',')

/** The rule of the reply to a request that is granted. */
function ruleOf(request: string): string {
  const [verb] = trimmed(request).split(',')
  if (verb === 'hello' && !request.includes(',')) return 'able'
  if (verb === 'list') return 'names'
  if (verb === 'details') return 'address'
  if (verb === 'ping') return 'pong'
  if (verb === 'quit') return 'goodbye'
  if (verb === 'help') return 'help-text'
  if (verb === 'call' || verb === 'invite') return 'called'
  if (verb === 'kick') return 'kicked'
  if (verb === 'block' || verb === 'unblock') return 'block-told'
  if (verb === 'blocked') return 'blocks'
  if (['accept', 'decline', 'hangup', 'signal', 'resume'].includes(verb ?? '')) return 'of-a-call'
  return 'success'
}

test('every reply matches the rule of its request', () => {
  const wrong = replies.filter(({ line, bare, request }) => {
    if (!line.startsWith('error,')) return !grammar.matches(ruleOf(request), line)
    return !grammar.matches(bare ? 'bare-refusal' : 'refusal', line)
  })
  expect(wrong).toEqual([])
  expect(replies.length).toBeGreaterThan(100)
})

test('every push, and every refusal that comes unasked, matches', () => {
  const others = received.filter(({ answered }) => ['push', 'unasked'].includes(answered.as))
  const wrong = others.filter(
    ({ line, answered }) => !grammar.matches(answered.as === 'push' ? 'push' : 'refusal', line),
  )
  expect(wrong).toEqual([])
  const kinds = new Set(others.map(({ line }) => line.split(',')[0]))
  expect(kinds.size).toBeGreaterThan(14)
})

test('every request matches, but those that are refused for their form', () => {
  const form = /,(malformed-request|unknown-request|bad-utf8|bad-ip|bad-port|bad-signal)$/
  // A name, and what is too fast, is refused for more than the grammar says, or unread.
  const either = /,(bad-name|bad-text|bad-seconds|line-too-long|too-fast)$/
  const judged = replies.filter(({ line }) => !either.test(line))
  const wrong = judged.filter(
    ({ request, line }) => grammar.matches('request', trimmed(request)) === form.test(line),
  )
  expect(wrong).toEqual([])
  expect(judged.filter(({ line }) => form.test(line)).length).toBeGreaterThan(5)
})

test('a grammar with a rule that is missing, or never used, is refused', () => {
  expect(() => readGrammar('line = name\n')).toThrow('unknown rule "name"')
  expect(() => readGrammar('line = "a"\nother = "b"\n')).toThrow('Unreferenced rule')
  expect(() => readGrammar('line = \n')).toThrow()
})
