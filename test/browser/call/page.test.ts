import { afterAll, afterEach, beforeAll, describe, expect, test } from 'bun:test'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import {
  axeViolations,
  hasChromium,
  startCallingChromium,
  startTimeoutMs,
} from '../../support/chromium.ts'
import { startToySite } from './toy-site.tsx'

type Site = Awaited<ReturnType<typeof startToySite>>

describe.skipIf(!hasChromium)('the call page', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await startCallingChromium()
  }, startTimeoutMs)
  afterAll(() => browser.close(), startTimeoutMs)
  afterEach(async () => {
    await Promise.all(browser.contexts().map((context) => context.close()))
    expect(complaints.splice(0)).toEqual([])
  })

  const complaints: string[] = []
  const watch = (page: Page) => {
    page.setDefaultTimeout(20_000)
    page.on('pageerror', (error) => complaints.push(error.message))
    page.on('console', (message) => {
      if (/WebSocket connection to .* failed|htmx:ws:error/.test(message.text())) return
      if (['error', 'warning'].includes(message.type())) complaints.push(message.text())
    })
  }

  const until = async (look: () => boolean | Promise<boolean>) => {
    const deadline = Date.now() + 20_000
    while (!(await look())) {
      if (Date.now() > deadline) throw new Error(`in vain: ${look}`)
      await Bun.sleep(20)
    }
  }

  async function openTab(site: Site, name: string, context?: BrowserContext, query = '') {
    const before = site.tabs(name)
    const page = await (context ?? (await browser.newContext())).newPage()
    watch(page)
    await page.goto(`${site.url}/${name}${query}`)
    await until(() => site.tabs(name) > before)
    return page
  }

  const isAt = (page: Page, state: string) =>
    page.locator(`#call-area[data-state="${state}"]`).waitFor({ state: 'attached' })
  const outcome = (page: Page) => page.locator('#call-outcome-text').innerText()
  const isGone = (page: Page, selector: string) =>
    page.locator(selector).waitFor({ state: 'hidden' })
  /** Until the remote picture has moved on, which no placeholder does. */
  const seesTheOther = async (page: Page) => {
    const time = () =>
      page.evaluate<number>(
        "(() => { const v = document.querySelector('#call-remote'); return v.videoWidth > 0 ? v.currentTime : 0 })()",
      )
    const before = await time()
    await until(async () => (await time()) >= before + 0.3)
  }
  /** No camera, microphone or peer connection outlives a call. */
  const holdsNoMedia = (page: Page) =>
    page.evaluate<boolean>(
      "[...document.querySelectorAll('video')].every((video) => video.srcObject === null)",
    )

  async function talk(site: Site, answer = '#call-accept-video') {
    const [ana, bia] = await Promise.all([openTab(site, 'ana'), openTab(site, 'bia')])
    await ana.click('[data-call-name=bia]')
    await bia.click(answer)
    await Promise.all([isAt(ana, 'talking'), isAt(bia, 'talking')])
    return { ana, bia }
  }

  test('rings in every tab, is answered in one, is seen at both ends, and ends at both', async () => {
    await using site = await startToySite()
    const ana = await openTab(site, 'ana')
    const bia = await openTab(site, 'bia')
    const other = await openTab(site, 'bia', bia.context())
    await bia.bringToFront()
    await ana.click('[data-call-name=bia]')
    await ana.getByText('Ligando para bia…').waitFor()
    await bia.getByText('ana está ligando', { exact: true }).waitFor()
    expect(await bia.innerText('#call-ringing [data-call-countdown]')).toMatch(
      /Toca por mais \d+ segundos/,
    )
    expect(await bia.title()).toContain('ana está ligando')
    expect(await axeViolations(ana)).toEqual([])
    expect(await axeViolations(bia)).toEqual([])
    await other.locator('#call-ringing[open]').waitFor()
    await bia.click('#call-accept-video')
    await isGone(other, '#call-ringing')
    expect(await outcome(other)).toBe('A chamada foi tratada em outra aba.')
    await Promise.all([seesTheOther(ana), seesTheOther(bia)])
    expect(await bia.title()).not.toContain('ligando')

    await ana.locator('#call-safety-button[data-safety=code]').waitFor()
    await bia.locator('#call-safety-button[data-safety=code]').waitFor()
    await ana.click('#call-safety-button')
    expect(await ana.locator('#call-safety-code li').count()).toBe(6)
    expect(await ana.textContent('#call-safety-code')).toBe(
      await bia.textContent('#call-safety-code'),
    )
    expect(await axeViolations(ana)).toEqual([])

    await ana.click('#call-hang-up')
    await isGone(bia, '#call')
    expect(await outcome(ana)).toBe('Você encerrou a chamada.')
    expect(await outcome(bia)).toBe('ana encerrou a chamada.')
    expect(await holdsNoMedia(ana)).toBe(true)
    expect(await holdsNoMedia(bia)).toBe(true)
  }, 60_000)

  test('says in different words how a call that never began ended', async () => {
    await using site = await startToySite()
    const ana = await openTab(site, 'ana')
    const bia = await openTab(site, 'bia')
    await ana.click('[data-call-name=bia]')
    await bia.click('#call-decline')
    await ana.getByText('bia recusou a chamada.').waitFor()
    expect(await outcome(bia)).toBe('Você recusou a chamada de ana.')

    await ana.click('[data-call-name=bia]')
    await bia.locator('#call-ringing[open]').waitFor()
    await ana.click('#call-cancel')
    await bia.getByText('Chamada perdida de ana.').waitFor()
    expect(await outcome(ana)).toBe('Chamada cancelada.')

    await ana.click('[data-call-name=caio]')
    await ana.getByText('caio não está mais aqui.').waitFor()

    await ana.click('[data-call-name=bia]')
    await bia.locator('#call-ringing[open]').waitFor()
    const caio = await openTab(site, 'caio')
    await caio.click('[data-call-name=bia]')
    await caio.getByText('bia está em outra chamada.').waitFor()
    const [id = ''] = site.calls.keys()
    site.calls.clear()
    site.tell('ana', { kind: 'ended', id, reason: 'timeout' })
    site.tell('bia', { kind: 'ended', id, reason: 'timeout' })
    await ana.getByText('bia não atendeu.').waitFor()
    await bia.getByText('Chamada perdida de ana.').waitFor()
    expect(await holdsNoMedia(ana)).toBe(true)
  }, 60_000)

  test('a ringing dialog is not answered by a key typed elsewhere, nor dismissed', async () => {
    await using site = await startToySite()
    const ana = await openTab(site, 'ana')
    const bia = await openTab(site, 'bia')
    await bia.focus('#filter')
    await ana.click('[data-call-name=bia]')
    await bia.locator('#call-ringing[open]').waitFor()
    for (const key of ['Enter', ' ', 'Escape', 'Escape']) await bia.keyboard.press(key)
    await bia.mouse.click(3, 3)
    expect(await bia.locator('#call-ringing[open]').count()).toBe(1)
    expect(await ana.locator('#call-calling[open]').count()).toBe(1)
    await bia.getByRole('button', { name: 'Recusar', exact: true }).click()
    await ana.getByText('bia recusou a chamada.').waitFor()
  }, 60_000)

  test('chat counts what is unread, shows text as text, and keys work while nobody types', async () => {
    await using site = await startToySite()
    const { ana, bia } = await talk(site)
    await ana.keyboard.press('c')
    await ana.keyboard.type('oi <img src=x> mvd?')
    await ana.keyboard.press('Enter')
    await bia.locator('#call-unread', { hasText: '1' }).waitFor()
    await bia.keyboard.press('c')
    await bia.getByText('oi <img src=x> mvd?').first().waitFor()
    expect(await bia.locator('#call-unread').innerText()).toBe('')
    expect(await ana.getAttribute('#call-mute', 'aria-pressed')).toBe('false')
    expect(await axeViolations(bia)).toEqual([])

    await ana.keyboard.press('Escape')
    await ana.keyboard.press('Control+m')
    expect(await ana.getAttribute('#call-mute', 'aria-pressed')).toBe('false')
    await ana.keyboard.press('m')
    await bia.locator('#call-remote-muted').waitFor()
    await ana.keyboard.press('v')
    await bia.getByText('Câmera desligada').waitFor()
    expect(await ana.getAttribute('#call-camera-off', 'aria-pressed')).toBe('true')
    await ana.keyboard.press('v')
    await isGone(bia, '#call-remote-off')
    await ana.keyboard.press('?')
    await ana.locator('#call-help[open]').waitFor()
    expect(await axeViolations(ana)).toEqual([])
    await ana.keyboard.press('Escape')
    await ana.click('#call-quality-button')
    await ana.locator('#call-plot-sent output', { hasText: 'bit/s' }).waitFor()
    await ana.click('#call-devices-button')
    await ana.locator('#call-camera option').nth(1).waitFor({ state: 'attached' })
    expect(await axeViolations(ana)).toEqual([])
  }, 60_000)

  test('answered with audio only; the camera comes later', async () => {
    await using site = await startToySite()
    const { ana, bia } = await talk(site, '#call-accept-audio')
    await ana.getByText('Câmera desligada').waitFor()
    await seesTheOther(bia)
    await bia.click('#call-camera-off')
    await isGone(ana, '#call-remote-off')
    await seesTheOther(ana)
  }, 60_000)

  test('goes on while the server is away, hangs up without it, and resumes with it', async () => {
    await using site = await startToySite()
    const { ana, bia } = await talk(site)
    await seesTheOther(ana)
    site.goAway()
    await ana.getByText('Sem o servidor por agora').waitFor()
    await seesTheOther(ana)
    site.comeBack()
    await isGone(ana, '#call-banner')
    await isGone(bia, '#call-banner')

    site.goAway()
    await bia.getByText('Sem o servidor por agora').waitFor()
    await ana.click('#call-hang-up')
    await isGone(bia, '#call')
    expect(await outcome(bia)).toBe('ana encerrou a chamada.')
    site.comeBack()
    // What was hung up while the server was away, it hears afterwards.
    await until(() => site.calls.size === 0)
  }, 60_000)

  test('a call that the registry takes for lost goes on; a tab that closes ends it', async () => {
    await using site = await startToySite()
    const { ana, bia } = await talk(site)
    const [id = ''] = site.calls.keys()
    site.calls.clear()
    site.tell('ana', { kind: 'ended', id, reason: 'lost' })
    await ana.getByText('Sem o servidor por agora').waitFor()
    await ana.waitForTimeout(1_000)
    await isAt(ana, 'talking')
    await bia.close({ runBeforeUnload: false })
    await isGone(ana, '#call')
    expect(await outcome(ana)).toMatch(/^bia (saiu|encerrou a chamada)\.$/)
  }, 60_000)

  test('speaks English', async () => {
    await using site = await startToySite()
    const ana = await openTab(site, 'ana', undefined, '?language=en')
    await openTab(site, 'bia')
    await ana.click('[data-call-name=bia]')
    await ana.getByText('Calling bia…').waitFor()
    await ana.click('#call-cancel')
    await ana.getByText('Call cancelled.').waitFor()
  }, 60_000)
})
