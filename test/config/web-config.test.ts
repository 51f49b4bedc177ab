import { describe, expect, test } from 'bun:test'
import { BadSetting, readConfig } from '../../src/config/config.ts'
import type { WebLimits } from '../../src/config/web-config.ts'
import { connectionsFor, descriptorLimit } from '../../src/host/descriptors.ts'

test('without an environment there is no TLS, no proxy and no access code', () => {
  const { web, accessCode } = readConfig({})
  expect(web.tls).toBeUndefined()
  expect(accessCode).toBeUndefined()
  expect(web.isTrustedProxy('127.0.0.1')).toBe(false)
  expect(web.redirectPort).toBe('off')
  expect(web.limits).toEqual({
    requestsPerSecond: 100,
    requestBurst: 500,
    registrationsPerMinute: 120,
    registrationBurst: 120,
    sessionsPerAddress: 128,
    socketsPerSession: 32,
    messagesPerSecond: 50,
    messageBurst: 150,
    rowsPerSecond: 1_000,
    rowBurst: 5_000,
    maxHttpConnections: connectionsFor(descriptorLimit()),
    maxHttpConnectionsPerAddress: 512,
    maxBodyBytes: 16_384,
  })
})

test.each([
  [{ HTTPS: 'auto' }, 'auto'],
  [{ HTTPS: 'off' }, undefined],
  [
    { TLS_CERT: '/etc/cert.pem', TLS_KEY: 'key.pem' },
    { certificatePath: '/etc/cert.pem', keyPath: 'key.pem' },
  ],
] as const)('%p says where the certificate comes from', (environment, tls) => {
  expect(readConfig(environment).web.tls).toEqual(tls)
})

test.each([
  { setting: '10.0.0.0/8, ::1', ip: '10.1.2.3', trusted: true },
  { setting: '10.0.0.0/8, ::1', ip: '::1', trusted: true },
  { setting: '10.0.0.0/8, ::1', ip: '11.1.2.3', trusted: false },
  { setting: '', ip: '127.0.0.1', trusted: false },
])('of the proxies "$setting" $ip is one: $trusted', ({ setting, ip, trusted }) => {
  expect(readConfig({ TRUSTED_PROXIES: setting }).web.isTrustedProxy(ip)).toBe(trusted)
})

test.each<[string, string, Partial<WebLimits>]>([
  ['HTTP_REQUESTS_PER_SECOND', '7', { requestsPerSecond: 7, requestBurst: 35 }],
  ['HTTP_REGISTRATIONS_PER_MINUTE', '1', { registrationsPerMinute: 1, registrationBurst: 1 }],
  ['SESSIONS_PER_ADDRESS', '1', { sessionsPerAddress: 1 }],
  ['SOCKETS_PER_SESSION', '1000', { socketsPerSession: 1000 }],
  ['TAB_MESSAGES_PER_SECOND', '1', { messagesPerSecond: 1, messageBurst: 3 }],
  ['MAX_HTTP_CONNECTIONS', '1', { maxHttpConnections: 1 }],
  ['MAX_HTTP_CONNECTIONS', 'auto', { maxHttpConnections: connectionsFor(descriptorLimit()) }],
  ['MAX_HTTP_CONNECTIONS_PER_ADDRESS', '9', { maxHttpConnectionsPerAddress: 9 }],
  ['MAX_BODY_BYTES', '4096', { maxBodyBytes: 4_096 }],
  ['MAX_BODY_BYTES', '1048576', { maxBodyBytes: 1_048_576 }],
])('%s may be "%s"', (name, text, limits) => {
  expect(readConfig({ [name]: text }).web.limits).toMatchObject(limits)
})

test('ACCESS_CODE may be four characters of any kind but commas', () => {
  expect(readConfig({ ACCESS_CODE: 'pão!' }).accessCode).toBe('pão!')
})

describe('a setting is refused in one line that names it', () => {
  test.each([
    ['HTTPS', 'on'],
    ['HTTPS', ''],
    ['TLS_CERT', 'a\0b'],
    ['HTTP_REDIRECT_PORT', '65536'],
    ['HTTP_REDIRECT_PORT', ''],
    ['TRUSTED_PROXIES', 'proxy.example'],
    ['TRUSTED_PROXIES', '10.0.0.0/33'],
    ['HTTP_REQUESTS_PER_SECOND', '0'],
    ['HTTP_REGISTRATIONS_PER_MINUTE', '1.5'],
    ['WRONG_CODES_PER_MINUTE', '-1'],
    ['SESSIONS_PER_ADDRESS', ''],
    ['SOCKETS_PER_SESSION', '1001'],
    ['TAB_MESSAGES_PER_SECOND', 'many'],
    ['MAX_HTTP_CONNECTIONS', '0'],
    ['MAX_HTTP_CONNECTIONS', 'all'],
    ['MAX_HTTP_CONNECTIONS_PER_ADDRESS', 'auto'],
    ['MAX_BODY_BYTES', '4095'],
    ['MAX_BODY_BYTES', '1048577'],
    ['MAX_BODY_BYTES', '16 KiB'],
  ])('%s=%j', (name, text) => {
    expect(complaint({ [name]: text })).toMatch(
      new RegExp(`^${name}=${RegExp.escape(JSON.stringify(text))}: must [^\\n]+$`),
    )
  })

  test.each(['abc', 'abcd,e', ' abcd', 'abc\nd'])('ACCESS_CODE=%j, without showing it', (text) => {
    expect(complaint({ ACCESS_CODE: text })).toMatch(/^ACCESS_CODE=…: must [^\n]+$/)
  })

  test.each([
    [{ TLS_CERT: 'a' }, 'TLS_KEY'],
    [{ TLS_KEY: 'a' }, 'TLS_CERT'],
    [{ TLS_CERT: 'a', TLS_KEY: 'b', HTTPS: 'auto' }, 'HTTPS'],
    [{ HTTP_REDIRECT_PORT: '80' }, 'HTTP_REDIRECT_PORT'],
  ])('%p, which do not go together', (environment, name) => {
    expect(complaint(environment)).toMatch(new RegExp(`^${name}="\\w*": must be [^\\n]+$`))
  })
})

/** What is said of the settings; fails where they are taken. */
function complaint(environment: Record<string, string>): string {
  try {
    readConfig(environment)
  } catch (error) {
    expect(error).toBeInstanceOf(BadSetting)
    return (error as BadSetting).message
  }
  throw new Error(`${JSON.stringify(environment)} was taken`)
}
