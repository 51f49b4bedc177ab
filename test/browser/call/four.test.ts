import { describe, expect, test } from 'bun:test'
import { hasChromium, sharedChromium, startCallingChromium } from '../../support/chromium.ts'
import { eventually } from '../../support/eventually.ts'
import { bringIn, call, people, seesAll } from '../../support/several.ts'
import { startTestWeb } from '../../support/web.ts'

describe.skipIf(!hasChromium)('four people in one call, which is full', () => {
  const browser = sharedChromium(startCallingChromium)

  test('see and hear each other, also after the server was away', async () => {
    const registryOverrides = { limits: { maxCallMembers: 4 } }
    await using site = await startTestWeb({ registryOverrides, maxCallMembers: 4 })
    const all = await people(browser(), site.url, ['Ana', 'Bia', 'Caio', 'Davi'])
    const [ana, bia, caio, davi] = all
    await call(ana, bia, 'Bia')
    await seesAll(ana.page, 1)
    await bringIn(ana, caio, 'Caio')
    await Promise.all([ana, bia, caio].map(({ page }) => seesAll(page, 2)))
    // Whoever came last may bring in the next.
    await bringIn(caio, davi, 'Davi')
    await Promise.all(all.map(({ page }) => seesAll(page, 3)))
    await ana.page.locator('#call-add-full').waitFor()
    for (const { page } of [ana, caio]) await page.keyboard.press('Escape')
    for (const { page } of all) await page.locator('#call-add-button').waitFor({ state: 'hidden' })

    await davi.context.setOffline(true)
    await Promise.all(all.map(({ page }) => seesAll(page, 3)))
    await davi.context.setOffline(false)
    await eventually('the server is there again', async () => {
      return (await davi.page.textContent('#call-banner')) === ''
    })
    await Promise.all(all.map(({ page }) => seesAll(page, 3)))
    expect(all.flatMap(({ complaints }) => complaints)).toEqual([])
  }, 120_000)
})
