import { describe, expect, test } from 'bun:test'
import type { CallNews, CallWish } from '../../../src/page-protocol.ts'
import { openDeafTab } from '../../support/deaf-tab.ts'
import { eventually } from '../../support/eventually.ts'
import { idIn } from '../../support/peer.ts'
import { openTab, type TestTab } from '../../support/tab.ts'
import { startTestWeb, type TestWebOverrides } from '../../support/web.ts'

const bia = { name: 'Bia', ip: '127.0.0.1' }

const wish = (tab: TestTab, call: CallWish) => tab.say({ call })

const newsOf = (tab: TestTab): CallNews[] =>
  tab.messages.flatMap((text) => {
    const message = text.startsWith('{"call"')
      ? (JSON.parse(text) as { call: CallNews })
      : undefined
    return message ? [message.call] : []
  })

/** The first news of that kind, of that call. */
function heard<Kind extends CallNews['kind']>(
  tab: TestTab,
  kind: Kind,
): Promise<Extract<CallNews, { kind: Kind }>> {
  return eventually(`${kind} in ${JSON.stringify(newsOf(tab))}`, () =>
    newsOf(tab).find((news): news is Extract<CallNews, { kind: Kind }> => news.kind === kind),
  )
}

const isRinging = ({ kind }: CallNews) => kind === 'ringing'
const isElsewhere = ({ kind }: CallNews) => kind === 'elsewhere'

/** Ana in a browser with that many tabs, and Bia with `nc`, who takes calls. */
async function meet(tabs = 1, overrides: TestWebOverrides = {}) {
  const site = await startTestWeb(overrides)
  const visitor = site.visitor()
  await visitor.register('Ana', 5001)
  const open: TestTab[] = []
  for (let index = 0; index < tabs; index += 1) {
    const tab = await openTab(site, visitor)
    await tab.saw('>Ana<')
    open.push(tab)
  }
  const peer = await site.tcp.connect()
  await peer.ask('register,Bia,6000')
  await peer.ask('ready')
  const stop = () => site[Symbol.asyncDispose]()
  const tab = open[0] as TestTab
  return { site, visitor, tabs: open, tab, peer, [Symbol.asyncDispose]: stop }
}

async function ring({ peer }: Pick<Awaited<ReturnType<typeof meet>>, 'peer'>): Promise<string> {
  const answer = await eventually('Ana is ready', async () => {
    const reply = await peer.ask('call,Ana')
    return reply.startsWith('success,') && reply
  })
  return idIn(answer)
}

