import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import {
  type AnyBrowser,
  register,
  textOf,
  waitFor,
  waitForNames,
  waitForPath,
} from '../support/any-browser.ts'
import { hasChromium } from '../support/chromium.ts'
import { startAnyChromium } from '../support/chromium-window.ts'
import { hasNginx, startNginxBelow } from '../support/nginx.ts'
import { startProcess } from '../support/process.ts'

const testMs = 60_000

describe.skipIf(!hasChromium || !hasNginx)('two servers below paths of one host', () => {
  let browser: AnyBrowser
  beforeAll(async () => {
    browser = await startAnyChromium()
  }, testMs)
  afterAll(() => browser?.close(), testMs)

  test(
    'are used side by side in one browser, and neither ends the session at the other',
    async () => {
      const proxied = { TRUSTED_PROXIES: '127.0.0.1' }
      await using one = await startProcess({ ...proxied, BASE_PATH: '/encontro' })
      await using two = await startProcess({ ...proxied, BASE_PATH: '/tools/encontro/' })
      const portOf = ({ url }: { url: string }) => Number(new URL(url).port)
      await using nginx = await startNginxBelow([
        { basePath: '/encontro', port: portOf(one) },
        { basePath: '/tools/encontro', port: portOf(two) },
      ])
      expect(new URL(one.url).pathname).toBe('/encontro')
      const window = await browser.newWindow()
      await register(window, `${nginx.url}/encontro`, 'Ana', 5001)
      await register(window, `${nginx.url}/tools/encontro`, 'Lia', 5002)

      // The first is still there, and its list is live: somebody comes without a click here.
      await window.open(`${nginx.url}/encontro/`)
      await waitForPath(window, '/encontro/people')
      await waitForNames(window, ['Ana'])
      using bia = await one.connect()
      await bia.ask('register,Bia,6000')
      await waitForNames(window, ['Ana', 'Bia'])
      expect(await textOf(window, '.top__me')).toBe('Ana')

      await window.click('#people li:nth-child(2) a')
      await waitFor(window, 'the details', "document.querySelector('#dialog').open")
      expect(await textOf(window, '#call-address')).toBe('127.0.0.1:6000')
      await window.click('#dialog form[method=dialog] button')
      await window.fill('#filter', 'bi')
      await waitForNames(window, ['Ana', 'Bia'])

      await window.click('.top__languages button[value=en]')
      await waitFor(window, 'English', "document.documentElement.lang === 'en'")
      await window.click('form[action$="/leave"] button')
      await waitForPath(window, '/encontro/?notice=left')
      await window.open(`${nginx.url}/tools/encontro/people`)
      await waitForNames(window, ['Lia'])
      await window.close()
    },
    testMs,
  )
})
