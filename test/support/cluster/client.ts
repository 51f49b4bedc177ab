import type { History, Holding } from './history.ts'
import type { ClusterNode } from './nodes.ts'
import type { Random } from './random.ts'
import { Talker } from './talker.ts'

export type ClientParts = {
  nodes: readonly ClusterNode[]
  history: History
  random: Random
  /** Whether nobody may begin anything: the state is compared. */
  frozen: () => boolean
  stopped: () => boolean
  /** Somebody to call. */
  somebody: () => { name: string; ip: string } | undefined
}

type Call = { id: string; state: 'calling' | 'rung' | 'talking'; sent: number; heard: number }

const names = ['ana', 'bia', 'cris', 'davi', 'eva']
/** How long an answer may take where nothing is wrong, and where something is. */
const patienceMs = 45_000
/** How long what was given up may still come to be, and be taken back. */
const unsureMs = 10_000

/**
 * Somebody who comes, registers, calls and goes, again and again, each time as somebody else, at any
 * node. What it is told has to fit together.
 */
export class Client {
  readonly id: string
  readonly #parts: ClientParts
  #talker: Talker | undefined
  holding: Holding | undefined
  call: Call | undefined
  /** Whether a request has no answer yet. */
  asks = false
  #lives = 0
  #over = new Set<string>()
  /** Until then it may be told of a call that it began, and was told that it had not. */
  #unsureUntil = 0
  /** What it has said and heard lately. */
  #lines: string[] = []

  constructor(id: string, parts: ClientParts) {
    this.id = id
    this.#parts = parts
  }

