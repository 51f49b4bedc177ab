import { describe, expect, test } from 'bun:test'
import { BadSetting, type Config, readConfig, settingsHelp } from '../../src/config/config.ts'
import { connectionsFor, descriptorLimit } from '../../src/host/descriptors.ts'

const secret = 'x'.repeat(32)

test('without an environment the defaults hold', () => {
  const { isTrusted, ...config } = readConfig({})
  expect(config).toMatchObject({
    host: '127.0.0.1',
    registryPort: 3001,
    httpPort: 3000,
    publicHosts: [],
    operatorKey: undefined,
    wrongCodesPerMinute: 10,
    stateDirectory: '.encontro',
    sessionSecret: undefined,
    limits: {
      maxLineBytes: 1024,
      maxConnections: connectionsFor(descriptorLimit()),
      maxConnectionsPerAddress: 256,
      connectionsPerSecond: 20,
      connectionBurst: 300,
      requestsPerSecond: 200,
      requestBurst: 1_000,
      silenceTimeoutMs: 30_000,
      signInTimeoutMs: 60_000,
      bareQuietMs: 50,
      stallTimeoutMs: 10_000,
      maxWaitingPushBytes: 262_144,
    },
  })
  expect(isTrusted('127.0.0.1')).toBe(true)
})

test('what is not a setting of ours is not looked at', () => {
  expect(readConfig({ HOME: '/root', PORT: 'x', registry_port: 'x' }).registryPort).toBe(3001)
})

test('the configuration is frozen', () => {
  expect(Object.isFrozen(readConfig({}))).toBe(true)
})

test.each<[string, string, Partial<Config>]>([
  ['HOST', '0.0.0.0', { host: '0.0.0.0' }],
  ['HOST', '::', { host: '::' }],
  ['HOST', 'localhost', { host: '127.0.0.1' }],
  ['REGISTRY_PORT', '0', { registryPort: 0 }],
  ['REGISTRY_PORT', '65535', { registryPort: 65_535 }],
  ['HTTP_PORT', '8080', { httpPort: 8080 }],
  ['PUBLIC_HOSTS', '', { publicHosts: [] }],
  ['PUBLIC_HOSTS', ' Encontro.example , a-b.c,', { publicHosts: ['encontro.example', 'a-b.c'] }],
  ['OPERATOR_KEY', '', { operatorKey: undefined }],
  ['OPERATOR_KEY', 'chave do operador', { operatorKey: 'chave do operador' }],
  ['STATE_DIRECTORY', '/var/lib/encontro', { stateDirectory: '/var/lib/encontro' }],
  ['SESSION_SECRET', '', { sessionSecret: undefined }],
  ['SESSION_SECRET', secret, { sessionSecret: secret }],
])('%s may be "%s"', (name, text, expected) => {
  expect(readConfig({ [name]: text })).toMatchObject(expected)
})

test.each<[string, string, Partial<Config['limits']>]>([
  ['MAX_LINE_BYTES', '512', { maxLineBytes: 512 }],
  ['MAX_LINE_BYTES', '65536', { maxLineBytes: 65_536 }],
  ['MAX_CONNECTIONS', '1', { maxConnections: 1 }],
  ['SIGN_IN_SECONDS', '0.05', { signInTimeoutMs: 50 }],
  ['SIGN_IN_SECONDS', '86400', { signInTimeoutMs: 86_400_000 }],
  ['BARE_QUIET_MS', '1', { bareQuietMs: 1 }],
  ['STALL_SECONDS', '2.5', { stallTimeoutMs: 2_500 }],
  ['MAX_WAITING_PUSH_BYTES', '1024', { maxWaitingPushBytes: 1024 }],
  ['MAX_HELD_BYTES', '1048576', { maxHeldBytes: 1_048_576 }],
])('%s may be "%s", in its own unit', (name, text, expected) => {
  expect(readConfig({ [name]: text }).limits).toMatchObject(expected)
})

