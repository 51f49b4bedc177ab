import { protocolVersion } from '../../src/wire/help.ts'
import { plain, type Row, tableWith } from './document.ts'

export type Retry = {
  /** Whether the same request, or the same connection, may succeed later. */
  again: boolean
  /** How long to wait first; `null` if it depends on something else. */
  afterSeconds: number | null
  /** The same for people. */
  advice: string
}

export type Codes = {
  version: string
  refusals: {
    code: string
    text: string
    meaning: string
    when: string
    closes: boolean
    retry: Retry
  }[]
  byes: { code: string; text: string; meaning: string; retry: Retry }[]
  endings: { reason: string; meaning: string; mayResume: boolean }[]
  features: { feature: string; meaning: string }[]
}

/** The tables of PROTOCOL.md for programs. */
export function codesOf(markdown: string): Codes {
  const table = (...head: string[]) =>
    tableWith(markdown, ...head).map((row) => row.map(plain) as Row & [string, string])
  return {
    version: protocolVersion,
    refusals: table('code', 'text', 'meaning', 'when', 'closes?', 'try again').map(
      ([code, text, meaning = '', when = '', closes = '', again = '']) => ({
        code,
        text,
        meaning,
        when,
        closes: saysYes(closes),
        retry: retryOf(again),
      }),
    ),
    byes: table('code', 'text', 'meaning', 'try again').map(
      ([code, text, meaning = '', again = '']) => ({ code, text, meaning, retry: retryOf(again) }),
    ),
    endings: table('reason', 'meaning', 'may resume').map(([reason, meaning, may = '']) => ({
      reason,
      meaning,
      mayResume: saysYes(may),
    })),
    features: table('feature', 'meaning').map(([feature, meaning]) => ({ feature, meaning })),
  }
}

/** In English and in Portuguese. Throws at a cell that says neither yes nor no. */
export function saysYes(cell: string): boolean {
  const [word] = /^(yes|no|sim|não)(?=$|[,;])/.exec(cell) ?? []
  if (word === undefined) throw new Error(`neither yes nor no: ${cell}`)
  return word === 'yes' || word === 'sim'
}

export function retryOf(cell: string): Retry {
  const [, seconds] = /\b(\d+) s\b/.exec(cell) ?? []
  return {
    again: saysYes(cell),
    afterSeconds: seconds === undefined ? null : Number(seconds),
    advice: cell,
  }
}
