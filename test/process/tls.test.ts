import { describe, expect, test } from 'bun:test'
import { connect } from 'node:tls'
import { describeCertificate } from '../../src/tls/certificate.ts'
import {
  newCertificate,
  newDirectory,
  servedAt,
  writeCertificate,
} from '../support/certificates.ts'
import { eventually } from '../support/eventually.ts'
import { startProcess, type TestProcess } from '../support/process.ts'
import { openTab } from '../support/tab.ts'

const hasTools = Bun.which('openssl') !== null && Bun.which('nc') !== null

/** Runs what the log says to paste, as it stands there. */
function paste({ output }: TestProcess, change = (line: string) => line) {
  const [, line = ''] = /Para experimentar em um terminal: (.+)/.exec(output()) ?? []
  return Bun.spawn(['sh', '-c', change(line)], {
    stdin: 'pipe',
    stdout: 'ignore',
    stderr: 'ignore',
    env: { PATH: process.env.PATH ?? '' },
  })
}

// On a developer's machine without the two this is left out; in CI it has to run.
describe.skipIf(!hasTools && !process.env.CI)('what the log says to paste into a terminal', () => {
  test.each([
    { where: 'without TLS', env: {}, by: 'nc 127.0.0.1 ' },
    {
      where: 'inside TLS alone',
      env: { HTTPS: 'auto', REGISTRY_PORT: 'off', REGISTRY_TLS_PORT: '0' },
      by: 'openssl s_client -quiet -connect 127.0.0.1:',
    },
    {
      where: 'inside TLS alone, for who knows the code',
      env: {
        HTTPS: 'auto',
        REGISTRY_PORT: 'off',
        REGISTRY_TLS_PORT: '0',
        ACCESS_CODE: 'entra-e-senta',
      },
      by: 'openssl s_client -quiet -connect 127.0.0.1:',
    },
  ])('registers Bia $where', async ({ env, by }) => {
    await using house = await startProcess(env)
    expect(house.output()).toContain(`| ${by}${house.registry.port}\n`)
    const shell = paste(house, (line) => line.replace('CÓDIGO', 'entra-e-senta'))
    await house.printed('Novo cliente registrado: Bia (127.0.0.1:')
    shell.stdin.end()
    shell.kill()
    await shell.exited
  })
})

test('the page shows who is alone the same line as the log', async () => {
  using directory = newDirectory()
  const files = await writeCertificate(directory.path, await newCertificate())
  await using house = await startProcess({
    ...files,
    REGISTRY_PORT: 'off',
    REGISTRY_TLS_PORT: '0',
    ACCESS_CODE: 'entra-e-senta',
  })
  const ana = house.visitor()
  await ana.post('/register', { name: 'Ana', callPort: '5001', accessCode: 'entra-e-senta' })
  const way = `openssl s_client -quiet -connect 127.0.0.1:${house.registry.port}`
  const line = `(echo auth,CÓDIGO; echo register,Bia,5002; cat) | ${way}`
  expect(house.output()).toContain(line)
  const { html } = await ana.get('/invite')
  expect(html).toContain(`<code>${Bun.escapeHTML(line)}</code>`)
})

/** A peer inside TLS, whoever signed the certificate; `say` resolves with the next line. */
function dialTls(port: number) {
  const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false })
  let received = ''
  let closed = false
  socket.setEncoding('utf8')
  socket.on('data', (text) => {
    received += text
  })
  socket.on('error', () => {})
  socket.on('close', () => {
    closed = true
  })
  return {
    closed: () => closed,
    fingerprint: () => socket.getPeerCertificate().fingerprint256,
    line: () =>
      eventually('a line', () => {
        const end = received.indexOf('\n')
        if (end < 0) return undefined
        const line = received.slice(0, end)
        received = received.slice(end + 1)
        return line
      }),
    say(text: string) {
      socket.write(`${text}\n`)
      return this.line()
    },
    /** The next one that begins so; those before it are not looked at. */
    lineFrom(beginning: string): Promise<string> {
      return eventually(beginning, async () => {
        const line = await this.line()
        return line.startsWith(beginning) && line
      })
    },
    [Symbol.dispose]: () => {
      socket.destroy()
    },
  }
}

test('SIGHUP renews the certificate of the registry and of the page, and drops nobody', async () => {
  using directory = newDirectory()
  const [first, second] = [await newCertificate(), await newCertificate()]
  const one = describeCertificate(first).fingerprint
  const two = describeCertificate(second).fingerprint
  const files = await writeCertificate(directory.path, first)
  await using house = await startProcess({ ...files, REGISTRY_TLS_PORT: '0' })
  const tlsPort = Number(/Servidor iniciado em \S+:(\d+) \(TLS\)/.exec(house.output())?.[1])
  const served = () => Promise.all([servedAt(house.url), servedAt(`https://127.0.0.1:${tlsPort}`)])
  using ana = dialTls(tlsPort)
  using plain = await house.connect()
  const bia = house.visitor()
  expect(await ana.say('register,Ana,5001')).toStartWith('success,')
  expect(await ana.say('watch')).toStartWith('*here,Ana,')
  await ana.lineFrom('*synced')
  await bia.register('Bia', 5002)
  const tab = await openTab(house, bia)
  await tab.saw('>Ana<')
  expect(await ana.line()).toStartWith('*joined,Bia,')
  expect(await served()).toEqual([one, one])

  // A key that is not the certificate's: both go on with what they have.
  await Bun.write(files.TLS_CERT, second.cert)
  house.signal('SIGHUP')
  await house.printed('O certificado anterior continua: TLS_KEY=')
  expect(await served()).toEqual([one, one])

  await Bun.write(files.TLS_KEY, second.key)
  house.signal('SIGHUP')
  await house.printed(`SHA-256 ${two}`)
  expect(await served()).toEqual([two, two])
  using caio = dialTls(tlsPort)
  expect(await caio.say('register,Caio,5003')).toStartWith('success,')
  expect([ana.fingerprint(), caio.fingerprint()]).toEqual([one, two])
  expect(await ana.lineFrom('*joined,Caio,')).toContain(',5003')
  await tab.saw('>Caio<')
  expect(await ana.say('ping')).toBe('pong')
  expect(await plain.ask('ping')).toBe('pong')
  expect([ana.closed(), tab.closed()]).toEqual([false, undefined])
  expect(house.output()).not.toContain('Erro interno')
  tab.close()

  house.signal('SIGTERM')
  await ana.lineFrom('*bye,shutdown,')
  expect(await house.exited).toBe(0)
})
