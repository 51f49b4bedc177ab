import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { selfSignedCertificate } from '../../src/tls/self-signed.ts'
import { spawnMain, startProcess } from '../support/process.ts'

/** On a machine that does a lot else at the same time. */
const endsWithinMs = 20_000
setDefaultTimeout(endsWithinMs + 5_000)

/** Runs the program to its end. */
async function run(env: Record<string, string>, args: string[] = []) {
  const STATE_DIRECTORY = mkdtempSync(join(tmpdir(), 'encontro-'))
  const child = spawnMain({ STATE_DIRECTORY, ...env }, args)
  const watchdog = setTimeout(() => child.kill('SIGKILL'), endsWithinMs)
  const [output, errors, status] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ])
  clearTimeout(watchdog)
  rmSync(STATE_DIRECTORY, { recursive: true })
  return { output, errors, status }
}

/** Those that there are at least. */
const settings = [
  'HOST',
  'REGISTRY_PORT',
  'HTTP_PORT',
  'PUBLIC_HOSTS',
  'TRUSTED_ADDRESSES',
  'OPERATOR_KEY',
  'TLS_CERT',
  'TLS_KEY',
  'HTTPS',
  'TRUSTED_PROXIES',
  'REGISTRY_PROXIES',
  'ACCESS_CODE',
  'STATE_DIRECTORY',
  'SESSION_SECRET',
  'MAX_LINE_BYTES',
  'MAX_CONNECTIONS',
  'MAX_CONNECTIONS_PER_ADDRESS',
  'CONNECTIONS_PER_SECOND',
  'REQUESTS_PER_SECOND',
  'SILENCE_SECONDS',
  'ACCESS_CODE',
  'REGISTRY_TLS_PORT',
  'SIGN_IN_SECONDS',
  'BARE_QUIET_MS',
  'STALL_SECONDS',
  'MAX_WAITING_PUSH_BYTES',
  'MAX_HELD_BYTES',
]

describe('a setting that cannot be used ends the program with one line that names it', () => {
  test.each([
    { name: 'HOST', value: 'example.org' },
    { name: 'HOST', value: '192.0.2.1' },
    { name: 'REGISTRY_PORT', value: '70000' },
    { name: 'HTTP_PORT', value: 'web' },
    { name: 'TRUSTED_ADDRESSES', value: 'localhost' },
    { name: 'STATE_DIRECTORY', value: '/dev/null/state' },
    { name: 'SIGN_IN_SECONDS', value: '-1' },
    { name: 'MAX_CONNECTIONS', value: 'many' },
    { name: 'REGISTRY_TLS_PORT', value: '3443' },
    { name: 'REGISTRY_PORT', value: 'off' },
  ])('$name=$value', async ({ name, value }) => {
    const { errors, status } = await run({ [name]: value })
    expect(errors).toMatch(/^[^\n]+\n$/)
    expect(errors).toStartWith(`${name}=`)
    expect(errors).toContain(value)
    expect(status).toBe(1)
  })

  test.each(['REGISTRY_PORT', 'HTTP_PORT'])('%s, where another program listens', async (name) => {
    const other = Bun.listen({ hostname: '127.0.0.1', port: 0, socket: { data() {} } })
    const { errors, status } = await run({ [name]: String(other.port) })
    other.stop(true)
    expect(errors).toBe(`${name}=${other.port}: another program listens there already\n`)
    expect(status).toBe(1)
  })
})

test.each(['--help', '-h'])('%s lists every setting, and starts nothing', async (word) => {
  const { output, errors, status } = await run({}, [word])
  const listed = [...output.matchAll(/^ {2}([A-Z_]+) {2,}\S/gm)].map(([, name]) => name)
  expect(listed).toEqual(expect.arrayContaining(settings))
  expect(output).not.toContain('Servidor iniciado')
  expect({ errors, status }).toEqual({ errors: '', status: 0 })
})

test('--version says the version alone', async () => {
  const { version } = await Bun.file(join(import.meta.dir, '../../package.json')).json()
  expect(await run({}, ['--version'])).toEqual({
    output: `encontro ${version}\n`,
    errors: '',
    status: 0,
  })
})

test.each(['--chek', 'toString', '--help=yes'])('%s is no argument', async (word) => {
  const { output, errors, status } = await run({}, ['--check', word])
  expect(errors).toBe(`"${word}": no such argument; see --help\n`)
  expect({ output, status }).toEqual({ output: '', status: 1 })
})

