/**
 * Takes the screenshots of the README anew, in both languages: `bun scripts/screenshots.ts`.
 * Needs Chromium (`CHROMIUM` says where, if not at /usr/bin/chromium).
 */
import { join } from 'node:path'
import type { BrowserContextOptions, Page } from 'playwright-core'
import { enter, leave, operate, startChromium, startShownServer } from './shown-server.ts'

const server = await startShownServer()
const browser = await startChromium()
const desk = { viewport: { width: 960, height: 640 }, deviceScaleFactor: 1 }
const phone = { viewport: { width: 390, height: 760 }, deviceScaleFactor: 2, hasTouch: true }

for (const [language, locale] of [
  ['pt', 'pt-BR'],
  ['en', 'en'],
] as const) {
  const save = (page: Page, name: string) =>
    page.screenshot({ path: join(import.meta.dir, '..', 'docs', `${name}.${language}.png`) })

  await withPages(1, { ...desk, locale }, async ([page]) => {
    await page.goto('/')
    await save(page, 'form')
    await enter(page, 'Ana Lima')
    await save(page, 'list')
    await page.getByText('Caio').click()
    await page.locator('dialog[open]').waitFor()
    await save(page, 'details')
    await leave(page)
  })
  await withPages(1, { ...phone, locale }, async ([page]) => {
    await enter(page, 'Davi')
    await save(page, 'phone')
    await leave(page)
  })
  await withPages(1, { ...desk, locale, colorScheme: 'dark' }, async ([page]) => {
    await enter(page, 'Marina')
    await save(page, 'dark')
    await leave(page)
  })
  await withPages(1, { ...desk, locale }, async ([page]) => {
    await operate(page)
    await save(page, 'operator')
  })
  await withPages(2, { ...desk, locale }, async ([ana, lia]) => {
    await enter(ana, 'Ana')
    await enter(lia, 'Lia')
    await ana.locator('[data-call-name="Lia"]').click()
    await lia.locator('#call-ringing[open]').waitFor()
    await Bun.sleep(500)
    await save(lia, 'ringing')
    await lia.click('#call-accept-video')
    await ana.locator('#call-area[data-state=talking]').waitFor({ state: 'attached' })
    await ana.locator('#call-safety-button[data-safety=code]').waitFor()
    await ana.click('#call-safety-button')
    await Bun.sleep(3_000)
    await save(ana, 'call')
    await ana.click('#call-hang-up')
    for (const page of [ana, lia]) {
      await page.locator('#call-outcome-close').click()
      await leave(page)
    }
  })
}

await browser.close()
server.stop()
process.exit(0)

/** Pages of as many people, each with cookies of their own. */
async function withPages(
  count: 1 | 2,
  options: BrowserContextOptions,
  use: (pages: [Page, Page]) => Promise<void>,
): Promise<void> {
  const open = () => browser.newContext({ baseURL: server.baseURL, ...options })
  const contexts = await Promise.all(Array.from({ length: count }, open))
  const [first, second = first] = await Promise.all(contexts.map((context) => context.newPage()))
  if (!first || !second) throw new Error('bug: a context without a page')
  await use([first, second])
  await Promise.all(contexts.map((context) => context.close()))
}
