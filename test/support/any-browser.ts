import { eventually } from './eventually.ts'

/**
 * A window of any browser: what every way to drive one can do. Selectors are CSS. Whatever else a
 * test wants to know, it asks the page by an expression.
 */
export type AnyWindow = {
  open: (url: string) => Promise<void>
  /** Replaces what stands in the field. Waits until the field is there. */
  fill: (selector: string, text: string) => Promise<void>
  /** Waits until it can be clicked. */
  click: (selector: string) => Promise<void>
  /** A key by its name (UI Events, `KeyboardEvent.key`), where the focus is. */
  press: (key: keyof typeof driverKeys) => Promise<void>
  /** The value of an expression in the page; a promise is waited for. */
  evaluate: <T>(expression: string) => Promise<T>
  screenshot: (path: string) => Promise<void>
  close: () => Promise<void>
}

/** Keys as WebDriver names them (section 17.4.2). */
export const driverKeys = {
  Escape: '\uE00C',
  Enter: '\uE007',
  ArrowUp: '\uE013',
  ArrowDown: '\uE015',
} as const

/** A browser under a test's control. */
export type AnyBrowser = {
  readonly name: string
  /** With cookies of its own. */
  newWindow: () => Promise<AnyWindow>
  close: () => Promise<void>
}

/** Another page is loaded, a camera opens, and the machine has other things to do. */
const waitMs = 30_000

/** Resolves once the expression is true in the page; rejects with `what` where it never is. */
export const waitFor = (
  window: AnyWindow,
  what: string,
  expression: string,
  withinMs = waitMs,
): Promise<true> =>
  eventually(
    what,
    async () => {
      await Bun.sleep(20)
      // Between two pages there is none to ask.
      return (await window.evaluate<unknown>(expression).catch(() => false)) ? true : undefined
    },
    withinMs,
  )

/** What is read there, in one line; empty where there is no such element. */
export const textOf = (window: AnyWindow, selector: string): Promise<string> =>
  window.evaluate(
    `(document.querySelector(${JSON.stringify(selector)})?.textContent ?? '').replace(/\\s+/g, ' ').trim()`,
  )

/** Resolves once the page shows the text; by its text, so that it must not be hidden. */
export const waitForText = (window: AnyWindow, text: string): Promise<true> =>
  waitFor(window, `“${text}”`, `document.body.innerText.includes(${JSON.stringify(text)})`)

export const waitForPath = (window: AnyWindow, path: string): Promise<true> =>
  waitFor(window, path, `location.pathname + location.search === ${JSON.stringify(path)}`)

/** Registers by the form, as a person does. */
export async function register(
  window: AnyWindow,
  url: string,
  name: string,
  callPort: number,
): Promise<void> {
  await window.open(`${url}/`)
  await window.fill('#name', name)
  await window.click('.for-programs summary')
  await window.fill('#call-port', String(callPort))
  await window.click('#sign-in form button[type=submit]')
  await waitForPath(window, new URL(`${url}/people`).pathname)
}

/** Resolves once the list holds these names and no others, in this order. */
export const waitForNames = (window: AnyWindow, names: string[]): Promise<true> =>
  waitFor(
    window,
    `the list of ${names.join(', ') || 'nobody'}`,
    `[...document.querySelectorAll('#own a, #people li:not(.person--mine) a')].map((a) => a.textContent.trim()).join('\\n') === ${JSON.stringify(names.join('\n'))}`,
  )
