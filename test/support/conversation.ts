/**
 * Runs conversations with the registry, written as plain text, over real sockets:
 *
 *     # The first peer keeps its name; the second may try another.
 *     a> ana,127.0.0.1,4000,5000
 *     a< success,Registrado com sucesso
 *     b> ana,127.0.0.1,4001,5001
 *     b< error,Usuário já registrado,already-registered
 *
 * Each line is one of
 *
 *     # words                    a comment; blank lines are skipped as well
 *     a> TEXT                    peer a sends TEXT and a newline (none if TEXT ends with \c)
 *     a> EOF                     half-closes: sends no more, reads on
 *     a> CLOSE  a> RESET         vanishes without a word: FIN both ways, or RST
 *     a< TEXT                    the next line that a receives is exactly TEXT
 *     a< EOF  a< RESET           the registry closed; nothing else came before
 *     log< TEXT                  the next line of the log is exactly TEXT, its timestamp left out
 *     server> STOP               the registry shuts down
 *     engine> AWAY  engine> BACK no change can be decided from now on; or can again
 *
 * and, before the first of these, settings:
 *
 *     a: bare                    a is a first client: it sends no newline, and reads a reply as one
 *                                recv
 *     a: from 127.0.0.2          a dials from that address (`a: bare from 127.0.0.2` is both)
 *     trusted: none              the trusted addresses (otherwise 127.0.0.0/8 and ::1)
 *     code: abre-te sésamo       the access code (otherwise there is none)
 *     partners: shown            watchers are told who talks with whom
 *     listen: ::                 where the registry listens (otherwise 127.0.0.1)
 *     limits: maxLineBytes=64    the registry's limits, by their names in limits.ts
 *     guesses: 4                 wrong secrets from one address, at a time that stands still
 *     fed: whole                 requests may not be cut up: time is part of this conversation
 *
 * A peer dials when it is first mentioned. TEXT may hold \n \r \t \0 \\ and \xHH, {x*1024} for
 * repetition, {a.ip} {a.port} {server.ip} {server.port} {web.url} for what is only known when it
 * runs, and, where it is received, {any} for anything without a comma; {any:id} is the same, and
 * from then on {id} is what it was. Each `<` is waited for, so
 * order never races. The operator's key is `chave-do-operador`; the web page would be on port 3000.
 *
 * A conversation fails at an unknown line, at a reply that differs or does not come, and at its
 * end where a peer holds output that it does not mention. The log has to be told in full or not
 * at all.
 */

import { Guesses } from '../../src/limits/guesses.ts'
import type { Peer } from './peer.ts'
import {
  startTestRegistry,
  type TestRegistry,
  type TestRegistryOverrides,
  testWebUrl,
} from './registry.ts'
import { fill, readTranscript, type Step, type Transcript } from './transcript.ts'

/** How requests travel. A number cuts each in two at that byte. */
export type Feeding = 'whole' | 'byte by byte' | number

export type RunOptions = {
  startRegistry?: (overrides: TestRegistryOverrides) => TestRegistry | Promise<TestRegistry>
  feeding?: Feeding
}

type Guest = { peer: Peer; bare: boolean; saysNoMore: boolean; over: boolean; midLine: boolean }

/** Rejects, naming the line, where the registry does not say what the conversation says. */
export async function runConversation(
  text: string,
  { startRegistry = startTestRegistry, feeding = 'whole' }: RunOptions = {},
): Promise<void> {
  const transcript = readTranscript(text)
  await using registry = await startRegistry(overridesOf(transcript, feeding))
  const run = new Run(transcript, registry, feeding)
  try {
    for (const step of transcript.steps) {
      await run.take(step).catch((error: Error) => {
        throw new Error(`line ${step.line}: ${step.source}\n${error.message}`)
      })
    }
    await run.finish()
  } finally {
    await run.close()
  }
}

/** The ways to feed a conversation that must make no difference. */
export function feedingsOf(text: string): Feeding[] {
  const transcript = readTranscript(text)
  if (transcript.fed === 'whole') return ['whole']
  const lengths = transcript.steps.map((step) =>
    step.kind === 'send' ? fill(step.text, () => undefined).length : 0,
  )
  const longest = Math.max(...lengths)
  // Of a request of a thousand bytes, the first and the last positions.
  const positions = Array.from({ length: longest }, (_, index) => index + 1).filter(
    (position) => position <= 96 || longest - position < 4,
  )
  return ['whole', 'byte by byte', ...positions]
}

function overridesOf(transcript: Transcript, feeding: Feeding): TestRegistryOverrides {
  const { trusted, listen, limits, code, guesses, showsPartners } = transcript
  // A registration that comes in pieces would otherwise be taken for a first client's.
  const patient = feeding === 'whole' ? {} : { bareQuietMs: 60_000 }
  return {
    limits: { ...patient, ...limits },
    showsPartners,
    ...(listen ? { hostname: listen } : {}),
    ...(code === undefined ? {} : { isAccessCode: (secret: string) => secret === code }),
    ...(guesses === undefined
      ? {}
      : { guesses: new Guesses({ wrongPerMinute: guesses }, () => 0) }),
    ...(trusted ? { isTrusted: (ip: string) => trusted.includes(ip) } : {}),
  }
}

class Run {
  readonly #transcript: Transcript
  readonly #registry: TestRegistry
  readonly #feeding: Feeding
  readonly #guests = new Map<string, Guest>()
  /** What {any:NAME} stood for. */
  readonly #kept = new Map<string, string>()
  #logRead = 0
  #stopped: Promise<void> | undefined

  constructor(transcript: Transcript, registry: TestRegistry, feeding: Feeding) {
    this.#transcript = transcript
    this.#registry = registry
    this.#feeding = feeding
  }

