import { describe, expect, test } from 'bun:test'
import { X509Certificate } from 'node:crypto'
import { chmodSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describeCertificate, readCertificate } from '../../src/tls/certificate.ts'
import { selfSignedCertificate } from '../../src/tls/self-signed.ts'
import {
  newCertificate,
  newDirectory,
  servedAt,
  writeCertificate,
} from '../support/certificates.ts'
import { anybodysWord, spawnMain, startProcess } from '../support/process.ts'
import { openTab } from '../support/tab.ts'
import { Visitor } from '../support/visitor.ts'
import { startTestWeb, type TestWeb } from '../support/web.ts'

const dayMs = 24 * 60 * 60 * 1000
const home = { names: ['localhost', 'house'], addresses: ['127.0.0.1', '192.168.0.7', 'fd00::7'] }
const fingerprintOf = (certificate: { cert: string; key: string }) =>
  describeCertificate(certificate).fingerprint

/** A browser over real sockets, which takes our own certificate. */
const visitorOf = (site: TestWeb) =>
  new Visitor((path, init) =>
    fetch(site.url + path, { ...init, redirect: 'manual', ...anybodysWord }),
  )

describe('a certificate of our own making', () => {
  test('is good for every name and address, for a server, for little more than a year', async () => {
    using directory = newDirectory()
    const { cert } = await selfSignedCertificate(directory.path, home, Date.now())
    const made = new X509Certificate(cert)
    for (const name of home.names) expect(made.checkHost(name)).toBe(name)
    for (const address of home.addresses) expect(made.checkIP(address)).toBe(address)
    expect(made.checkHost('elsewhere')).toBeUndefined()
    expect(made.ca).toBe(false)
    expect(made.validFromDate.getTime()).toBeLessThan(Date.now())
    expect(made.validToDate.getTime() - made.validFromDate.getTime()).toBe(397 * dayMs)
  })

  test('is kept for the operator alone to read, and used again', async () => {
    using directory = newDirectory()
    const made = await selfSignedCertificate(directory.path, home, Date.now())
    const path = join(directory.path, 'self-signed.pem')
    expect(statSync(path).mode & 0o777).toBe(0o600)
    chmodSync(path, 0o644)
    const again = await selfSignedCertificate(directory.path, home, Date.now() + 300 * dayMs)
    expect(again).toEqual(made)
    expect(statSync(path).mode & 0o777).toBe(0o600)
  })

  test.each([
    { what: 'a month before it ends', afterMs: 367 * dayMs, as: home },
    { what: 'when the clock was wrong', afterMs: -3 * dayMs, as: home },
    { what: 'for another address', as: { ...home, addresses: ['10.0.0.7', 'fd00::7'] } },
    { what: 'for another name', as: { ...home, names: ['encontro.example'] } },
    { what: 'where no IPv6 address is left', as: { ...home, addresses: ['127.0.0.1', 'fd00::8'] } },
  ])('is made anew $what', async ({ afterMs = 0, as }) => {
    using directory = newDirectory()
    const made = await selfSignedCertificate(directory.path, home, Date.now())
    const next = await selfSignedCertificate(directory.path, as, Date.now() + afterMs)
    expect(fingerprintOf(next)).not.toBe(fingerprintOf(made))
    const kept = await selfSignedCertificate(directory.path, as, Date.now() + afterMs)
    expect(kept).toEqual(next)
  })

  test.each([
    { what: 'an address is gone', addresses: ['127.0.0.1'] },
    { what: 'one of the IPv6 addresses is new', addresses: [...home.addresses, 'fd00::8'] },
  ])('stays where $what', async ({ addresses }) => {
    using directory = newDirectory()
    const made = await selfSignedCertificate(directory.path, home, Date.now())
    expect(await selfSignedCertificate(directory.path, { ...home, addresses }, Date.now())).toEqual(
      made,
    )
  })

  test.each(['', 'rubbish', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'])(
    'is made anew where the file holds %j',
    async (text) => {
      using directory = newDirectory()
      await Bun.write(join(directory.path, 'self-signed.pem'), text)
      const { cert, key } = await selfSignedCertificate(directory.path, home, Date.now())
      expect(new X509Certificate(cert).checkHost('house')).toBe('house')
      expect(key).toStartWith('-----BEGIN PRIVATE KEY-----')
    },
  )
})

describe('files of the operator’s', () => {
  test('are read as they are', async () => {
    using directory = newDirectory()
    const certificate = await newCertificate()
    const { TLS_CERT, TLS_KEY } = await writeCertificate(directory.path, certificate)
    const read = await readCertificate({ certificatePath: TLS_CERT, keyPath: TLS_KEY })
    expect(read).toEqual(certificate)
  })

  test.each([
    { what: 'no certificate', setting: 'TLS_CERT', change: { cert: 'rubbish' } },
    { what: 'an empty certificate', setting: 'TLS_CERT', change: { cert: '' } },
    { what: 'no key', setting: 'TLS_KEY', change: { key: 'rubbish' } },
    { what: 'the key of another', setting: 'TLS_KEY', change: 'other key' as const },
  ])('with $what are refused in one line that names $setting', async ({ setting, change }) => {
    using directory = newDirectory()
    const certificate = await newCertificate()
    const other = await newCertificate()
    const changed =
      change === 'other key' ? { ...certificate, key: other.key } : { ...certificate, ...change }
    const files = await writeCertificate(directory.path, changed)
    const { errors, status } = await run(files)
    expect(errors).toMatch(/^[^\n]+\n$/)
    expect(errors).toStartWith(`${setting}="${files[setting as keyof typeof files]}": `)
    expect(errors).not.toContain('PRIVATE')
    expect(status).toBe(1)
  })

  test.each([
    { env: { TLS_CERT: '/nowhere/cert.pem', TLS_KEY: '/nowhere/key.pem' }, names: 'TLS_CERT' },
    { env: { TLS_CERT: '/nowhere/cert.pem' }, names: 'TLS_KEY' },
    { env: { TLS_KEY: '/nowhere/key.pem' }, names: 'TLS_CERT' },
    { env: { HTTPS: 'yes' }, names: 'HTTPS' },
    { env: { HTTPS: 'auto', TLS_CERT: 'a', TLS_KEY: 'b' }, names: 'HTTPS' },
    { env: { HTTPS: 'auto', STATE_DIRECTORY: '/dev/null/state' }, names: 'STATE_DIRECTORY' },
  ])('or settings that do not go together, $env, likewise', async ({ env, names }) => {
    const { errors, status } = await run(env)
    expect(errors).toMatch(/^[^\n]+\n$/)
    expect(errors).toStartWith(`${names}=`)
    expect(status).toBe(1)
  })

  async function run(env: Record<string, string | undefined>) {
    const child = spawnMain({ STATE_DIRECTORY: '/dev/null', ...(env as Record<string, string>) })
    const errors = await new Response(child.stderr).text()
    return { errors, status: await child.exited }
  }
})

describe('the page over TLS', () => {
  test('gives cookies that stay with this host and with TLS', async () => {
    await using site = await startTestWeb({ certificate: await newCertificate() })
    const ana = visitorOf(site)
    const { headers } = await ana.register('Ana', 5001)
    expect(headers.get('Location')).toBe('/people')
    const [cookie = ''] = headers.getSetCookie()
    expect(cookie).toStartWith(`__Host-encontro-${site.web.endpoint.port}=`)
    for (const part of ['; Secure', '; HttpOnly', '; Path=/', '; SameSite=Lax']) {
      expect(cookie).toContain(part)
    }
    expect(cookie).not.toContain('Domain')
    const switched = await ana.post('/language', { language: 'en' })
    expect(switched.headers.getSetCookie()[0]).toMatch(
      /^__Host-encontro-language-\d+=en;.*; Secure/,
    )
    expect((await ana.get('/people')).html).toContain('Who is here')
  })

  test('does not take the cookie that plain HTTP gave', async () => {
    await using site = await startTestWeb({ certificate: await newCertificate() })
    const ana = visitorOf(site)
    await ana.register('Ana', 5001)
    const [[name, value] = ['', '']] = ana.cookies
    ana.cookies.clear()
    ana.cookies.set(name.replace('__Host-', ''), value)
    expect((await ana.get('/people')).headers.get('Location')).toBe('/')
  })

  test.each([
    { strictTransport: true, says: 'max-age=15552000' },
    { strictTransport: false, says: null },
  ])(
    'binds browsers to TLS only where asked to: $strictTransport',
    async ({ strictTransport, says }) => {
      await using site = await startTestWeb({
        certificate: await newCertificate(),
        strictTransport,
      })
      const { headers } = await visitorOf(site).get('/')
      expect(headers.get('Strict-Transport-Security')).toBe(says)
      expect(headers.get('Content-Security-Policy')).toContain("default-src 'self'")
    },
  )

  test('is live over wss', async () => {
    await using site = await startTestWeb({ certificate: await newCertificate() })
    const ana = visitorOf(site)
    await ana.register('Ana', 5001)
    const tab = await openTab(site, ana)
    await tab.saw('>Ana<')
    await visitorOf(site).register('Bia', 5002)
    await tab.saw('>Bia<')
    tab.close()
  })

  test('takes another certificate while a tab stays open and keeps up', async () => {
    const [first, second] = [await newCertificate(), await newCertificate()]
    await using site = await startTestWeb({ certificate: first })
    const ana = visitorOf(site)
    await ana.register('Ana', 5001)
    const before = await openTab(site, ana)
    await before.saw('>Ana<')
    expect(await servedAt(site.url)).toBe(fingerprintOf(first))
    expect(site.web.useCertificate(first)).toBe(false)
    expect(site.web.useCertificate(second)).toBe(true)
    expect(await servedAt(site.url)).toBe(fingerprintOf(second))
    const after = await openTab(site, ana)
    await visitorOf(site).register('Bia', 5002)
    await Promise.all([before.saw('>Bia<'), after.saw('>Bia<')])
    expect([before.closed(), after.closed()]).toEqual([undefined, undefined])
    expect(site.web.tabs).toBe(2)
  })

  test('goes on with the certificate that it has where another is no good', async () => {
    const first = await newCertificate()
    await using site = await startTestWeb({ certificate: first })
    expect(() => site.web.useCertificate({ cert: 'rubbish', key: 'rubbish' })).toThrow()
    expect(await servedAt(site.url)).toBe(fingerprintOf(first))
    expect((await visitorOf(site).get('/')).status).toBe(200)
  })
})

describe('the process', () => {
  test('with HTTPS=auto makes a certificate, says its fingerprint, and is there over https', async () => {
    await using house = await startProcess({ HTTPS: 'auto' })
    expect(house.url).toStartWith('https://127.0.0.1:')
    const served = await servedAt(house.url)
    await house.printed(`SHA-256 ${served}`)
    const path = join(house.stateDirectory, 'self-signed.pem')
    expect(statSync(path).mode & 0o777).toBe(0o600)
    const { headers } = await house.visitor().register('Ana', 5001)
    expect(headers.get('Location')).toBe('/people')
    expect(headers.get('Strict-Transport-Security')).toBeNull()
    // A browser that dials the registry is shown the way.
    const answer = await fetch(`http://127.0.0.1:${house.registry.port}/`)
    expect(await answer.text()).toContain(house.url)
  })

  test('reads the files again at SIGHUP and drops nobody; wrong ones change nothing', async () => {
    using directory = newDirectory()
    const [first, second] = [await newCertificate(), await newCertificate()]
    const files = await writeCertificate(directory.path, first)
    await using house = await startProcess(files)
    const ana = house.visitor()
    const { headers } = await ana.register('Ana', 5001)
    expect(headers.get('Strict-Transport-Security')).toBe('max-age=15552000')
    const tab = await openTab(house, ana)
    await tab.saw('>Ana<')

    await Bun.write(files.TLS_CERT, second.cert)
    house.signal('SIGHUP')
    await house.printed(`O certificado anterior continua: TLS_KEY="${files.TLS_KEY}"`)
    expect(await servedAt(house.url)).toBe(fingerprintOf(first))

    await Bun.write(files.TLS_KEY, second.key)
    house.signal('SIGHUP')
    await house.printed(`SHA-256 ${fingerprintOf(second)}`)
    expect(await servedAt(house.url)).toBe(fingerprintOf(second))
    await house.visitor().register('Bia', 5002)
    await tab.saw('>Bia<')
    expect(tab.closed()).toBeUndefined()
    expect(house.output()).not.toContain('Erro interno')

    house.signal('SIGTERM')
    expect(await house.exited).toBe(0)
  })
})
