import { describe, expect, test } from 'bun:test'
import type { Page } from 'playwright-core'
import {
  callButton,
  callState,
  keepsSeeing,
  outcome,
  seesTheOther,
  talk,
  twoPeople,
} from '../support/callers.ts'
import {
  axeViolations,
  hasChromium,
  sharedChromium,
  startCallingChromium,
} from '../support/chromium.ts'
import { eventually } from '../support/eventually.ts'
import { idIn } from '../support/peer.ts'
import { startTestWeb } from '../support/web.ts'

const testMs = 60_000

describe.skipIf(!hasChromium)('two people in their browsers', () => {
  const browser = sharedChromium(startCallingChromium)
  // Pictures that nobody looks at any more would slow down the next call.
  test(
    'see, hear and write to each other, and check that nobody is in between',
    async () => {
      await using site = await startTestWeb()
      const [ana, bia] = await twoPeople(browser(), site.url)
      await callButton(ana.page, 'Bia').click()
      await ana.page.getByText('Ligando para Bia').waitFor()
      await bia.page.locator('#call-ringing').getByText('Ana está ligando').waitFor()
      const accepted = performance.now()
      await bia.page.click('#call-accept-video')
      await Promise.all([seesTheOther(ana.page), seesTheOther(bia.page)])
      console.log(`acceptance to moving pictures: ${(performance.now() - accepted).toFixed(0)} ms`)
      await Promise.all([keepsSeeing(ana.page), keepsSeeing(bia.page)])

      for (const { page } of [ana, bia]) {
        await page.locator('#call-safety-button[data-safety=code]').waitFor()
      }
      const code = await ana.page.textContent('#call-safety-code')
      expect(code).not.toBe('')
      expect(await bia.page.textContent('#call-safety-code')).toBe(code)

      await ana.page.keyboard.press('c')
      await ana.page.fill('#call-chat-field', 'Olá, <b>Bia</b>')
      await ana.page.keyboard.press('Enter')
      await bia.page.keyboard.press('c')
      await bia.page.locator('#call-chat-log').getByText('Olá, <b>Bia</b>').waitFor()

      await ana.page.click('#call-mute')
      await bia.page.locator('#call-remote-muted').waitFor({ state: 'visible' })
      await ana.page.click('#call-mute')
      await bia.page.locator('#call-remote-muted').waitFor({ state: 'hidden' })
      await ana.page.click('#call-camera-off')
      await bia.page.getByText('Câmera desligada').waitFor({ state: 'visible' })
      await ana.page.click('#call-camera-off')
      await keepsSeeing(bia.page)

      await bia.page.click('#call-hang-up')
      await outcome(ana.page, 'Bia encerrou a chamada.')
      await outcome(bia.page, 'Você encerrou a chamada.')
      // Both are free again.
      await callButton(ana.page, 'Bia').and(ana.page.locator(':not([aria-disabled])')).waitFor()
      expect([...ana.complaints, ...bia.complaints]).toEqual([])
    },
    testMs,
  )

  test(
    'are told in words of their own how a call that never began ended',
    async () => {
      await using site = await startTestWeb()
      const [ana, bia] = await twoPeople(browser(), site.url)
      await callButton(ana.page, 'Bia').click()
      await bia.page.click('#call-decline')
      await outcome(ana.page, 'Bia recusou a chamada.')

      await callButton(ana.page, 'Bia').click()
      await bia.page.locator('#call-ringing[open]').waitFor()
      await ana.page.click('#call-cancel')
      await outcome(bia.page, 'Chamada perdida de Ana.')
      await bia.page.locator('#call-ringing[open]').waitFor({ state: 'detached' })

      // Busy with somebody else: seen in the list already, and refused where it was not yet.
      const peer = await site.tcp.connect()
      await peer.ask('register,Zeca,6000')
      await peer.ask('ready')
      await callButton(bia.page, 'Zeca').click()
      await callState(bia.page, 'ringing-out')
      await callButton(ana.page, 'Bia').and(ana.page.locator('[aria-disabled=true]')).waitFor()
      await ana.page.click('#call-outcome-close')
      // Playwright itself would wait until the button can do what it says.
      await callButton(ana.page, 'Bia').click({ force: true })
      await outcome(ana.page, 'Bia está em outra chamada.')
      expect(await ana.page.locator('#call-calling[open]').count()).toBe(0)

      // The details' dialog would cover what is told.
      await ana.page.locator('#people').getByText('Bia', { exact: true }).click()
      await ana.page.locator('#dialog [data-call-name=Bia]').click({ force: true })
      await ana.page.locator('#dialog').waitFor({ state: 'hidden' })
      await outcome(ana.page, 'Bia está em outra chamada.')
      expect(await axeViolations(ana.page, '#people')).toEqual([])
      expect([...ana.complaints, ...bia.complaints]).toEqual([])
    },
    testMs,
  )

  test(
    'hear that nobody answered when it has rung long enough',
    async () => {
      await using site = await startTestWeb({
        ringTimeoutMs: 1_000,
        registryOverrides: { limits: { ringTimeoutMs: 1_000 } },
      })
      const [ana, bia] = await twoPeople(browser(), site.url)
      await callButton(ana.page, 'Bia').click()
      await bia.page.locator('#call-ringing[open]').waitFor()
      await outcome(ana.page, 'Bia não atendeu.')
      await outcome(bia.page, 'Chamada perdida de Ana.')
    },
    testMs,
  )

  test(
    'stop ringing when the caller closes the tab',
    async () => {
      await using site = await startTestWeb()
      const [ana, bia] = await twoPeople(browser(), site.url)
      await callButton(ana.page, 'Bia').click()
      await bia.page.locator('#call-ringing[open]').waitFor()
      await ana.page.close()
      await outcome(bia.page, 'Chamada perdida de Ana.')
    },
    testMs,
  )

  test(
    'who call each other at the same moment are connected',
    async () => {
      await using site = await startTestWeb()
      const [ana, bia] = await twoPeople(browser(), site.url)
      // By the clock: each page clicks by itself, without waiting for the test to tell it.
      const at = Date.now() + 1_000
      const callAt = (page: Page, name: string) =>
        page.evaluate(
          ({ at, name }) => {
            const button = document.querySelector<HTMLElement>(`#people [data-call-name="${name}"]`)
            setTimeout(() => button?.click(), at - Date.now())
          },
          { at, name },
        )
      await Promise.all([callAt(ana.page, 'Bia'), callAt(bia.page, 'Ana')])
      // On a busy machine one of them is later than the other's ring, and answers it.
      for (const { page } of [ana, bia]) {
        const settled = page.locator(
          '#call-area:is([data-state=ringing-in], [data-state=connecting], [data-state=talking])',
        )
        const late = page.locator('#call-area[data-state=ringing-in]')
        await Promise.race([settled.waitFor({ state: 'attached' }), Bun.sleep(3_000)])
        if ((await late.count()) > 0) await page.click('#call-accept-video').catch(() => {})
      }
      await Promise.all([seesTheOther(ana.page), seesTheOther(bia.page)])
      await ana.page.click('#call-hang-up')
      await outcome(bia.page, 'Ana encerrou a chamada.')
    },
    testMs,
  )

  test(
    'hear it ring in every tab, until one answers',
    async () => {
      await using site = await startTestWeb()
      const [ana, bia] = await twoPeople(browser(), site.url)
      const second = await bia.context.newPage()
      await second.goto('/people')
      await eventually('three tabs', () => site.web.tabs === 3)
      await callButton(ana.page, 'Bia').click()
      await bia.page.locator('#call-ringing[open]').waitFor()
      await second.click('#call-accept-audio')
      await bia.page.locator('#call-ringing[open]').waitFor({ state: 'detached' })
      await outcome(bia.page, 'A chamada foi tratada em outra aba.')
      await callState(second, 'talking')
      await callState(ana.page, 'talking')
      await second.close()
      await outcome(ana.page, /Bia (encerrou a chamada|saiu)/)
    },
    testMs,
  )

  test(
    'can be called with nc, and nc is told that they refused',
    async () => {
      await using site = await startTestWeb()
      const [ana] = await twoPeople(browser(), site.url)
      const peer = await site.tcp.connect()
      await peer.ask('register,Zeca,6000')
      const id = idIn(await peer.ask('call,Ana'))
      await ana.page.locator('#call-ringing').getByText('Zeca está ligando').waitFor()
      await ana.page.click('#call-decline')
      expect(await peer.line()).toBe(`*declined,${id}`)
    },
    testMs,
  )

  test(
    'are called from the details, and reload out of a call',
    async () => {
      await using site = await startTestWeb()
      const [ana, bia] = await twoPeople(browser(), site.url)
      await ana.page.locator('#people').getByText('Bia', { exact: true }).click()
      await ana.page.locator('#dialog [data-call-name=Bia]').click()
      await bia.page.click('#call-accept-video')
      await Promise.all([seesTheOther(ana.page), seesTheOther(bia.page)])
      await ana.page.reload()
      await outcome(bia.page, /Ana (encerrou a chamada|saiu)/)
      await ana.sees('Bia')
      await talk(ana, bia)
    },
    testMs,
  )
})
