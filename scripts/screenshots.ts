/**
 * Takes the screenshots of the README anew, in both languages: `bun scripts/screenshots.ts`.
 * Needs Chromium (`CHROMIUM` says where, if not at /usr/bin/chromium).
 */
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { connectRegistry } from '../src/client/registry-client.ts'

const root = join(import.meta.dir, '..')
const server = Bun.spawn([process.execPath, join(root, 'src', 'main.ts')], {
  env: {
    ...process.env,
    // The log is read below, in this language.
    LC_ALL: 'pt_BR.UTF-8',
    REGISTRY_PORT: '0',
    HTTP_PORT: '0',
    STATE_DIRECTORY: mkdtempSync(join(tmpdir(), 'encontro-screenshots-')),
  },
  stdout: 'pipe',
})
let log = ''
for await (const chunk of server.stdout) {
  log += new TextDecoder().decode(chunk)
  if (log.includes('Para experimentar')) break
}
const port = Number(log.match(/iniciado em \S+:(\d+)/)?.[1])
const baseURL = log.match(/(http:\S+)\//)?.[1] ?? ''

const names = [
  'Bia Nunes',
  'Caio',
  'Élio Ramos',
  'Joana & Zé',
  '山田',
  'Inês 👩‍💻',
  'Professora Lídia',
  'robô',
]
for (const [index, name] of names.entries()) {
  const client = await connectRegistry({ hostname: '127.0.0.1', port })
  const claim = { ip: `192.168.0.${12 + 7 * index}`, port: client.local.port }
  const answer = await client.ask({ verb: 'register', name, callPort: 5004 + 11 * index, claim })
  if (!answer.ok) throw new Error(`${name}: ${answer.error}`)
  // The last is a program, which a person dials by other means.
  if (index < names.length - 1) await client.ask({ verb: 'ready' })
}

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
})
const desk = { viewport: { width: 960, height: 640 }, deviceScaleFactor: 1 }
const phone = { viewport: { width: 390, height: 760 }, deviceScaleFactor: 2, hasTouch: true }

for (const [language, locale] of [
  ['pt', 'pt-BR'],
  ['en', 'en'],
] as const) {
  const save = (page: Page, name: string) =>
    page.screenshot({ path: join(root, 'docs', `${name}.${language}.png`) })

  await withPage({ ...desk, locale }, async (page) => {
    await page.goto('/')
    await save(page, 'form')
    await register(page, 'Ana Lima')
    await save(page, 'list')
    await page.getByText('Caio').click()
    await page.locator('dialog[open]').waitFor()
    await save(page, 'details')
  })
  await withPage({ ...phone, locale }, async (page) => {
    await register(page, 'Davi')
    await save(page, 'phone')
  })
  await withPage({ ...desk, locale, colorScheme: 'dark' }, async (page) => {
    await register(page, 'Marina')
    await save(page, 'dark')
  })
}

await browser.close()
await takeCalls()
server.kill()
process.exit(0)

/** Two people with the pictures that Chromium makes up for a camera. */
async function takeCalls(): Promise<void> {
  const calling = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--allow-loopback-in-peer-connection',
      '--use-fake-device-for-media-stream',
      '--use-fake-ui-for-media-stream',
    ],
  })
  for (const [language, locale] of [
    ['pt', 'pt-BR'],
    ['en', 'en'],
  ] as const) {
    const save = (page: Page, name: string) =>
      page.screenshot({ path: join(root, 'docs', `${name}.${language}.png`) })
    const contexts = await Promise.all(
      [1, 2].map(() => calling.newContext({ baseURL, locale, ...desk })),
    )
    const [ana, lia] = await Promise.all(contexts.map((context) => context.newPage()))
    if (!ana || !lia) throw new Error('bug: no pages')
    await register(ana, 'Ana')
    await register(lia, 'Lia')
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
      await page.locator('form[action="/leave"] button').click()
      await page.waitForURL('**/?notice=left')
    }
    await Promise.all(contexts.map((context) => context.close()))
  }
  await calling.close()
}

async function withPage(
  options: BrowserContextOptions,
  use: (page: Page) => Promise<void>,
): Promise<void> {
  const context = await browser.newContext({ baseURL, ...options })
  const page = await context.newPage()
  await use(page)
  const leave = page.locator('form[action="/leave"] button')
  await page.keyboard.press('Escape')
  await leave.click()
  await page.waitForURL('**/?notice=left')
  await context.close()
}

async function register(page: Page, name: string): Promise<void> {
  await page.goto('/')
  await page.fill('#name', name)
  await page.click('#sign-in form button[type=submit]')
  await page.locator('#own').waitFor()
  const understood = page.locator('#call-addresses-close')
  if (await understood.isVisible()) await understood.click()
}
