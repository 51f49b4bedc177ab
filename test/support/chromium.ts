import { afterAll, afterEach, beforeAll } from 'bun:test'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import type { AxeResults } from 'axe-core'
import axe from 'axe-core/axe.min.js' with { type: 'file' }
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from 'playwright-core'
import {
  callingArguments,
  executablePath,
  fakeCameras,
  leanArguments,
  pagesOnlyPath,
} from './lean-chromium.ts'

export { executablePath }

/** Whether the tests that need a browser can run. In CI they must, and fail where there is none. */
export const hasChromium = existsSync(executablePath) || process.env.CI === 'true'

if (!hasChromium) {
  console.warn(
    `No browser at ${executablePath}: its tests are skipped. On Debian: apt-get install chromium`,
  )
}

/** Chromium takes long to start the first time. */
export const startTimeoutMs = 60_000

export const startChromium = (): Promise<Browser> =>
  chromium.launch({ executablePath: pagesOnlyPath, args: leanArguments })

/**
 * A Chromium whose person has switched scripts off, which its styles know (`scripting: none`). A context
 * without JavaScript has styles for one with it.
 */
export const startScriptlessChromium = (): Promise<Browser> =>
  chromium.launch({
    executablePath: pagesOnlyPath,
    args: [...leanArguments, '--blink-settings=scriptEnabled=false'],
  })

/**
 * One browser for all tests of a `describe`, started before the first; what a test opened in it is closed
 * after that test. Gives the browser, which is there from the first test on.
 */
export function sharedChromium(start: () => Promise<Browser> = startChromium): () => Browser {
  let browser: Browser | undefined
  beforeAll(async () => {
    browser = await start()
  }, startTimeoutMs)
  afterEach(async () => {
    for (const context of browser?.contexts() ?? []) await context.close()
  }, startTimeoutMs)
  afterAll(() => browser?.close(), startTimeoutMs)
  return () => {
    if (!browser) throw new Error('bug: a browser was asked for before the first test')
    return browser
  }
}

/**
 * A Chromium with a camera and a microphone that nobody has to plug in, and that says yes (or no)
 * when a page asks for them. Two of its pages find each other on a machine that has only loopback.
 * `whole` for what the lean one has not.
 */
export const startCallingChromium = ({
  camera = true,
  cameras = 1,
  allow = true,
  whole = false,
}: {
  camera?: boolean
  cameras?: number
  allow?: boolean
  whole?: boolean
} = {}): Promise<Browser> =>
  chromium.launch({
    executablePath: whole ? executablePath : pagesOnlyPath,
    args: [
      ...leanArguments,
      '--allow-loopback-in-peer-connection',
      ...(camera ? [fakeCameras(cameras)] : []),
      allow ? '--use-fake-ui-for-media-stream' : '--use-fake-ui-for-media-stream=deny',
    ],
  })

/** A Chromium that can be frozen: its sockets stay open, and nobody answers on them. */
export async function startFreezableChromium() {
  const server = await chromium.launchServer({ executablePath, args: callingArguments })
  const browser = await chromium.connect(server.wsEndpoint())
  const signalAll = (signal: NodeJS.Signals, which = '') => {
    for (const pid of withDescendants(server.process().pid ?? 0)) {
      if (commandOf(pid).includes(which)) tell(pid, signal)
    }
  }
  return {
    browser,
    freeze: () => signalAll('SIGSTOP'),
    /** Only the process with all sockets, of media too: the pages go on, and have no network. */
    freezeNetwork: () => signalAll('SIGSTOP', 'network.mojom.NetworkService'),
    thaw: () => signalAll('SIGCONT'),
    async close() {
      signalAll('SIGCONT')
      await server.close()
    },
  }
}

function tell(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    // It may have ended in the meantime.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

function withDescendants(root: number): number[] {
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => (parentOf(name) === root ? withDescendants(Number(name)) : []))
  return [root, ...children]
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
  } catch {
    // It ended in the meantime.
    return ''
  }
}

function parentOf(pid: string): number {
  try {
    // The second field is a name in brackets, which may hold anything.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)
    return Number(fields?.split(' ')[1])
  } catch {
    // It ended in the meantime.
    return 0
  }
}

/** What nobody should ever see: console errors, exceptions, and what the CSP blocked. */
export type Complaints = string[]

export type Person = {
  readonly page: Page
  readonly context: BrowserContext
  readonly complaints: Complaints
  register: (name: string, callPort: number) => Promise<void>
  /** Their own name, then those in the list as they are shown, in order. */
  names: () => Promise<string[]>
  sees: (name: string) => Promise<void>
  seesNoMore: (name: string) => Promise<void>
}

/** A browser of its own: its cookies are nobody else's. */
export async function newPerson(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<Person> {
  const context = await browser.newContext({ locale: 'pt-BR', baseURL: url, ...options })
  const complaints: Complaints = []
  context.on('page', (page) => watchFor(page, complaints))
  const page = await context.newPage()
  const row = (name: string) =>
    page
      .locator('#own:visible, #people li:visible', { has: page.getByText(name, { exact: true }) })
      .first()
  return {
    page,
    context,
    complaints,
    async register(name, callPort) {
      await page.goto('/')
      await page.fill('#name', name)
      await page.click('.for-programs summary')
      await page.fill('#call-port', String(callPort))
      await page.click('#sign-in form button[type=submit]')
      await page.waitForURL('**/people')
    },
    names: () => page.locator('#own a, #people li:visible a').allInnerTexts(),
    sees: (name) => row(name).waitFor({ state: 'visible' }),
    seesNoMore: (name) => row(name).waitFor({ state: 'detached' }),
  }
}

function watchFor(page: Page, complaints: Complaints): void {
  page.setDefaultTimeout(10_000)
  page.on('pageerror', (error) => complaints.push(`exception: ${error.message}`))
  page.on('console', (message) => {
    if (message.type() !== 'error' && message.type() !== 'warning') return
    // A refused form is answered with 4xx, which Chromium prints; so is a server that is away.
    if (/Failed to load resource: the server responded with a status of 4/.test(message.text()))
      return
    if (
      /WebSocket connection to .* failed|ERR_CONNECTION_REFUSED|htmx:ws:error/.test(message.text())
    )
      return
    // Over plain http in a LAN Chromium says of two of our headers that it does not obey them there.
    if (/(Cross-Origin-Opener-Policy|Origin-Agent-Cluster) header/.test(message.text())) return
    complaints.push(`${message.type()}: ${message.text()}`)
  })
}

const axeRules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

/**
 * What axe-core finds wrong with the page as it is, a line each. With `within`, a selector, only in a
 * part of it, which is much faster where moving pictures are shown; with `rules`, by these alone.
 */
export async function axeViolations(
  page: Page,
  within?: string,
  rules?: readonly string[],
): Promise<string[]> {
  // Evaluated by the debugger, which the page's CSP does not hold back.
  if (!(await page.evaluate('globalThis.axe !== undefined'))) {
    await page.evaluate(await Bun.file(axe).text())
  }
  const runOnly = rules ?? axeRules
  const results = await page.evaluate<AxeResults>(
    `axe.run(${JSON.stringify(within) ?? 'document'}, { resultTypes: ['violations'], runOnly: ${JSON.stringify(runOnly)} })`,
  )
  return results.violations.map(
    ({ id, help, nodes }) =>
      `${id}: ${help} (${nodes.map(({ target }) => target.join(' ')).join(', ')})`,
  )
}
