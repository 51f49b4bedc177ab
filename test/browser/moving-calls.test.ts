import { describe, expect, test } from 'bun:test'
import { callState, outcome, talk, twoPeople } from '../support/callers.ts'
import { hasChromium, sharedChromium, startCallingChromium } from '../support/chromium.ts'
import { eventually } from '../support/eventually.ts'
import { startTestWeb } from '../support/web.ts'

const testMs = 60_000

describe.skipIf(!hasChromium)('a call whose end is taken by another connection', () => {
  const browser = sharedChromium(startCallingChromium)
  test(
    'is over in the page that had it; and in the other when that one leaves, at once',
    async () => {
      await using site = await startTestWeb()
      const [ana, bia] = await twoPeople(browser(), site.url)
      const frames: string[] = []
      bia.page.on('websocket', (socket) =>
        socket.on('framereceived', ({ payload }) => frames.push(String(payload))),
      )
      await bia.page.reload()
      await talk(ana, bia)
      const id = await eventually('its id', () => /"id":"([\w-]{22})"/.exec(frames.join('\n'))?.[1])
      using program = await site.tcp.connect()
      await program.ask('Bia,127.0.0.9,4000,5009')
      expect(await program.ask(`resume,${id}`)).toBe(`success,${id}`)
      expect(await program.line()).toBe(`*resumed,${id},Ana,127.0.0.1`)
      await outcome(bia.page, 'A chamada passou para outra conexão sua.')
      await callState(ana.page, 'talking')
      await program.ask('quit')
      await outcome(ana.page, 'Bia saiu.')
    },
    testMs,
  )
})
