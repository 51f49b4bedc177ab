import { describe, expect, test } from 'bun:test'
import { callState, outcome } from '../../support/callers.ts'
import {
  hasChromium,
  sharedChromium,
  startCallingChromium,
  startFreezableChromium,
} from '../../support/chromium.ts'
import { eventually } from '../../support/eventually.ts'
import { startProcess } from '../../support/process.ts'
import { bringIn, call, invite, people, seesAll } from '../../support/several.ts'
import { startTestWeb } from '../../support/web.ts'

describe.skipIf(!hasChromium)('three people in one call', () => {
  const browser = sharedChromium(startCallingChromium)

  test('see and hear each other; those who go leave the others as they are', async () => {
    await using site = await startTestWeb()
    const [ana, bia, caio] = await people(browser(), site.url, ['Ana', 'Bia', 'Caio'])
    await call(ana, bia, 'Bia')
    await seesAll(ana.page, 1)
    await bringIn(ana, caio, 'Caio')
    await Promise.all([ana, bia, caio].map(({ page }) => seesAll(page, 2)))

    await bia.page.click('#call-hang-up')
    await outcome(bia.page, 'Você encerrou a chamada.')
    await invite(caio.page, 'Bia')
    await bia.page.click('#call-decline')
    await caio.page.locator('#call-add-invited').getByText('recusou').waitFor()
    // Into the same call once more.
    await bringIn(ana, bia, 'Bia')
    await Promise.all([ana, bia, caio].map(({ page }) => seesAll(page, 2)))

    await caio.page.reload()
    await Promise.all([ana, bia].map(({ page }) => seesAll(page, 1)))
    await ana.page.click('#call-hang-up')
    await callState(bia.page, 'over')
    expect([ana, bia, caio].flatMap(({ complaints }) => complaints)).toEqual([])
  }, 90_000)

  test('two of whom ask the third at once; the server is restarted while one has no network', async () => {
    await using site = await startProcess()
    const far = await startFreezableChromium()
    try {
      const [ana, bia] = await people(browser(), site.url, ['Ana', 'Bia'])
      const [caio] = await people(far.browser, site.url, ['Caio'], 5_003)
      const all = [ana, bia, caio]
      await call(ana, bia, 'Bia')
      await seesAll(ana.page, 1)
      await Promise.all([ana, bia].map(({ page }) => invite(page, 'Caio')))
      await caio.page.click('#call-accept-video')
      await Promise.all(all.map(({ page }) => seesAll(page, 2)))
      expect(timesSaid(site, 'Convite para a chamada')).toBe(1)

      far.freezeNetwork()
      site.signal('SIGTERM')
      await site.exited
      for (const { page } of [ana, bia]) {
        await page.locator('#offline').waitFor({ state: 'attached' })
      }
      await using back = await startProcess({
        STATE_DIRECTORY: site.stateDirectory,
        REGISTRY_PORT: String(site.registry.port),
        HTTP_PORT: new URL(site.url).port,
      })
      await eventually('two are back', () => timesSaid(back, 'Chamada retomada') === 1, 15_000)
      for (const { page } of [ana, bia]) {
        await page.locator('.call-tile__banner').getByText('Reconectando').waitFor()
      }
      far.thaw()
      await eventually('all are back', () => timesSaid(back, 'Chamada retomada') === 2, 15_000)
      await Promise.all(all.map(({ page }) => seesAll(page, 2)))
      await caio.page.click('#call-hang-up')
      await Promise.all([ana, bia].map(({ page }) => seesAll(page, 1)))
      await back.printed('Saiu da chamada: Caio')
      expect(all.flatMap(({ complaints }) => complaints)).toEqual([])
    } finally {
      await far.close()
    }
  }, 90_000)
})

const timesSaid = ({ output }: { output: () => string }, line: string) =>
  output().split(line).length - 1