describe('a call from a page', () => {
  test('rings at the other end, and begins when it is accepted', async () => {
    await using met = await meet()
    wish(met.tab, { kind: 'call', ...bia })
    const { id, direction, ringsForMs } = await heard(met.tab, 'ringing')
    expect(direction).toBe('out')
    expect(ringsForMs).toBeWithin(30_000, 45_001)
    expect(await met.peer.line()).toBe(`*call,${id},Ana,127.0.0.1`)
    expect(await met.peer.ask(`accept,${id}`)).toBe(`success,${id}`)
    expect(await heard(met.tab, 'accepted')).toMatchObject({ id, ...bia, polite: false })
    wish(met.tab, { kind: 'signal', id, payload: 'b2zDoQ' })
    expect(await met.peer.line()).toBe(`*signal,${id},b2zDoQ`)
    expect(await met.peer.ask(`signal,${id},YQ`)).toBe(`success,${id}`)
    const signal = { kind: 'signal', id, payload: 'YQ', from: bia } as const
    expect(await heard(met.tab, 'signal')).toEqual(signal)
    wish(met.tab, { kind: 'hangup', id })
    expect(await met.peer.line()).toBe(`*ended,${id},hangup`)
  })

  test('is hung up at both ends at once without a refusal', async () => {
    await using met = await meet()
    const id = await ring(met)
    wish(met.tab, { kind: 'accept', id })
    await heard(met.tab, 'accepted')
    expect(await met.peer.line()).toBe(`*accepted,${id}`)
    expect(await met.peer.ask(`hangup,${id}`)).toBe(`success,${id}`)
    await heard(met.tab, 'ended')
    // The page has heard it from the other page, before the registry's word came.
    wish(met.tab, { kind: 'hangup', id })
    wish(met.tab, { kind: 'hangup', id: 'A'.repeat(22) })
    expect(await heard(met.tab, 'refused')).toMatchObject({ wish: 'hangup' })
    expect(met.site.tcp.view.overview().refusals['unknown-call']).toBe(1)
  })

  test('is told to be declined, in the tab that placed it alone', async () => {
    await using met = await meet(2)
    wish(met.tab, { kind: 'call', ...bia })
    const { id } = await heard(met.tab, 'ringing')
    await met.peer.line()
    await met.peer.ask(`decline,${id}`)
    await heard(met.tab, 'declined')
    expect(newsOf(met.tabs[1] as TestTab)).toEqual([])
  })

  test('is refused with the registry’s code', async () => {
    await using met = await meet()
    wish(met.tab, { kind: 'call', name: 'Zeca', ip: '127.0.0.1' })
    expect(await heard(met.tab, 'refused')).toEqual({
      kind: 'refused',
      wish: 'call',
      code: 'unknown-user',
    })
  })

  test('is cancelled when its tab is gone for good', async () => {
    await using met = await meet(2, { sessionLimits: { tabGraceMs: 60 } })
    wish(met.tab, { kind: 'call', ...bia })
    const { id } = await heard(met.tab, 'ringing')
    await met.peer.line()
    met.tab.close()
    expect(await met.peer.line()).toBe(`*ended,${id},cancelled`)
  })

  test('is taken back at once when its tab is gone before the call had an id', async () => {
    await using met = await meet(2, { sessionLimits: { tabGraceMs: 60_000 } })
    wish(met.tab, { kind: 'call', ...bia })
    met.tab.close()
    const rang = await met.peer.line()
    expect(await met.peer.line()).toBe(`*ended,${rang.split(',')[1]},cancelled`)
  })

  test('says which wish its answer belongs to', async () => {
    await using met = await meet()
    wish(met.tab, { kind: 'call', name: 'Zeca', ip: '127.0.0.1', tag: '1' })
    expect(await heard(met.tab, 'refused')).toMatchObject({ tag: '1', code: 'unknown-user' })
    wish(met.tab, { kind: 'call', ...bia, tag: '2' })
    expect(await heard(met.tab, 'ringing')).toMatchObject({ tag: '2' })
  })

  test('goes on in a tab whose socket was lost and is back', async () => {
    await using met = await meet(2, { sessionLimits: { tabGraceMs: 300 } })
    wish(met.tab, { kind: 'call', ...bia })
    const { id } = await heard(met.tab, 'ringing')
    await met.peer.line()
    await met.peer.ask(`accept,${id}`)
    await heard(met.tab, 'accepted')
    met.tab.close()
    const back = await openTab(met.site, met.visitor)
    await back.saw('>Ana<')
    wish(back, { kind: 'resume', id, ...bia })
    await heard(back, 'resumed')
    await Bun.sleep(400)
    await met.peer.ask(`signal,${id},YQ`)
    expect(await heard(back, 'signal')).toMatchObject({ id })
  })
})

