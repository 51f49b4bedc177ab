import { formatEndpoint } from '../../src/endpoint.ts'
import { Guesses } from '../../src/limits/guesses.ts'
import type { RegistryLimits } from '../../src/limits/registry-limits.ts'
import { createLog, type LogEntry } from '../../src/log/log.ts'
import { LocalChanges, unavailable } from '../../src/registry/changes.ts'
import { Directory } from '../../src/registry/directory/directory.ts'
import { type Registry, type RegistryParts, startRegistry } from '../../src/registry/server.ts'
import { randomText } from '../../src/secrets.ts'
import { defaultLimits } from './limits.ts'
import { connectPeer, type Peer, patienceMs } from './peer.ts'

export type TestRegistryOverrides = Partial<Omit<RegistryParts, 'limits' | 'log'>> & {
  limits?: Partial<RegistryLimits>
  /** The operator's key, for `auth`. */
  key?: string
  /** Otherwise a bug that the registry logs fails the test, when the registry is stopped. */
  bugs?: 'expected'
}

/** Limits of a test: a quiet of 50 ms would be waited for by every test of a first client. */
const testLimits: RegistryLimits = { ...defaultLimits, bareQuietMs: 5, closeGraceMs: 500 }

/** The web page's address as the test registry gives it: nothing listens there. */
export const testWebUrl = 'http://127.0.0.1:3000/'

/**
 * A registry of the test's own on a free port of 127.0.0.1, with its directory and its log. Stop
 * it, or declare it with `await using`.
 */
export type TestRegistry = Registry & {
  readonly directory: Directory
  readonly key: string
  /** Whether no change can be decided, as with an engine that is away. */
  engineAway: boolean
  readonly entries: readonly LogEntry[]
  /** What was logged so far, without the timestamps. */
  readonly lines: readonly string[]
  /** The first line logged at or after `from`, once there is one. */
  logged(from: number): Promise<string>
  /** The first line that contains `text`, once there is one. */
  logLineWith(text: string): Promise<string>
  connect(options?: { name?: string; from?: string }): Promise<Peer>
  /** Resolves once `condition` holds, and rejects where it never does. */
  /** Resolves once all nodes know what happened so far, where there are several. */
  settled?(): Promise<void>
  until(what: string, condition: () => boolean): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

export function startTestRegistry(overrides: TestRegistryOverrides = {}): TestRegistry {
  const { limits, key = 'chave-do-operador', bugs, ...parts } = overrides
  const entries: LogEntry[] = []
  const lines: string[] = []
  const now = parts.now ?? Date.now
  const directory = parts.directory ?? new Directory({ now })
  const write = createLog({
    write: (line) => lines.push(withoutTimestamp(line)),
    now,
    language: 'pt',
  })
  const engine = { away: false }
  const registry = startRegistry({
    hostname: '127.0.0.1',
    port: 0,
    isTrusted: (ip) => ip.startsWith('127.') || ip === '::1',
    isKey: (secret) => secret === key,
    guesses: new Guesses({ wrongPerMinute: 20 }, now),
    showsPartners: false,
    now,
    ordering: {
      now,
      newId: () => randomText(16),
      begin(state) {
        const changes = new LocalChanges(state)
        return {
          register: (...how) => (engine.away ? unavailable : changes.register(...how)),
          leave: (...how) => changes.leave(...how),
          ask: (...how) => (engine.away ? unavailable : changes.ask(...how)),
          expire: () => changes.expire(),
        }
      },
    },
    ...parts,
    directory,
    limits: { ...testLimits, ...limits },
    log: (entry) => {
      entries.push(entry)
      write(entry)
    },
  })
  registry.setPage({ url: testWebUrl, endpoints: [{ ip: '127.0.0.1', port: 3000 }] })

  async function until(what: string, condition: () => boolean): Promise<void> {
    const deadline = Date.now() + patienceMs
    while (!condition()) {
      if (Date.now() > deadline) throw new Error(`in vain: ${what}\n${lines.join('\n')}`)
      await Bun.sleep(1)
    }
  }

  async function stop(): Promise<void> {
    await registry.stop()
    const bug = lines.find((line) => line.startsWith('Erro interno'))
    if (bug && bugs !== 'expected')
      throw new Error(`the registry at ${formatEndpoint(registry.endpoint)} logged ${bug}`)
  }

  return {
    endpoint: registry.endpoint,
    get connections() {
      return registry.connections
    },
    tlsEndpoint: registry.tlsEndpoint,
    ownEndpoint: registry.ownEndpoint,
    behalfEndpoint: registry.behalfEndpoint,
    deedsEndpoint: registry.deedsEndpoint,
    isInCall: registry.isInCall,
    closed: registry.closed,
    figures: registry.figures,
    view: registry.view,
    setPage: registry.setPage,
    hush: registry.hush,
    sendAway: registry.sendAway,
    renewCertificate: registry.renewCertificate,
    directory,
    key,
    get engineAway() {
      return engine.away
    },
    set engineAway(away) {
      engine.away = away
    },
    entries,
    lines,
    async logged(from) {
      await until(`log line ${from}`, () => lines.length > from)
      return lines[from] as string
    },
    async logLineWith(text) {
      await until(`a log line with “${text}”`, () => lines.some((line) => line.includes(text)))
      return lines.find((line) => line.includes(text)) as string
    },
    connect: (options) => connectPeer(dialable(registry), options),
    until,
    stop,
    [Symbol.asyncDispose]: stop,
  }
}

/** Where to dial a registry: one that listens on every address is met on this machine's own. */
const dialable = ({ endpoint }: Registry) =>
  endpoint.ip === '::' || endpoint.ip === '0.0.0.0' ? { ...endpoint, ip: '127.0.0.1' } : endpoint

/** `2026-11-22 15:30:01 ` */
const withoutTimestamp = (line: string) => line.replace(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d /, '')
