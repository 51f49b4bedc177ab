import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BrowserContext, chromium } from 'playwright-core'
import type { AnyBrowser, AnyWindow } from './any-browser.ts'
import { callingArguments, executablePath, leanArguments } from './lean-chromium.ts'

/** Chromium by the same few commands as the other browsers. */
export async function startAnyChromium({
  program = executablePath,
}: {
  /** What is run: one that runs Chromium elsewhere. */
  program?: string
} = {}): Promise<AnyBrowser> {
  const browser = await chromium.launch({
    executablePath: program,
    // TURN over TLS asks for a certificate, too, where nobody is asked about it.
    args: [...callingArguments, '--ignore-certificate-errors'],
  })
  return {
    name: 'Chromium',
    async newWindow() {
      const context = await browser.newContext({ locale: 'pt-BR', ignoreHTTPSErrors: true })
      return windowIn(context)
    },
    close: () => browser.close(),
  }
}

/** A Chromium that keeps no cookies, as a person can set it. It has one window. */
export async function startChromiumWithoutCookies(): Promise<AnyBrowser> {
  const profile = mkdtempSync(join(tmpdir(), 'encontro-chromium-'))
  mkdirSync(join(profile, 'Default'))
  const blocked = { profile: { default_content_setting_values: { cookies: 2 } } }
  writeFileSync(join(profile, 'Default', 'Preferences'), JSON.stringify(blocked))
  const context = await chromium.launchPersistentContext(profile, {
    executablePath,
    args: leanArguments,
    locale: 'pt-BR',
  })
  return {
    name: 'Chromium',
    newWindow: () => windowIn(context),
    async close() {
      await context.close()
      rmSync(profile, { recursive: true })
    },
  }
}

async function windowIn(context: BrowserContext): Promise<AnyWindow> {
  const page = await context.newPage()
  page.setDefaultTimeout(20_000)
  return {
    open: async (url) => {
      await page.goto(url)
    },
    fill: (selector, text) => page.fill(selector, text),
    click: (selector) => page.click(selector),
    press: (key) => page.keyboard.press(key),
    evaluate: <T>(expression: string) => page.evaluate<T>(expression),
    screenshot: async (path) => {
      await page.screenshot({ path })
    },
    close: () => context.close(),
  }
}
