import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { join } from 'node:path'
import type { SafetyResult } from '../../src/browser/call/safety/safety-code.ts'
import type { AnyBrowser, AnyWindow } from '../support/any-browser.ts'
import { hasChromium, startTimeoutMs } from '../support/chromium.ts'
import { startAnyChromium } from '../support/chromium-window.ts'
import { eventually } from '../support/eventually.ts'
import { hasFirefox, startFirefox } from '../support/firefox.ts'
import type { Disguise } from './takeover-page.ts'

/** Media on a machine that has other things to do. */
const patienceMs = 30_000
const testMs = 90_000

const disguises: Disguise[] = [
  'in two lines',
  'behind a lone CR',
  'behind U+2028',
  'in capitals',
  'after a space',
]

const ends = ['A', 'B'] as const
type End = (typeof ends)[number]

async function servePage() {
  const entrypoints = [join(import.meta.dir, 'takeover-page.ts')]
  const built = await Bun.build({ entrypoints, target: 'browser', format: 'iife' })
  const code = (await built.outputs[0]?.text()) ?? ''
  return Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch: ({ url }) =>
      url.endsWith('.js')
        ? new Response(code, { headers: { 'Content-Type': 'text/javascript' } })
        : new Response('<!doctype html><body><script src="/page.js"></script>', {
            headers: { 'Content-Type': 'text/html' },
          }),
  })
}

const saysSo = { how: 'and says so', admits: true }
const hidesIt = { how: 'and hides it', admits: false }

const browsers = [
  {
    name: 'Chromium',
    isThere: hasChromium,
    start: startAnyChromium,
    misreadings: [saysSo, hidesIt],
  },
  // It connects with nobody else in the place of a connection that it has.
  { name: 'Firefox', isThere: hasFirefox, start: startFirefox, misreadings: [saysSo] },
]

/**
 * A server that gets into a call, in one page with both of its ends: the engine is the real one,
 * and so is the browser.
 */
for (const { name, isThere, start, misreadings } of browsers) {
  describe.skipIf(!isThere)(`in ${name}, a server between two ends`, () => {
    let site: Awaited<ReturnType<typeof servePage>>
    let browser: AnyBrowser
    let page: AnyWindow
    beforeAll(async () => {
      site = await servePage()
      browser = await start()
      page = await browser.newWindow()
    }, startTimeoutMs)
    afterAll(async () => {
      await browser.close()
      await site.stop(true)
    }, startTimeoutMs)

    const ask = <T>(expression: string) => page.evaluate<T>(`attack.${expression}`)
    const told = (end: End) => ask<SafetyResult[]>(`told('${end}')`)
    const middleFrames = () => ask<number>('middleFrames()')
    const until = (what: string, look: () => Promise<boolean>) => eventually(what, look, patienceMs)
    const begin = async () => {
      await page.open(site.url.href)
      await page.evaluate('begin()')
    }
    const seesOn = async () => {
      const before = await ask<number>('endFrames()')
      await until('pictures', async () => (await ask<number>('endFrames()')) > before + 5)
    }
    /** The people have compared their codes: the same, and neither is warned. */
    const agree = async () => {
      await ask('call()')
      await until('codes', async () => (await told('A')).length > 0 && (await told('B')).length > 0)
      const [result, ...more] = await told('A')
      expect(result?.verifiable).toBe(true)
      expect(more).toEqual([])
      expect(await told('B')).toEqual([result as SafetyResult])
      await seesOn()
    }
    const isWarned = (end: End, times: number) =>
      until(`${end} is warned`, async () => (await told(end)).length === times)

    test(
      'that hands everything on, a restart too, alarms nobody',
      async () => {
        await begin()
        await agree()
        const before = await ask('attempt()')
        await ask('restart()')
        await until('another way', async () => (await ask('attempt()')) !== before)
        await seesOn()
        expect((await told('A')).length).toBe(1)
        expect((await told('B')).length).toBe(1)
      },
      testMs,
    )

    test(
      'that is there from the start gets pictures, but no code appears',
      async () => {
        await begin()
        await ask('sitBetween()')
        await ask('call()')
        await until('pictures', async () => (await middleFrames()) > 5)
        for (const end of ends) {
          expect((await told(end)).some(({ verifiable }) => verifiable)).toBe(false)
        }
      },
      testMs,
    )

    test(
      'that makes an offer of its own is not let in, and the call goes on',
      async () => {
        await begin()
        await agree()
        for (const end of ends) {
          await ask(`takeOver('${end}')`)
          await isWarned(end, 2)
          expect((await told(end)).at(-1)).toEqual({ verifiable: false, why: 'mismatch' })
        }
        await seesOn()
        expect(await middleFrames()).toBe(0)
      },
      testMs,
    )

    test.each(disguises)(
      'that adds its certificate to the true one, %s, gets no code shown and no picture',
      async (how) => {
        await begin()
        await ask(`disguise('${how}')`)
        await ask('call()')
        await isWarned('B', 1)
        for (const [end, times] of [['A', 1] as const, ['B', 2] as const]) {
          await ask(`takeOver('${end}', '${how}')`)
          await isWarned(end, times)
          for (const result of await told(end)) {
            expect(result).toEqual({ verifiable: false, why: 'mismatch' })
          }
        }
        expect(await middleFrames()).toBe(0)
      },
      testMs,
    )

    test.each(misreadings)(
      'whose offer the browser reads in a way of its own, $how, is shut out at once',
      async ({ admits }) => {
        await begin()
        await agree()
        await ask(`takeOverMisread('A', { admits: ${admits} })`)
        await until('A is closed', async () => (await ask("endState('A')")) === 'closed')
        expect((await told('A')).at(-1)).toEqual({ verifiable: false, why: 'stranger' })
        expect(await middleFrames()).toBe(0)
      },
      testMs,
    )
  })
}
