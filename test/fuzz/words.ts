import fc from 'fast-check'

/** What a fuzzed peer does next. */
export type Action = { who: number } & (
  | { kind: 'send'; bytes: Uint8Array }
  | { kind: 'end' }
  | { kind: 'reset' }
)

export const peers = 4

const from = (...words: string[]) => fc.constantFrom(...words)
const name = fc.oneof(
  { weight: 6, arbitrary: from('ana', 'bia', 'cris', 'José', 'Jose\u0301', '👩\u200d💻', ' ana ') },
  {
    weight: 2,
    arbitrary: from('', 'list', '*x', 'error', 'a\u202eb', '<b>&', '\u001b[31m', 'a'.repeat(65)),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 70 }) },
)
const ip = from(
  '127.0.0.1',
  '127.0.0.1',
  '10.0.0.1',
  '::1',
  '::ffff:10.0.0.1',
  'fe80::1%lo',
  '',
  '256.1.1.1',
)
const port = from('1', '5000', '5001', '5002', '65535', '0', '65536', '05', '', '-1', '5e3')
/** The ids that a registry under test draws first, some that it does not, and what is none. */
export const callId = (each: number) => String(each).padStart(22, 'A')
const id = from(callId(0), callId(1), callId(2), callId(99), 'x', '')
const payload = fc.oneof(from('QUJD', '', 'a b'), fc.base64String({ maxLength: 200 }))
const fields = (...parts: fc.Arbitrary<string>[]) =>
  fc.tuple(...parts).map((words) => words.join(','))

/** A request, right or nearly so. */
export const line: fc.Arbitrary<string> = fc.oneof(
  // Few of these, so that peers get into each other's way.
  {
    weight: 8,
    arbitrary: fields(from('register'), from('ana', 'bia', 'cris'), from('5000', '5001', '5002')),
  },
  { weight: 4, arbitrary: fields(name, ip, port, port) },
  { weight: 4, arbitrary: fields(from('register'), name, port) },
  {
    weight: 5,
    arbitrary: from('list', 'ping', 'help', 'watch', 'ready', 'hello', 'quit', 'quit ', 'LIST'),
  },
  { weight: 3, arbitrary: from('ready,conference', 'ready,conference', 'ready,x') },
  { weight: 2, arbitrary: fields(from('invite'), id, from('ana', 'bia', 'cris')) },
  fields(from('invite'), id, name, ip),
  fields(from('hangup'), id, from('ana', 'bia', 'cris'), ip),
  fields(from('signal'), id, payload, from('ana', 'bia', 'cris'), ip),
  fields(from('details', 'call'), name),
  fields(from('details', 'call'), name, ip),
  fields(from('auth'), from('chave-do-operador', 'guess', '')),
  fields(from('accept', 'decline', 'hangup', 'accept'), id),
  fields(from('accept'), id, port, port),
  fields(from('signal'), id, payload),
  fields(from('resume'), id),
  fields(from('resume'), id, name, ip),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.nat({ max: 3_000 }).map((length) => 'x'.repeat(length)),
)

const ending = from('\n', '\n', '\n', '\r\n', '', '\r')
const text = fc
  .array(
    fields(line).chain((said) => ending.map((end) => said + end)),
    { minLength: 1, maxLength: 8 },
  )
  .map((lines) => Buffer.from(lines.join('')))
const bytes: fc.Arbitrary<Uint8Array> = fc.oneof(
  { weight: 8, arbitrary: text },
  fc.uint8Array({ minLength: 1, maxLength: 200 }),
  from('GET / HTTP/1.1\r\n\r\n', 'POST ', '\u0016\u0003\u0001').map((word) => Buffer.from(word)),
)

/** Each sending is cut into pieces, so that any byte may be the last of one. */
const sending = fc
  .tuple(bytes, fc.array(fc.nat({ max: 200 }), { maxLength: 3 }))
  .map(([whole, cuts]) => {
    const at = [0, ...cuts.filter((cut) => cut < whole.length).sort((a, b) => a - b), whole.length]
    return at.slice(1).map((end, index) => whole.subarray(at[index], end))
  })

export const actions: fc.Arbitrary<Action[]> = fc
  .array(
    fc.tuple(
      fc.nat({ max: peers - 1 }),
      fc.oneof(
        { weight: 12, arbitrary: sending },
        { weight: 1, arbitrary: from('end' as const, 'reset' as const) },
      ),
    ),
    { maxLength: 40 },
  )
  .map((all) =>
    all.flatMap(([who, what]): Action[] =>
      typeof what === 'string'
        ? [{ who, kind: what as 'end' | 'reset' }]
        : what.map((piece) => ({ who, kind: 'send', bytes: piece })),
    ),
  )
