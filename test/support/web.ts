import { readConfig } from '../../src/config/config.ts'
import type { WebLimits } from '../../src/config/web-config.ts'
import { Health } from '../../src/health.ts'
import { Guesses } from '../../src/limits/guesses.ts'
import type { History } from '../../src/metrics/history.ts'
import { digest } from '../../src/secrets.ts'
import { defaultUpdateLimits, type UpdateLimits } from '../../src/web/live/lists/list-updates.ts'
import { defaultLiveLimits, type LiveLimits } from '../../src/web/live/live.ts'
import { defaultUnreadLimits, type UnreadLimits } from '../../src/web/live/unread.ts'
import type { WebParts } from '../../src/web/parts.ts'
import { startWeb, type Web } from '../../src/web/server.ts'
import { defaultSessionLimits, type SessionLimits } from '../../src/web/session/session-limits.ts'
import { startTestRegistry, type TestRegistry, type TestRegistryOverrides } from './registry.ts'
import { Visitor } from './visitor.ts'

export type TestWebOverrides = Partial<
  Omit<WebParts, 'sessionLimits' | 'liveLimits' | 'updateLimits' | 'unreadLimits' | 'limits'>
> & {
  sessionLimits?: Partial<SessionLimits>
  liveLimits?: Partial<LiveLimits>
  updateLimits?: Partial<UpdateLimits>
  limits?: Partial<WebLimits>
  unreadLimits?: Partial<UnreadLimits>
  registryOverrides?: TestRegistryOverrides
  /** A registry that was started before, in place of one of its own. */
  tcp?: TestRegistry
  /** With one there is the operator's page. */
  operatorKey?: string
  /** What it draws. */
  history?: Pick<History, 'samples'>
}

export type TestWeb = {
  readonly web: Web
  readonly tcp: TestRegistry
  readonly url: string
  /** A browser of its own, with its own cookies, that asks without a socket. */
  visitor: (options?: { ip?: string; language?: string }) => Visitor
  [Symbol.asyncDispose](): Promise<void>
}

export const testSecret = 'a secret for tests, 32 characters long'

/** A registry and a web page of the test's own, on free ports of 127.0.0.1. */
export async function startTestWeb(overrides: TestWebOverrides = {}): Promise<TestWeb> {
  const { sessionLimits, liveLimits, updateLimits, unreadLimits, limits, ...others } = overrides
  const { registryOverrides, operatorKey, history = { samples: [] }, tcp: given, ...parts } = others
  const tcp =
    given ??
    startTestRegistry({
      showsPartners: parts.showsPartners ?? false,
      ...registryOverrides,
      limits: { closeGraceMs: 50, ...registryOverrides?.limits },
    })
  const now = parts.now ?? (() => performance.now())
  const web = await startWeb({
    hostname: '127.0.0.1',
    port: 0,
    basePath: '',
    registry: tcp.endpoint,
    behalf: tcp.behalfEndpoint,
    deeds: tcp.deedsEndpoint,
    shownRegistry: tcp.endpoint,
    key: tcp.key,
    sessionSecret: testSecret,
    severalServers: false,
    worker: undefined,
    publicHosts: [],
    certificate: undefined,
    redirectPort: 'off',
    strictTransport: false,
    isTrustedProxy: () => false,
    isTrusted: () => true,
    accessCode: undefined,
    ice: { stunUrls: [], turnUrls: [], turnSecret: undefined, turnLifetimeSeconds: 600 },
    calls: 'direct',
    showsPartners: false,
    ringTimeoutMs: 45_000,
    maxCallMembers: 6,
    metrics: 'local',
    operator:
      operatorKey === undefined ? undefined : { key: digest(operatorKey), view: tcp.view, history },
    figures: tcp.figures,
    health: new Health(),
    log: () => {},
    guesses: new Guesses({ wrongPerMinute: readConfig({}).wrongCodesPerMinute }, now),
    now,
    ...parts,
    limits: { ...readConfig({}).web.limits, ...limits },
    sessionLimits: { ...defaultSessionLimits, ...sessionLimits },
    liveLimits: { ...defaultLiveLimits, ...liveLimits },
    updateLimits: { ...defaultUpdateLimits, ...updateLimits },
    unreadLimits: { ...defaultUnreadLimits, ...unreadLimits },
  })
  return {
    web,
    tcp,
    url: `${parts.certificate ? 'https' : 'http'}://127.0.0.1:${web.endpoint.port}`,
    visitor: ({ ip = '127.0.0.1', ...options } = {}) => {
      const server = { requestIP: () => ({ address: ip, family: 'IPv4', port: 40_000 }) }
      return new Visitor(async (path, init) => {
        const request = new Request(new URL(path, `http://localhost:${web.endpoint.port}/`), init)
        return web.app.request(request, undefined, server)
      }, options)
    },
    async [Symbol.asyncDispose]() {
      await web.stop()
      await tcp.stop()
    },
  }
}
