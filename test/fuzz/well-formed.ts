import { isUtf8 } from 'node:buffer'
import { helpLines } from '../../src/wire/help.ts'
import { parsePush } from '../../src/wire/push.ts'
import { isRefusalCode } from '../../src/wire/refusal.ts'

/** Throws where what a peer was sent is not what PROTOCOL.md says. */
export function expectWellFormed(received: Buffer, framing: 'lines' | 'bare' | 'either'): void {
  if (!isUtf8(received)) throw new Error(`not UTF-8: ${received.toString('hex')}`)
  const text = received.toString()
  if (framing !== 'lines' && !text.endsWith('\n')) return expectBare(text)
  const stranger = text.indexOf('HTTP/1.1 400 Bad Request\r\n')
  const said = stranger === -1 ? text : text.slice(0, stranger)
  if (said === '') return
  if (!said.endsWith('\n')) throw new Error(`a line without its end: ${JSON.stringify(said)}`)
  for (const line of said.slice(0, -1).split('\n')) expectLine(line)
}

function expectLine(line: string): void {
  const wrong = (why: string) => new Error(`${why}: ${JSON.stringify(line)}`)
  if (helpLines.includes(line)) return
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
  if (/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e]/.test(line)) throw wrong('control')
  const fields = line.split(',')
  if (line.startsWith('*') && parsePush(line) === undefined) throw wrong('no push')
  if (fields[0] === 'error' && !(fields.length === 3 && isRefusalCode(fields[2] ?? ''))) {
    throw wrong('no refusal')
  }
  if (fields[0] === 'success' && fields.length !== 2 && !saysMore(line)) throw wrong('no success')
  if (fields.some((field) => field === '')) throw wrong('an empty field')
}

/** A bare client's replies run together here: no line break, and no push, may be among them. */
function expectBare(text: string): void {
  if (/[\n\r]/.test(text) || text.includes('*bye')) throw new Error(`not bare: ${text}`)
}

/** What `hello` and `call` answer, of more fields. */
const saysMore = (line: string): boolean =>
  /^success,1(,[a-z0-9-]+)+$/.test(line) || /^success,[\w-]{22},[^,]+,[0-9a-f.:]+$/.test(line)
