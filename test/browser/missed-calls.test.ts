import { describe, expect, test } from 'bun:test'
import type { Locator, Page } from 'playwright-core'
import { callState } from '../support/callers.ts'
import {
  axeViolations,
  hasChromium,
  newPerson,
  sharedChromium,
  startCallingChromium,
} from '../support/chromium.ts'
import { eventually } from '../support/eventually.ts'
import { startTestWeb, type TestWeb } from '../support/web.ts'

const testMs = 60_000

/** Somebody with `nc`. */
async function join(site: TestWeb, name: string, port: number, ready = true) {
  const peer = await site.tcp.connect()
  await peer.ask(`register,${name},${port}`)
  if (ready) await peer.ask('ready')
  /** Rings at Ana, and takes it back. */
  async function ringInVain(page: Page): Promise<void> {
    const answer = await eventually('Ana can be called', async () => {
      const reply = await peer.ask('call,Ana')
      return reply.startsWith('success,') && reply
    })
    await callState(page, 'ringing-in')
    const [, id] = answer.split(',')
    expect(await peer.ask(`hangup,${id}`)).toBe(`success,${id}`)
    await callState(page, 'over')
  }
  return { ...peer, peer, ringInVain }
}

const words = (page: Page) => page.locator('#missed li .missed__words').allInnerTexts()
const rowOf = (page: Page, name: string) =>
  page.locator('#missed li', { has: page.getByText(name, { exact: true }) })
const isEnabled = async (what: string, button: Locator, enabled: boolean) =>
  eventually(what, async () => (await button.isEnabled()) === enabled)
const title = (page: Page, start: string) =>
  eventually(`the title ${start}`, async () => (await page.title()).startsWith(start))

describe.skipIf(!hasChromium)('missed calls', () => {
  const browser = sharedChromium(startCallingChromium)

  test(
    'stay in all tabs until they are dismissed in one, and can be answered by a call back',
    async () => {
      await using site = await startTestWeb()
      const ana = await newPerson(browser(), site.url, { viewport: { width: 320, height: 640 } })
      await ana.register('Ana', 5001)
      const other = await ana.context.newPage()
      await other.goto('/people')
      const [bia, cris] = [await join(site, 'Bia', 6000), await join(site, 'Cris', 6001, false)]
      await ana.sees('Bia')
      const own = await ana.page.title()
      await bia.ringInVain(ana.page)
      await cris.ringInVain(ana.page)
      await bia.ringInVain(ana.page)
      for (const page of [ana.page, other]) {
        await title(page, `(3) ${own}`)
        const [first, second, ...more] = await words(page)
        expect(first).toMatch(/^2 perdidas: Bia, \d\d:\d\d$/)
        expect(second).toMatch(/^Perdida: Cris, \d\d:\d\d$/)
        expect(more).toEqual([])
      }
      await ana.page.click('#call-outcome-close')
      await isEnabled('Bia can be called', rowOf(ana.page, 'Bia').getByText('Ligar de volta'), true)
      await rowOf(ana.page, 'Cris').getByText('não recebe chamadas aqui').waitFor()
      expect(await rowOf(ana.page, 'Cris').getByText('Ligar de volta').isEnabled()).toBe(false)
      expect(await ana.page.evaluate<number>('document.documentElement.scrollWidth')).toBe(320)
      expect(await axeViolations(ana.page)).toEqual([])
      if (process.env.PICTURES)
        await ana.page.screenshot({ path: `${process.env.PICTURES}/missed-320.png` })

      await rowOf(other, 'Cris').getByRole('button', { name: 'Dispensar' }).click()
      await rowOf(ana.page, 'Cris').waitFor({ state: 'detached' })
      await title(ana.page, `(2) ${own}`)
      bia.peer.close()
      await rowOf(ana.page, 'Bia').getByText('não está aqui agora').waitFor()
      await ana.page.reload()
      await rowOf(ana.page, 'Bia').getByText('não está aqui agora').waitFor()
      const back = await join(site, 'Bia', 6000)
      const callBack = rowOf(ana.page, 'Bia').getByText('Ligar de volta')
      await isEnabled('Bia is back', callBack, true)
      await callBack.click()
      expect(await back.peer.line()).toStartWith('*call,')
      await ana.page.click('#call-cancel')
      await rowOf(ana.page, 'Bia').getByRole('button', { name: 'Dispensar' }).click()
      await ana.page.locator('#missed').waitFor({ state: 'hidden' })
      await title(other, own)
      expect(ana.complaints).toEqual([])
    },
    testMs,
  )

  test(
    'are also of those who rang while one was in a call, in English, but of no blocked person',
    async () => {
      await using site = await startTestWeb()
      const ana = await newPerson(browser(), site.url, { locale: 'en', colorScheme: 'dark' })
      await ana.register('Ana', 5001)
      const [bia, cris] = [await join(site, 'Bia', 6000), await join(site, 'Cris', 6001)]
      await ana.sees('Bia')
      await ana.page.evaluate(
        `localStorage.setItem('encontro.blocked', '[{"name":"Zoe","ip":"127.0.0.1","nameOnly":true}]')`,
      )
      await ana.page.click('#people [data-call-name=Bia]')
      await callState(ana.page, 'ringing-out')
      const zoe = await join(site, 'Zoe', 6002)
      expect(await zoe.peer.ask('call,Ana')).toEndWith(',busy')
      expect(await cris.peer.ask('call,Ana')).toEndWith(',busy')
      await title(ana.page, '(1) ')
      const [, id] = (await bia.peer.line()).split(',')
      await bia.peer.ask(`decline,${id}`)
      await callState(ana.page, 'over')
      expect((await words(ana.page)).join()).toMatch(/^Missed: Cris, \d\d?:\d\d/)
      const callBack = rowOf(ana.page, 'Cris').getByText('Call back')
      await isEnabled('Cris can be called', callBack, true)
      await cris.peer.ask('call,Bia')
      await rowOf(ana.page, 'Cris').getByText('in a call').waitFor()
      expect(await callBack.isEnabled()).toBe(false)
      expect(await axeViolations(ana.page, '#missed')).toEqual([])
      if (process.env.PICTURES)
        await ana.page.screenshot({ path: `${process.env.PICTURES}/missed-dark.png` })
      expect(ana.complaints).toEqual([])
    },
    testMs,
  )
})
