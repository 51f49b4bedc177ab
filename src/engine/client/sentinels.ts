import { type EngineHost, showNode } from '../../config/engine-url.ts'
import type { Access } from './access.ts'
import { Connection } from './connection.ts'
import { EngineError, type EngineFault, EngineUnavailable } from './engine-error.ts'

/** How long one Sentinel has to answer. */
const answerMs = 1000
/** How long the others are still waited for, once most have answered. */
const othersMs = 200

type Answer = { master: EngineHost; epoch: number; isDown: boolean }

/**
 * The Sentinels of one master. They are asked all at once, and that one is believed which knows of the
 * latest failover: one that was cut off from the others names a master of before. Of those that know
 * the same, one that hears the master is believed before one that does not.
 */
export class Sentinels {
  readonly #sentinels: readonly EngineHost[]
  readonly #masterName: string
  readonly #access: Access
  /** Those in use, or being opened. */
  readonly #open = new Map<EngineHost, Promise<Connection>>()
  #stopped = false

  constructor(
    { sentinels, masterName }: { sentinels: readonly EngineHost[]; masterName: string },
    access: Access,
  ) {
    this.#sentinels = sentinels
    this.#masterName = masterName
    this.#access = access
  }

  /** Where the master is. Rejects if no Sentinel answers, or none knows that name. */
  async master(): Promise<EngineHost> {
    const answers: Answer[] = []
    const faults: EngineFault[] = []
    const { promise: most, resolve: haveMost } = Promise.withResolvers<void>()
    const asked = this.#sentinels.map(async (sentinel) => {
      try {
        answers.push(await this.#ask(sentinel))
        if (answers.length * 2 > this.#sentinels.length) haveMost()
      } catch (error) {
        faults.push(error as EngineFault)
      }
    })
    await Promise.race([Promise.all(asked), most.then(() => Bun.sleep(othersMs))])
    const [latest] = answers.sort(
      (one, other) => other.epoch - one.epoch || Number(one.isDown) - Number(other.isDown),
    )
    if (latest) return latest.master
    throw (
      faults.find((fault) => fault instanceof EngineError) ??
      faults[0] ??
      new EngineUnavailable('no Sentinel answers', false, 'ETIMEDOUT')
    )
  }

  async #ask(sentinel: EngineHost): Promise<Answer> {
    const connection = await this.#connectionTo(sentinel)
    const reply = await connection.send('SENTINEL', ['MASTER', this.#masterName], answerMs)
    const { ip, port, flags = '', 'config-epoch': epoch } = reply as Record<string, string>
    if (!ip) throw new EngineUnavailable(`${showNode(sentinel)}: knows no address`, false)
    const isDown = flags.split(',').includes('s_down')
    return { master: { host: ip, port: Number(port) }, epoch: Number(epoch), isDown }
  }

  #connectionTo(sentinel: EngineHost): Promise<Connection> {
    const known = this.#open.get(sentinel)
    if (known) return known
    const opening = this.#connect(sentinel)
    this.#open.set(sentinel, opening)
    const forget = () => this.#open.delete(sentinel)
    opening.then(async (connection) => {
      if (this.#stopped) connection.end(new EngineUnavailable('stopped', false))
      await connection.lost
      forget()
    }, forget)
    return opening
  }

  /**
   * Sentinels have the password of the nodes for their own use. They may want to hear it too, or
   * another, or know no such user.
   */
  async #connect(sentinel: EngineHost): Promise<Connection> {
    try {
      return await Connection.open(sentinel, this.#access)
    } catch (error) {
      if (!(error instanceof EngineError) || this.#access.password === undefined) throw error
      const { tls } = this.#access
      return await Connection.open(sentinel, { tls, username: undefined, password: undefined })
    }
  }

  stop(): void {
    this.#stopped = true
    const why = new EngineUnavailable('stopped', false)
    for (const opening of this.#open.values()) {
      opening.then(
        (connection) => connection.end(why),
        () => {},
      )
    }
  }
}
