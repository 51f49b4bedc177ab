import { afterAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import { connectPeer } from '../support/peer.ts'
import { spawnMain, startProcess } from '../support/process.ts'

/** On a machine that does a lot else at the same time. */
const endsWithinMs = 20_000
setDefaultTimeout(endsWithinMs + 5_000)

const folder = mkdtempSync(join(tmpdir(), 'encontro-'))
afterAll(() => rmSync(folder, { recursive: true }))
const file = join(folder, 'a-file')
writeFileSync(file, 'no certificate')
const readOnly = join(folder, 'read-only')
mkdirSync(readOnly)
chmodSync(readOnly, 0o500)
// Root may write there all the same, but nobody makes folders there.
const notWritable = process.getuid?.() === 0 ? '/proc/encontro' : readOnly

/** Runs the program to its end. */
async function run(env: Record<string, string>) {
  const child = spawnMain({ STATE_DIRECTORY: join(folder, 'state'), ...env })
  const watchdog = setTimeout(() => child.kill('SIGKILL'), endsWithinMs)
  const [output, errors, status] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ])
  clearTimeout(watchdog)
  return { output, errors, status }
}

async function expectRefusal(env: Record<string, string>, says: string) {
  const { output, errors, status } = await run(env)
  expect({ output, status }).toEqual({ output: '', status: 1 })
  expect(errors).toMatch(/^[^\n]+\n$/)
  expect(errors).toStartWith(says)
}

describe('where it cannot start, one line names the setting, and nothing is announced', () => {
  test.each([
    ['a state directory that is a file', { STATE_DIRECTORY: file }],
    ['a state directory that cannot be written', { STATE_DIRECTORY: notWritable }],
    ['an address of another machine', { HOST: '192.0.2.201' }],
    ['a link-local address without zone', { HOST: 'fe80::1' }],
    ['the same in upper case', { HOST: 'FE80::1' }],
    ['a link-local address of another machine', { HOST: 'fe80::1%lo' }],
    ['an interface that does not exist', { HOST: 'fe80::1%nowhere' }],
    ['a certificate that is none', { TLS_CERT: file, TLS_KEY: file }],
    ['a certificate that is not there', { TLS_CERT: `${file}.pem`, TLS_KEY: file }],
  ])('%s', async (_, env) => {
    const [[name, value] = ['', '']] = Object.entries(env)
    await expectRefusal(env, name === 'HOST' ? `HOST=${value}: ` : `${name}="${value}": `)
  })

  test.each([
    ['REGISTRY_PORT', {}],
    ['HTTP_PORT', {}],
    ['REGISTRY_TLS_PORT', { HTTPS: 'auto' }],
    ['HTTP_REDIRECT_PORT', { HTTPS: 'auto' }],
  ])('%s, where another program listens', async (name, env) => {
    using other = Bun.listen({ hostname: '127.0.0.1', port: 0, socket: { data() {} } })
    await expectRefusal({ ...env, [name]: String(other.port) }, `${name}=${other.port}: `)
  })
})

const linkLocal = Object.entries(networkInterfaces())
  .flatMap(([name, list]) => (list ?? []).map(({ address }) => ({ name, address })))
  .find(({ address }) => /^fe[89ab]/.test(address))

// A machine without IPv6 has none.
test.skipIf(!linkLocal)('at a link-local address its own ports are no call ports', async () => {
  const { address = '', name = '' } = linkLocal ?? {}
  const host = `${address.toUpperCase()}%${name}`
  await using house = await startProcess({ HOST: host, TRUSTED_ADDRESSES: `127.0.0.1,${address}` })
  const port = Number(house.output().match(/Servidor iniciado em \S+:(\d+)/)?.[1])
  using peer = await connectPeer({ ip: `${address}%${name}`, port })
  expect(await peer.ask(`register,Ana,${port}`)).toEndWith(',server-port')
})
