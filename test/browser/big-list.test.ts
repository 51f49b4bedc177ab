import { describe, expect, test } from 'bun:test'
import { hasChromium, newPerson, sharedChromium } from '../support/chromium.ts'
import { eventually } from '../support/eventually.ts'
import { startTestWeb, type TestWeb } from '../support/web.ts'

const name = (number: number) => `Pessoa ${String(number).padStart(5, '0')}`

/** Registered without sockets: this is about the page. */
function fill(site: TestWeb, count: number): void {
  for (let number = 1; number <= count; number += 1) {
    const ip = `10.0.${number >> 8}.${number & 255}`
    site.tcp.directory.register({ name: name(number), ip, port: 4000, callPort: 5000 })
  }
}

describe.skipIf(!hasChromium)('a list of ten thousand people', () => {
  const browser = sharedChromium()

  test('shows its first page, and more as its end comes into sight', async () => {
    await using site = await startTestWeb()
    fill(site, 10_000)
    const ana = await newPerson(browser(), site.url)
    await ana.register('Ana', 5001)
    await ana.page.getByText('10.001 pessoas').waitFor()
    // Not on the body, as after any load: a person who entered by a key goes on from here.
    expect(await ana.page.evaluate<string>('document.activeElement.id')).toBe('people-title')
    expect(await ana.names()).toEqual(['Ana', ...Array.from({ length: 49 }, (_, i) => name(i + 1))])
    for (const pages of [2, 3]) {
      await ana.page.locator('#below').scrollIntoViewIfNeeded()
      await ana.sees(name(50 * pages - 1))
    }
    // From then on it waits for a press, so that what stands below the list can be reached.
    const more = ana.page.locator('#below a')
    await more.scrollIntoViewIfNeeded()
    await more.focus()
    expect(await ana.names()).toHaveLength(150)
    await ana.page.keyboard.press('Enter')
    await ana.sees(name(199))
    await eventually(
      'the focus on the first new row',
      async () =>
        (await ana.page.evaluate<string>('document.activeElement.textContent')) === name(150),
    )
    const names = await ana.names()
    expect(names).toEqual([
      'Ana',
      ...Array.from({ length: names.length - 1 }, (_, i) => name(i + 1)),
    ])
    expect(ana.complaints).toEqual([])
  }, 30_000)

  test('is filtered by name and by IP as one types', async () => {
    await using site = await startTestWeb()
    fill(site, 10_000)
    const ana = await newPerson(browser(), site.url)
    await ana.register('Ana', 5001)
    await ana.page.getByText('10.001 pessoas').waitFor()
    await ana.page.locator('#filter').pressSequentially('pessoa 0999')
    await ana.page.getByText('10 de 10.001 pessoas').waitFor()
    expect(await ana.names()).toHaveLength(11)
    await ana.page.fill('#filter', '10.0.39.16')
    await ana.page.getByText('1 de 10.001 pessoas').waitFor()
    expect(await ana.names()).toEqual(['Ana', name(10_000)])
    expect(await ana.page.evaluate('document.activeElement.id')).toBe('filter')

    // What changes elsewhere in the list shows in the count alone.
    site.tcp.directory.register({ name: 'Zeca', ip: '10.1.0.1', port: 4000, callPort: 5000 })
    await ana.page.getByText('1 de 10.002 pessoas').waitFor()
    expect(await ana.names()).toEqual(['Ana', name(10_000)])
  }, 30_000)

  test('puts the newest first where that is chosen, and keeps doing so', async () => {
    await using site = await startTestWeb()
    fill(site, 200)
    const ana = await newPerson(browser(), site.url)
    await ana.register('Ana', 5001)
    await ana.page.selectOption('#order', 'newest')
    await eventually('newest first', async () => (await ana.names())[1] === name(200))
    site.tcp.directory.register({ name: 'Zeca', ip: '10.1.0.1', port: 4000, callPort: 5000 })
    await ana.sees('Zeca')
    expect((await ana.names()).slice(0, 3)).toEqual(['Ana', 'Zeca', name(200)])
  }, 30_000)

  test('can be paged through by links without JavaScript', async () => {
    await using site = await startTestWeb()
    fill(site, 120)
    const ana = await newPerson(browser(), site.url, { javaScriptEnabled: false })
    await ana.register('Ana', 5001)
    await eventually('all there', async () => {
      await ana.page.goto('/people')
      return (await ana.page.innerText('#count')).startsWith('121')
    })
    await ana.page.click('text=Mostrar mais')
    expect((await ana.names())[1]).toBe(name(50))
    await ana.page.click('text=Mostrar mais')
    expect(await ana.names()).toEqual([
      'Ana',
      ...Array.from({ length: 21 }, (_, i) => name(100 + i)),
    ])
    await ana.page.click('text=Voltar ao começo')
    expect((await ana.names())[1]).toBe(name(1))
  }, 30_000)
})
