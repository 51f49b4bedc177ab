/**
 * Takes every screen of the page in each width, theme and language, and puts all of them on one sheet for a
 * person to look over: `bun scripts/contact-sheet.ts [FOLDER]`. Open `index.html` in the folder
 * (`contact-sheet` unless you say otherwise), or look at the picture of each language and theme beside it.
 * Needs Chromium (`CHROMIUM` says where, if not at /usr/bin/chromium).
 */
import { mkdirSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Page } from 'playwright-core'
import { enter, leave, operate, startChromium, startShownServer } from './shown-server.ts'

const folder = resolve(process.argv[2] ?? 'contact-sheet')
mkdirSync(folder, { recursive: true })

const sizes = [
  { width: 320, height: 568 },
  { width: 390, height: 760 },
  { width: 1280, height: 800 },
]
const languages = [
  { language: 'pt', locale: 'pt-BR' },
  { language: 'en', locale: 'en' },
]
const themes = ['light', 'dark'] as const

/** Takes one screen, in each width. */
type Take = (page: Page, screen: string) => Promise<void>

/** What one person sees before a call, and beside one. */
async function alone(page: Page, take: Take): Promise<void> {
  await page.goto('/?call=Lia')
  await take(page, 'form by a link')
  await page.goto('/')
  await take(page, 'form')
  await page.locator('.for-programs summary').click()
  await page.click('#sign-in form button[type=submit]')
  await page.locator('.field__problem').first().waitFor()
  await take(page, 'form refused')
  await enter(page, 'Ana Lima')
  await take(page, 'list')
  await page.click('#readiness-button')
  await page.locator('#readiness-level-field').waitFor()
  await take(page, 'camera and microphone')
  await page.keyboard.press('Escape')
  await page.fill('#filter', 'zzz')
  await page.locator('.people .empty').waitFor()
  await take(page, 'list, nobody found')
  await page.fill('#filter', '')
  await page.getByText('Caio').click()
  await page.locator('#dialog[open]').waitFor()
  await take(page, 'details')
  await page.keyboard.press('Escape')
  await page.locator('.top__invite').click()
  await page.locator('#dialog[open] .invite').waitFor()
  await take(page, 'invitation')
  await page.click('[data-large]')
  await take(page, 'invitation, large')
  await page.keyboard.press('Escape')
  await page.keyboard.press('Escape')
  await page.click('#wire-link')
  await page.locator('#wire:not([hidden]) .wire__line').first().waitFor()
  await take(page, 'the protocol below the list')
  await page.click('[data-wire-close]')
  await page.goto('/console')
  await page.locator('#console-state:not(:empty)').waitFor()
  await page.fill('#console-field', 'help')
  await page.press('#console-field', 'Enter')
  // Not the field's own suggestions, which have the same words.
  await page.locator('#console-lines').getByText('quit').last().waitFor()
  await take(page, 'console')
  await leave(page)
  await take(page, 'form after leaving')
}

/** What the operator sees. */
async function operating(page: Page, take: Take): Promise<void> {
  await page.goto('/operator')
  await take(page, 'operator, signing in')
  await operate(page)
  await take(page, 'operator')
  await page.locator('#op-people').scrollIntoViewIfNeeded()
  await take(page, 'operator, who is registered')
  await page.locator('#op-people').getByText('Caio').click()
  await page.locator('#dialog[open] .operator-person').waitFor()
  await take(page, 'operator, one person')
  await page.keyboard.press('Escape')
  await page.fill('#notice-text', 'Pausa, até as 14 h')
  await page.press('#notice-text', 'Enter')
  await page.locator('#operator-notice p').waitFor()
  await take(page, 'operator, a notice')
  await page.locator('[name="clear"]').click()
  await page.locator('#operator-notice p').waitFor({ state: 'detached' })
}