describe('a tab that was away', () => {
  test('learns how its call ended meanwhile, and what rings now', async () => {
    await using met = await meet(2)
    wish(met.tab, { kind: 'call', ...bia })
    const { id } = await heard(met.tab, 'ringing')
    await met.peer.line()
    met.tab.close()
    await met.peer.ask(`decline,${id}`)
    const next = await ring(met)
    const back = await openTab(met.site, met.visitor)
    wish(back, { kind: 'resume', id, ...bia })
    expect(await heard(back, 'declined')).toEqual({ kind: 'declined', id })
    // Once as it came, once more when it was no longer busy.
    await eventually('told again', () => newsOf(back).filter(isRinging).length === 2)
    expect(newsOf(back).at(-1)).toMatchObject({ kind: 'ringing', id: next })
  })

  test('is not given a call that still rings in others, which are told of its end as well', async () => {
    await using met = await meet(2)
    const id = await ring(met)
    const [first, second] = met.tabs as [TestTab, TestTab]
    await heard(second, 'ringing')
    // It has said that it answers, on a socket that was lost.
    wish(first, { kind: 'resume', id, ...bia })
    await eventually('told so', () => newsOf(first).filter(isRinging).length === 2)
    await met.peer.ask(`hangup,${id}`)
    for (const tab of met.tabs) expect(await heard(tab, 'ended')).toMatchObject({ id })
  })

  test('does not take the call of another, which answered, nor end it', async () => {
    await using met = await meet(2)
    const id = await ring(met)
    const [first, second] = met.tabs as [TestTab, TestTab]
    await heard(second, 'ringing')
    wish(second, { kind: 'accept', id })
    await heard(second, 'accepted')
    wish(first, { kind: 'resume', id, ...bia })
    await eventually('told so', () => newsOf(first).filter(isElsewhere).length === 2)
    wish(first, { kind: 'hangup', id })
    expect(await met.peer.line()).toBe(`*accepted,${id}`)
    await met.peer.ask(`signal,${id},YQ`)
    expect(await heard(second, 'signal')).toMatchObject({ id })
    expect(newsOf(first).map(({ kind }) => kind)).toEqual(['ringing', 'elsewhere', 'elsewhere'])
  })
})