  #violated(what: string): void {
    this.#parts.history.violated(`${this.holding?.who} ${what}: ${this.#lines.join(' | ')}`)
  }

  #note(line: string): void {
    this.#lines.push(`${(performance.now() / 1000).toFixed(3)} ${line}`)
    if (this.#lines.length > 14) this.#lines.shift()
  }

  get isRegistered(): boolean {
    const { holding } = this
    return holding?.certainFrom !== undefined && holding.endedAt === undefined
  }

  /** The names in the order of registration, as its node tells them now. */
  async list(): Promise<string | undefined> {
    return await this.#ask('list')
  }

  async run(): Promise<void> {
    const { stopped, random } = this.#parts
    while (!stopped()) {
      await this.#pause(10 + random.below(150))
      if (stopped()) break
      try {
        await this.#live()
      } finally {
        this.#end()
      }
    }
  }

  #end(): void {
    if (this.holding) this.#parts.history.ends(this.holding)
    this.#talker?.close()
    this.#talker = undefined
    this.holding = undefined
    this.call = undefined
    this.#over.clear()
  }

  async #live(): Promise<void> {
    const { nodes, random, history } = this.#parts
    const node = random.below(nodes.length)
    const ip = `127.0.0.${2 + random.below(6)}`
    this.asks = true
    try {
      this.#talker = await Talker.dial(nodes[node]?.port ?? 0, ip)
    } catch {
      history.count('nobody answered')
      return
    } finally {
      this.asks = false
    }
    this.#talker.onPush = (line) => this.#hear(line)
    this.#talker.onEnd = () => {
      if (this.holding) history.ends(this.holding)
    }
    if (!(await this.#register(node, ip))) return
    await this.#ask('ready')
    await this.#seesItself()
    for (let left = 3 + random.below(60); left > 0 && !this.#isOver; left -= 1) {
      await this.#pause(10 + random.below(120))
      if (this.#parts.stopped() || this.#isOver) break
      await this.#act()
    }
    if (random.is(0.5)) await this.#quit()
  }

  get #isOver(): boolean {
    return this.#talker?.over !== false
  }

  async #register(node: number, ip: string): Promise<boolean> {
    const { random, history } = this.#parts
    this.#lives += 1
    this.#lines = []
    const place = {
      who: `${this.id}.${this.#lives}`,
      ...{ node, ip, name: random.of(names) ?? '', callPort: 5001 + random.below(8) },
    }
    const holding = history.asks(place)
    this.holding = holding
    const reply = await this.#ask(`register,${place.name},${place.callPort}`)
    if (reply?.startsWith('success')) {
      history.granted(holding)
      history.count('registered')
      return true
    }
    const code = reply?.split(',').at(-1) ?? 'no answer'
    history.count(`not registered: ${code}`)
    if (code === 'already-registered' || code === 'call-port-taken') {
      history.refused(place, code, holding.askedAt)
    }
    return false
  }

  /** Who has registered is on the list that it then asks for. */
  async #seesItself(): Promise<void> {
    const { history } = this.#parts
    const { holding } = this
    if (!holding) return
    const wasQuiet = history.isQuiet() && history.isWell(holding.node)
    const names = (await this.#ask('list'))?.split(',')
    if (!wasQuiet || !names || !history.isQuiet() || names.includes(holding.name)) return
    if (this.isRegistered) history.violated(`${holding.who} is not on its own list`)
  }

  async #quit(): Promise<void> {
    const { history } = this.#parts
    if (this.holding) history.ends(this.holding)
    await this.#ask('quit')
    history.count('quit')
  }

  async #act(): Promise<void> {
    const { random, somebody } = this.#parts
    const { call } = this
    if (!call) {
      const whom = somebody()
      const wish = random.next()
      if (wish < 0.3) await this.#ask('list')
      else if (wish < 0.5) await this.#ask(`details,${random.of(names)}`)
      else if (whom) await this.#ring(whom)
      return
    }
    if (call.state === 'rung' && random.is(0.5)) await this.#answer(call, random.is(0.8))
    else if (call.state === 'talking' && random.is(0.8)) await this.#signal(call)
    else if (random.is(0.3)) await this.#hangUp(call)
  }

  async #ring({ name, ip }: { name: string; ip: string }): Promise<void> {
    const reply = await this.#askOf('call', `call,${name},${ip}`)
    const [word, id = ''] = reply?.split(',') ?? []
    if (reply?.endsWith(',unavailable')) this.#unsureUntil = performance.now() + unsureMs
    if (word !== 'success') return
    // It rang here meanwhile, from the same person: that is how this call is accepted.
    if (this.call?.id === id) this.call.state = 'talking'
    else this.#begin(id, 'calling')
  }

  async #answer(call: Call, takes: boolean): Promise<void> {
    const verb = takes ? 'accept' : 'decline'
    const reply = await this.#askOf(verb, `${verb},${call.id}`)
    if (this.call !== call || !reply?.startsWith('success')) return
    if (takes) call.state = 'talking'
    else this.#finish(call.id)
  }

  async #signal(call: Call): Promise<void> {
    const payload = Buffer.from(String(++call.sent)).toString('base64url')
    await this.#askOf('signal', `signal,${call.id},${payload}`)
  }

  async #hangUp(call: Call): Promise<void> {
    const reply = await this.#askOf('hangup', `hangup,${call.id}`)
    if (reply?.startsWith('success') && this.call === call) this.#finish(call.id)
  }

  async #askOf(verb: string, line: string): Promise<string | undefined> {
    const reply = await this.#ask(line)
    const said = reply?.startsWith('error') ? reply.split(',').at(-1) : reply && 'done'
    this.#parts.history.count(`${verb}: ${said ?? 'no answer'}`)
    return reply
  }

  #begin(id: string, state: Call['state']): void {
    if (this.call) this.#violated(`has two calls: ${this.call.id}, ${id}`)
    if (this.#over.has(id)) this.#violated(`has a call again: ${id}`)
    this.call = { id, state, sent: 0, heard: 0 }
  }

  #finish(id: string): void {
    this.#over.add(id)
    this.call = undefined
  }

  #hear(line: string): void {
    const { history } = this.#parts
    const [kind = '', id = '', third = ''] = line.split(',')
    this.#note(line)
    history.count(kind)
    if (kind === '*bye') {
      if (id === 'displaced' && this.holding && history.isWell(this.holding.node))
        history.violated(`${this.holding.who} was displaced, though its node is well`)
      if (this.holding) history.ends(this.holding)
      return
    }
    // It has said that it goes.
    if (kind === '*missed' || this.holding?.endedAt !== undefined) return
    if (kind === '*call') return this.#begin(id, 'rung')
    if (this.call?.id !== id) {
      // Its own word that it is over may have crossed that of the other end.
      const mayBe = performance.now() < this.#unsureUntil
      if (!this.#over.has(id) && !mayBe) this.#violated('is told of no call of its own')
      return
    }
    if (kind === '*accepted') this.call.state = 'talking'
    if (kind === '*ended' || kind === '*declined') this.#finish(id)
    if (kind === '*signal') this.#heardSignal(this.call, third)
  }

  #heardSignal(call: Call, payload: string): void {
    const number = Number(Buffer.from(payload, 'base64url').toString())
    if (number <= call.heard)
      this.#parts.history.violated(
        `${this.holding?.who} heard signal ${number} after ${call.heard}`,
      )
    call.heard = number
  }

  async #ask(line: string): Promise<string | undefined> {
    const talker = this.#talker
    if (!talker) return undefined
    this.asks = true
    this.#parts.history.operations += 1
    const late = Promise.withResolvers<undefined>()
    const timer = setTimeout(() => {
      this.#parts.history.violated(`${this.holding?.who} had no answer to ${line}`)
      talker.close()
      late.resolve(undefined)
    }, patienceMs)
    try {
      this.#note(line)
      const reply = await Promise.race([talker.ask(line), late.promise])
      this.#note(reply ?? 'no answer')
      return reply
    } finally {
      clearTimeout(timer)
      this.asks = false
    }
  }

  /** Waits so long, and while nobody may begin anything. */
  async #pause(ms: number): Promise<void> {
    await Bun.sleep(ms)
    while (this.#parts.frozen() && !this.#parts.stopped()) await Bun.sleep(20)
  }
}
