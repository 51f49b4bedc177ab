import { describe, expect, test } from 'bun:test'
import { keepsSeeing, outcome, talk, twoPeople } from '../support/callers.ts'
import {
  hasChromium,
  type Person,
  sharedChromium,
  startCallingChromium,
} from '../support/chromium.ts'
import { eventually } from '../support/eventually.ts'
import { hasTurnServer, startTurnServer } from '../support/turn-server.ts'
import { startTestWeb } from '../support/web.ts'

const testMs = 120_000
const secret = 'shared between coturn and us'

/** As on two networks that let nothing through but the relay. */
async function letThroughTheRelayAlone({ page }: Person): Promise<void> {
  await page.addInitScript(() => {
    const Direct = globalThis.RTCPeerConnection
    globalThis.RTCPeerConnection = class extends Direct {
      constructor(configuration?: RTCConfiguration) {
        super({ ...configuration, iceTransportPolicy: 'relay' })
      }
      override setConfiguration(configuration?: RTCConfiguration) {
        super.setConfiguration({ ...configuration, iceTransportPolicy: 'relay' })
      }
    }
  })
  await page.reload()
}

/** When what gave the relays runs out, in Unix seconds: coturn names its users by that. */
const expiries = (output: string) =>
  [...output.matchAll(/user <(\d{10}):[\w-]+>.*ALLOCATE processed, success/g)].map(([, at]) =>
    Number(at),
  )

describe.skipIf(!hasChromium || !hasTurnServer)('a call by a real TURN server', () => {
  const browser = sharedChromium(startCallingChromium)
  const startSite = (turnUrl: string, turnLifetimeSeconds: number) =>
    startTestWeb({
      ice: { stunUrls: [], turnUrls: [turnUrl], turnSecret: secret, turnLifetimeSeconds },
    })

  test(
    'is relayed where no direct way is left, with credentials of its own',
    async () => {
      await using turn = await startTurnServer(secret)
      await using site = await startSite(turn.url, 600)
      const [ana, bia] = await twoPeople(browser(), site.url)
      for (const person of [ana, bia]) await letThroughTheRelayAlone(person)
      await talk(ana, bia)
      await Promise.all([keepsSeeing(ana.page), keepsSeeing(bia.page)])
      expect(expiries(turn.output())).not.toEqual([])
      await ana.page.click('#call-hang-up')
      await outcome(bia.page, 'Ana encerrou a chamada.')
    },
    testMs,
  )

  test(
    'comes back with fresh credentials when its relay is gone, and its own have run out',
    async () => {
      await using turn = await startTurnServer(secret)
      // Good for six to twelve seconds.
      await using site = await startSite(turn.url, 12)
      const [ana, bia] = await twoPeople(browser(), site.url)
      for (const person of [ana, bia]) await letThroughTheRelayAlone(person)
      await talk(ana, bia)
      const first = Math.max(...expiries(turn.output()))
      await eventually('they have run out', () => Date.now() / 1_000 > first + 1, 15_000)
      await Promise.all([keepsSeeing(ana.page), keepsSeeing(bia.page)])
      await turn.restart()
      await ana.page.locator('#call-banner').getByText('Reconectando').waitFor({ timeout: 20_000 })
      await Promise.all([keepsSeeing(ana.page, 20, 30_000), keepsSeeing(bia.page, 20, 30_000)])
      expect(Math.min(...expiries(turn.output()))).toBeGreaterThan(first)
      await ana.page.click('#call-hang-up')
      await outcome(bia.page, 'Ana encerrou a chamada.')
      expect([...ana.complaints, ...bia.complaints]).toEqual([])
    },
    testMs,
  )
})
