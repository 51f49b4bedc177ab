import { describe, expect, test } from 'bun:test'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { codesOf } from '../../scripts/protocol/codes.ts'
import { conversationsOf, plain, tableWith } from '../../scripts/protocol/document.ts'
import { protocolText, root } from '../../scripts/protocol.ts'
import { settingsHelp } from '../../src/config/config.ts'
import { addressGroup } from '../../src/limits/address-group.ts'
import { mostCallMembers } from '../../src/limits/registry-limits.ts'
import { accessCodeFeature, features, helpLines } from '../../src/wire/help.ts'
import { endReasons, type Push, type Reply, verbs } from '../../src/wire/message.ts'
import { maxTextCharacters } from '../../src/wire/operator/text.ts'
import { formatPush } from '../../src/wire/push.ts'
import { byeText, isRefusalCode, refusalText } from '../../src/wire/refusal.ts'
import { formatReply } from '../../src/wire/reply.ts'
import { defaultLimits } from '../support/limits.ts'
import { readTranscript } from '../support/transcript.ts'

/** The tables of PROTOCOL.md say what the code does. */

const codes = codesOf(protocolText)

test('the table of refusals has all codes, and their texts', () => {
  const texts = Object.fromEntries(codes.refusals.map(({ code, text }) => [code, text]))
  const real = Object.entries(refusalText).map(([code, text]) => [code, text('NAME')])
  expect(texts).toEqual(Object.fromEntries(real))
  expect(codes.refusals).toHaveLength(real.length)
})

test('the tables of goodbyes, endings and features are whole', () => {
  expect(Object.fromEntries(codes.byes.map(({ code, text }) => [code, text]))).toEqual({
    ...byeText,
    // The operator's own.
    disconnected: 'TEXT',
  })
  expect(codes.endings.map(({ reason }) => reason)).toEqual([...endReasons])
  expect(codes.features.map(({ feature }) => feature)).toEqual([...features, accessCodeFeature])
})

