import { type AnyWindow, textOf, waitFor } from '../test/support/any-browser.ts'
import { attemptOf, momentOf, type Received, received, relayOf } from '../test/support/any-call.ts'
import { eventually } from '../test/support/eventually.ts'
import type { Far, FarOptions } from '../test/support/network-call.ts'
import type { Cable } from '../test/support/networks.ts'

/** A network between two people, as bad as its name says. Only Ana's cable is bad, each way. */
export type BadNetwork = { far?: FarOptions; cable?: Cable }

export const badNetworks = {
  good: {},
  'loss 2 %': { cable: { loss: 0.02 } },
  'loss 10 %': { cable: { loss: 0.1 } },
  '150 ms each way': { cable: { delayMs: 150 } },
  'loss 10 %, 150 ms': { cable: { loss: 0.1, delayMs: 150 } },
  '300 kbit/s': { cable: { kbps: 300 } },
  'no UDP, TURN over TCP': { cable: { udp: false } },
  'no UDP, TURN over TLS': { cable: { udp: false }, far: { relay: 'tls' } },
  'IPv6 alone': { far: { family: 6 } },
} satisfies Record<string, BadNetwork>

export type CallFigures = {
  /** From the answer until both pages say that they talk, and until both have sound and pictures. */
  connectSeconds: number
  heardAndSeenSeconds: number
  /** Of the sound that was played, what the browser made up: 0 to 1, at the end that is worse off. */
  concealed: number
  /** What Ana's panel shows after that time. */
  grade: string
  lossPercent: number
  roundTripMs: number
  /** How the TURN server is spoken to, where the way goes by it. */
  relay: string | undefined
}

/** Calls over that network, and looks at the call for so long. */
export async function callOver(far: Far, cable: Cable, seconds: number): Promise<CallFigures> {
  const ends = await far.call(cable)
  const both = [ends.ana, ends.bia]
  const answered = await momentOf(ends.bia, 'answering')
  const talking = await Promise.all(both.map((each) => momentOf(each, 'talking')))
  const complete = await Promise.all(both.map(hearsAndSees))
  await ends.ana.click('#call-quality-button')
  const before = await Promise.all(both.map(received))
  await Bun.sleep(seconds * 1_000)
  const after = await Promise.all(both.map(received))
  return {
    connectSeconds: (Math.max(...talking) - answered) / 1_000,
    heardAndSeenSeconds: (Math.max(...complete) - answered) / 1_000,
    concealed: Math.max(...after.map((now, end) => concealedShare(before[end], now))),
    ...(await panelOf(ends.ana)),
    relay: await relayOf(ends.ana),
  }
}

/** When the first sound and the first picture were there. */
async function hearsAndSees(window: AnyWindow): Promise<number> {
  await eventually(
    'sound and pictures',
    async () => {
      const { frames, soundPackets } = await received(window)
      return frames > 0 && soundPackets > 0
    },
    60_000,
  )
  return Date.now()
}

function concealedShare(before: Received | undefined, now: Received): number {
  const played = now.soundSamples - (before?.soundSamples ?? 0)
  return (now.concealedSamples - (before?.concealedSamples ?? 0)) / played
}

export async function panelOf(window: AnyWindow) {
  const shown = async (id: string) =>
    Number.parseFloat((await textOf(window, `#${id} output`)).replace(',', '.'))
  return {
    grade: await window.evaluate<string>(
      "document.querySelector('#call-quality-button').dataset.grade",
    ),
    lossPercent: await shown('call-plot-loss'),
    roundTripMs: await shown('call-plot-round-trip'),
  }
}

/** What happens to Ana's network in the middle of a call. */
export const changes = {
  /** Her computer knows at once: a cable is pulled, another one is there. */
  'another network': async ({ networks }: Far) => {
    await networks.unplug('ana')
    await networks.plugIn('another')
  },
  /** As when a person leaves home: nothing comes through, and some seconds later another one is used. */
  'silent for 4 s, then another network': async ({ networks }: Far) => {
    await networks.make('ana', { loss: 1 })
    await Bun.sleep(4_000)
    await networks.unplug('ana')
    await networks.plugIn('another')
  },
  'gone for 6 s, then the same': async ({ networks }: Far) => {
    await networks.unplug('ana')
    await Bun.sleep(6_000)
    await networks.plugIn('ana')
  },
} satisfies Record<string, (far: Far) => Promise<void>>

export type ChangeFigures = {
  /** From the end of the change until both have sound again, and pictures. */
  soundSeconds: number
  /** Until Ana's page hears of the server again. */
  serverSeconds: number
  newAttempt: boolean
}

/** Changes the network of a call that runs, and waits until all is as before. */
export async function changeOver(
  far: Far,
  change: (far: Far) => Promise<void>,
): Promise<ChangeFigures> {
  const ends = await far.call()
  const both = [ends.ana, ends.bia]
  await Promise.all(both.map(hearsAndSees))
  const attempt = await attemptOf(ends.ana)
  await change(far)
  const changed = Date.now()
  const server = momentOf(ends.ana, 'server', changed, 60_000)
  const sound = await Promise.all(both.map((each) => hearsAgain(each)))
  await waitFor(ends.ana, 'no banner', "document.querySelector('#call-banner').textContent === ''")
  return {
    soundSeconds: (Math.max(...sound) - changed) / 1_000,
    serverSeconds: ((await server) - changed) / 1_000,
    newAttempt: (await attemptOf(ends.ana)) !== attempt,
  }
}

/** When sound and pictures had come again; what was under way at the change does not count. */
async function hearsAgain(window: AnyWindow): Promise<number> {
  const before = await received(window)
  await eventually(
    'sound and pictures again',
    async () => {
      const { frames, soundPackets } = await received(window)
      return soundPackets >= before.soundPackets + 25 && frames > before.frames
    },
    60_000,
  )
  return Date.now()
}
