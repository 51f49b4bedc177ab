import { existsSync } from 'node:fs'
import { $ } from 'bun'
import { type AnyBrowser, type AnyWindow, driverKeys } from './any-browser.ts'
import { eventually } from './eventually.ts'
import { collect } from './process.ts'

const driverPath = '/usr/bin/WebKitWebDriver'
const miniBrowser = () =>
  [...new Bun.Glob('usr/lib/*/webkit2gtk-4.*/MiniBrowser').scanSync({ cwd: '/' })].sort().at(-1)

/** Whether the tests that need WebKit can run. In CI they must, and fail where there is none. */
export const hasWebKit =
  (existsSync(driverPath) && Bun.which('Xvfb') !== null) || process.env.CI === 'true'

if (!hasWebKit) {
  console.warn(
    `No WebKit at ${driverPath}: its tests are skipped. On Debian: apt-get install webkit2gtk-driver dbus xvfb`,
  )
}

/** In a machine without a graphics card, and as root, where WebKit's own sandbox does not start. */
const environment = {
  WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1',
  WEBKIT_DISABLE_COMPOSITING_MODE: '1',
  LIBGL_ALWAYS_SOFTWARE: '1',
  GTK_A11Y: 'none',
  NO_AT_BRIDGE: '1',
  LANG: 'C.UTF-8',
  LANGUAGE: 'pt_BR',
}

/** WebKitGTK, by W3C WebDriver. Its driver knows one window at a time. */
export async function startWebKit(): Promise<AnyBrowser> {
  await using started = new AsyncDisposableStack()
  const display = await startDisplay(started)
  const port = freePort()
  const driver = Bun.spawn(
    ['dbus-run-session', '--', driverPath, '--host=127.0.0.1', `--port=${port}`],
    {
      env: { ...process.env, ...environment, DISPLAY: display },
      stdout: 'ignore',
      stderr: 'ignore',
      // A group of its own: the bus, the driver and the browser end together.
      detached: true,
    },
  )
  started.defer(async () => {
    process.kill(-driver.pid, 'SIGKILL')
    await driver.exited
  })
  const url = `http://127.0.0.1:${port}`
  await eventually('WebKitWebDriver is up', () => ask(url, 'GET', '/status').then(isFine), 20_000)
  // The first one is sometimes refused: the browser was not up in the driver's time.
  const session = await newSession(url).catch(() => newSession(url))
  const all = started.move()
  return {
    name: 'WebKit',
    newWindow: async () => windowOf(`${url}/session/${session}`, display),
    async close() {
      await ask(`${url}/session/${session}`, 'DELETE', '')
      await all.disposeAsync()
    },
  }
}

async function startDisplay(started: AsyncDisposableStack): Promise<string> {
  const screen = Bun.spawn(
    ['Xvfb', '-displayfd', '1', '-screen', '0', '1280x900x24', '-nolisten', 'tcp'],
    { stdout: 'pipe', stderr: 'ignore' },
  )
  started.defer(async () => {
    screen.kill()
    await screen.exited
  })
  const output = collect(screen.stdout)
  const number = await eventually('an X display', () => output().match(/^(\d+)\n/)?.[1], 20_000)
  return `:${number}`
}

/** One that was free a moment ago: the driver does not tell which one it would choose. */
function freePort(): number {
  const server = Bun.listen({ hostname: '127.0.0.1', port: 0, socket: { data() {} } })
  const { port } = server
  server.stop(true)
  return port
}

type Reply = { ok: boolean; value: unknown }

const isFine = ({ ok }: Reply) => ok

async function ask(base: string, method: string, path: string, body?: unknown): Promise<Reply> {
  try {
    const init = body === undefined ? { method } : { method, body: JSON.stringify(body) }
    const response = await fetch(base + path, { ...init, signal: AbortSignal.timeout(30_000) })
    const { value } = (await response.json()) as { value: unknown }
    return { ok: response.ok, value }
  } catch (error) {
    // Not up yet, or busy beyond all patience.
    return { ok: false, value: error }
  }
}

async function newSession(url: string): Promise<string> {
  const alwaysMatch = {
    acceptInsecureCerts: true,
    'webkitgtk:browserOptions': {
      binary: `/${miniBrowser()}`,
      args: ['--automation', '--geometry=1280x900'],
    },
  }
  const { ok, value } = await ask(url, 'POST', '/session', { capabilities: { alwaysMatch } })
  if (!ok) throw new Error(`WebKit does not start: ${JSON.stringify(value)}`)
  return (value as { sessionId: string }).sessionId
}

/** How an element is named on the wire (WebDriver, section 12). */
const elementKey = 'element-6066-11e4-a52e-4f735466cecf'

/** As a key (WebDriver, section 17.4.2). */
const backspace = '\uE003'

/** A page is loading, and the machine has other things to do. */
const waitMs = 20_000

function windowOf(session: string, display: string): AnyWindow {
  async function command<T>(path: string, body: unknown): Promise<T> {
    const { ok, value } = await ask(session, 'POST', path, body)
    if (!ok) throw new Error(`${path}: ${JSON.stringify(value)}`)
    return value as T
  }
  const evaluate = <T>(expression: string): Promise<T> =>
    command('/execute/sync', { script: `return (${expression})`, args: [] })
  const find = (selector: string) =>
    command<Record<string, string>>('/element', { using: 'css selector', value: selector })
  /** Tries until the element is there and takes it: a page may be about to follow another. */
  async function onElement(selector: string, act: (path: string) => Promise<void>): Promise<void> {
    let why: unknown
    const done = await eventually(
      selector,
      async () => {
        try {
          await act(`/element/${(await find(selector))[elementKey]}`)
          return true
        } catch (error) {
          why = error
          return undefined
        }
      },
      waitMs,
    ).catch(() => false)
    if (!done) throw why
  }
  return {
    open: (url) => command('/url', { url }),
    fill: (selector, text) =>
      onElement(selector, async (path) => {
        await evaluate(`document.querySelector(${JSON.stringify(selector)}).select()`)
        await command(`${path}/value`, { text: text === '' ? backspace : text })
      }),
    click: (selector) => onElement(selector, (path) => command(`${path}/click`, {})),
    press(key) {
      const value = driverKeys[key]
      const actions = [
        { type: 'keyDown', value },
        { type: 'keyUp', value },
      ]
      return command('/actions', { actions: [{ type: 'key', id: 'keyboard', actions }] })
    },
    evaluate,
    // The driver's own command never answers: what the display shows is taken instead.
    screenshot: async (path) => {
      await $`import -display ${display} -window root ${path}`.quiet()
    },
    close: async () => {},
  }
}