/** What two people see of a call, from the first ring to its end. */
async function together(ana: Page, lia: Page, take: Take): Promise<void> {
  await enter(ana, 'Ana Lima')
  await enter(lia, 'Lia')
  await ana.locator('[data-call-name="Lia"]').click()
  await lia.locator('#call-ringing[open]').waitFor()
  await take(ana, 'calling')
  await take(lia, 'it rings')
  await lia.click('#call-accept-video')
  await ana.locator('#call-area[data-state=talking]').waitFor({ state: 'attached' })
  await ana.locator('#call-safety-button[data-safety=code]').waitFor()
  await take(ana, 'call')
  for (const panel of await ana.locator('#call [data-call-panel]').all()) {
    if (!(await panel.isVisible())) continue
    await panel.click()
    const shown = (await panel.getAttribute('data-call-panel')) ?? ''
    await take(ana, `call, ${shown.replace('call-', '')}`)
    await panel.click()
  }
  // It is there on a phone alone.
  await ana.setViewportSize({ width: 320, height: 568 })
  const more = ana.locator('#call-more-button')
  if (await more.isVisible()) {
    await more.click()
    await take(ana, 'call, more')
    await ana.keyboard.press('Escape')
  }
  await ana.click('#call-hang-up')
  await lia.locator('#call-outcome-content').waitFor()
  await take(lia, 'after the call')
  await lia.locator('#call-outcome-close').click()
  await ana.locator('[data-call-name="Lia"]').click()
  await lia.locator('#call-ringing[open]').waitFor()
  await ana.click('#call-cancel')
  await lia.locator('#call-ringing[open]').waitFor({ state: 'detached' })
  await take(lia, 'a missed call')
  await lia.locator('#call-outcome-close').click()
  await take(lia, 'a missed call stays')
  await ana.goto('/wire/call')
  await take(ana, 'the last call, drawn')
  await leave(ana)
  await leave(lia)
}

const server = await startShownServer()
const browser = await startChromium()
const shots: { screen: string; width: number; language: string; theme: string; file: string }[] = []

for (const { language, locale } of languages) {
  for (const theme of themes) {
    const take: Take = async (page, screen) => {
      for (const size of sizes) {
        await page.setViewportSize(size)
        const file = `${language}-${theme}-${size.width}-${screen.replace(/\W+/g, '-')}.png`
        await page.screenshot({ path: `${folder}/${file}`, animations: 'disabled' })
        shots.push({ screen, width: size.width, language, theme, file })
      }
    }
    const open = () =>
      browser.newContext({ baseURL: server.baseURL, locale, colorScheme: theme, hasTouch: true })
    const contexts = await Promise.all([open(), open()])
    const [first, second] = await Promise.all([contexts[0].newPage(), contexts[1].newPage()])
    await alone(first, take)
    await together(first, second, take)
    await operating(first, take)
    await Promise.all(contexts.map((context) => context.close()))
    console.log(`${language}, ${theme}: ${shots.length} pictures so far`)
  }
}

const sheetOf = (chosen: typeof shots) => {
  const screens = [...new Set(chosen.map(({ screen }) => screen))]
  const figure = ({ screen, width, language, theme, file }: (typeof shots)[number]) =>
    `<figure><img src="${file}" alt="" style="inline-size:${width / 4}px"><figcaption>${screen}, ${width}, ${language}, ${theme}</figcaption></figure>`
  const rowOf = (screen: string) =>
    `<section>${chosen
      .filter((shot) => shot.screen === screen)
      .map(figure)
      .join('')}</section>`
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Contact sheet</title>
<style>body{display:flex;flex-wrap:wrap;gap:12px;background:#888;font:10px sans-serif}
section{display:flex;gap:4px}figure{margin:0}img{display:block}</style>${screens.map(rowOf).join('\n')}</html>`
}

await Bun.write(`${folder}/index.html`, sheetOf(shots))
const sheet = await browser.newPage({ viewport: { width: 1580, height: 800 } })
for (const { language } of languages) {
  for (const theme of themes) {
    const chosen = shots.filter((shot) => shot.language === language && shot.theme === theme)
    const name = `sheet-${language}-${theme}`
    await Bun.write(`${folder}/${name}.html`, sheetOf(chosen))
    await sheet.goto(`file://${folder}/${name}.html`)
    await sheet.screenshot({ path: `${folder}/${name}.png`, fullPage: true })
  }
}
console.log(`${shots.length} pictures: ${folder}/index.html`)
await browser.close()
server.stop()
process.exit(0)
