import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { hasChromium, startCallingChromium, startTimeoutMs } from '../../../support/chromium.ts'
import type { End } from './engine-page.ts'

/** One end of a call in a page of its own. */
type Side = {
  page: Page
  /** Runs an expression with the page's `end`. */
  ask: <T>(act: (end: End) => T | Promise<T>) => Promise<T>
  /** Whether what this side signals gets through. */
  complaints: string[]
}

/** A machine that runs all tests at once takes its time over pictures and sound. */
async function eventually(what: string, look: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 20_000
  while (!(await look())) {
    if (Date.now() > deadline) throw new Error(`in vain: ${what}`)
    await Bun.sleep(50)
  }
}

async function servePage() {
  const built = await Bun.build({
    entrypoints: [join(import.meta.dir, 'engine-page.ts')],
    target: 'browser',
    format: 'iife',
  })
  const [script] = built.outputs
  if (!script) throw new Error('no bundle')
  const code = await script.text()
  return Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch: ({ url }) =>
      url.endsWith('.js')
        ? new Response(code, { headers: { 'Content-Type': 'text/javascript' } })
        : new Response(
            '<!doctype html><html lang="pt"><body><script src="/end.js"></script></body></html>',
            {
              headers: {
                'Content-Type': 'text/html',
                'Content-Security-Policy': "default-src 'self'",
              },
            },
          ),
  })
}

async function openSide(browser: Browser, url: string): Promise<Side> {
  const page = await (await browser.newContext()).newPage()
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text())
  })
  await page.goto(url)
  return {
    page,
    complaints,
    // Sent as text: `end` is a name of the page.
    ask: (act) => page.evaluate(`(${act})(end)`) as ReturnType<Side['ask']> as never,
  }
}

/** Two ends whose signals the test hands on. */
async function openCall(browserA: Browser, browserB: Browser, url: string) {
  const caller = await openSide(browserA, url)
  const callee = await openSide(browserB, url)
  const connect = async (from: Side, to: Side) => {
    await from.page.exposeFunction('relay', (payload: string) =>
      to.page.evaluate(`end.receive(${JSON.stringify(payload)})`).catch(() => {}),
    )
  }
  await connect(caller, callee)
  await connect(callee, caller)
  return {
    caller,
    callee,
    async [Symbol.asyncDispose]() {
      await Promise.all([caller.page.context().close(), callee.page.context().close()])
    },
  }
}

const talk = async ({ caller, callee }: { caller: Side; callee: Side }) => {
  await callee.ask((end) => end.start(true))
  await caller.ask((end) => end.start(false))
  await callee.ask((end) => end.show())
  await connected(caller, callee)
  await callee.ask((end) => end.show())
}

const connected = (...sides: Side[]) =>
  Promise.all(
    sides.map((side) =>
      eventually('connected', async () => (await side.ask((end) => end.state())) === 'connected'),
    ),
  )

const advances = async (side: Side, count: (end: End) => Promise<number>) => {
  const before = await side.ask(count)
  await eventually('media advances', async () => (await side.ask(count)) > before + 5)
}