test('the table of requests has all verbs', () => {
  const rows = tableWith(protocolText, 'request', 'reply, if it is not refused', 'for')
  const listed = rows.map(([request = '']) => plain(request).split(/[,[]/)[0] ?? '')
  const named = verbs.filter((verb) => verb !== 'call_request')
  const operators = ['kick', 'block', 'unblock', 'blocked', 'notice']
  const known = [...named, ...operators, 'hello', 'invite', 'NAME']
  expect(listed.sort()).toEqual(known.sort())
})

test('the reserved words are listed', () => {
  const [, list = ''] = /a word of the protocol:([^;]+);/.exec(protocolText) ?? []
  const words = Array.from(list.matchAll(/`(\w+)`/g), ([, word]) => word)
  expect(words).toEqual([...verbs, 'error', 'success'])
})

/** A first client is told the text alone. */
function codeOf(line: string): string | undefined {
  const [, text, code] = /^error,([^,]+)(?:,([a-z0-9-]+))?$/.exec(line) ?? []
  return code ?? codes.refusals.find((refusal) => refusal.text === text)?.code
}

describe('which refusals close', () => {
  const folder = join(root, 'test', 'conversations')
  const told = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'))
  const all = [...told, ...conversationsOf(protocolText).map(({ text }) => text)]
  const closed = new Set<string>()
  const stayed = new Set<string>()
  for (const text of all) {
    const { steps } = readTranscript(text)
    for (const [index, step] of steps.entries()) {
      if (step.kind !== 'expect') continue
      const code = codeOf(step.text)
      if (code === undefined) continue
      const next = steps.slice(index + 1).find((each) => 'peer' in each && each.peer === step.peer)
      if (next?.kind === 'ending') closed.add(code)
      else if (next?.kind === 'expect' || next?.kind === 'send') stayed.add(code)
    }
  }

  test.each(codes.refusals)('$code', ({ code, closes }) => {
    expect(isRefusalCode(code)).toBe(true)
    // Others end only because their client has sent `quit`, or no more.
    if (closes) expect(closed).toContain(code)
    else expect(stayed).toContain(code)
    expect(closes && stayed.has(code)).toBe(false)
  })
})

describe('the longest lines', () => {
  const name = '\u{1F600}'.repeat(64)
  const ip = Array.from({ length: 8 }, () => 'ffff').join(':')
  const who = { name, ip }
  const id = 'i'.repeat(22)
  const others = (count: number) => Array<typeof who>(count).fill(who)
  const port = 65_535
  const listing = { ...who, callPort: port, since: Date.now() }
  const pushes: Record<Push['kind'], Push> = {
    here: { kind: 'here', ...listing },
    synced: { kind: 'synced', count: 100_000 },
    joined: { kind: 'joined', ...listing },
    left: { kind: 'left', ...who },
    ready: { kind: 'ready', ...who },
    busy: { kind: 'busy', ...who, with: others(mostCallMembers - 1) },
    free: { kind: 'free', ...who },
    call: { kind: 'call', id, ...who, others: others(mostCallMembers - 2) },
    accepted: { kind: 'accepted', id, media: { audioPort: port, videoPort: port } },
    declined: { kind: 'declined', id, invited: { ...who, reason: 'declined' } },
    member: { kind: 'member', id, ...who },
    gone: { kind: 'gone', id, ...who, reason: 'hangup' },
    ended: { kind: 'ended', id, reason: 'cancelled' },
    signal: { kind: 'signal', id, payload: 's'.repeat(65_506), from: who },
    resumed: { kind: 'resumed', id, ...who, was: who },
    missed: { kind: 'missed', ...who },
    notice: { kind: 'notice', text: '\u{1F600}'.repeat(maxTextCharacters) },
    bye: { kind: 'bye', code: 'disconnected', text: '\u{1F600}'.repeat(maxTextCharacters) },
  }
  const bytes = (line: string) => Buffer.byteLength(line.replace(/\n$/, ''))
  const longest = (replies: Reply[]) =>
    Math.max(...replies.map((reply) => bytes(formatReply(reply, 'lines'))))

  test('of pushes are as long as the table says', () => {
    const rows = tableWith(protocolText, 'push', 'to', 'meaning', 'bytes')
    const told = rows.map(([push = '', , , number = '']) => [
      /^\*(\w+)/.exec(plain(push))?.[1],
      Number(number.replace(',', '')),
    ])
    const real = Object.entries(pushes).map(([kind, push]) => [kind, bytes(formatPush(push))])
    expect(Object.fromEntries(told)).toEqual(Object.fromEntries(real))
  })

  test('of replies too, and a signal as long as a message may be', () => {
    const refused = Object.keys(refusalText).filter(isRefusalCode)
    const words = protocolText.replace(/\s+/g, ' ')
    const [, refusal, called, other] =
      /a refusal (\d+), the reply to `call` (\d+), every other reply (\d+)/.exec(words) ?? []
    const told = [refusal, called, other].map(Number)
    expect(told).toEqual([
      longest(refused.map((code) => ({ kind: 'refused', code, name }))),
      longest([{ kind: 'call', id, other: who }]),
      Math.max(
        ...helpLines.map(bytes),
        longest([
          { kind: 'address', ip, callPort: port },
          { kind: 'hello', features: [...features, accessCodeFeature] },
          { kind: 'registered' },
          { kind: 'ready' },
          { kind: 'authorized' },
          { kind: 'bye' },
          { kind: 'notified' },
        ]),
      ),
    ])
    const [, kicked, blocked] =
      /that to `kick` has (\d+), and that to `blocked` ([\d,]+)/.exec(words) ?? []
    const address = addressGroup('ffff:ffff:ffff:ffff::')
    const blocks = Array(defaultLimits.maxBlocked).fill({ address, until: Date.now() })
    expect([kicked, blocked].map((number = '') => Number(number.replace(',', '')))).toEqual([
      longest([{ kind: 'kicked', ...who }]),
      longest([{ kind: 'blocks', blocks, counted: true }]),
    ])
    const { from, ...signal } = pushes.signal as Extract<Push, { kind: 'signal' }>
    expect(bytes(formatPush(signal))).toBe(defaultLimits.maxSignalLineBytes + 1)
  })
})

test('the settings in the table of limits exist, and its numbers are the usual ones', () => {
  const rows = tableWith(protocolText, 'limit', 'number', 'setting', 'over it')
  const settings = rows.map(([, number = '', setting = '']) => [
    /`([A-Z_]+)`/.exec(setting)?.[1],
    Number(/^[\d,]+/.exec(number)?.[0]?.replaceAll(',', '')),
  ])
  const number = new Map(settings.filter(([name]) => name !== undefined) as [string, number][])
  for (const name of number.keys()) expect(settingsHelp()).toMatch(new RegExp(`^ *${name} `, 'm'))
  expect(number.get('MAX_LINE_BYTES')).toBe(defaultLimits.maxLineBytes)
  expect(number.get('SIGN_IN_SECONDS')).toBe(defaultLimits.signInTimeoutMs / 1_000)
  expect(number.get('MAX_CONNECTIONS_PER_ADDRESS')).toBe(defaultLimits.maxConnectionsPerAddress)
  expect(number.get('CONNECTIONS_PER_SECOND')).toBe(defaultLimits.connectionBurst)
  expect(number.get('REQUESTS_PER_SECOND')).toBe(defaultLimits.requestBurst)
  expect(number.get('RING_SECONDS')).toBe(defaultLimits.ringTimeoutMs / 1_000)
  expect(number.get('MAX_CALL_MEMBERS')).toBe(defaultLimits.maxCallMembers)
  expect(number.get('SILENCE_SECONDS')).toBe(defaultLimits.silenceTimeoutMs / 1_000)
  expect(number.get('STALL_SECONDS')).toBe(defaultLimits.stallTimeoutMs / 1_000)
  expect(number.get('MAX_WAITING_PUSH_BYTES')).toBe(defaultLimits.maxWaitingPushBytes)
  expect(number.get('MAX_HELD_BYTES')).toBe(defaultLimits.maxHeldBytes)
  expect(number.get('BARE_QUIET_MS')).toBe(defaultLimits.bareQuietMs)
})
