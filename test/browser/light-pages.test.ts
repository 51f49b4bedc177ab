import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CDPSession, Page } from 'playwright-core'
import { buildPageFiles, writePageFiles } from '../../src/build/page-files.ts'
import { hasChromium, newPerson, sharedChromium } from '../support/chromium.ts'
import { eventually } from '../support/eventually.ts'
import { startTestWeb } from '../support/web.ts'
import budget from './budget.json' with { type: 'json' }

/** What went over the network; what the browser had in its cache did not. */
type Asked = { path: string; bytes: number; after: string[] }

/** Notes every request that Chromium makes for this page. `after` is what had come over its socket before. */
async function watchRequests(page: Page) {
  const session: CDPSession = await page.context().newCDPSession(page)
  await session.send('Network.enable')
  const asked = new Map<string, Asked>()
  let frames: string[] = []
  let ended = 0
  session.on('Network.requestWillBeSent', ({ requestId, request }) => {
    const { pathname } = new URL(request.url)
    asked.set(requestId, { path: pathname, bytes: 0, after: [...frames] })
  })
  session.on('Network.webSocketFrameReceived', ({ response }) => frames.push(response.payloadData))
  session.on('Network.requestServedFromCache', ({ requestId }) => asked.delete(requestId))
  session.on('Network.responseReceived', ({ requestId, response }) => {
    if (response.fromDiskCache) asked.delete(requestId)
  })
  session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    ended += 1
    const request = asked.get(requestId)
    if (request) request.bytes = encodedDataLength
  })
  return {
    /** Resolves once nothing is under way, with what was asked since it was called last. */
    async taken(): Promise<Asked[]> {
      await eventually('all has come', async () => {
        const before = ended
        await Bun.sleep(150)
        return ended === before && [...asked.values()].every(({ bytes }) => bytes > 0)
      })
      const all = [...asked.values()]
      asked.clear()
      frames = []
      return all
    },
    live: () => eventually('the list is live', () => frames.some((frame) => frame.includes('<'))),
  }
}

/** The files in whose way the first picture stands. */
const blocking = (page: Page) =>
  page.evaluate<string[]>(
    `performance.getEntriesByType('resource')
      .filter(({ renderBlockingStatus, transferSize }) => renderBlockingStatus === 'blocking' && transferSize > 0)
      .map(({ name }) => new URL(name).pathname)`,
  )

/** From its first picture on the page notes what moves in it without a press (Layout Instability API). */
const noteMoves = `globalThis.moves = []
  new PerformanceObserver((list) => {
    for (const { sources } of list.getEntries())
      for (const { node, previousRect, currentRect } of sources)
        moves.push((node?.id || node?.className || 'gone') + ': ' + previousRect.y + ' to ' + currentRect.y)
  }).observe({ type: 'layout-shift', buffered: true })`

/** Two frames later all that was done is painted. */
const painted =
  'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 50))))'

function expectWithin(
  what: Exclude<keyof typeof budget, '//' | 'the same in gzip, without headers'>,
  asked: Asked[],
  blocks: string[],
) {
  const most = budget[what]
  const bytes = asked.reduce((sum, each) => sum + each.bytes, 0)
  const told = `${what}: ${bytes} bytes, ${JSON.stringify(asked.map(({ path, bytes }) => [path, bytes]))}`
  expect(asked.length, told).toBeLessThanOrEqual(most.requests)
  expect(bytes, told).toBeLessThanOrEqual(most.bytes)
  expect(blocks.length, blocks.join()).toBeLessThanOrEqual(most.blocking)
}

