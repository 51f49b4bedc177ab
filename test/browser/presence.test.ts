import { describe, expect, test } from 'bun:test'
import { hasChromium, newPerson, sharedChromium } from '../support/chromium.ts'
import { startTestWeb } from '../support/web.ts'

describe.skipIf(!hasChromium)('people in their browsers', () => {
  const browser = sharedChromium()

  test('see each other come and go without a click', async () => {
    await using site = await startTestWeb()
    const ana = await newPerson(browser(), site.url)
    const bia = await newPerson(browser(), site.url)
    await ana.register('Ana', 5001)
    await bia.register('Bia', 5002)
    await ana.sees('Bia')
    await bia.sees('Ana')
    await bia.page.click('text=Sair')
    await bia.page.getByText('Você saiu.').waitFor()
    await ana.seesNoMore('Bia')
    expect(await ana.names()).toEqual(['Ana'])
    expect([...ana.complaints, ...bia.complaints]).toEqual([])
  }, 30_000)

  test('see a peer that joined and left over TCP', async () => {
    await using site = await startTestWeb()
    const people = await Promise.all([
      newPerson(browser(), site.url),
      newPerson(browser(), site.url),
    ])
    await people[0].register('Ana', 5001)
    await people[1].register('Bia', 5002)
    const peer = await site.tcp.connect()
    await peer.ask('register,Zeca,6000')
    for (const person of people) await person.sees('Zeca')
    peer.close()
    for (const person of people) await person.seesNoMore('Zeca')
  }, 30_000)

  test('dial again at once when their network is another one', async () => {
    await using site = await startTestWeb()
    const ana = await newPerson(browser(), site.url)
    await ana.register('Ana', 5001)
    await ana.sees('Ana')
    const another = ana.page.waitForEvent('websocket')
    await ana.page.evaluate("dispatchEvent(new Event('online'))")
    await another
    const peer = await site.tcp.connect()
    await peer.ask('register,Zeca,6000')
    await ana.sees('Zeca')
    expect(ana.complaints).toEqual([])
  }, 30_000)

  test('see somebody appear behind a row that changes at the same moment', async () => {
    await using site = await startTestWeb()
    const ana = await newPerson(browser(), site.url)
    await ana.register('Ana', 5001)
    for (let turn = 0; turn < 5; turn += 1) {
      const [bia, zeca] = [await site.tcp.connect(), await site.tcp.connect()]
      await bia.ask('register,Bia,6000')
      await ana.sees('Bia')
      await Promise.all([bia.ask('ready'), zeca.ask('register,Zeca,6001')])
      await ana.sees('Zeca')
      await ana.page.locator('[data-call-name=Bia]').waitFor()
      expect(await ana.names()).toEqual(['Ana', 'Bia', 'Zeca'])
      bia.close()
      zeca.close()
      await ana.seesNoMore('Bia')
    }
    expect(ana.complaints).toEqual([])
  }, 30_000)

  test('open details, copy the address, and are told that the person left', async () => {
    await using site = await startTestWeb()
    const permissions = ['clipboard-read', 'clipboard-write']
    const ana = await newPerson(browser(), site.url, { permissions })
    const peer = await site.tcp.connect()
    await peer.ask('register,Zeca,6000')
    await ana.register('Ana', 5001)
    await ana.sees('Zeca')
    await ana.page.getByText('Zeca', { exact: true }).click()
    await ana.page.locator('dialog[open] #call-address').waitFor()
    expect(await ana.page.innerText('#call-address')).toBe('127.0.0.1:6000')
    await ana.page.click('[data-copy]')
    await ana.page.getByText('Copiado').waitFor()
    expect(await ana.page.evaluate('navigator.clipboard.readText()')).toBe('127.0.0.1:6000')
    peer.close()
    await ana.page.getByText('Zeca não está mais aqui').waitFor()
    await ana.page.keyboard.press('Escape')
    await ana.page.locator('dialog[open]').waitFor({ state: 'detached' })
    expect(ana.complaints).toEqual([])
  }, 30_000)

  test('reach details by the keyboard alone, and by double click', async () => {
    await using site = await startTestWeb()
    const ana = await newPerson(browser(), site.url)
    await ana.register('Ana', 5001)
    await ana.sees('Ana')
    await ana.page.locator('#own a').focus()
    await ana.page.keyboard.press('Enter')
    await ana.page.locator('dialog[open] #call-address').waitFor()
    await ana.page.keyboard.press('Escape')
    await ana.page.locator('dialog[open]').waitFor({ state: 'detached' })
    await ana.page.locator('#own a').dblclick()
    await ana.page.locator('dialog[open] #call-address').waitFor()

    // The list changes at the moment of closing, before the page hears of it.
    await ana.page.evaluate(`(() => {
      document.getElementById('dialog').close()
      document.dispatchEvent(new Event('htmx:after:swap'))
    })()`)
    await ana.page.locator('#dialog:empty').waitFor({ state: 'attached' })
    expect(await ana.page.locator('dialog[open]').count()).toBe(0)
    expect(ana.complaints).toEqual([])
  }, 30_000)

  test('are told at the field why they were refused, and keep what they typed', async () => {
    await using site = await startTestWeb()
    const peer = await site.tcp.connect()
    await peer.ask('register,Ana,6000')
    const ana = await newPerson(browser(), site.url)
    await ana.page.goto('/')
    await ana.page.fill('#name', 'Ana')
    await ana.page.click('.for-programs summary')
    await ana.page.fill('#call-port', '5001')
    await ana.page.keyboard.press('Enter')
    await ana.page.locator('#name-problem').waitFor()
    expect(await ana.page.inputValue('#name')).toBe('Ana')
    expect(await ana.page.evaluate('document.activeElement.id')).toBe('name')
    await ana.page.fill('#name', 'Ana 2')
    await ana.page.keyboard.press('Enter')
    await ana.page.waitForURL('**/people')
    expect(ana.complaints).toEqual([])
  }, 30_000)

  test('do it all without JavaScript', async () => {
    await using site = await startTestWeb()
    const peer = await site.tcp.connect()
    await peer.ask('register,Zeca,6000')
    const ana = await newPerson(browser(), site.url, { javaScriptEnabled: false })
    await ana.register('Ana', 5001)
    expect(await ana.names()).toEqual(['Ana', 'Zeca'])
    await ana.page.click('text=Zeca')
    await ana.page.waitForURL('**/person?*')
    expect(await ana.page.innerText('#call-address')).toBe('127.0.0.1:6000')
    await ana.page.click('text=Voltar à lista')
    await ana.page.fill('#filter', 'ana')
    await ana.page.click('text=Consultar outra vez')
    expect(await ana.names()).toEqual(['Ana'])
    await ana.page.click('.top__languages button')
    await ana.page.getByRole('heading', { name: 'Who is here' }).waitFor()
    expect(await ana.page.inputValue('#filter')).toBe('ana')
    await ana.page.click('text=Leave')
    await ana.page.getByText('You have left').waitFor()
    expect(site.tcp.directory.size).toBe(1)
  }, 30_000)
})
