import type { Browser, Page } from 'playwright-core'
import { newPerson, type Person } from './chromium.ts'
import { eventually } from './eventually.ts'

/** What a person sees of a call, in the page that the call belongs to. */
export const callState = (page: Page, state: string) =>
  page.locator(`#call-area[data-state="${state}"]`).waitFor({ state: 'attached' })

export const outcome = async (page: Page, text: string | RegExp) => {
  await page.locator('#call-outcome-text').getByText(text).waitFor()
}

/** Camera, connection and the first frames, on a machine that has other things to do. */
const pictureMs = 20_000

/** Of the other's picture, that were shown: no placeholder has any. */
const framesOf = (page: Page) =>
  page.evaluate<number>(
    "document.querySelector('#call-remote').getVideoPlaybackQuality().totalVideoFrames",
  )

/** Resolves once the other's picture moves. */
export const seesTheOther = (page: Page): Promise<true> =>
  eventually('a moving picture', async () => (await framesOf(page)) > 3, pictureMs)

/** Resolves once that many more frames have been shown. */
export async function keepsSeeing(page: Page, frames = 10, withinMs = pictureMs): Promise<void> {
  const before = await framesOf(page)
  await eventually('more frames', async () => (await framesOf(page)) >= before + frames, withinMs)
}

export const callButton = (page: Page, name: string) =>
  page.locator(`#people [data-call-name="${name}"]`)

/** Ana and Bia, each registered in a browser of her own, and each shown as one who takes calls. */
export async function twoPeople(
  browser: Browser,
  url: string,
  another = browser,
): Promise<[Person, Person]> {
  const ana = await newPerson(browser, url)
  const bia = await newPerson(another, url)
  await ana.register('Ana', 5001)
  await bia.register('Bia', 5002)
  await callButton(ana.page, 'Bia').waitFor()
  await callButton(bia.page, 'Ana').waitFor()
  return [ana, bia]
}

/** Both as they were before they called: what a test has changed in a page goes with that page. */
export async function loadAgain(ana: Person, bia: Person): Promise<void> {
  await Promise.all([ana.page.reload(), bia.page.reload()])
  await callButton(ana.page, 'Bia').and(ana.page.locator(':not([aria-disabled])')).waitFor()
  await callButton(bia.page, 'Ana').and(bia.page.locator(':not([aria-disabled])')).waitFor()
}

/** Ana calls, Bia accepts, and both see each other. */
export async function talk(ana: Person, bia: Person): Promise<void> {
  await callButton(ana.page, 'Bia').click()
  await bia.page.click('#call-accept-video')
  await Promise.all([seesTheOther(ana.page), seesTheOther(bia.page)])
}
