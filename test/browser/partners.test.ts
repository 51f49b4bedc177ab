import { describe, expect, test } from 'bun:test'
import { callButton, twoPeople } from '../support/callers.ts'
import {
  axeViolations,
  hasChromium,
  newPerson,
  sharedChromium,
  startCallingChromium,
} from '../support/chromium.ts'
import { startProcess } from '../support/process.ts'

const testMs = 90_000

describe.skipIf(!hasChromium)('where the operator shows who talks with whom', () => {
  const browser = sharedChromium(startCallingChromium)

  test(
    'a third person reads it in the rows of both, for as long as they talk',
    async () => {
      await using house = await startProcess({ SHOW_CALL_PARTNERS: 'on' })
      const cris = await newPerson(browser(), house.url)
      await cris.page.goto('/')
      await cris.page.getByText('Os outros veem com quem você fala.').waitFor()
      await cris.register('Cris', 5003)
      const [ana, bia] = await twoPeople(browser(), house.url)
      const words = (name: string) => callButton(cris.page, name).innerText()

      await callButton(ana.page, 'Bia').click()
      await bia.page.locator('#call-ringing[open]').waitFor()
      await callButton(cris.page, 'Ana').and(cris.page.locator('[aria-disabled]')).waitFor()
      expect([await words('Ana'), await words('Bia')]).toEqual(['em chamada', 'em chamada'])

      await bia.page.click('#call-accept-video')
      await callButton(cris.page, 'Ana').getByText('com Bia').waitFor()
      await callButton(cris.page, 'Bia').getByText('com Ana').waitFor()
      // On a line of its own, below the words that stood there before.
      expect(await words('Ana')).toBe('em chamada\ncom Bia')

      await ana.page.click('#call-hang-up')
      await callButton(cris.page, 'Ana').and(cris.page.locator(':not([aria-disabled])')).waitFor()
      expect(await words('Bia')).toBe('Ligar')
      expect([...ana.complaints, ...bia.complaints, ...cris.complaints]).toEqual([])
    },
    testMs,
  )

  test(
    'the longest names keep to their places, on a phone and on a desk',
    async () => {
      await using house = await startProcess({ SHOW_CALL_PARTNERS: 'on' })
      const longest = ['Maria '.repeat(10).trimEnd(), 'M'.repeat(64)] as const
      const { page, register, complaints } = await newPerson(browser(), house.url)
      await register('Cris', 5003)
      using ana = await house.connect()
      await ana.ask(`register,${longest[0]},5001`)
      await ana.ask('ready')
      // A program: it has no button.
      using bia = await house.connect()
      await bia.ask(`register,${longest[1]},5002`)
      const [, id] = (await bia.ask(`call,${longest[0]}`)).split(',')
      await ana.line()
      await ana.ask(`accept,${id}`)
      await page.getByText(`com ${longest[1]}`).waitFor()
      await page.getByText(`com ${longest[0]}`).waitFor()

      const rows = page.locator('#people li:not(.person--mine)')
      for (const width of [320, 390, 1280]) {
        await page.setViewportSize({ width, height: 700 })
        const tooWide =
          'document.documentElement.scrollWidth > document.documentElement.clientWidth'
        expect(await page.evaluate<boolean>(tooWide)).toBe(false)
        for (const row of await rows.all()) {
          const whole = await row.boundingBox()
          const name = await row.locator('a').boundingBox()
          const call = await row.locator('.button, .person__call').boundingBox()
          if (!whole || !name || !call) throw new Error('not shown')
          expect(call.x + call.width).toBeLessThanOrEqual(whole.x + whole.width)
          expect(name.x + name.width).toBeLessThanOrEqual(call.x)
          // Enough to tell people apart by.
          expect(name.width).toBeGreaterThan(60)
        }
        expect(await axeViolations(page)).toEqual([])
      }
      expect(complaints).toEqual([])
    },
    testMs,
  )
})
