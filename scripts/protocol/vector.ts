import { fill, readTranscript, type Step, type Transcript } from '../../test/support/transcript.ts'
import { type Answered, Exchange } from './exchange.ts'

export type VectorStep =
  | { connection: string; sends: string }
  /** Bytes that are not UTF-8. */
  | { connection: string; sendsHex: string }
  | ({ connection: string; receives: string } & Answered)
  | { connection: string; does: 'end-input' | 'close' | 'reset' }
  | { connection: string; sees: 'closed' | 'reset' }
  | { server: 'stops' }

/** A conversation of PROTOCOL.md for programs. */
export type Vector = {
  title: string
  setting: {
    /** What is not given is as usual. */
    trustedAddresses?: string[]
    accessCode?: string
    showsCallPartners?: true
    limits?: Record<string, number>
    connections?: Record<string, { firstClient: boolean; from?: string }>
  }
  steps: VectorStep[]
}

export function vectorOf(title: string, text: string): Vector {
  const transcript = readTranscript(text)
  const exchanges = new Map<string, Exchange>()
  const exchangeOf = (peer: string): Exchange => {
    const known = exchanges.get(peer)
    if (known) return known
    const made = new Exchange(transcript.peers.get(peer)?.bare ? 'bare' : 'lines')
    exchanges.set(peer, made)
    return made
  }
  return {
    title,
    setting: settingOf(transcript),
    steps: transcript.steps.map((step) => stepOf(step, exchangeOf)),
  }
}

function stepOf(step: Step, exchangeOf: (peer: string) => Exchange): VectorStep {
  if (step.kind === 'stop') return { server: 'stops' }
  if (step.kind === 'engine') throw new Error('the vectors have one server')
  if (step.kind === 'log') throw new Error('the log is no part of the protocol')
  const { peer: connection } = step
  const exchange = exchangeOf(connection)
  switch (step.kind) {
    case 'send': {
      const end = step.wholeLine && exchange.framing === 'lines' ? '\n' : ''
      const bytes = Buffer.concat([fill(step.text, () => undefined), Buffer.from(end)])
      exchange.sent(bytes.toString())
      return Buffer.from(bytes.toString()).equals(bytes)
        ? { connection, sends: bytes.toString() }
        : { connection, sendsHex: bytes.toString('hex') }
    }
    case 'expect': {
      const line = fill(step.text, () => undefined).toString()
      const answered = exchange.received(line)
      return {
        connection,
        receives: exchange.framing === 'lines' ? `${line}\n` : line,
        ...answered,
      }
    }
    case 'ending':
      return { connection, sees: step.how === 'EOF' ? 'closed' : 'reset' }
    case 'half-close':
      exchange.ended()
      return { connection, does: 'end-input' }
    default:
      return { connection, does: step.kind }
  }
}

function settingOf(transcript: Transcript): Vector['setting'] {
  const { trusted, code, showsPartners, limits, peers } = transcript
  const connections = Object.fromEntries(
    Array.from(peers, ([name, { bare, from }]) => [
      name,
      { firstClient: bare, ...(from === undefined ? {} : { from }) },
    ]),
  )
  return {
    ...(trusted ? { trustedAddresses: trusted } : {}),
    ...(code === undefined ? {} : { accessCode: code }),
    ...(showsPartners ? { showsCallPartners: true as const } : {}),
    ...(Object.keys(limits).length > 0 ? { limits: { ...limits } } : {}),
    ...(peers.size > 0 ? { connections } : {}),
  }
}