describe.skipIf(!hasChromium)('what a visit takes', () => {
  const browser = sharedChromium()
  const folder = mkdtempSync(join(tmpdir(), 'encontro-pages-'))
  // As the program has them that was built.
  beforeAll(async () => {
    writePageFiles(folder, await buildPageFiles())
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  test('is within the budget: the form, the list, and the list again', async () => {
    await using site = await startTestWeb({ pageFiles: folder })
    const { directory } = site.tcp
    for (let number = 0; number < 200; number += 1) {
      directory.register({
        name: `Pessoa ${number}`,
        ip: '10.0.0.1',
        port: 4_000 + number,
        callPort: 5_000 + number,
      })
    }
    const ana = await newPerson(browser(), site.url)
    const requests = await watchRequests(ana.page)
    await ana.page.goto('/')
    expectWithin('first visit to the form', await requests.taken(), await blocking(ana.page))

    await ana.register('Ana', 4_999)
    await requests.live()
    const calls = () =>
      ana.page.evaluate<boolean>(
        `performance.getEntriesByType('resource').some(({ name }) => name.includes('/calls-'))`,
      )
    await eventually('the script of calls has come', calls)
    const list = (await requests.taken()).filter(({ path }) => !['/', '/register'].includes(path))
    expectWithin('the list, after the form', list, await blocking(ana.page))
    const script = list.find(({ path }) => path === '/assets/calls-pt.js')
    // The list was live by then.
    expect(script?.after.some((frame) => frame.includes('Pessoa 1'))).toBe(true)

    await ana.page.goto('/people')
    await requests.live()
    await eventually('the script of calls is there again', calls)
    const again = await requests.taken()
    expect(again.map(({ path }) => path)).toEqual(['/people'])
    expectWithin('the list again', again, await blocking(ana.page))
    expect(ana.complaints).toEqual([])
  }, 60_000)

  test('moves nothing as its scripts come, whether the notice on addresses is understood or not', async () => {
    await using site = await startTestWeb({ pageFiles: folder })
    for (let number = 0; number < 8; number += 1) {
      const peer = await site.tcp.connect()
      await peer.ask(`register,Pessoa ${number},${5_000 + number}`)
      await peer.ask('ready')
    }
    const ana = await newPerson(browser(), site.url, { viewport: { width: 390, height: 844 } })
    await ana.context.addInitScript(noteMoves)
    await ana.register('Ana', 4_999)
    let scripts = Promise.withResolvers<void>()
    await ana.page.route('**/assets/*.js*', async (route) => {
      await scripts.promise
      await route.continue()
    })
    const top = async () => (await ana.page.locator('#people li:visible').first().boundingBox())?.y
    const notice = ana.page.locator('#call-addresses')

    for (const isUnderstood of [false, true]) {
      if (isUnderstood) await ana.page.click('#call-addresses-close')
      scripts = Promise.withResolvers<void>()
      await ana.page.goto('/people', { waitUntil: 'commit' })
      await ana.sees('Pessoa 7')
      await ana.page.evaluate(painted)
      const before = await top()
      expect(await notice.isVisible()).toBe(!isUnderstood)
      scripts.resolve()
      await eventually('the page takes calls', () =>
        ana.page.evaluate<boolean>('document.querySelector("link[href*=calls]")?.sheet != null'),
      )
      await ana.page.evaluate(painted)
      expect(await top()).toBe(before)
      expect(await ana.page.evaluate<string[]>('moves')).toEqual([])
      expect(await notice.isVisible()).toBe(!isUnderstood)
    }
    expect(ana.complaints).toEqual([])
  }, 60_000)

  test('fits also where a browser takes gzip alone, as over plain HTTP', async () => {
    await using site = await startTestWeb({ pageFiles: folder })
    const ask = async (path: string) => {
      const answer = await fetch(site.url + path, {
        decompress: false,
        headers: { 'Accept-Encoding': 'gzip' },
      })
      return answer.bytes()
    }
    const html = new TextDecoder().decode(Bun.gunzipSync(await ask('/')))
    // What a phone loads that keeps the page among its programs is not loaded by a visit.
    const visited = html.replace(/<link rel="(manifest|apple-touch-icon)"[^>]*>/g, '')
    const files = [...new Set(visited.match(/\/assets\/[^"]+/g))]
    const bodies = await Promise.all(['/', ...files].map(ask))
    const bytes = bodies.reduce((sum, body) => sum + body.length, 0)
    expect(files.map((path) => path.split(/[/?]/).at(-2)).toSorted()).toEqual([
      'htmx.js',
      'icon.svg',
      'page.js',
      'style.css',
    ])
    expect(bytes).toBeLessThanOrEqual(budget['the same in gzip, without headers'].bytes)
  })
})
