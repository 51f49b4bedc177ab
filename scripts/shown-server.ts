/** A server with invented people, for scripts that take pictures of its pages. */
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, chromium, type Page } from 'playwright-core'
import { connectRegistry } from '../src/client/registry-client.ts'

const people = [
  'Bia Nunes',
  'Caio',
  'Élio Ramos',
  'Joana & Zé',
  '山田',
  'Inês 👩‍💻',
  'Professora Lídia',
  'robô',
]

/** What signs in at the operator's page. */
export const shownOperatorKey = 'a key for pictures alone'

export type ShownServer = { baseURL: string; stop: () => void }

/** Starts the real process on free ports, and registers the people at it. */
export async function startShownServer(): Promise<ShownServer> {
  const server = Bun.spawn([process.execPath, join(import.meta.dir, '..', 'src', 'main.ts')], {
    env: {
      ...process.env,
      LC_ALL: 'pt_BR.UTF-8',
      // For an invitation as others would see it.
      PUBLIC_HOSTS: 'encontro.example',
      OPERATOR_KEY: shownOperatorKey,
      REGISTRY_PORT: '0',
      HTTP_PORT: '0',
      STATE_DIRECTORY: mkdtempSync(join(tmpdir(), 'encontro-shown-')),
    },
    stdout: 'pipe',
  })
  let log = ''
  for await (const chunk of server.stdout) {
    log += new TextDecoder().decode(chunk)
    if (log.includes('Para experimentar')) break
  }
  const port = Number(log.match(/iniciado em \S+:(\d+)/)?.[1])
  const baseURL = log.match(/(http:\S+)\//)?.[1]
  if (baseURL === undefined) throw new Error(`the server did not say where its page is:\n${log}`)
  await Promise.all(people.map((name, index) => registerPeer(port, name, index)))
  return { baseURL, stop: () => server.kill() }
}

async function registerPeer(port: number, name: string, index: number): Promise<void> {
  const client = await connectRegistry({ hostname: '127.0.0.1', port })
  const claim = { ip: `192.168.0.${12 + 7 * index}`, port: client.local.port }
  const answer = await client.ask({ verb: 'register', name, callPort: 5004 + 11 * index, claim })
  if (!answer.ok) throw new Error(`${name}: ${answer.error}`)
  // The last is a program, which a person dials by other means.
  if (index < people.length - 1) await client.ask({ verb: 'ready' })
}

/** Signs in at the operator's page, and waits until there is a plot. */
export async function operate(page: Page): Promise<void> {
  await page.goto('/operator')
  await page.fill('#key', shownOperatorKey)
  await page.press('#key', 'Enter')
  // The first measure comes after five seconds, and a line needs two.
  await page.locator('.plot__line[points*=" "]').first().waitFor({ state: 'attached' })
}

/** A Chromium with the picture and the sound that it makes up for a camera and a microphone. */
export const startChromium = (): Promise<Browser> =>
  chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--allow-loopback-in-peer-connection',
      '--use-fake-device-for-media-stream',
      '--use-fake-ui-for-media-stream',
    ],
  })

export async function enter(page: Page, name: string): Promise<void> {
  await page.goto('/')
  await page.fill('#name', name)
  await page.click('#sign-in form button[type=submit]')
  await page.locator('#own').waitFor()
  const understood = page.locator('#call-addresses-close')
  if (await understood.isVisible()) await understood.click()
}

export async function leave(page: Page): Promise<void> {
  await page.keyboard.press('Escape')
  await page.locator('form[action="/leave"] button').click()
  await page.waitForURL('**/?notice=left')
}
