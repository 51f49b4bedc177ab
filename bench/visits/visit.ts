import { type Browser, chromium, type Page } from 'playwright-core'
import { leanArguments, pagesOnlyPath } from '../../test/support/lean-chromium.ts'
import { type Picture, startCamera, withoutTyping } from './camera.ts'
import { type Traffic, WindowTraffic } from './window-traffic.ts'

export type Visit = {
  /** Without a slash at the end. */
  url: string
  /** Of who visits. */
  name: string
  /** Somebody who stands on the first page of the list. */
  listed: string
  line: Line
  isFilmed?: boolean
}

/** What the way to the server allows, the same in both directions. */
export type Line = { kilobitsPerSecond: number; latencyMs: number }

export type Visited = {
  /** From the address. */
  form: Traffic & { blocking: number; paintMs: number; loadMs: number }
  /** From the press; what had come when the list was live, and what came in all. */
  list: { paintMs: number; liveMs: number; untilLive: Traffic; whole: Traffic }
  /** The list once more, by its address. */
  again: Traffic & { liveMs: number }
  /** From the address to the live list. */
  pictures: Picture[]
}

/** Inner pixels of a phone. */
export const phone = { width: 390, height: 844 }

/**
 * One visit of a person with a phone who has never been there: a browser of its own, with an empty profile,
 * opens the form, sends it once it is whole, sees the list, and opens the list again.
 */
export async function visit({ url, name, listed, line, isFilmed }: Visit): Promise<Visited> {
  await using browser = await chromium.launch({
    executablePath: pagesOnlyPath,
    args: leanArguments,
  })
  const { page, session } = await openWindow(browser, line)
  const traffic = await WindowTraffic.follow(session, listed)
  const camera = isFilmed ? await startCamera(session, phone) : undefined

  await page.goto(url)
  const form = await traffic.whole()
  const blocking = await countBlocking(page)
  await page.fill('#name', name)
  const pressedAt = traffic.momentOf(Date.now())
  await page.keyboard.press('Enter')
  await page.waitForURL('**/people')
  const list = await traffic.live()
  const whole = traffic.between(pressedAt)
  await page.locator('#people').getByText(listed, { exact: true }).waitFor()
  const pictures = (await camera?.stop()) ?? []

  await page.goto(`${url}/people`)
  const again = await traffic.live()
  return {
    form: {
      ...traffic.between(form.askedAt, pressedAt),
      blocking,
      paintMs: form.paintedAt - form.askedAt,
      loadMs: form.loadedAt - form.askedAt,
    },
    list: {
      paintMs: list.paintedAt - pressedAt,
      liveMs: list.liveAt - pressedAt,
      untilLive: traffic.between(pressedAt, list.liveAt),
      whole,
    },
    again: { ...traffic.between(again.askedAt), liveMs: again.liveAt - again.askedAt },
    pictures: withoutTyping(
      pictures.map(({ at, jpeg }) => ({ at: traffic.momentOf(at), jpeg })),
      { ...form, pressedAt, liveAt: list.liveAt },
    ),
  }
}

async function openWindow(browser: Browser, { kilobitsPerSecond, latencyMs }: Line) {
  const context = await browser.newContext({
    locale: 'pt-BR',
    viewport: phone,
    isMobile: true,
    hasTouch: true,
  })
  const page = await context.newPage()
  const session = await context.newCDPSession(page)
  const bytesPerSecond = (kilobitsPerSecond * 1_000) / 8
  // Chromium throttles WebSockets as well.
  await session.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: latencyMs,
    downloadThroughput: bytesPerSecond,
    uploadThroughput: bytesPerSecond,
  })
  return { page, session }
}

/** Style sheets and scripts in whose way the first picture stands. */
const countBlocking = (page: Page) =>
  page.evaluate<number>(
    `performance.getEntriesByType('resource')
      .filter(({ renderBlockingStatus }) => renderBlockingStatus === 'blocking').length`,
  )