  async take(step: Step): Promise<void> {
    switch (step.kind) {
      case 'stop':
        this.#stopped = this.#registry.stop()
        return
      case 'engine':
        this.#registry.engineAway = step.away
        return
      case 'log':
        this.#same(step.text, await this.#registry.logged(this.#logRead++))
        return
    }
    const guest = this.#guests.get(step.peer) ?? (await this.#admit(step.peer))
    if (guest.over) throw new Error(`${step.peer} is gone already`)
    switch (step.kind) {
      case 'send':
        return this.#send(guest, step.text, step.wholeLine)
      case 'expect':
        return this.#same(
          step.text,
          guest.bare ? await guest.peer.receive() : await guest.peer.line(),
        )
      case 'half-close':
        guest.saysNoMore = true
        return guest.peer.halfClose()
      case 'ending':
        return expectEnding(guest, step.how)
      case 'close':
      case 'reset':
        return this.#vanish(guest, step.kind)
    }
  }

  /** Nothing may be left over: neither output nor, where the log is told, log lines. */
  async finish(): Promise<void> {
    for (const [name, guest] of this.#guests) {
      if (guest.over) continue
      const rest = await restOf(guest, this.#registry.key)
      if (rest !== '') throw new Error(`at the end ${name} was left with ${JSON.stringify(rest)}`)
    }
    const untold = this.#registry.lines.slice(this.#logRead)
    if (this.#logRead > 0 && untold.length > 0) {
      throw new Error(`at the end the log had more:\n${untold.join('\n')}`)
    }
  }

  async close(): Promise<void> {
    for (const { peer } of this.#guests.values()) peer.reset()
    await this.#registry.until('every socket closed', () => this.#registry.connections === 0)
    await this.#stopped
  }

  async #admit(name: string): Promise<Guest> {
    const { bare = false, from } = this.#transcript.peers.get(name) ?? {}
    const peer = await this.#registry.connect({ name, ...(from ? { from } : {}) })
    const guest = { peer, bare, saysNoMore: false, over: false, midLine: false }
    this.#guests.set(name, guest)
    return guest
  }

  async #send(guest: Guest, text: string, wholeLine: boolean): Promise<void> {
    guest.midLine = !wholeLine
    const bytes = fill(text, this.#lookUp)
    const message = guest.bare || !wholeLine ? bytes : Buffer.concat([bytes, Buffer.from('\n')])
    await this.#registry.settled?.()
    for (const piece of pieces(message, this.#feeding)) {
      await guest.peer.send(piece)
      await takenIn()
    }
  }

  async #vanish(guest: Guest, how: 'close' | 'reset'): Promise<void> {
    const before = this.#registry.connections
    guest.over = true
    guest.peer[how]()
    await this.#registry.until('it was missed', () => this.#registry.connections < before)
  }

  #same(expected: string, actual: string): void {
    const wanted = fill(expected, this.#lookUp).toString()
    const names = Array.from(wanted.matchAll(anything), ([, name]) => name)
    const pattern = wanted
      .split(/\{any(?::[a-z0-9]+)?\}/)
      .map(RegExp.escape)
      .join('([^,]+)')
    const found = new RegExp(`^${pattern}$`, 's').exec(actual)
    if (!found) {
      throw new Error(`expected ${JSON.stringify(wanted)}\nbut got  ${JSON.stringify(actual)}`)
    }
    for (const [index, name] of names.entries()) {
      if (name !== undefined) this.#kept.set(name, found[index + 1] as string)
    }
  }

  readonly #lookUp = (name: string): string | undefined => {
    const [who = '', what] = name.split('.')
    if (name === 'web.url') return testWebUrl
    if (this.#kept.has(name)) return this.#kept.get(name)
    const endpoint = who === 'server' ? this.#registry.endpoint : this.#guests.get(who)?.peer.local
    if (!endpoint || (what !== 'ip' && what !== 'port')) return undefined
    return String(endpoint[what])
  }
}

const anything = /\{any(?::([a-z0-9]+))?\}/g

async function expectEnding(guest: Guest, how: 'EOF' | 'RESET'): Promise<void> {
  const rest = await guest.peer.rest()
  guest.over = true
  if (rest !== '') throw new Error(`expected the end\nbut got  ${JSON.stringify(rest)}`)
  if (guest.peer.ending !== how) throw new Error(`expected ${how}, but got ${guest.peer.ending}`)
}

/**
 * What a guest holds that the conversation did not mention: whatever comes before the answers to
 * two requests that change nothing (one alone could be taken for an answer that is left over), or
 * before the end where it can send none.
 */
async function restOf(guest: Guest, key: string): Promise<string> {
  const { peer, bare, saysNoMore, midLine } = guest
  if (peer.ending) return `${peer.unread}${peer.ending}`
  if (saysNoMore || midLine) {
    if (!saysNoMore) peer.halfClose()
    return peer.rest()
  }
  for (const [request, expected] of [
    ['ping', 'pong'],
    [`auth,${key}`, 'success,Autorizado'],
  ] as const) {
    await peer.send(bare ? request : `${request}\n`)
    const answer = bare ? await peer.receive() : await peer.line()
    if (answer !== expected) return answer
  }
  return ''
}

function pieces(message: Buffer, feeding: Feeding): Buffer[] {
  if (feeding === 'whole') return [message]
  if (feeding === 'byte by byte') return Array.from(message, (byte) => Buffer.of(byte))
  const at = Math.min(feeding, message.length - 1)
  return [message.subarray(0, at), message.subarray(at)]
}

/** Two turns of the event loop: the registry, in this process, has read what was sent by then. */
async function takenIn(): Promise<void> {
  for (let turn = 0; turn < 2; turn += 1) await new Promise(setImmediate)
}