describe('a call to a page', () => {
  test('rings in every tab, and stops in the others when one accepts', async () => {
    await using met = await meet(2)
    const id = await ring(met)
    const [first, second] = met.tabs as [TestTab, TestTab]
    expect(await heard(first, 'ringing')).toMatchObject({ id, direction: 'in', ...bia })
    await heard(second, 'ringing')
    wish(second, { kind: 'accept', id })
    expect(await heard(second, 'accepted')).toMatchObject({ id, polite: true, ...bia })
    await heard(first, 'elsewhere')
    expect(await met.peer.line()).toBe(`*accepted,${id}`)
    await met.peer.ask(`signal,${id},YQ`)
    await heard(second, 'signal')
    expect(newsOf(first).map(({ kind }) => kind)).toEqual(['ringing', 'elsewhere'])
  })

  test('rings in a tab that is opened meanwhile', async () => {
    await using met = await meet()
    const id = await ring(met)
    await heard(met.tab, 'ringing')
    const late = await openTab(met.site, met.visitor)
    expect(await heard(late, 'ringing')).toMatchObject({ id, direction: 'in' })
  })

  test('while it is busy is told to all tabs, under one id for each', async () => {
    await using met = await meet(2)
    await ring(met)
    const cris = await met.site.tcp.connect()
    await cris.ask('register,Cris,6001')
    expect(await cris.ask('call,Ana')).toEndWith(',busy')
    const [first, second] = await Promise.all(met.tabs.map((tab) => heard(tab, 'missed')))
    expect(first).toMatchObject({ name: 'Cris', ip: '127.0.0.1' })
    expect(second).toEqual(first as CallNews & { kind: 'missed' })
  })

  test('is declined for all tabs', async () => {
    await using met = await meet(2)
    const id = await ring(met)
    const [first, second] = met.tabs as [TestTab, TestTab]
    await heard(first, 'ringing')
    await heard(second, 'ringing')
    wish(first, { kind: 'decline', id })
    expect(await met.peer.line()).toBe(`*declined,${id}`)
    await heard(second, 'elsewhere')
  })

  test('ends in every tab when the caller takes it back', async () => {
    await using met = await meet(2)
    const id = await ring(met)
    for (const tab of met.tabs) await heard(tab, 'ringing')
    await met.peer.ask(`hangup,${id}`)
    for (const tab of met.tabs) {
      expect(await heard(tab, 'ended')).toEqual({ kind: 'ended', id, reason: 'cancelled' })
    }
  })

  test('is accepted by calling back whoever is calling', async () => {
    await using met = await meet(2)
    const id = await ring(met)
    const [first, second] = met.tabs as [TestTab, TestTab]
    await heard(first, 'ringing')
    wish(first, { kind: 'call', ...bia })
    expect(await heard(first, 'accepted')).toMatchObject({ id, polite: true })
    await heard(second, 'elsewhere')
    expect(await met.peer.line()).toBe(`*accepted,${id}`)
  })

  test('that is answered and hung up at once stops ringing in the other tabs', async () => {
    await using met = await meet(2)
    const id = await ring(met)
    const [first, second] = met.tabs as [TestTab, TestTab]
    await heard(first, 'ringing')
    wish(second, { kind: 'accept', id })
    wish(second, { kind: 'hangup', id })
    expect(await met.peer.line()).toBe(`*accepted,${id}`)
    expect(await met.peer.line()).toBe(`*ended,${id},hangup`)
    await heard(first, 'elsewhere')
    expect(newsOf(second).map(({ kind }) => kind)).toEqual(['ringing'])
  })

  test('is refused while the only page that is open cannot take it', async () => {
    await using site = await startTestWeb()
    const visitor = site.visitor()
    await visitor.register('Ana', 5001)
    const tab = await openTab(site, visitor, undefined, {}, false)
    await tab.saw('>Ana<')
    const peer = await site.tcp.connect()
    await peer.ask('register,Bia,6000')
    expect(await peer.ask('call,Ana')).toEndWith(',not-ready')
    // Another page of the same browser can.
    const other = await openTab(site, visitor)
    await other.saw('>Ana<')
    const id = await ring({ peer })
    await heard(other, 'ringing')
    wish(other, { kind: 'decline', id })
    expect(await peer.line()).toBe(`*declined,${id}`)
    expect(newsOf(tab)).toEqual([])
  })

  test('is declined where no page that could take it is left, nor comes back', async () => {
    await using site = await startTestWeb({ sessionLimits: { tabGraceMs: 60 } })
    const visitor = site.visitor()
    await visitor.register('Ana', 5001)
    const unable = await openTab(site, visitor, undefined, {}, false)
    await unable.saw('>Ana<')
    const able = await openTab(site, visitor)
    const peer = await site.tcp.connect()
    await peer.ask('register,Bia,6000')
    const id = await ring({ peer })
    await heard(able, 'ringing')
    able.close()
    expect(await peer.line()).toBe(`*declined,${id}`)
    const again = idIn(await peer.ask('call,Ana'))
    expect(await peer.line()).toBe(`*declined,${again}`)
  })

  test('is refused as long as no page is open that could take it', async () => {
    await using site = await startTestWeb()
    await site.visitor().register('Ana', 5001)
    const peer = await site.tcp.connect()
    await peer.ask('register,Bia,6000')
    expect(await peer.ask('call,Ana')).toEndWith(',not-ready')
  })

  test('that is over after a restart goes on once both ends say so', async () => {
    await using met = await meet()
    const id = await ring(met)
    await heard(met.tab, 'ringing')
    wish(met.tab, { kind: 'accept', id })
    await heard(met.tab, 'accepted')
    await using after = await startTestWeb()
    const peer = await after.tcp.connect()
    await peer.ask('register,Bia,6000')
    // Said at once, while the server still registers the browser again.
    const returned = after.visitor()
    returned.takeCookiesOf(met.visitor, after.url)
    const back = await openTab(after, returned, null)
    wish(back, { kind: 'resume', id, ...bia })
    expect(await peer.ask(`resume,${id},Ana,127.0.0.1`)).toBe(`success,${id}`)
    expect(await peer.line()).toBe(`*resumed,${id},Ana,127.0.0.1`)
    await heard(back, 'resumed')
  })

  test('that is not taken up yet carries no signal, however long, and its browser stays', async () => {
    await using met = await meet()
    const id = await ring(met)
    await using after = await startTestWeb()
    const peer = await after.tcp.connect()
    await peer.ask('register,Bia,6000')
    const returned = after.visitor()
    returned.takeCookiesOf(met.visitor, after.url)
    const back = await openTab(after, returned)
    await back.saw('>Ana<')
    wish(back, { kind: 'resume', id, ...bia })
    wish(back, { kind: 'signal', id, payload: 'b'.repeat(8_000) })
    expect(await heard(back, 'refused')).toMatchObject({ wish: 'signal', code: 'unknown-call' })
    expect(await peer.ask(`resume,${id},Ana,127.0.0.1`)).toBe(`success,${id}`)
    await heard(back, 'resumed')
    wish(back, { kind: 'signal', id, payload: 'c'.repeat(8_000) })
    await peer.line()
    expect(await peer.line()).toBe(`*signal,${id},${'c'.repeat(8_000)}`)
  })
})

