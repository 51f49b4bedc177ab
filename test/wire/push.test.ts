import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { parseIp } from '../../src/wire/address.ts'
import { declineReasons, endReasons, goneReasons, type Push } from '../../src/wire/message.ts'
import { parseName } from '../../src/wire/name.ts'
import { formatPush, parsePush, pushMark } from '../../src/wire/push.ts'

const id = '0123456789_-abcdefABCD'
const ana = { name: 'ana', ip: '127.0.0.1' }
const bia = { name: 'bia', ip: '127.0.0.2' }
const listing = { name: 'josé', ip: '2001:db8::1', callPort: 5000, since: 1_795_362_670_985 }

const toId = (text: string) =>
  Buffer.from(text, 'base64').toString('base64url').padEnd(22, '_').slice(0, 22)

function canonical(word: string): string {
  const ip = parseIp(word)
  return ip.ok ? ip.value : '::1'
}

describe('a push', () => {
  test.each<{ push: Push; line: string }>([
    { push: { kind: 'here', ...listing }, line: '*here,josé,2001:db8::1,5000,1795362670985' },
    { push: { kind: 'synced', count: 0 }, line: '*synced,0' },
    { push: { kind: 'joined', ...listing }, line: '*joined,josé,2001:db8::1,5000,1795362670985' },
    { push: { kind: 'left', name: 'josé', ip: '::1' }, line: '*left,josé,::1' },
    { push: { kind: 'ready', ...ana }, line: '*ready,ana,127.0.0.1' },
    { push: { kind: 'busy', ...ana }, line: '*busy,ana,127.0.0.1' },
    {
      push: { kind: 'busy', ...ana, with: [{ name: 'josé', ip: '::1' }] },
      line: '*busy,ana,127.0.0.1,josé,::1',
    },
    {
      push: { kind: 'busy', ...ana, with: [{ name: 'josé', ip: '::1' }, bia] },
      line: '*busy,ana,127.0.0.1,josé,::1,bia,127.0.0.2',
    },
    { push: { kind: 'free', ...ana }, line: '*free,ana,127.0.0.1' },
    { push: { kind: 'call', id, ...ana }, line: `*call,${id},ana,127.0.0.1` },
    { push: { kind: 'accepted', id }, line: `*accepted,${id}` },
    {
      push: { kind: 'accepted', id, media: { audioPort: 6000, videoPort: 6002 } },
      line: `*accepted,${id},6000,6002`,
    },
    {
      push: { kind: 'call', id, ...ana, others: [{ name: 'josé', ip: '::1' }, bia] },
      line: `*call,${id},ana,127.0.0.1,3,josé,::1,bia,127.0.0.2`,
    },
    { push: { kind: 'member', id, ...ana }, line: `*member,${id},ana,127.0.0.1` },
    { push: { kind: 'gone', id, ...ana, reason: 'lost' }, line: `*gone,${id},ana,127.0.0.1,lost` },
    { push: { kind: 'declined', id }, line: `*declined,${id}` },
    {
      push: { kind: 'declined', id, invited: { ...ana, reason: 'timeout' } },
      line: `*declined,${id},ana,127.0.0.1,timeout`,
    },
    { push: { kind: 'ended', id, reason: 'hangup' }, line: `*ended,${id},hangup` },
    { push: { kind: 'ended', id, reason: 'cancelled' }, line: `*ended,${id},cancelled` },
    { push: { kind: 'ended', id, reason: 'timeout' }, line: `*ended,${id},timeout` },
    { push: { kind: 'ended', id, reason: 'left' }, line: `*ended,${id},left` },
    { push: { kind: 'signal', id, payload: 'b2k_-' }, line: `*signal,${id},b2k_-` },
    {
      push: { kind: 'signal', id, payload: 'b2k_-', from: ana },
      line: `*signal,${id},b2k_-,ana,127.0.0.1`,
    },
    { push: { kind: 'ended', id, reason: 'lost' }, line: `*ended,${id},lost` },
    { push: { kind: 'ended', id, reason: 'moved' }, line: `*ended,${id},moved` },
    { push: { kind: 'resumed', id, ...ana }, line: `*resumed,${id},ana,127.0.0.1` },
    {
      push: { kind: 'resumed', id, ...ana, was: bia },
      line: `*resumed,${id},ana,127.0.0.1,bia,127.0.0.2`,
    },
    { push: { kind: 'missed', ...ana }, line: '*missed,ana,127.0.0.1' },
    {
      push: { kind: 'bye', code: 'shutdown', text: 'Conexão encerrada' },
      line: '*bye,shutdown,Conexão encerrada',
    },
  ])('$line is written and read', ({ push, line }) => {
    expect(formatPush(push)).toBe(`${line}\n`)
    expect(parsePush(line)).toEqual(push)
  })

  test('tells no more of an entry than it should', () => {
    const registration = { kind: 'here' as const, ...listing, port: 4000 }
    expect(formatPush(registration)).toBe('*here,josé,2001:db8::1,5000,1795362670985\n')
  })

  test.each([
    // Of a later version, or with a partner that is none: the person is busy all the same.
    '*busy,ana,127.0.0.1,',
    '*busy,ana,127.0.0.1,josé',
    '*busy,ana,127.0.0.1,josé,nowhere',
    '*busy,ana,127.0.0.1,,::1,x',
  ])('%s says that ana is busy, and with nobody', (line) => {
    expect(parsePush(line)).toEqual({ kind: 'busy', ...ana })
  })

  test('has fields at its end that are not known yet, which are ignored', () => {
    expect(parsePush('*busy,ana,127.0.0.1,josé,::1,talking,7')).toEqual({
      ...{ kind: 'busy', ...ana },
      with: [{ name: 'josé', ip: '::1' }],
    })
    expect(parsePush('*free,ana,127.0.0.1,x')).toEqual({ kind: 'free', ...ana })
    expect(parsePush('*ready,ana,127.0.0.1,x,y')).toEqual({ kind: 'ready', ...ana })
    expect(parsePush('*left,ana,127.0.0.1,x')).toEqual({ kind: 'left', ...ana })
  })

  test('to a first client is nothing, but for the last words', () => {
    expect(formatPush({ kind: 'joined', ...listing }, 'bare')).toBe('')
    expect(formatPush({ kind: 'left', ...listing }, 'bare')).toBe('')
    expect(formatPush({ kind: 'synced', count: 1 }, 'bare')).toBe('')
    expect(formatPush({ kind: 'call', id, ...ana }, 'bare')).toBe('')
    expect(formatPush({ kind: 'bye', code: 'shutdown', text: 'Tchau' }, 'bare')).toBe('Tchau')
  })

  test('that was written is read as the same, and begins as no reply does', () => {
    const since = fc.nat(Number.MAX_SAFE_INTEGER)
    const name = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
      .map((word) => parseName(word))
      .filter((parsed) => parsed.ok)
      .map(({ value }) => value)
    const person = { name, ip: fc.ipV4(), callPort: fc.integer({ min: 1, max: 65_535 }), since }
    const callId = fc.base64String({ minLength: 24, maxLength: 24 }).map(toId)
    const kind = <Kind extends string>(...kinds: Kind[]) => fc.constantFrom(...kinds)
    const media = fc.record({ audioPort: person.callPort, videoPort: person.callPort })
    const party = fc.record({ name, ip: fc.ipV6().map(canonical) })
    const parties = (least: number) => fc.array(party, { minLength: least, maxLength: 15 })
    const declined = fc.record({
      ...{ name, ip: fc.ipV4() },
      reason: fc.constantFrom(...declineReasons),
    })
    const pushes: fc.Arbitrary<Push> = fc.oneof(
      fc.record({
        kind: kind('ready', 'busy', 'free', 'missed'),
        name,
        ip: fc.ipV6().map(canonical),
      }),
      fc.record({ kind: kind('call', 'member', 'resumed'), id: callId, name, ip: fc.ipV4() }),
      fc.record({
        ...{ kind: kind('busy'), name, ip: fc.ipV4() },
        with: parties(1),
      }),
      fc.record({ kind: kind('accepted'), id: callId, media }),
      fc.record({ kind: kind('accepted', 'declined'), id: callId }),
      fc.record({ kind: kind('ended'), id: callId, reason: fc.constantFrom(...endReasons) }),
      fc.record({ kind: kind('call'), id: callId, name, ip: fc.ipV4(), others: parties(1) }),
      fc.record({ kind: kind('resumed'), id: callId, name, ip: fc.ipV4(), was: party }),
      fc.record({ kind: kind('declined'), id: callId, invited: declined }),
      fc.record({
        ...{ kind: kind('gone'), id: callId, name, ip: fc.ipV4() },
        reason: fc.constantFrom(...goneReasons),
      }),
      fc.record({ kind: kind('signal'), id: callId, payload: callId }),
      fc.record({ kind: kind('signal'), id: callId, payload: callId, from: party }),
      fc.record({ kind: fc.constantFrom('here' as const, 'joined' as const), ...person }),
      fc.record({ kind: fc.constant('left' as const), name, ip: fc.ipV4() }),
      fc.record({ kind: fc.constant('synced' as const), count: fc.nat() }),
    )
    fc.assert(
      fc.property(pushes, (push) => {
        const line = formatPush(push)
        expect(line).toStartWith(pushMark)
        expect(line.indexOf('\n')).toBe(line.length - 1)
        expect(parsePush(line.slice(0, -1))).toEqual(push)
      }),
    )
  })

  test.each<[string, Push]>([
    [`*ended,${id},constructor`, { kind: 'ended', id, reason: 'hangup' }],
    [`*ended,${id},left,soon`, { kind: 'ended', id, reason: 'left' }],
    [`*resumed,${id},ana,127.0.0.1,5000`, { kind: 'resumed', id, ...ana }],
    ['*free,ana,127.0.0.1,more', { kind: 'free', ...ana }],
    [`*call,${id},ana,127.0.0.1,video`, { kind: 'call', id, ...ana }],
    [
      `*call,${id},ana,127.0.0.1,2,bia,127.0.0.2,video`,
      { kind: 'call', id, ...ana, others: [bia] },
    ],
    [`*declined,${id},later`, { kind: 'declined', id }],
    [`*gone,${id},ana,127.0.0.1,bored,1`, { kind: 'gone', id, ...ana, reason: 'hangup' }],
    [`*signal,${id},b2k,ana,127.0.0.1,x`, { kind: 'signal', id, payload: 'b2k', from: ana }],
    ['*bye,shutdown,Tchau,5', { kind: 'bye', code: 'shutdown', text: 'Tchau' }],
  ])('of a later version is understood: %s', (line, push) => {
    expect(parsePush(line)).toEqual(push)
  })

  test.each([
    [''],
    ['*'],
    ['*ready,ana'],
    ['*busy,,127.0.0.1'],
    ['*free,ana,nowhere'],
    ['*gone,ana,127.0.0.1'],
    [`*call,${id},ana`],
    [`*call,${id},,127.0.0.1`],
    [`*call,${id},ana,127.0.0.1,3,bia,127.0.0.2`],
    [`*call,${id},ana,127.0.0.1,2,bia,nowhere`],
    [`*member,${id},ana`],
    [`*gone,${id}`],
    [`*call,${id}A,ana,127.0.0.1`],
    ['*call,ana,127.0.0.1'],
    [`*accepted,${id.slice(1)}`],
    [`*accepted,${id},6000`],
    [`*accepted,${id},6000,0`],
    ['*declined'],
    [`*ended,${id}`],
    [`*ended,${id},`],
    [`*resumed,${id}`],
    [`*resumed,${id},,127.0.0.1`],
    [`*signal,${id}`],
    [`*signal,${id},b2k=`],
    ['*resumed,'],
    [`*dropped,${id}`],
    ['here,ana,127.0.0.1,5000,1'],
    ['*here,ana,127.0.0.1,5000'],
    ['*here,ana,127.0.0.1,0,1'],
    ['*here,ana,nowhere,5000,1'],
    ['*here,,127.0.0.1,5000,1'],
    ['*joined,ana,127.0.0.1,5000,soon'],
    ['*left,ana'],
    ['*left,,127.0.0.1'],
    ['*synced'],
    ['*synced,-1'],
    ['*bye,constructor,Tchau'],
    ['success,Registrado com sucesso'],
  ])('"%s" is none that is known', (line) => {
    expect(parsePush(line)).toBeUndefined()
  })

  test('is skipped, never thrown at, where it is nonsense', () => {
    const line = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc
        .array(
          fc.constantFrom(
            '*here',
            '*bye',
            '*call',
            '*accepted',
            '*ended',
            id,
            'ana',
            '::1',
            '1',
            '',
          ),
          { maxLength: 7 },
        )
        .map(String),
    )
    fc.assert(fc.property(line, (any) => void parsePush(any)))
  })
})