describe.skipIf(!hasChromium)('two engines in two pages', () => {
  let browser: Browser
  let site: Awaited<ReturnType<typeof servePage>>
  beforeAll(async () => {
    site = await servePage()
    browser = await startCallingChromium()
  }, startTimeoutMs)
  afterAll(async () => {
    await browser.close()
    await site.stop(true)
  })

  test('see, hear and write to each other, agree on the code, and hang up', async () => {
    await using call = await openCall(browser, browser, site.url.href)
    const { caller, callee } = call
    await Promise.all([
      caller.ask((end) => end.open('video')),
      callee.ask((end) => end.open('video')),
    ])
    await talk(call)
    await advances(caller, (end) => end.framesDecoded())
    await advances(callee, (end) => end.framesDecoded())
    await advances(caller, (end) => end.audioReceived())
    expect(await caller.ask((end) => end.audioCodec())).toMatch(/audio\/(red|opus)/)

    await caller.ask((end) => end.chat('Olá <b>Bia</b>'))
    await eventually(
      'chat',
      async () => (await callee.ask((end) => end.seen.chat))[0] === 'Olá <b>Bia</b>',
    )
    expect(await caller.ask((end) => end.chat('x'.repeat(2_001)))).toBe(false)

    const codes = async () => [
      await caller.ask((end) => end.seen.safety),
      await callee.ask((end) => end.seen.safety),
    ]
    await eventually('safety codes', async () => !(await codes()).includes(undefined))
    const [one, other] = await codes()
    expect(one).toMatchObject({ verifiable: true })
    expect(one).toEqual(other)

    const shownBy = (side: Side) => side.ask((end) => end.seen.shown as Record<string, boolean>)
    await caller.ask((end) => end.local.toggleMicrophone())
    await eventually('muted', async () => (await shownBy(callee)).microphone === false)
    await caller.ask((end) => end.local.toggleCamera())
    await eventually('camera off', async () => (await shownBy(callee)).camera === false)
    await caller.ask((end) => end.local.toggleCamera())
    await eventually('camera on', async () => (await shownBy(callee)).camera === true)
    await advances(callee, (end) => end.framesDecoded())

    await eventually(
      'samples',
      async () => (await caller.ask((end) => end.seen.samples.length)) > 1,
    )
    expect(await caller.ask((end) => end.seen.samples.at(-1)?.roundTripMs)).toBeNumber()

    const speaks = async (speaking: boolean) =>
      eventually(
        `speaking: ${speaking}`,
        async () => (await callee.ask((end) => end.seen.speaking.at(-1) ?? false)) === speaking,
      )
    await caller.ask((end) => end.tone(true))
    await speaks(true)
    // Its last packet was loud, and the browser goes on saying so.
    await caller.ask((end) => end.tone(false))
    await speaks(false)

    // Twice in one moment: the later one holds.
    await caller.ask((end) => [end.setReceivers(2), end.setReceivers(5)])
    await eventually('a fifth each', async () => {
      const [audio = 0, video = 0] = (await caller.ask((end) => end.allowed())) ?? []
      return audio === 32_000 && video <= 360_000
    })

    await caller.ask((end) => end.hangUp())
    await eventually('bye', async () => (await callee.ask((end) => end.seen.links)).includes('bye'))
    expect([...caller.complaints, ...callee.complaints]).toEqual([])
  }, 90_000)

  test('find a new way after signals were lost, with the same code', async () => {
    await using call = await openCall(browser, browser, site.url.href)
    const { caller, callee } = call
    await talk(call)
    await eventually('code', async () => (await caller.ask((end) => end.seen.safety)) !== undefined)
    const before = await caller.ask((end) => end.ufrag())
    // The server is away from the caller when the network changes.
    await caller.ask((end) => end.setOnline(false))
    await caller.ask((end) => end.networkChanged())
    await Bun.sleep(500)
    await caller.ask((end) => end.setOnline(true))
    await eventually(
      'another way',
      async () =>
        (await caller.ask((end) => end.ufrag())) !== before &&
        (await caller.ask((end) => end.state())) === 'connected',
    )
    // Both at once, which is glare.
    const again = await callee.ask((end) => end.ufrag())
    await Promise.all([
      caller.ask((end) => end.networkChanged()),
      callee.ask((end) => end.networkChanged()),
    ])
    await eventually('a third', async () => (await callee.ask((end) => end.ufrag())) !== again)
    await connected(caller, callee)
    await caller.ask((end) => end.chat('ainda aí?'))
    await eventually('chat', async () => (await callee.ask((end) => end.seen.chat)).length === 1)
    expect(await caller.ask((end) => end.seen.safety)).toMatchObject({ verifiable: true })
    expect([...caller.complaints, ...callee.complaints]).toEqual([])
  }, 60_000)

  test('go on with what there is: one without camera, one without permission', async () => {
    const [bare, denying] = await Promise.all([
      startCallingChromium({ camera: false }),
      startCallingChromium({ allow: false }),
    ])
    try {
      await using call = await openCall(bare, browser, site.url.href)
      const { caller, callee } = call
      await callee.ask((end) => end.open('video'))
      await caller.ask((end) => end.open('video'))
      expect(await caller.ask((end) => end.local.state())).toMatchObject({
        microphone: { problem: 'none' },
        camera: { problem: 'none' },
      })
      await talk(call)
      await advances(caller, (end) => end.framesDecoded())

      await using refusing = await openCall(denying, browser, site.url.href)
      await refusing.caller.ask((end) => end.open('video'))
      expect(await refusing.caller.ask((end) => end.local.state())).toMatchObject({
        microphone: { problem: 'denied' },
        camera: { problem: 'denied' },
      })
      await refusing.callee.ask((end) => end.open('video'))
      await talk(refusing)
      await advances(refusing.caller, (end) => end.framesDecoded())
    } finally {
      await Promise.all([bare.close(), denying.close()])
    }
  }, 60_000)
})
