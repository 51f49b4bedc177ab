import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { Browser } from 'playwright-core'
import { hasChromium, startChromium, startTimeoutMs } from '../support/chromium.ts'
import { startTestRegistry } from '../support/registry.ts'

/**
 * DNS rebinding as it ends: the page's own origin has become the registry's port. Here the page's
 * server goes, and the registry takes its place; the browser cannot tell the difference.
 */
describe.skipIf(!hasChromium)('a page whose origin has become the registry', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await startChromium()
  }, startTimeoutMs)
  afterAll(() => browser?.close())

  async function attackedBy(attack: (page: { method: string }) => Promise<string>, method: string) {
    const page = await browser.newPage()
    const site = Bun.serve({
      hostname: '127.0.0.1',
      port: 0,
      fetch: () => new Response('<p>', { headers: { 'Content-Type': 'text/html' } }),
    })
    const port = site.port as number
    await page.goto(`http://127.0.0.1:${port}/`)
    await site.stop(true)
    await using registry = startTestRegistry({ port })
    const joined: string[] = []
    registry.directory.subscribe(({ registration }) => joined.push(registration.name))
    const answer = await page.evaluate(attack, { method })
    await registry.logLineWith('fala HTTP')
    await page.close()
    return { answer, joined }
  }

  test.each([
    { method: 'POST' },
    { method: 'PROPFIND' },
    { method: 'list' },
    { method: 'register' },
    { method: 'x' },
  ])(
    'registers nobody and learns nothing by $method',
    async ({ method }) => {
      const { answer, joined } = await attackedBy(async ({ method }) => {
        const response = await fetch('/register,mal,5001', {
          method,
          headers: { X: 'mal,127.0.0.1,4000,5000' },
          body: 'mal,127.0.0.1,4000,5002\nregister,mal,5003\nlist\n',
        })
        return `${response.status} ${await response.text()}`
      }, method)
      expect(joined).toEqual([])
      expect(answer).toStartWith('400 Aqui é o registro do Encontro')
    },
    30_000,
  )

  test('registers nobody by a WebSocket', async () => {
    const { answer, joined } = await attackedBy(
      () =>
        new Promise<string>((resolve) => {
          const socket = new WebSocket(`ws://${location.host}/register,mal,5001`)
          socket.onopen = () => socket.send('register,mal,5002\n')
          socket.onclose = ({ code }) => resolve(String(code))
        }),
      '',
    )
    expect(joined).toEqual([])
    expect(answer).toBe('1006')
  }, 30_000)

  test('registers nobody by a request line that is longer than any message', async () => {
    const { joined } = await attackedBy(async ({ method }) => {
      // It is refused as too long; what is asked next shows that the registry is still there.
      await fetch(`/${'x'.repeat(3_000)}`, { method, body: 'register,mal,5001\n' }).catch(() => {})
      return fetch('/').then((response) => response.text())
    }, 'PROPFIND')
    expect(joined).toEqual([])
  }, 30_000)
})
