import { describe, expect, test } from 'bun:test'
import type { Page } from 'playwright-core'
import { isolated } from '../../../src/text/isolated.ts'
import { hasChromium, sharedChromium, startCallingChromium } from '../../support/chromium.ts'
import { eventually } from '../../support/eventually.ts'
import { startToySite } from './toy-site.tsx'

test('only a name that is written from right to left is isolated in text', () => {
  expect(isolated('דוד 2')).toBe('\u2068דוד 2\u2069')
  expect(isolated('Ana علي')).toBe('\u2068Ana علي\u2069')
  for (const name of ['Élio', '山田', 'Inês 👩‍💻']) expect(isolated(name)).toBe(name)
})

/** Its words as they stand from left to right, with the name as one, and those of the name as they are read. */
const wordsFromTheLeft = (page: Page, selector: string, name: string) =>
  page.evaluate<string[]>(`((selector, name) => {
    const element = document.querySelector(selector)
    const text = document.createTreeWalker(element, NodeFilter.SHOW_TEXT)
    const found = []
    for (let node = text.nextNode(); node; node = text.nextNode()) {
      for (const { 0: word, index } of node.data.matchAll(/[^\\s…]+/gu)) {
        const range = document.createRange()
        range.setStart(node, index)
        range.setEnd(node, index + word.length)
        found.push({ word: name.includes(word) ? '*' : word, left: range.getBoundingClientRect().left })
      }
    }
    const words = found.toSorted((one, other) => one.left - other.left).map(({ word }) => word)
    return words.filter((word, at) => word !== '*' || words[at - 1] !== '*')
  })(${JSON.stringify(selector)}, ${JSON.stringify(name)})`)

describe.skipIf(!hasChromium)('a name that is written from right to left', () => {
  const browser = sharedChromium(startCallingChromium)

  test('does not change the order of the words around it', async () => {
    await using site = await startToySite()
    const page = await (await browser().newContext()).newPage()
    await page.goto(`${site.url}/ana`)
    await eventually('the page', () => site.tabs('ana') > 0)
    const person = { name: 'דוד 2', ip: '127.0.0.1' }
    const order = (selector: string) => wordsFromTheLeft(page, selector, person.name)
    const ringing = {
      kind: 'ringing',
      id: '1',
      direction: 'in',
      ...person,
      ringsForMs: 60_000,
    } as const
    site.tell('ana', ringing)
    await page.locator('#call-ringing[open]').waitFor()
    expect(await order('#call-ringing-title')).toEqual(['*', 'está', 'ligando'])
    expect(await page.title()).toContain('\u2068דוד 2\u2069 está ligando')

    site.calls.set('1', { id: '1', from: person.name, to: 'ana' })
    await page.click('#call-accept-audio')
    await page.locator('#call[open]').waitFor()
    expect(await order('#call-title')).toEqual(['Chamada', 'com', '*'])
    site.tell('ana', { kind: 'ended', id: '1', reason: 'hangup' })
    await page.locator('#call-outcome-content').waitFor()
    expect(await order('#call-outcome-text')).toEqual(['*', 'encerrou', 'a', 'chamada.'])
  }, 60_000)
})
