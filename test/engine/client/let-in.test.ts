import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { join } from 'node:path'
import { EngineClient } from '../../../src/engine/client/engine-client.ts'
import { EngineError, EngineUnavailable } from '../../../src/engine/client/engine-error.ts'
import { newCertificate, newDirectory, writeCertificate } from '../../support/certificates.ts'
import { clientOptions, engineClient, faultOf } from '../../support/engine-client.ts'
import { freePort, hasRedis, type Redis, startRedis } from '../../support/redis.ts'

const password = 'a:b/c@%é?#'
const written = encodeURIComponent(password)
const start = (url: string, caPath?: string) => EngineClient.start(clientOptions(url, { caPath }))

describe.skipIf(!hasRedis)('a Redis with a password', () => {
  let redis: Redis
  beforeAll(async () => {
    redis = await startRedis({ port: 0, settings: { requirepass: `"${password}"` } })
    const acl = ['ACL', 'SETUSER', 'ana', 'on', `>${password}`, '~*', '+@all', '-role']
    await redis.cli('-a', password, ...acl)
  })
  afterAll(() => redis[Symbol.asyncDispose]())

  test.each(['', 'ana', 'default'])('lets "%s" in, by port and by socket', async (user) => {
    for (const place of [
      `redis://${user}:${written}@127.0.0.1:${redis.port}`,
      `unix://${user}:${written}@${redis.path}`,
    ]) {
      using engine = await engineClient(place)
      expect(await engine.client.command('ACL', 'WHOAMI')).toBe(user || 'default')
    }
  })

  test.each([
    ['', 'NOAUTH'],
    [':wrong-word@', 'WRONGPASS'],
    ['bia:wrong-word@', 'WRONGPASS'],
  ])('refuses "%s", which no waiting mends', async (credentials, code) => {
    for (const place of [
      `redis://${credentials}127.0.0.1:${redis.port}`,
      `unix://${credentials}${redis.path}`,
    ]) {
      const fault = await faultOf(EngineClient.start(clientOptions(place, { waits: true })))
      expect(fault).toBeInstanceOf(EngineError)
      expect(fault.code).toBe(code)
      expect(fault.message).toContain(
        credentials.length > 0 ? 'invalid username-password' : 'NOAUTH',
      )
      expect(`${fault.message} ${fault.stack}`).not.toContain('wrong-word')
    }
  })

  test('has no such database', async () => {
    const fault = await faultOf(start(`redis://:${written}@127.0.0.1:${redis.port}/99`))
    expect(fault).toMatchObject({
      name: 'EngineError',
      message: expect.stringContaining('DB index'),
    })
  })

  test('is full', async () => {
    const limit = (to: string) => redis.cli('-a', password, 'CONFIG', 'SET', 'maxclients', to)
    using first = await engineClient(`redis://:${written}@127.0.0.1:${redis.port}`)
    await limit('1')
    const fault = await faultOf(start(`redis://:${written}@127.0.0.1:${redis.port}`))
    await first.client.command('CONFIG', 'SET', 'maxclients', '100')
    expect(fault).toBeInstanceOf(EngineUnavailable)
    expect(fault.message).toContain('max number of clients')
  })
})

test.each([
  ['redis://127.0.0.1:1', /^127\.0\.0\.1:1: .*ECONNREFUSED/],
  ['redis://[::1]:1', /^\[::1\]:1: .*ECONNREFUSED/],
  ['redis://nowhere.invalid', /^nowhere\.invalid:6379: .*ENOTFOUND/],
  ['unix:/nowhere/redis.sock', /^unix:\/nowhere\/redis\.sock: .*ENOENT/],
])('nothing is at %s, and the fault says so', async (url, expected) => {
  const fault = await faultOf(start(url))
  expect(fault).toBeInstanceOf(EngineUnavailable)
  expect(fault.message).toMatch(expected)
})

test('something else answers there', async () => {
  const web = Bun.serve({ hostname: '127.0.0.1', port: 0, fetch: () => new Response() })
  const fault = await faultOf(start(`redis://127.0.0.1:${web.port}`))
  await web.stop(true)
  expect(fault.message).toMatch(/is neither Redis nor Valkey|closes the connection/)
})

test.skipIf(!hasRedis)('an engine that is waited for is used once it is there', async () => {
  const port = freePort()
  const whys: string[] = []
  const onFailure = (why: Error) => whys.push(why.message)
  const waiting = engineClient(`redis://127.0.0.1:${port}`, { waits: true, onFailure })
  await Bun.sleep(300)
  await using _redis = await startRedis({ port })
  using engine = await waiting
  expect(engine.client.up).toBe(true)
  expect(whys[0]).toContain('ECONNREFUSED')
})

describe.skipIf(!hasRedis)('a Redis inside TLS', () => {
  const directory = newDirectory()
  let redis: Redis
  let caPath = ''
  beforeAll(async () => {
    const { TLS_CERT, TLS_KEY } = await writeCertificate(directory.path, await newCertificate())
    caPath = TLS_CERT
    const files = { 'tls-cert-file': TLS_CERT, 'tls-key-file': TLS_KEY, 'tls-auth-clients': 'no' }
    const settings = { ...files, port: '0', 'tls-port': '', bind: '127.0.0.1 127.0.0.2' }
    const port = freePort()
    redis = await startRedis({ port, settings: { ...settings, 'tls-port': String(port) } })
  })
  afterAll(async () => {
    await redis[Symbol.asyncDispose]()
    directory[Symbol.dispose]()
  })

  test.each(['localhost', '127.0.0.1'])(
    'is used as %s, with its certificate known',
    async (host) => {
      using engine = await engineClient(`rediss://${host}:${redis.port}`, { caPath })
      expect(await engine.client.command('PING')).toBe('PONG')
    },
  )

  test('is refused without its certificate known, and for a name that is not in it', async () => {
    const unknown = await faultOf(start(`rediss://localhost:${redis.port}`))
    expect(unknown).toBeInstanceOf(EngineError)
    expect(unknown.message).toContain('certificate')
    const other = await faultOf(start(`rediss://127.0.0.2:${redis.port}`, caPath))
    expect(other).toBeInstanceOf(EngineError)
    expect(other.message).toContain('127.0.0.2')
  })

  test('is not spoken to in clear text', async () => {
    const fault = await faultOf(start(`redis://localhost:${redis.port}`))
    expect(fault.message).toMatch(/closes the connection|is neither|ECONNRESET/)
  })

  test('the file with the certificates has to be there', async () => {
    const path = join(directory.path, 'none.pem')
    const fault = await faultOf(start(`rediss://localhost:${redis.port}`, path))
    expect(fault).toMatchObject({ name: 'EngineError', message: expect.stringContaining('ENOENT') })
  })
})
