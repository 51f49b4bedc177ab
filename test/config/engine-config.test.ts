import { describe, expect, test } from 'bun:test'
import { hostname } from 'node:os'
import { BadSetting, type Config, readConfig } from '../../src/config/config.ts'
import { parseEngineUrl, showNode } from '../../src/config/engine-url.ts'

const session = { SESSION_SECRET: 'x'.repeat(32) }
const plain = { tls: false, username: undefined, password: undefined, db: 0 }

test.each<[string, object]>([
  ['redis://localhost', { ...plain, at: { host: 'localhost', port: 6379 } }],
  ['valkey://10.0.0.7:7000/2', { ...plain, at: { host: '10.0.0.7', port: 7000 }, db: 2 }],
  ['REDIS://a-b.example:1/', { ...plain, at: { host: 'a-b.example', port: 1 } }],
  ['redis://[fd00::1]:7', { ...plain, at: { host: 'fd00::1', port: 7 } }],
  ['rediss://r.example', { ...plain, at: { host: 'r.example', port: 6379 }, tls: true }],
  ['valkeys://r.example', { ...plain, at: { host: 'r.example', port: 6379 }, tls: true }],
  ['redis://:p%40%2f%C3%A9@h', { ...plain, at: { host: 'h', port: 6379 }, password: 'p@/é' }],
  ['redis://:a@b:c@h', { ...plain, at: { host: 'h', port: 6379 }, password: 'a@b:c' }],
  ['redis://ana:x@h', { ...plain, at: { host: 'h', port: 6379 }, username: 'ana', password: 'x' }],
  ['unix:/run/redis.sock', { ...plain, at: { path: '/run/redis.sock' } }],
  ['unix:///run/redis.sock', { ...plain, at: { path: '/run/redis.sock' } }],
  ['unix://:pw@/run/redis.sock', { ...plain, at: { path: '/run/redis.sock' }, password: 'pw' }],
  [
    'sentinel://a,b:7,[::1]:8/my-master',
    {
      ...plain,
      at: {
        sentinels: [
          { host: 'a', port: 26_379 },
          { host: 'b', port: 7 },
          { host: '::1', port: 8 },
        ],
        masterName: 'my-master',
      },
    },
  ],
  [
    'sentinels://u:p@a/m',
    {
      at: { sentinels: [{ host: 'a', port: 26_379 }], masterName: 'm' },
      tls: true,
      username: 'u',
      password: 'p',
      db: 0,
    },
  ],
])('the engine may be at %s', (text, expected) => {
  expect(parseEngineUrl(text)).toEqual({ ok: true, value: expected as never })
})

test.each([
  ['localhost:6379', 'must be redis://HOST'],
  ['http://localhost', 'must be redis://HOST'],
  ['redis:localhost', 'must be redis://HOST'],
  ['redis://', 'must have a host name'],
  ['redis://h:0', 'must have a host name'],
  ['redis://h:65536', 'must have a host name'],
  ['redis://h:x', 'must have a host name'],
  ['redis://fd00::1', 'must have a host name'],
  ['redis://[zz]', 'must have a host name'],
  ['redis://a,b', 'must have one host'],
  ['redis://h/x', 'must have the number of a database'],
  ['redis://h?db=2', 'must have no ?'],
  ['redis://secret@h', 'must have a password before the @'],
  ['redis://ana:@h', 'must have a password before the @'],
  ['redis://:100%@h', 'percent-encoded'],
  ['unix:redis.sock', 'must have the path of a socket'],
  ['unix:/', 'must have the path of a socket'],
  ['unix:/a b', 'must have no ?, # or space'],
  ['unix:/a%20b', 'must have the path of a socket'],
  ['sentinel://a,b', 'must end in /NAME'],
  ['sentinel://a,b/', 'must end in /NAME'],
  ['sentinel://a,,b/m', 'must have a host name'],
])('the engine may not be at %s', (text, expected) => {
  const parsed = parseEngineUrl(text)
  expect(parsed).toEqual({ ok: false, error: expect.stringContaining(expected) })
})

test.each([
  [{ host: 'h', port: 1 }, 'h:1'],
  [{ host: '::1', port: 1 }, '[::1]:1'],
  [{ path: '/a' }, 'unix:/a'],
])('a server is shown as such: %p', (node, shown) => {
  expect(showNode(node)).toBe(shown)
})

describe('the settings of an engine', () => {
  const engineOf = (environment: Record<string, string>) =>
    readConfig({ ...session, ENGINE_URL: 'redis://h', ...environment }).engine

  test('without one there are none', () => {
    expect(readConfig({}).engine).toBeUndefined()
    expect(readConfig({ NODE_NAME: 'um', DRAIN_SECONDS: '9' }).engine).toBeUndefined()
  })

  test('have defaults', () => {
    const defaults = { nodeName: hostname(), drainMs: 5000, waits: false, caPath: undefined }
    expect(engineOf({})).toMatchObject(defaults)
  })

  test.each<[string, string, Partial<Config['engine'] & object>]>([
    ['NODE_NAME', 'web-1.example_2', { nodeName: 'web-1.example_2' }],
    ['DRAIN_SECONDS', '0', { drainMs: 0 }],
    ['DRAIN_SECONDS', '0.5', { drainMs: 500 }],
    ['DRAIN_SECONDS', '300', { drainMs: 300_000 }],
    ['ENGINE_WAIT', 'on', { waits: true }],
  ])('%s may be "%s"', (name, text, expected) => {
    expect(engineOf({ [name]: text })).toMatchObject(expected)
  })

  test('ENGINE_CA goes with TLS', () => {
    const ENGINE_CA = '/etc/ca.pem'
    expect(engineOf({ ENGINE_URL: 'rediss://h', ENGINE_CA })?.caPath).toBe(ENGINE_CA)
    expect(() => engineOf({ ENGINE_CA })).toThrow('ENGINE_CA="/etc/ca.pem": must be empty where')
    expect(() => readConfig({ ENGINE_CA })).toThrow(BadSetting)
  })

  test.each([
    ['NODE_NAME', 'a:b'],
    ['NODE_NAME', '-a'],
    ['NODE_NAME', 'a.'],
    ['NODE_NAME', 'olá'],
    ['NODE_NAME', 'a'.repeat(64)],
    ['DRAIN_SECONDS', '301'],
    ['DRAIN_SECONDS', '-1'],
    ['ENGINE_WAIT', 'yes'],
  ])('%s may not be "%s"', (name, text) => {
    expect(() => engineOf({ [name]: text })).toThrow(new RegExp(`^${name}=`))
  })

  test('a session secret is needed', () => {
    const bare = () => readConfig({ ENGINE_URL: 'redis://h' })
    expect(bare).toThrow('SESSION_SECRET="": must be set where ENGINE_URL is')
  })

  test('a password is in no message', () => {
    const bad = () => readConfig({ ...session, ENGINE_URL: 'redis://:secret@h:x' })
    expect(bad).toThrow('ENGINE_URL=…: must have a host name')
    expect(bad).not.toThrow('secret')
  })
})
