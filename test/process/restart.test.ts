import { expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eventually } from '../support/eventually.ts'
import { startProcess, type TestProcess, whoIsThere } from '../support/process.ts'
import { openTab } from '../support/tab.ts'
import type { Visitor } from '../support/visitor.ts'
import type { TestWeb } from '../support/web.ts'

/** Somebody registers with a browser, and then the server is stopped. */
async function registerAndStop(env: Record<string, string>, signal: NodeJS.Signals) {
  await using house = await startProcess(env)
  const ana = house.visitor()
  await ana.register('Ana', 5001)
  const tab = await openTab({ url: house.url } as TestWeb, ana)
  await tab.saw('person--mine')
  house.signal(signal)
  await house.exited
  await eventually('the page knows', () => tab.closed() !== undefined)
  // Service restart (RFC 6455, section 7.4.1 and its registry): the page dials again.
  if (signal === 'SIGTERM') expect(tab.closed()).toBe(1012)
  expect(tab.messages.filter((text) => text.includes('"go"'))).toEqual([])
  return ana
}

/** The same browser's page dials the server again by itself. */
async function reconnect(house: TestProcess, before: Visitor) {
  const again = house.visitor()
  again.takeCookiesOf(before, house.url)
  return { again, tab: await openTab({ url: house.url } as TestWeb, again) }
}

test.each(['SIGTERM', 'SIGKILL'] as const)(
  'a browser that was registered is so again when its page returns after a restart by %s',
  async (signal) => {
    const STATE_DIRECTORY = mkdtempSync(join(tmpdir(), 'encontro-'))
    try {
      const ana = await registerAndStop({ STATE_DIRECTORY }, signal)
      await using house = await startProcess({ STATE_DIRECTORY })
      expect(await whoIsThere(house)).toEqual([])
      const { again, tab } = await reconnect(house, ana)
      await tab.saw('person--mine')
      expect(await whoIsThere(house)).toEqual(['Ana'])
      expect((await again.get('/person?name=Ana&ip=127.0.0.1')).html).toContain('127.0.0.1:5001')
    } finally {
      rmSync(STATE_DIRECTORY, { recursive: true })
    }
  },
)

test('with another secret nobody is known again', async () => {
  const ana = await registerAndStop({ SESSION_SECRET: 'a'.repeat(32) }, 'SIGTERM')
  await using house = await startProcess({ SESSION_SECRET: 'b'.repeat(32) })
  const { again, tab } = await reconnect(house, ana)
  await tab.saw('{"go":"/?notice=lost"}')
  expect(await whoIsThere(house)).toEqual([])
  expect((await again.get('/')).html).toContain('name="name" value=""')
})
