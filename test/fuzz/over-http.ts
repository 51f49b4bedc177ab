import { connect } from 'node:net'
import fc from 'fast-check'
import type { Peer } from '../support/peer.ts'
import { residentBytes, startProcess, type TestProcess } from '../support/process.ts'
import type { Visitor } from '../support/visitor.ts'
import { type Visit, visit } from './http-words.ts'
import { cookieMark, hostMark } from './odd-words.ts'

/** Connections at a time. */
const together = 24
/** Without a byte for so long, in milliseconds, an answer is taken for complete. */
const quietMs = 25

/** What Bun itself answers to a version of HTTP that there is not: no word of ours. */
const bunsOwn = 'HTTP/1.1 505 HTTP Version Not Supported\r\nConnection: close\r\n\r\n'

/** What those cause who register and leave; how much of it is written, the log bounds. */
const ofRegistering =
  /^(Nova conexão|Registrando|Novo cliente|Cliente desconectado|Usuário já|Falha ao|Nome inv|Porta|Chamada|… e mais|Outras \d+ recusas|Recusas desde)/
/** Of each limit and address once a minute: what strangers behind a proxy may cause. */
const ofLimits = /^Página web: .* de /

export type FuzzedSite = {
  readonly house: TestProcess
  readonly statuses: Map<number, number>
  readonly connections: number
  /** Throws where something is not as it should be, whoever sent what. */
  check(visits: Visit[]): Promise<void>
  /** Throws where memory has not come back to what it was before. */
  checkMemory(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

/** The real process, two people in it whose cookies the fuzz may use, a third who only looked, and a neighbour. */
export async function fuzzedSite(): Promise<FuzzedSite> {
  const house = await startProcess({ TRUSTED_PROXIES: '127.0.0.1', HTTP_REQUESTS_PER_SECOND: '1' })
  const neighbour = await house.connect()
  // Who does not is sent away after a minute.
  await neighbour.ask('register,vizinha,5000')
  const people = [house.visitor(), house.visitor(), house.visitor()]
  for (const [index, each] of people.slice(1).entries()) {
    await each.register(`Ana ${index}`, 5_001 + index)
  }
  const statuses = new Map<number, number>()
  const linesBefore = house.logged().length
  const begun = performance.now()
  const bytesBefore = await residentBytes(house)
  let seen = 0
  let connections = 0

  async function check(visits: Visit[]): Promise<void> {
    const answers = await Promise.all(visits.map((each) => make(each)))
    connections += answers.length
    for (const text of answers.flat()) count(text, statuses)
    await expectNeighbour(neighbour)
    const text = house.output()
    const bug = text.slice(seen).indexOf('Erro interno')
    if (bug !== -1) throw new Error(text.slice(seen + bug).slice(0, 2_000))
    seen = text.length
    if (house.errors() !== '') throw new Error(`standard error: ${house.errors().slice(0, 2_000)}`)
    expectFewLines(house.logged().slice(linesBefore), (performance.now() - begun) / 1_000)
    for (const status of statuses.keys()) if (status > 499) throw new Error(`status ${status}`)
  }

  async function make({ pieces, frames }: Visit): Promise<string> {
    const who = people[connections % people.length] as Visitor
    const host = new URL(house.url).host
    const real = (bytes: Uint8Array) =>
      Buffer.from(
        Buffer.from(bytes)
          .toString('latin1')
          .replaceAll(hostMark, host)
          .replaceAll(cookieMark, who.cookieHeader),
        'latin1',
      )
    return converse(Number(new URL(house.url).port), pieces.map(real), frames)
  }

  return {
    house,
    statuses,
    get connections() {
      return connections
    },
    check,
    async checkMemory() {
      const most = 2 * bytesBefore + 64 * 1024 * 1024
      const now = await residentBytes(house)
      if (now > most) throw new Error(`${now} bytes of memory, after ${bytesBefore}`)
    },
    async [Symbol.asyncDispose]() {
      neighbour.reset()
      await house[Symbol.asyncDispose]()
    },
  }
}

/** Sends it piece by piece, frames once they may be; resolves with what came back. */
function converse(port: number, pieces: Buffer[], frames: Uint8Array[]): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>()
  const socket = connect({ host: '127.0.0.1', port })
  const received: Uint8Array[] = []
  let upgraded = false
  let timer = setTimeout(() => socket.destroy(), 2_000)
  const again = () => {
    clearTimeout(timer)
    timer = setTimeout(() => socket.destroy(), quietMs)
  }
  socket.on('connect', () => {
    for (const piece of pieces) socket.write(piece)
    again()
  })
  socket.on('data', (chunk) => {
    received.push(Buffer.from(chunk))
    again()
    if (upgraded || !String(chunk).includes('HTTP/1.1 101')) return
    upgraded = true
    for (const bytes of frames) socket.write(bytes)
  })
  // A reset is an ending like any other here.
  socket.on('error', () => {})
  socket.on('close', () => {
    clearTimeout(timer)
    resolve(Buffer.concat(received).toString('latin1'))
  })
  return promise
}

function count(answer: string, statuses: Map<number, number>): void {
  const ours = answer.replaceAll(bunsOwn, '')
  for (const [, digits] of ours.matchAll(/HTTP\/1\.1 (\d{3}) /g)) {
    const status = Number(digits)
    statuses.set(status, (statuses.get(status) ?? 0) + 1)
  }
  if (ours.includes('__bunfallback')) throw new Error('an error page of the runtime')
}

async function expectNeighbour(neighbour: Peer): Promise<void> {
  const answer = await neighbour.ask('ping')
  if (answer !== 'pong') throw new Error(`the neighbour was answered ${answer}`)
}

function expectFewLines(lines: string[], seconds: number): void {
  const others = lines.filter((line) => !ofRegistering.test(line))
  const limits = others.filter((line) => ofLimits.test(line)).length
  if (limits > 30 + seconds) throw new Error(`${limits} lines about limits in ${seconds} s`)
  if (others.length > limits) {
    throw new Error(`lines in the log: ${others.filter((line) => !ofLimits.test(line)).join('\n')}`)
  }
}

export const overHttpOf = (site: FuzzedSite) =>
  fc.asyncProperty(fc.array(visit, { minLength: together, maxLength: together }), (visits) =>
    site.check(visits),
  )

/** How often which status was answered. */
export const shownStatuses = ({ statuses, connections }: FuzzedSite): string =>
  `${connections} connections, ${[...statuses]
    .toSorted(([one], [other]) => one - other)
    .map(([status, times]) => `${status}: ${times}`)
    .join(', ')}`
