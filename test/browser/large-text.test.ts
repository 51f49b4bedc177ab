import { describe, expect, test } from 'bun:test'
import type { Page } from 'playwright-core'
import { hasChromium, newPerson, sharedChromium } from '../support/chromium.ts'
import { layoutFaults, layouts, lookAt } from '../support/looks.ts'
import { startTestWeb } from '../support/web.ts'

/** In every layout, a line for each fault. */
async function faultsOf(page: Page, within: string): Promise<string[]> {
  const faults: string[] = []
  for (const layout of layouts) {
    await lookAt(page, { ...layout, theme: 'light' })
    const found = await layoutFaults(page, within)
    faults.push(...found.map((fault) => `${layout.width} px, ${layout.text} %: ${fault}`))
  }
  await lookAt(page, { width: 1280, height: 800, text: 100, theme: 'light' })
  return faults
}

/** Letters that are shown of the own name in the header. */
const ownLetters = (page: Page) =>
  page.evaluate<number>(`(() => {
    const name = document.querySelector('.top__me')
    const letters = document.createRange()
    const { right } = name.getBoundingClientRect()
    return [...name.firstChild.data].filter((_, at) => {
      letters.setStart(name.firstChild, at)
      letters.setEnd(name.firstChild, at + 1)
      return letters.getBoundingClientRect().right <= right + 1
    }).length
  })()`)

describe.skipIf(!hasChromium)('on phones and a desk, also with letters twice as large', () => {
  const browser = sharedChromium()

  test('nothing of the form, the list and the details is cut or broken', async () => {
    await using site = await startTestWeb()
    for (const [at, name] of ['Bia', 'Maria Aparecida dos Santos'].entries()) {
      const peer = await site.tcp.connect()
      await peer.ask(`register,${name},${6_000 + at}`)
      await peer.ask('ready')
    }
    const ana = await newPerson(browser(), site.url)
    await ana.page.goto('/')
    expect(await faultsOf(ana.page, 'body')).toEqual([])
    await ana.register('Ana Lima Pereira', 5001)
    expect(await faultsOf(ana.page, 'body')).toEqual([])
    await lookAt(ana.page, { width: 320, height: 640, text: 200, theme: 'light' })
    expect(await ownLetters(ana.page)).toBeGreaterThan(5)
    await ana.page.getByText('Maria Aparecida').first().click()
    await ana.page.locator('#dialog[open]').waitFor()
    expect(await faultsOf(ana.page, '#dialog')).toEqual([])
  }, 60_000)
})
