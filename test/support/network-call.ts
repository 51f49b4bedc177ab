import { type AnyBrowser, type AnyWindow, register } from './any-browser.ts'
import { callFrom, isAt, rememberCalls } from './any-call.ts'
import { newCertificate } from './certificates.ts'
import { executablePath } from './chromium.ts'
import { startAnyChromium } from './chromium-window.ts'
import { eventually } from './eventually.ts'
import { firefoxPath, startFirefox } from './firefox.ts'
import { type Cable, connectNetworks, type Networks } from './networks.ts'
import { startProcess } from './process.ts'
import { startTurnServer } from './turn-server.ts'

const secret = 'shared between coturn and us'

/** Ways to a TURN server that a house can offer. */
export type Relay = 'tcp' | 'tls'

export type Ends = { ana: AnyWindow; bia: AnyWindow }

/** Two people with a browser each, on machines of their own, with networks in between. */
export type Far = {
  readonly networks: Networks
  /** Makes Ana's cable like this, calls from it, and is answered; both ends are connecting. */
  call: (cable?: Cable) => Promise<Ends>
  [Symbol.asyncDispose](): Promise<void>
}

export type FarOptions = {
  family?: 4 | 6
  /** How the TURN server is spoken to. */
  relay?: Relay
  /** Ana's; Bia's is Chromium. */
  browser?: 'chromium' | 'firefox'
}

export async function startFar({
  family = 4,
  relay = 'tcp',
  browser = 'chromium',
}: FarOptions = {}): Promise<Far> {
  await using started = new AsyncDisposableStack()
  const networks = started.use(await connectNetworks(family))
  const { url } = started.use(await startHouse(networks, started, relay))
  const personOn = async (machine: 'ana' | 'bia', kind: 'chromium' | 'firefox') => {
    const opened = await startBrowser(networks, machine, kind)
    started.defer(() => opened.close())
    return opened.newWindow()
  }
  const [ana, bia] = await Promise.all([personOn('ana', browser), personOn('bia', 'chromium')])
  await Promise.all([register(ana, url, 'Ana', 5001), register(bia, url, 'Bia', 5001)])
  const all = started.move()
  return {
    networks,
    async call(cable = {}) {
      // Whatever an earlier call has left behind goes with its page, over cables that are good.
      await networks.unplug('another')
      await networks.plugIn('ana')
      await networks.make('ana', {})
      for (const each of [ana, bia]) {
        await openAnyway(each, `${url}/people`)
        await rememberCalls(each)
      }
      await networks.make('ana', cable)
      await callFrom(ana, 'Bia')
      await isAt(bia, 'ringing-in')
      await bia.click('#call-accept-video')
      return { ana, bia }
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  }
}

/** A browser gives up what it loads when it learns that its network has changed. */
const openAnyway = (window: AnyWindow, url: string): Promise<void> =>
  eventually(
    url,
    () =>
      window.open(url).then(
        () => ({}),
        () => undefined,
      ),
    60_000,
  ).then(() => {})

async function startBrowser(
  networks: Networks,
  machine: 'ana' | 'bia',
  kind: 'chromium' | 'firefox',
): Promise<AnyBrowser> {
  if (kind === 'firefox') {
    return startFirefox({ program: await networks.wrapped(machine, firefoxPath) })
  }
  return startAnyChromium({ program: await networks.wrapped(machine, executablePath) })
}

/** The server, and a TURN server beside it. */
async function startHouse(networks: Networks, started: AsyncDisposableStack, relay: Relay) {
  const on = (command: string[]) => networks.on('middle', command)
  const turn = started.use(
    await startTurnServer(secret, [], {
      ip: networks.server,
      on,
      certificate: await newCertificate(),
    }),
  )
  const turnUrls = { tcp: `${turn.url}?transport=tcp`, tls: turn.tlsUrl }
  const lan = { address: networks.server, on, [Symbol.asyncDispose]: async () => {} }
  return startProcess({ HTTPS: 'auto', TURN_URLS: turnUrls[relay], TURN_SECRET: secret }, { lan })
}
