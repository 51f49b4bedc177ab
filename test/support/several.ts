import type { Browser, Page } from 'playwright-core'
import { callButton } from './callers.ts'
import { newPerson, type Person } from './chromium.ts'
import { eventually } from './eventually.ts'

/** Several people, each in a browser of their own, whose pages remember their connections. */
export async function people<const Names extends readonly string[]>(
  browser: Browser,
  url: string,
  names: Names,
  firstPort = 5_001,
): Promise<{ [At in keyof Names]: Person }> {
  const all: Person[] = []
  for (const [at, name] of names.entries()) {
    const person = await newPerson(browser, url)
    await person.page.addInitScript(rememberConnections)
    await person.register(name, firstPort + at)
    all.push(person)
  }
  return all as { [At in keyof Names]: Person }
}

/** In the page: `testConnections` are its peer connections. */
export function rememberConnections(): void {
  const Own = RTCPeerConnection
  const connections: RTCPeerConnection[] = []
  Object.assign(globalThis, { testConnections: connections })
  globalThis.RTCPeerConnection = class extends Own {
    constructor(configuration?: RTCConfiguration) {
      super(configuration)
      connections.push(this)
    }
  }
}

/** A person in a call. */
type InPage = Pick<Person, 'page'>
export type Member = InPage & { name: string }

/** One rings the other, who answers with picture. */
export async function call(from: InPage, to: InPage, name: string): Promise<void> {
  await callButton(from.page, name).and(from.page.locator(':not([aria-disabled])')).click()
  await to.page.click('#call-accept-video')
}

/** Presses what a person in a call presses to bring somebody in. */
export async function invite(page: Page, name: string): Promise<void> {
  const opener = page.locator('#call-add-button')
  if ((await opener.getAttribute('aria-expanded')) !== 'true') await page.keyboard.press('a')
  await page.locator('#call-add-people').getByRole('button', { name }).click()
}

export async function bringIn(from: InPage, to: InPage, name: string): Promise<void> {
  await invite(from.page, name)
  await to.page.click('#call-accept-video')
}

/** Of each open connection: pictures decoded, and packets of sound that came, so far. */
const counted = (page: Page): Promise<{ frames: number; packets: number }[]> =>
  page.evaluate(`Promise.all(testConnections.map(async (connection) => {
    if (connection.connectionState === 'closed') return []
    const report = [...(await connection.getStats()).values()]
    const of = (kind) => report.find((each) => each.type === 'inbound-rtp' && each.kind === kind) ?? {}
    return [{ frames: of('video').framesDecoded ?? 0, packets: of('audio').packetsReceived ?? 0 }]
  })).then((all) => all.flat())`)

/** Resolves once this page sees and hears so many others, and has no connection to anybody else. */
export async function seesAll(page: Page, others: number, withinMs = 30_000): Promise<void> {
  let before = await counted(page)
  await eventually(
    `pictures and sound of ${others} others`,
    async () => {
      const now = await counted(page)
      if (before.length !== others) before = now
      return (
        now.length === others &&
        now.every(({ frames, packets }, at) => {
          return frames > (before[at]?.frames ?? 0) + 2 && packets > (before[at]?.packets ?? 0) + 10
        })
      )
    },
    withinMs,
  )
}
