import type { AnyBrowser } from './any-browser.ts'
import { startCallingChromium } from './chromium.ts'

/** Chromium by the same few commands as the other browsers. */
export async function startAnyChromium(): Promise<AnyBrowser> {
  const browser = await startCallingChromium()
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
      }
    },
    close: () => browser.close(),
  }
}