test.each<[string, string, Partial<Config['ice']>]>([
  [
    'STUN_URLS',
    'stun:stun.example.org:3478, stun:b',
    { stunUrls: ['stun:stun.example.org:3478', 'stun:b'] },
  ],
  ['TURN_LIFETIME_SECONDS', '60', { turnLifetimeSeconds: 60 }],
])('%s may be "%s", for calls', (name, text, expected) => {
  expect(readConfig({ [name]: text }).ice).toMatchObject(expected)
})

test('TURN_URLS and TURN_SECRET go together, and neither is ignored without a word', () => {
  const both = { TURN_URLS: 'turn:a:3478?transport=tcp', TURN_SECRET: 'short' }
  expect(readConfig(both).ice).toMatchObject({
    turnUrls: ['turn:a:3478?transport=tcp'],
    turnSecret: 'short',
  })
  expect(complaint('TURN_URLS', both.TURN_URLS)).toBe(
    'TURN_SECRET="": must be set where TURN_URLS is',
  )
  expect(complaint('TURN_SECRET', both.TURN_SECRET)).toBe(
    'TURN_URLS="": must be set where TURN_SECRET is',
  )
})

describe('trusted addresses', () => {
  test.each([
    { setting: '127.0.0.0/8,::1', ip: '127.9.9.9', trusted: true },
    { setting: '127.0.0.0/8,::1', ip: '::1', trusted: true },
    { setting: '127.0.0.0/8,::1', ip: '128.0.0.1', trusted: false },
    { setting: '127.0.0.0/8,::1', ip: '::2', trusted: false },
    { setting: '', ip: '127.0.0.1', trusted: false },
    { setting: ' , ', ip: '::1', trusted: false },
    { setting: '10.0.0.7', ip: '10.0.0.7', trusted: true },
    { setting: '10.0.0.7', ip: '10.0.0.8', trusted: false },
    { setting: ' 10.0.0.0/31 , 2001:db8::/32 ', ip: '10.0.0.1', trusted: true },
    { setting: '10.0.0.0/31,2001:db8::/32', ip: '10.0.0.2', trusted: false },
    { setting: '10.0.0.0/31,2001:db8::/32', ip: '2001:db8:1::7', trusted: true },
    { setting: '10.0.0.0/31,2001:db8::/32', ip: '2001:db9::7', trusted: false },
    { setting: '0.0.0.0/0', ip: '203.0.113.9', trusted: true },
    { setting: '0.0.0.0/0', ip: '2001:db8::7', trusted: false },
  ])('"$setting" holds $ip: $trusted', ({ setting, ip, trusted }) => {
    expect(readConfig({ TRUSTED_ADDRESSES: setting }).isTrusted(ip)).toBe(trusted)
  })
})

/** What is said of a setting; fails where it is taken. */
function complaint(name: string, text: string): string {
  try {
    readConfig({ [name]: text })
  } catch (error) {
    expect(error).toBeInstanceOf(BadSetting)
    return (error as BadSetting).message
  }
  throw new Error(`${name}=${text} was taken`)
}

