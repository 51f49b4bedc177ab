import { Talker } from './talker.ts'

/** What a watcher has made of what it was told. */
export class Watcher {
  /** By name and IP, in order: what was told of the registration. */
  readonly people = new Map<string, string>()
  readonly ready = new Set<string>()
  readonly busy = new Set<string>()
  /** What cannot be true. */
  readonly wrong: string[] = []
  synced = false
  readonly #talker: Talker

  static async dial(port: number): Promise<Watcher> {
    const watcher = new Watcher(await Talker.dial(port, '127.0.0.1'))
    return watcher
  }

  private constructor(talker: Talker) {
    this.#talker = talker
    talker.onPush = (line) => this.#take(line)
    talker.say('watch')
  }

  get over(): boolean {
    return this.#talker.over
  }

  close(): void {
    this.#talker.close()
  }

  /** Resolves whether all is told of how it was at the beginning. */
  async opened(withinMs = 3_000): Promise<boolean> {
    for (let waited = 0; waited < withinMs && !this.over && !this.synced; waited += 5) {
      await Bun.sleep(5)
    }
    return this.synced
  }

  /** The same for watchers that know the same, however they came to it: the order is that of the log. */
  get known(): { people: string[]; ready: string[]; busy: string[] } {
    return {
      people: [...this.people.values()].sort(),
      ready: [...this.ready].sort(),
      busy: [...this.busy].sort(),
    }
  }

  #take(line: string): void {
    const [kind, name = '', ip = '', ...rest] = line.split(',')
    const key = `${name},${ip}`
    const told = () => `${key},${rest.join(',')}`
    const isThere = this.people.has(key)
    switch (kind) {
      case '*here':
      case '*joined':
        if (isThere) this.wrong.push(`joined twice: ${line}`)
        this.people.set(key, told())
        break
      case '*left':
        if (!isThere) this.wrong.push(`left without being there: ${line}`)
        this.people.delete(key)
        this.ready.delete(key)
        this.busy.delete(key)
        break
      case '*ready':
        this.ready.add(key)
        break
      case '*busy':
        this.busy.add(key)
        break
      case '*free':
        this.busy.delete(key)
        break
      case '*synced':
        this.synced = true
    }
    if (/^\*(ready|busy|free)$/.test(kind ?? '') && !isThere) {
      this.wrong.push(`told of nobody: ${line}`)
    }
  }
}
