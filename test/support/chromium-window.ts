import { chromium } from 'playwright-core'
import type { AnyBrowser } from './any-browser.ts'
import { callingArguments, executablePath } from './chromium.ts'

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
      const page = await context.newPage()
      page.setDefaultTimeout(20_000)
      return {
        open: async (url) => {
          await page.goto(url)
        },
        fill: (selector, text) => page.fill(selector, text),
        click: (selector) => page.click(selector),
        evaluate: <T>(expression: string) => page.evaluate<T>(expression),
        screenshot: async (path) => {
          await page.screenshot({ path })
        },
        close: () => context.close(),
      }
    },
    close: () => browser.close(),
  }
}