describe('a browser in a call', () => {
  async function talk(met: Pick<Awaited<ReturnType<typeof meet>>, 'peer' | 'tab'>) {
    const id = await ring(met)
    await heard(met.tab, 'ringing')
    wish(met.tab, { kind: 'accept', id })
    expect(await met.peer.line()).toBe(`*accepted,${id}`)
    return id
  }

  test('that leaves on purpose has left', async () => {
    await using met = await meet()
    const id = await talk(met)
    await met.visitor.post('/leave', {})
    expect(await met.peer.line()).toBe(`*ended,${id},left`)
  })

  test('whose tabs are closed hangs up', async () => {
    await using met = await meet(1, { sessionLimits: { tabGraceMs: 50 } })
    const id = await talk(met)
    met.tab.close()
    expect(await met.peer.line()).toBe(`*ended,${id},hangup`)
  })

  test('that falls silent is lost, and may come back', async () => {
    await using met = await meet(0, {
      sessionLimits: { silentGraceMs: 50 },
      liveLimits: { beatMs: 50, silenceMs: 500 },
    })
    const deaf = await openDeafTab(met.site, met.visitor)
    deaf.say({ takesCalls: true })
    const id = await ring(met)
    deaf.say({ call: { kind: 'accept', id } })
    expect(await met.peer.line()).toBe(`*accepted,${id}`)
    expect(await met.peer.line()).toBe(`*ended,${id},lost`)
    const back = await openTab(met.site, met.visitor)
    wish(back, { kind: 'resume', id, ...bia })
    expect(await met.peer.ask(`resume,${id}`)).toBe(`success,${id}`)
    expect(await met.peer.line()).toBe(`*resumed,${id},Ana,127.0.0.1`)
  })

  test('whose place another connection takes is told so, in the tab that has the call', async () => {
    await using met = await meet()
    const id = await talk(met)
    using second = await met.site.tcp.connect()
    await second.ask('Ana,127.0.0.9,4000,5001')
    expect(await second.ask(`resume,${id}`)).toBe(`success,${id}`)
    expect(await met.peer.line()).toBe(`*resumed,${id},Ana,127.0.0.9`)
    expect(await heard(met.tab, 'ended')).toEqual({ kind: 'ended', id, reason: 'moved' })
  })
})

test.each([
  '{"call":{"kind":"signal","id":"x","payload":"a,b"}}',
  '{"call":{"kind":"signal","id":"x\\nquit","payload":"YQ"}}',
  '{"call":{"kind":"hangup"}}',
  '{"call":{"kind":"reboot","id":"x"}}',
  '{"call":null}',
])('a wish like %s is not listened to, and the tab goes on', async (text) => {
  await using met = await meet()
  met.tab.sayText(text)
  wish(met.tab, { kind: 'hangup', id: 'A'.repeat(22) })
  expect(await heard(met.tab, 'refused')).toMatchObject({ wish: 'hangup', code: 'unknown-call' })
  expect(newsOf(met.tab)).toHaveLength(1)
})
