import { existsSync } from 'node:fs'
import puppeteer, { type BrowserContext, type Page } from 'puppeteer-core'
import type { AnyBrowser, AnyWindow } from './any-browser.ts'

export const firefoxPath = process.env.FIREFOX ?? '/usr/bin/firefox-esr'

/** Whether the tests that need Firefox can run. In CI they must, and fail where there is none. */
export const hasFirefox = existsSync(firefoxPath) || process.env.CI === 'true'

if (!hasFirefox) {
  console.warn(
    `No Firefox at ${firefoxPath}: its tests are skipped. On Debian: apt-get install firefox-esr`,
  )
}

/** A camera that nobody has to plug in, a yes to whatever a page asks, calls on loopback alone. */
const calling = {
  'media.navigator.streams.fake': true,
  'media.navigator.permission.disabled': true,
  'media.peerconnection.ice.loopback': true,
  'media.peerconnection.ice.obfuscate_host_addresses': false,
}

/** The Firefox of the distribution, without changes, over WebDriver BiDi. */
export async function startFirefox({
  program = firefoxPath,
  cookies = true,
}: {
  /** What is run: one that runs Firefox elsewhere. */
  program?: string
  /** Whether it keeps any. */
  cookies?: boolean
} = {}): Promise<AnyBrowser> {
  const browser = await puppeteer.launch({
    browser: 'firefox',
    executablePath: program,
    acceptInsecureCerts: true,
    extraPrefsFirefox: {
      'intl.accept_languages': 'pt-BR, pt',
      ...(cookies ? {} : { 'network.cookie.cookieBehavior': 2 }),
      ...calling,
    },
  })
  return {
    name: 'Firefox',
    newWindow: async () => windowIn(await browser.createBrowserContext()),
    close: () => browser.close(),
  }
}

async function windowIn(context: BrowserContext): Promise<AnyWindow> {
  const page: Page = await context.newPage()
  await page.setViewport({ width: 1280, height: 800 })
  return {
    open: async (url) => {
      await page.goto(url)
    },
    fill: async (selector, text) => {
      await page.locator(selector).click()
      await page.$eval(selector, (field) => (field as HTMLInputElement).select())
      if (text === '') await page.keyboard.press('Backspace')
      else await page.keyboard.type(text)
    },
    click: (selector) => page.locator(selector).click(),
    press: (key) => page.keyboard.press(key),
    evaluate: async <T>(expression: string) => (await page.evaluate(expression)) as T,
    screenshot: async (path) => {
      await Bun.write(path, await page.screenshot())
    },
    close: () => context.close(),
  }
}
