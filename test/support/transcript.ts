/** The grammar of conversations: text to steps. What it means stands in `conversation.ts`. */

import type { RegistryLimits } from '../../src/limits/registry-limits.ts'

export type Step = { line: number; source: string } & (
  | { kind: 'send'; peer: string; text: string; wholeLine: boolean }
  | { kind: 'expect'; peer: string; text: string }
  | { kind: 'half-close' | 'close' | 'reset'; peer: string }
  | { kind: 'ending'; peer: string; how: 'EOF' | 'RESET' }
  | { kind: 'log'; text: string }
  | { kind: 'stop' }
  | { kind: 'engine'; away: boolean }
)

export type PeerSettings = { bare: boolean; from?: string }

export type Transcript = {
  steps: Step[]
  peers: Map<string, PeerSettings>
  /** `undefined` for the usual ones. */
  trusted: string[] | undefined
  listen: string | undefined
  /** The access code. */
  code: string | undefined
  /** Whether watchers are told who talks with whom. */
  showsPartners: boolean
  limits: Partial<RegistryLimits>
  /** Wrong secrets from one address, at a time that stands still. */
  guesses: number | undefined
  /** Whether requests may be cut anywhere on their way without a difference. */
  fed: 'anyhow' | 'whole'
}

/** Throws, with the line's number, at the first line that is none of the above. */
export function readTranscript(source: string): Transcript {
  const transcript: Transcript = {
    steps: [],
    peers: new Map(),
    trusted: undefined,
    listen: undefined,
    code: undefined,
    showsPartners: false,
    limits: {},
    guesses: undefined,
    fed: 'anyhow',
  }
  for (const [index, line] of source.split('\n').entries()) {
    if (line.trim() === '' || line.startsWith('#')) continue
    const step = readStep(line, index + 1)
    if (step) transcript.steps.push(step)
    else if (transcript.steps.length > 0 || !readSetting(line, transcript)) {
      throw new Error(`line ${index + 1} is neither a step nor a setting before the first: ${line}`)
    }
  }
  if (transcript.steps.length === 0) throw new Error('a conversation in which nothing is said')
  if ([...transcript.peers.values()].some(({ bare }) => bare)) transcript.fed = 'whole'
  return transcript
}

function readStep(source: string, line: number): Step | undefined {
  const [, who, direction, text = ''] = /^([a-z][a-z0-9]*)([<>])(?: (.*))?$/.exec(source) ?? []
  if (who === undefined) return undefined
  const at = { line, source }
  if (who === 'log') return direction === '<' ? { ...at, kind: 'log', text } : undefined
  if (who === 'engine' && /^(AWAY|BACK)$/.test(text)) {
    return { ...at, kind: 'engine', away: text === 'AWAY' }
  }
  if (who === 'server') return source === 'server> STOP' ? { ...at, kind: 'stop' } : undefined
  if (direction === '<') {
    return text === 'EOF' || text === 'RESET'
      ? { ...at, kind: 'ending', peer: who, how: text }
      : { ...at, kind: 'expect', peer: who, text }
  }
  switch (text) {
    case 'EOF':
      return { ...at, kind: 'half-close', peer: who }
    case 'CLOSE':
      return { ...at, kind: 'close', peer: who }
    case 'RESET':
      return { ...at, kind: 'reset', peer: who }
    default:
      return text.endsWith('\\c')
        ? { ...at, kind: 'send', peer: who, text: text.slice(0, -2), wholeLine: false }
        : { ...at, kind: 'send', peer: who, text, wholeLine: true }
  }
}

function readSetting(line: string, transcript: Transcript): boolean {
  const [, key = '', value = ''] = /^([a-z][a-z0-9]*): (.+)$/.exec(line) ?? []
  switch (key) {
    case '':
    case 'log':
    case 'server':
    case 'web':
    case 'any':
      return false
    case 'trusted':
      transcript.trusted = value === 'none' ? [] : value.split(' ')
      return true
    case 'listen':
      transcript.listen = value
      return true
    case 'code':
      transcript.code = value
      return true
    case 'partners':
      transcript.showsPartners = true
      return value === 'shown'
    case 'fed':
      transcript.fed = 'whole'
      return value === 'whole'
    case 'guesses':
      transcript.guesses = Number(value)
      return /^\d+$/.test(value)
    case 'limits':
      return value.split(' ').every((setting) => {
        const [, name = '', number = ''] = /^(\w+)=(\d+)$/.exec(setting) ?? []
        Object.assign(transcript.limits, { [name]: Number(number) })
        return name !== ''
      })
    default: {
      const [, bare, from] = /^(bare)?(?: ?from (\S+))?$/.exec(value) ?? []
      if (bare === undefined && from === undefined) return false
      transcript.peers.set(key, { bare: bare !== undefined, ...(from ? { from } : {}) })
      return true
    }
  }
}

/** Puts bytes for escapes, repetitions and what `lookUp` knows the name of. */
export function fill(text: string, lookUp: (name: string) => string | undefined): Buffer {
  const parts: Buffer[] = []
  const pattern = /\\x([0-9a-f]{2})|\\(.?)|\{(.)\*(\d+)\}|\{([a-z][a-z0-9.]*)\}|[^\\{]+|\{/giu
  for (const [whole, hex, escaped, repeated, times, name] of text.matchAll(pattern)) {
    if (hex !== undefined) parts.push(Buffer.from(hex, 'hex'))
    else if (escaped !== undefined) parts.push(Buffer.from(unescaped(escaped)))
    else if (repeated !== undefined) parts.push(Buffer.from(repeated.repeat(Number(times))))
    else parts.push(Buffer.from((name && lookUp(name)) ?? whole))
  }
  return Buffer.concat(parts)
}

function unescaped(letter: string): string {
  const meant = { n: '\n', r: '\r', t: '\t', '0': '\0', '\\': '\\' }[letter]
  if (meant === undefined) throw new Error(`no such escape: \\${letter}`)
  return meant
}
