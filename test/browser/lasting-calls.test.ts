import { describe, expect, test } from 'bun:test'
import { callState, keepsSeeing, outcome, talk, twoPeople } from '../support/callers.ts'
import {
  hasChromium,
  sharedChromium,
  startCallingChromium,
  startFreezableChromium,
} from '../support/chromium.ts'
import { eventually } from '../support/eventually.ts'
import { startProcess } from '../support/process.ts'
import { startTestWeb } from '../support/web.ts'

const testMs = 90_000

describe.skipIf(!hasChromium)('a call', () => {
  const browser = sharedChromium(startCallingChromium)
  test(
    'goes on while the server is restarted, and is known to it again afterwards',
    async () => {
      await using first = await startProcess()
      const ports = {
        STATE_DIRECTORY: first.stateDirectory,
        REGISTRY_PORT: String(first.registry.port),
        HTTP_PORT: new URL(first.url).port,
      }
      const [ana, bia] = await twoPeople(browser(), first.url)
      await talk(ana, bia)
      first.signal('SIGTERM')
      await first.exited
      await ana.page.locator('#offline').waitFor({ state: 'attached' })
      await Promise.all([keepsSeeing(ana.page), keepsSeeing(bia.page)])

      await using back = await startProcess(ports)
      await back.printed('Novo cliente registrado: Ana')
      await back.printed('Novo cliente registrado: Bia')
      // The end that was first is refused until the other is registered, and asks again.
      await eventually(
        'the call is resumed',
        () => back.output().includes('Chamada retomada'),
        15_000,
      )
      await Promise.all([keepsSeeing(ana.page), keepsSeeing(bia.page)])

      // Busy again for a third, as far as the registry is concerned.
      const peer = await back.connect()
      await peer.ask('register,Zeca,6000')
      expect(await peer.ask('call,Bia')).toEndWith(',busy')
      await ana.page.click('#call-hang-up')
      await outcome(bia.page, 'Ana encerrou a chamada.')
      await back.printed('Chamada encerrada')
    },
    testMs,
  )

  test(
    'outlives ten seconds in which nothing comes through, and says so meanwhile',
    async () => {
      await using site = await startTestWeb()
      const other = await startFreezableChromium()
      try {
        const [ana, bia] = await twoPeople(browser(), site.url, other.browser)
        await talk(ana, bia)
        other.freeze()
        const frozen = performance.now()
        await ana.page.locator('#call-banner').getByText('Reconectando').waitFor()
        expect(await ana.page.locator('#call-hang-up').isEnabled()).toBe(true)
        await Bun.sleep(10_000 - (performance.now() - frozen))
        other.thaw()
        const thawed = performance.now()
        await Promise.all([keepsSeeing(ana.page, 20, 20_000), keepsSeeing(bia.page, 20, 20_000)])
        console.log(`pictures again after ${(performance.now() - thawed).toFixed(0)} ms`)
        await ana.page
          .locator('#call-banner')
          .getByText('Reconectando')
          .waitFor({ state: 'hidden' })
        await ana.page.click('#call-hang-up')
        await outcome(bia.page, 'Ana encerrou a chamada.')
      } finally {
        await other.close()
      }
    },
    testMs,
  )

  test(
    'can be hung up while the server is away',
    async () => {
      await using site = await startProcess()
      const [ana, bia] = await twoPeople(browser(), site.url)
      await talk(ana, bia)
      site.signal('SIGKILL')
      await site.exited
      await ana.page.click('#call-hang-up')
      await outcome(bia.page, 'Ana encerrou a chamada.')
      await callState(bia.page, 'over')
    },
    testMs,
  )
})
