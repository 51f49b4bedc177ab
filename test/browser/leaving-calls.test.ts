import { describe, expect, test } from 'bun:test'
import { callButton, outcome, talk, twoPeople } from '../support/callers.ts'
import {
  hasChromium,
  type Person,
  sharedChromium,
  startCallingChromium,
} from '../support/chromium.ts'
import { startTestWeb } from '../support/web.ts'

const testMs = 60_000
/** So long that nothing but the page's own word can end a call of it. */
const patient = { sessionLimits: { tabGraceMs: 10 * testMs, requestGraceMs: 10 * testMs } }

/** Every way in which a page goes. */
const ways: [string, (person: Person) => Promise<unknown>][] = [
  ['closed', ({ page }) => page.close({ runBeforeUnload: false })],
  ['loaded again', ({ page }) => page.reload()],
  ['left for another', ({ page }) => page.goto('/people?order=newest')],
]

describe.skipIf(!hasChromium)('a page that goes', () => {
  const browser = sharedChromium(startCallingChromium)
  test.each(ways)(
    '%s while it calls, takes its call back at once',
    async (_, leave) => {
      await using site = await startTestWeb(patient)
      const [ana, bia] = await twoPeople(browser(), site.url)
      await callButton(ana.page, 'Bia').click()
      await bia.page.locator('#call-ringing[open]').waitFor()
      await leave(ana)
      await outcome(bia.page, 'Chamada perdida de Ana.')
    },
    testMs,
  )

  test.each(ways)(
    '%s in a call, hangs up',
    async (_, leave) => {
      await using site = await startTestWeb(patient)
      const [ana, bia] = await twoPeople(browser(), site.url)
      await talk(ana, bia)
      await leave(ana)
      await outcome(bia.page, 'Ana encerrou a chamada.')
    },
    testMs,
  )

  test(
    'in a call, by reloading or going back, asks first',
    async () => {
      await using site = await startTestWeb(patient)
      const [ana, bia] = await twoPeople(browser(), site.url)
      await talk(ana, bia)
      const questions: string[] = []
      ana.page.on('dialog', (dialog) => {
        questions.push(dialog.type())
        void dialog.dismiss()
      })
      // Dismissed, it does not happen.
      await ana.page.evaluate('location.reload()')
      await ana.page.locator('#call[open]').waitFor()
      expect(questions).toEqual(['beforeunload'])
      await ana.page.click('#call-hang-up')
      await outcome(bia.page, 'Ana encerrou a chamada.')
      await ana.page.reload()
      expect(questions).toEqual(['beforeunload'])
    },
    testMs,
  )
})
