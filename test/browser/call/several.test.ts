import { describe, expect, test } from 'bun:test'
import { callState, outcome } from '../../support/callers.ts'
import { hasChromium, sharedChromium, startCallingChromium } from '../../support/chromium.ts'
import { bringIn, call, invite, people, seesAll } from '../../support/several.ts'
import { startTestWeb } from '../../support/web.ts'

describe.skipIf(!hasChromium)('three people in one call', () => {
  const browser = sharedChromium(startCallingChromium)

  test('see and hear each other; those who go leave the others as they are', async () => {
    await using site = await startTestWeb()
    const [ana, bia, caio] = await people(browser(), site.url, ['Ana', 'Bia', 'Caio'])
    await call(ana, bia, 'Bia')
    await seesAll(ana.page, 1)
    await bringIn(ana, caio, 'Caio')
    await Promise.all([ana, bia, caio].map(({ page }) => seesAll(page, 2)))

    await bia.page.click('#call-hang-up')
    await outcome(bia.page, 'Você encerrou a chamada.')
    await invite(caio.page, 'Bia')
    await bia.page.click('#call-decline')
    await caio.page.locator('#call-add-invited').getByText('recusou').waitFor()
    // Into the same call once more.
    await bringIn(ana, bia, 'Bia')
    await Promise.all([ana, bia, caio].map(({ page }) => seesAll(page, 2)))

    await caio.page.reload()
    await Promise.all([ana, bia].map(({ page }) => seesAll(page, 1)))
    await ana.page.click('#call-hang-up')
    await callState(bia.page, 'over')
    expect([ana, bia, caio].flatMap(({ complaints }) => complaints)).toEqual([])
  }, 90_000)
})
