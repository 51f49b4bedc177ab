import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { badNetworks, callOver, changeOver, changes } from '../../bench/network-calls.ts'
import { hasChromium } from '../support/chromium.ts'
import { type Far, startFar } from '../support/network-call.ts'
import { hasTurnServer } from '../support/turn-server.ts'
import { noMachines } from '../support/two-machines.ts'

// The most telling of the networks; `bun run bench networks` tries them all, and takes its time.
const testMs = 120_000
const why = hasChromium ? (hasTurnServer ? noMachines() : 'no TURN server') : 'no browser'
if (why) console.warn(`Calls over real networks are skipped: ${why}`)

describe.skipIf(why !== undefined)('a call between two networks', () => {
  let far: Far
  beforeAll(async () => {
    far = await startFar()
  }, testMs)
  afterAll(() => far?.[Symbol.asyncDispose](), testMs)

  test(
    'is heard and seen where a packet of ten is lost and each takes 150 ms, and says how bad it is',
    async () => {
      const { cable } = badNetworks['loss 10 %, 150 ms']
      const { relay, grade, roundTripMs, concealed } = await callOver(far, cable, 5)
      expect(relay).toBeUndefined()
      expect(grade).not.toBe('good')
      expect(roundTripMs).toBeGreaterThan(2 * cable.delayMs)
      // What is lost is sent twice: most of it is heard.
      expect(concealed).toBeLessThan(0.5)
    },
    testMs,
  )

  test(
    'is relayed over TURN by TCP where no UDP passes',
    async () => {
      const { cable } = badNetworks['no UDP, TURN over TCP']
      expect((await callOver(far, cable, 1)).relay).toBe('tcp')
    },
    testMs,
  )

  test(
    'goes on over another network when its own goes',
    async () => {
      const { newAttempt } = await changeOver(far, changes['another network'])
      expect(newAttempt).toBe(true)
    },
    testMs,
  )
})

test.skipIf(why !== undefined)(
  'a call is heard and seen where there is no IPv4',
  async () => {
    await using far = await startFar({ family: 6 })
    expect((await callOver(far, {}, 1)).relay).toBeUndefined()
  },
  testMs,
)
