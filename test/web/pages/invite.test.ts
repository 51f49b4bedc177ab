import { describe, expect, test } from 'bun:test'
import jsQr from 'jsqr'
import { shareAddress } from '../../../src/web/http/share-address.ts'
import { startTestWeb } from '../../support/web.ts'

describe('the address under which others reach the page', () => {
  const lan = { hostname: '192.0.2.7', basePath: '', publicHosts: [], secureUrl: undefined }
  const proxied = {
    ...lan,
    publicHosts: ['encontro.example'],
    secureUrl: 'https://encontro.example/',
  }

  test.each([
    // What the browser asked has just worked.
    { asked: 'http://192.0.2.9:3000', parts: lan, is: 'http://192.0.2.9:3000/' },
    { asked: 'https://encontro.example', parts: lan, is: 'https://encontro.example/' },
    {
      asked: 'https://encontro.example',
      parts: { ...lan, basePath: '/chamadas' },
      is: 'https://encontro.example/chamadas/',
    },
    // The operator's own computer: others need its address in the network, at the same port.
    { asked: 'https://localhost:3443', parts: lan, is: 'https://192.0.2.7:3443/' },
    { asked: 'http://127.0.0.1:3000', parts: lan, is: 'http://192.0.2.7:3000/' },
    {
      asked: 'http://[::1]:3000',
      parts: { ...lan, hostname: '2001:db8::7' },
      is: 'http://[2001:db8::7]:3000/',
    },
    // Behind a proxy with TLS: the name is better than an address without TLS, but no better than
    // another origin that works.
    { asked: 'http://127.0.0.1:3000', parts: proxied, is: 'https://encontro.example/' },
    { asked: 'http://192.0.2.9:3000', parts: proxied, is: 'https://encontro.example/' },
    { asked: 'https://other.example', parts: proxied, is: 'https://other.example/' },
    { asked: 'http://encontro.example', parts: proxied, is: 'http://encontro.example/' },
    // With a certificate of its own: the name that the certificate is for, at the port of the page.
    {
      asked: 'https://127.0.0.1:3443',
      parts: { ...lan, publicHosts: ['encontro.example'] },
      is: 'https://encontro.example:3443/',
    },
    {
      asked: 'https://127.0.0.1:3443',
      parts: { ...lan, publicHosts: ['localhost', 'box.local'] },
      is: 'https://192.0.2.7:3443/',
    },
    // Every way to write an address that leads a browser to its own machine.
    { asked: 'http://0.0.0.0:3000', parts: lan, is: 'http://192.0.2.7:3000/' },
    { asked: 'http://[::]:3000', parts: lan, is: 'http://192.0.2.7:3000/' },
    { asked: 'http://[::ffff:127.0.0.1]:3000', parts: lan, is: 'http://192.0.2.7:3000/' },
    { asked: 'http://localhost.:3000', parts: lan, is: 'http://192.0.2.7:3000/' },
    { asked: 'http://encontro.localhost:3000', parts: lan, is: 'http://192.0.2.7:3000/' },
    {
      asked: 'http://127.0.0.1:3000',
      parts: { ...lan, hostname: 'fe80::1%eth0' },
      is: undefined,
    },
    {
      asked: 'http://127.0.0.1:3000',
      parts: { ...lan, hostname: '127.0.0.1' },
      is: undefined,
    },
    { asked: 'http://localhost:3000', parts: { ...lan, hostname: '::1' }, is: undefined },
  ])('asked as $asked others reach it: $is', ({ asked, parts, is }) => {
    expect(shareAddress(new URL(asked), parts)).toBe(is as string)
  })
})

/** What a camera reads from the code: its squares as pixels, eight wide each. */
function read(html: string): string | undefined {
  const [, size = '', path = ''] =
    html.match(/viewBox="0 0 (\d+) \d+"[^>]*><path d="([^"]+)"/) ?? []
  const scale = 8
  const side = Number(size) * scale
  const pixels = new Uint8ClampedArray(side * side * 4).fill(255)
  // Each square is moved to: the first absolutely, the others from the one before.
  let [x, y] = [0, 0]
  for (const [, kind, dx, dy] of path.matchAll(/([Mm])(-?\d+)[ ,]?(-?\d+)/g)) {
    x = kind === 'M' ? Number(dx) : x + Number(dx)
    y = kind === 'M' ? Number(dy) : y + Number(dy)
    for (let row = 0; row < scale; row += 1) {
      for (let column = 0; column < scale; column += 1) {
        const at = 4 * ((y * scale + row) * side + x * scale + column)
        pixels.fill(0, at, at + 3)
      }
    }
  }
  return jsQr(pixels, side, side)?.data
}

describe('the invitation', () => {
  test('is for people who are registered', async () => {
    await using site = await startTestWeb()
    expect((await site.visitor().get('/invite')).headers.get('Location')).toBe('/')
  })

  test('says of a server on loopback that only this computer opens it, and what to do', async () => {
    await using site = await startTestWeb()
    const ana = site.visitor()
    await ana.register('Ana', 5001)
    const { html } = await ana.get('/invite')
    expect(html).toContain('Só este computador abre este endereço.')
    expect(html).toContain('HOST=0.0.0.0 HTTPS=auto')
    expect(html).not.toContain('invite__qr')
  })

  test('has a command for a terminal, inside TLS and with the access code where these are needed', async () => {
    const shownRegistry = { ip: '192.0.2.7', port: 3443, tls: true, code: true }
    await using site = await startTestWeb({ shownRegistry })
    const ana = site.visitor({ language: 'en' })
    await ana.register('Ana', 5001)
    const { html } = await ana.get('/invite')
    expect(html).toContain('(echo auth,CODE; echo register,Bia,5002; cat) | openssl s_client')
    expect(html).toContain(' -connect 192.0.2.7:3443<')
  })

  test('has a link that calls the person that invites', async () => {
    await using site = await startTestWeb({ publicHosts: ['encontro.example'] })
    const ana = site.visitor()
    await ana.register('Zé & Ana', 5001)
    const { html } = await ana.get('/invite')
    expect(html).toContain('data-copy="https://encontro.example/?call=Z%C3%A9+%26+Ana"')
  })

  test('has the address as text and as a code that a camera reads, on a page and as a fragment', async () => {
    await using site = await startTestWeb({ publicHosts: ['encontro.example.org'] })
    const address = 'https://encontro.example.org/'
    const ana = site.visitor()
    await ana.register('Ana', 5001)
    for (const headers of [{}, { 'HX-Request': 'true' }] as Record<string, string>[]) {
      const { html } = await ana.get('/invite', headers)
      expect(html).toContain(`<a href="${address}">${address}</a>`)
      expect(read(html)).toBe(address)
      expect(html).toContain('echo register,Bia,5002')
      expect(html.startsWith('<article')).toBe('HX-Request' in headers)
    }
  })
})