describe('a setting is refused in one line that names it', () => {
  test.each([
    ['HOST', ''],
    ['HOST', 'example.org'],
    ['HOST', '127.1'],
    ['HOST', '127.0.0.1:3001'],
    ['HOST', '[::1]'],
    ['REGISTRY_PORT', ''],
    ['REGISTRY_PORT', '-1'],
    ['REGISTRY_PORT', '65536'],
    ['REGISTRY_PORT', '3001.5'],
    ['REGISTRY_PORT', '0x10'],
    ['REGISTRY_PORT', '1e3'],
    ['REGISTRY_PORT', ' 3001'],
    ['HTTP_PORT', 'abc'],
    ['HTTP_PORT', '99999999999999999999'],
    ['PUBLIC_HOSTS', 'https://example.org'],
    ['PUBLIC_HOSTS', 'example.org:3000'],
    ['PUBLIC_HOSTS', 'a,-b'],
    ['PUBLIC_HOSTS', '*.example.org'],
    ['PUBLIC_HOSTS', 'a b'],
    ['TRUSTED_ADDRESSES', 'localhost'],
    ['TRUSTED_ADDRESSES', '10.0.0.0/33'],
    ['TRUSTED_ADDRESSES', '::/129'],
    ['TRUSTED_ADDRESSES', '10.0.0.0/8/8'],
    ['TRUSTED_ADDRESSES', '10.0.0.0/'],
    ['TRUSTED_ADDRESSES', '10.0.0.0/-1'],
    ['TRUSTED_ADDRESSES', '10.0.0'],
    ['TRUSTED_ADDRESSES', 'fe80::1%eth0'],
    ['TRUSTED_ADDRESSES', '127.0.0.1,x'],
    ['STATE_DIRECTORY', ''],
    ['MAX_LINE_BYTES', '511'],
    ['MAX_LINE_BYTES', '65537'],
    ['MAX_LINE_BYTES', '1024.5'],
    ['MAX_CONNECTIONS', '0'],
    ['MAX_CONNECTIONS', '1000001'],
    ['SIGN_IN_SECONDS', '0'],
    ['SIGN_IN_SECONDS', '0.01'],
    ['SIGN_IN_SECONDS', '86401'],
    ['SIGN_IN_SECONDS', '60s'],
    ['SIGN_IN_SECONDS', 'Infinity'],
    ['SIGN_IN_SECONDS', '.5'],
    ['BARE_QUIET_MS', '0'],
    ['BARE_QUIET_MS', '10001'],
    ['STALL_SECONDS', '-1'],
    ['STALL_SECONDS', ''],
    ['STUN_URLS', 'turn:a'],
    ['STUN_URLS', 'stun:a b'],
    ['TURN_URLS', 'https://a'],
    ['TURN_URLS', 'turn:a?transport=smoke'],
    ['TURN_LIFETIME_SECONDS', '59'],
    ['MAX_WAITING_PUSH_BYTES', '1023'],
    ['MAX_HELD_BYTES', '1048575'],
    ['MAX_WAITING_PUSH_BYTES', '1073741825'],
  ])('%s="%s"', (name, text) => {
    const message = complaint(name, text)
    expect(message).toMatch(/^[^\n]+: must [^\n]+$/)
    expect(message).toStartWith(`${name}=${JSON.stringify(text)}: `)
  })

  test.each([
    ['OPERATOR_KEY', 'fifteen letters'],
    ['OPERATOR_KEY', 'more than, sixteen'],
    ['OPERATOR_KEY', ' more than sixteen'],
    ['OPERATOR_KEY', 'more than\nsixteen'],
    ['SESSION_SECRET', 'x'.repeat(31)],
    ['TURN_SECRET', ' spaces around '],
  ])('%s, which is a secret and may not be shown: "%s"', (name, text) => {
    const message = complaint(name, text)
    expect(message).toMatch(/^[^\n]+: must [^\n]+$/)
    expect(message).toStartWith(name)
    expect(message).not.toContain(text.trim())
  })

  test('with what it holds made visible', () => {
    expect(complaint('HOST', 'a\nb\u001b[31m')).toMatch(/^HOST="a\\nb\\u001b\[31m": must/)
  })
})

test('the help names every setting with its default, one line each', () => {
  const lines = settingsHelp().split('\n')
  expect(lines).toContainEqual(expect.stringMatching(/^ {2}REGISTRY_PORT {2,}\S.* \(3001\)$/))
  expect(lines).toContainEqual(expect.stringMatching(/^ {2}PUBLIC_HOSTS {2,}\S.* \(empty\)$/))
  const rows = lines.slice(lines.findIndex((line) => line.startsWith('Settings')) + 1)
  expect(rows.length).toBeGreaterThanOrEqual(14)
  for (const row of rows) expect(row).toMatch(/^ {2}[A-Z_]+ {2,}\S.* \(.+\)$/)
})

test('calls through relays alone need a relay', () => {
  expect(readConfig({}).calls).toBe('direct')
  const turn = { TURN_URLS: 'turn:turn.example.org', TURN_SECRET: 'shared' }
  expect(readConfig({ CALLS: 'relay', ...turn }).calls).toBe('relay')
  expect(() => readConfig({ CALLS: 'relay' })).toThrow('CALLS="relay": needs TURN_URLS')
  expect(() => readConfig({ CALLS: 'no' })).toThrow('CALLS="no": must be direct or relay')
})
