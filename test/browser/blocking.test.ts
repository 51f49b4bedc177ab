import { describe, expect, test } from 'bun:test'
import { callButton, outcome, twoPeople } from '../support/callers.ts'
import {
  axeViolations,
  hasChromium,
  sharedChromium,
  startCallingChromium,
} from '../support/chromium.ts'
import { eventually } from '../support/eventually.ts'
import { startTestWeb } from '../support/web.ts'

describe.skipIf(!hasChromium)('somebody whom one does not want to hear of', () => {
  const browser = sharedChromium(startCallingChromium)

  test('is blocked as it rings, is declined from then on, and rings again once unblocked', async () => {
    await using site = await startTestWeb()
    const [ana, bia] = await twoPeople(browser(), site.url)
    await callButton(ana.page, 'Bia').click()
    await bia.page.click('#call-block')
    await outcome(ana.page, 'Bia recusou a chamada.')

    // Another tab of hers knows, and a reload forgets nothing.
    await bia.page.reload()
    const rang = await bia.page.evaluateHandle(() => {
      const seen = { rang: false }
      const ringing = document.getElementById('call-ringing')
      new MutationObserver(() => {
        seen.rang ||= ringing?.hasAttribute('open') ?? false
      }).observe(document.body, { attributes: true, subtree: true })
      return seen
    })
    await callButton(ana.page, 'Bia').click()
    await eventually('declined again', async () => {
      const text = await ana.page.textContent('#call-outcome-text')
      const closed = await ana.page.locator('#call-calling[open]').count()
      return text?.includes('recusou') && closed === 0
    })
    expect(await rang.evaluate(({ rang }) => rang)).toBe(false)

    await bia.page.click('#blocked summary')
    expect(await bia.page.innerText('#blocked-list')).toContain('Ana')
    expect(await axeViolations(bia.page)).toEqual([])
    await bia.page.click('#blocked-list button')
    await bia.page.locator('#blocked').waitFor({ state: 'hidden' })
    expect([...ana.complaints, ...bia.complaints]).toEqual([])
  }, 60_000)

  test('is blocked in the details, where one sees it and takes it back', async () => {
    await using site = await startTestWeb()
    const [, bia] = await twoPeople(browser(), site.url)
    await bia.page.locator('#people a', { hasText: 'Ana' }).click()
    const button = bia.page.locator('#dialog [data-block-name]')
    await button.click()
    expect(await button.innerText()).toBe('Desbloquear')
    await button.click()
    expect(await button.innerText()).toBe('Bloquear')
    expect(bia.complaints).toEqual([])
  }, 60_000)
})