describe('--check', () => {
  test('says what would be, also beside a server that runs, and starts nothing', async () => {
    const other = Bun.listen({ hostname: '127.0.0.1', port: 0, socket: { data() {} } })
    const folder = mkdtempSync(join(tmpdir(), 'encontro-'))
    const { output, errors, status } = await run(
      {
        REGISTRY_PORT: String(other.port),
        HTTP_PORT: '3456',
        BASE_PATH: '/encontro',
        OPERATOR_KEY: 'a-key-that-nobody-is-shown',
        STATE_DIRECTORY: join(folder, 'deep', 'state'),
        STUN_URLS: 'stun:stun.example.org',
      },
      ['--check'],
    )
    other.stop(true)
    expect({ errors, status }).toEqual({ errors: '', status: 0 })
    expect(output).toMatch(new RegExp(`^  registry +127\\.0\\.0\\.1:${other.port}$`, 'm'))
    expect(output).toMatch(/^ {2}web page +http:\/\/127\.0\.0\.1:3456\/encontro\/$/m)
    expect(output).toMatch(/^ {2}calls +direct, stun:stun\.example\.org$/m)
    expect(output).toContain('\n  BASE_PATH=/encontro\n')
    expect(output).toContain('\n  OPERATOR_KEY=…\n')
    expect(output).not.toContain('nobody-is-shown')
    expect(output).not.toMatch(/STATE_DIRECTORY|HOST=/)
    expect(existsSync(join(folder, 'deep'))).toBe(false)
    rmSync(folder, { recursive: true })
  })

  test.each([
    { name: 'HOST', value: '192.0.2.1', why: 'not an address of this machine' },
    { name: 'STATE_DIRECTORY', value: '/dev/null/state', why: 'ENOTDIR' },
    { name: 'HTTPS', value: 'yes', why: 'must be auto or off' },
  ])('finds what a start would: $name=$value', async ({ name, value, why }) => {
    const { output, errors, status } = await run({ [name]: value }, ['--check'])
    expect(errors).toMatch(/^[^\n]+\n$/)
    expect(errors).toStartWith(`${name}=`)
    expect(errors).toContain(why)
    expect({ output, status }).toEqual({ output: '', status: 1 })
  })

  test('says with whom the directory is shared, and reads the certificates of that', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'encontro-'))
    const [ENGINE_CA, nothing] = [join(folder, 'ca.pem'), join(folder, 'nothing')]
    const { cert } = await selfSignedCertificate(
      folder,
      { names: ['h'], addresses: [] },
      Date.now(),
    )
    await Promise.all([Bun.write(ENGINE_CA, cert), Bun.write(nothing, 'nothing')])
    const engine = {
      ENGINE_URL: 'rediss://:a-password@127.0.0.1:1',
      SESSION_SECRET: 's'.repeat(32),
      NODE_NAME: 'one',
    }
    const { output, status } = await run({ ...engine, ENGINE_CA }, ['--check'])
    expect(output).toMatch(/^ {2}directory +shared by ENGINE_URL, as one$/m)
    expect(output).not.toContain('a-password')
    expect(status).toBe(0)
    for (const [path, why] of [
      [nothing, 'holds no certificate in PEM\n'],
      [join(folder, 'none'), 'ENOENT'],
    ] as const) {
      for (const options of [['--check'], []]) {
        const { errors, status } = await run({ ...engine, ENGINE_CA: path }, options)
        expect(errors).toMatch(/^[^\n]+\n$/)
        expect(errors).toStartWith(`ENGINE_CA="${path}": ${why}`)
        expect(status).toBe(1)
      }
    }
    rmSync(folder, { recursive: true })
  })

  test('reads the files of a certificate', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'encontro-'))
    const [cert, key] = [join(folder, 'c.pem'), join(folder, 'k.pem')]
    await Bun.write(cert, 'nothing')
    await Bun.write(key, 'nothing')
    const { errors, status } = await run({ TLS_CERT: cert, TLS_KEY: key }, ['--check'])
    expect(errors).toBe(`TLS_CERT="${cert}": holds no certificate in PEM\n`)
    expect(status).toBe(1)
    rmSync(folder, { recursive: true })
  })
})

test('the session secret is kept, for the operator alone to read', async () => {
  await using house = await startProcess()
  const path = join(house.stateDirectory, 'session-secret')
  expect(statSync(path).mode & 0o777).toBe(0o600)
  expect((await Bun.file(path).text()).trim().length).toBeGreaterThanOrEqual(32)
})

test('a session secret from the environment is not written down', async () => {
  await using house = await startProcess({ SESSION_SECRET: 's'.repeat(32) })
  expect(await Bun.file(join(house.stateDirectory, 'session-secret')).exists()).toBe(false)
})
