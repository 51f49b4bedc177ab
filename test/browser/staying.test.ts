import { describe, expect, test } from 'bun:test'
import {
  hasChromium,
  newPerson,
  sharedChromium,
  startFreezableChromium,
} from '../support/chromium.ts'
import { eventually } from '../support/eventually.ts'
import { startProcess } from '../support/process.ts'
import { startTestWeb } from '../support/web.ts'

describe.skipIf(!hasChromium)('a registration in a browser', () => {
  const browser = sharedChromium()

  test('outlives reloads, and ends when its tab is closed', async () => {
    await using site = await startTestWeb({ sessionLimits: { tabGraceMs: 1_000 } })
    const ana = await newPerson(browser(), site.url)
    await ana.register('Ana', 5001)
    for (let reload = 0; reload < 3; reload += 1) {
      await ana.page.reload()
      await ana.sees('Ana')
    }
    await eventually('the tab is connected', () => site.web.tabs === 1)
    expect(site.tcp.lines.filter((line) => line.startsWith('Novo cliente'))).toHaveLength(1)
    await ana.page.close()
    await site.tcp.until('Ana is gone', () => site.tcp.directory.size === 0)
  }, 30_000)

  test('is one for eight tabs, and ends in all of them at once', async () => {
    await using site = await startTestWeb()
    const ana = await newPerson(browser(), site.url)
    await ana.register('Ana', 5001)
    const pages = [ana.page]
    for (let more = 0; more < 7; more += 1) {
      const page = await ana.context.newPage()
      await page.goto('/people')
      pages.push(page)
    }
    await eventually('eight tabs', () => site.web.tabs === 8)
    site.tcp.directory.register({ name: 'Zeca', ip: '10.1.0.1', port: 4000, callPort: 5000 })
    for (const page of pages) await page.getByText('Zeca', { exact: true }).waitFor()
    expect(site.web.sessions).toBe(1)
    await pages[3]?.click('text=Sair')
    for (const page of pages) await page.getByText('Você saiu.').waitFor()
    expect(site.tcp.directory.find('Ana')).toBeUndefined()
    expect(ana.complaints).toEqual([])
  }, 60_000)

  test('ends when the browser falls silent without a word', async () => {
    await using site = await startTestWeb({
      sessionLimits: { silentGraceMs: 50 },
      liveLimits: { beatMs: 100, silenceMs: 400 },
    })
    const other = await startFreezableChromium()
    const ana = await newPerson(other.browser, site.url)
    await ana.register('Ana', 5001)
    await eventually('connected', () => site.web.tabs === 1)
    await Bun.sleep(600)
    expect(site.tcp.directory.size).toBe(1)
    other.freeze()
    try {
      await site.tcp.until('Ana is gone', () => site.tcp.directory.size === 0)
    } finally {
      await other.close()
    }
  }, 30_000)

  test('comes back by itself when the server does, and the page says so meanwhile', async () => {
    await using first = await startProcess()
    const { stateDirectory } = first
    const ports = {
      STATE_DIRECTORY: stateDirectory,
      REGISTRY_PORT: String(first.registry.port),
      HTTP_PORT: new URL(first.url).port,
    }
    const ana = await newPerson(browser(), first.url)
    await ana.register('Ana', 5001)
    const second = await ana.context.newPage()
    await second.goto('/people')
    await second.getByText('Ana', { exact: true }).first().waitFor()
    first.signal('SIGTERM')
    expect(await first.exited).toBe(0)
    await ana.page.locator('#offline').waitFor({ state: 'visible' })

    await using back = await startProcess(ports)
    await ana.page.locator('#offline').waitFor({ state: 'hidden' })
    await second.locator('#offline').waitFor({ state: 'hidden' })
    await back.printed('Novo cliente registrado: Ana')
    await ana.sees('Ana')
    const registrations = back.output().match(/Novo cliente registrado: Ana/g)
    expect(registrations).toHaveLength(1)
    expect(ana.complaints).toEqual([])
  }, 60_000)

  test('that cannot come back says why, with the form filled in', async () => {
    await using first = await startProcess()
    const ports = {
      STATE_DIRECTORY: first.stateDirectory,
      REGISTRY_PORT: String(first.registry.port),
      HTTP_PORT: new URL(first.url).port,
    }
    const ana = await newPerson(browser(), first.url)
    await ana.register('Ana', 5001)
    await ana.sees('Ana')
    // Out of the page's reach while the server returns, so that somebody else is first.
    await ana.context.setOffline(true)
    first.signal('SIGTERM')
    await first.exited
    await using back = await startProcess(ports)
    const bia = await back.connect()
    await bia.ask('register,Bia,5001')
    await ana.context.setOffline(false)
    await ana.page.getByText('não foi possível pôr você na lista outra vez').waitFor()
    await ana.page.locator('#call-port-problem').waitFor()
    expect(await ana.page.inputValue('#name')).toBe('Ana')
  }, 60_000)
})
