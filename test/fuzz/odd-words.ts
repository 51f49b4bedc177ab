import fc from 'fast-check'

/** Stand for what only a running site knows: they are replaced as the bytes are sent. */
export const hostMark = 'HOST.invalid'
export const cookieMark = 'COOKIE.invalid'

export const from = (...words: string[]) => fc.constantFrom(...words)
export const often = <T>(usual: fc.Arbitrary<T>, odd: fc.Arbitrary<T>, times = 4) =>
  fc.oneof({ weight: times, arbitrary: usual }, { weight: 1, arbitrary: odd })

/** Text of any bytes but those that end a line: one character each. */
export const line = fc
  .string({ unit: 'binary-ascii', maxLength: 40 })
  .map((text) => text.replace(/[\r\n]/g, ' '))
const escaped = from(
  '%',
  '%zz',
  '%00',
  '%ff',
  '%c3',
  '%u0041',
  '%2e%2e%2f',
  '%0d%0aX:1',
  '+',
  '%F0%9F%92%BB',
)
export const word = fc.oneof(
  from(
    'Ana',
    'ana',
    '127.0.0.1',
    '::1',
    '5001',
    '0',
    '-1',
    '1e9',
    '99999999',
    'name',
    'newest',
    'true',
    'left',
  ),
  from('', '<b>&"', 'a'.repeat(300), '\u00ff\u0080', '__proto__', 'constructor', '[]', 'a=b&c'),
  escaped,
  line,
)
