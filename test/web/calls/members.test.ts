import { describe, expect, test } from 'bun:test'
import type { RegistryClient } from '../../../src/client/registry-client.ts'
import type { CallNews, CallWish } from '../../../src/page-protocol.ts'
import { isCallPush } from '../../../src/web/calls/call-pushes.ts'
import { SessionCalls } from '../../../src/web/calls/session-calls.ts'
import type { TabSocket } from '../../../src/web/live/tab.ts'
import type { Session } from '../../../src/web/session/sessions.ts'
import { type ScriptedRegistry, startScripted } from '../../client/scripted-registry.ts'
import { eventually } from '../../support/eventually.ts'

const id = 'abcdefghijklmnopqrstuv'
const otherId = 'zyxwvutsrqponmlkjihgfe'
const ip = '10.0.0.7'
const bia = { name: 'Bia', ip }
const cris = { name: 'Cris', ip }
const davi = { name: 'Davi', ip }
/** Another one each time. */
const visit: string = expect.any(String)

type Tab = { socket: TabSocket; news: CallNews[]; kinds: () => string[] }

/** What a registry answers that grants everything; `after` adds lines to its answer to a request. */
const granting =
  (after: Record<string, string[]> = {}) =>
  (line: string): string => {
    const [verb = ''] = line.split(',')
    const reply = verb === 'ping' ? 'pong' : `success,${id}`
    return [reply, ...(after[verb] ?? []), ''].join('\n')
  }

/** The calls of Ana's browser, with that many pages, at a registry that says what the test says. */
async function browser(answer: (line: string) => string = granting(), pages = 1, me = 'Ana') {
  const registry = startScripted(answer)
  const onPush: NonNullable<Parameters<ScriptedRegistry['connect']>[0]>['onPush'] = (push) => {
    if (isCallPush(push)) calls.push(push)
  }
  const client: RegistryClient = await registry.connect({ onPush })
  const session = { id: me, me: { name: me, ip: '10.0.0.1', callPort: 5000 }, client }
  const calls = new SessionCalls(session as unknown as Session, {
    ringTimeoutMs: 45_000,
    tabGraceMs: 60_000,
    now: () => performance.now(),
    iceServersOf: () => [],
  })
  const open = (page: string): Tab => {
    const news: CallNews[] = []
    const send = (text: string) => news.push(JSON.parse(text).call)
    const socket = { send, data: { page } } as unknown as TabSocket
    calls.tabOpened(socket)
    calls.takesCalls(socket)
    return { socket, news, kinds: () => news.map(({ kind }) => kind) }
  }
  const tabs = Array.from({ length: pages }, (_, index) => open(String(index)))
  return {
    registry,
    calls,
    tabs,
    tab: tabs[0] as Tab,
    open,
    wish: (tab: Tab, wish: CallWish) => calls.wish(tab.socket, wish),
    /** The registry says these lines, and all of it has been read. */
    async hears(...lines: string[]) {
      registry.say(lines.map((line) => `${line}\n`).join(''))
      await client.ask({ verb: 'ping' })
    },
    [Symbol.dispose]() {
      calls.end()
      client.close()
      registry[Symbol.dispose]()
    },
  }
}

const memberLine = ({ name, ip }: { name: string; ip: string }) => `*member,${id},${name},${ip}`
const invitation = `*call,${id},Bia,${ip},2,Cris,${ip}`

/** Ana talks with Bia, whom she called. */
async function talking(answer?: (line: string) => string, pages = 1) {
  const met = await browser(answer, pages)
  await met.wish(met.tab, { kind: 'call', ...bia })
  await met.hears(`*accepted,${id}`)
  met.tab.news.length = 0
  return met
}

test('a browser takes calls of several', async () => {
  using met = await browser()
  await met.registry.until('ready', () => met.registry.received.includes('ready,conference'))
})

describe('an invitation', () => {
  test('rings in every page, which is told who is in the call', async () => {
    using met = await browser(granting(), 2)
    await met.hears(invitation)
    for (const { news } of met.tabs) {
      expect(news).toMatchObject([{ kind: 'ringing', direction: 'in', ...bia, others: [cris] }])
    }
    expect(met.open('late').news).toMatchObject([{ kind: 'ringing', others: [cris] }])
  })

  test('that is taken back stops ringing in every page', async () => {
    using met = await browser(granting(), 2)
    await met.hears(invitation, `*ended,${id},cancelled`)
    for (const tab of met.tabs) expect(tab.kinds()).toEqual(['ringing', 'ended'])
  })

  test('makes the page that takes it offer to each who is there, and to nobody who comes later', async () => {
    const there = granting({ accept: [bia, cris].map(memberLine) })
    using met = await browser(there, 2)
    const [first, second] = met.tabs as [Tab, Tab]
    await met.hears(invitation)
    await met.wish(first, { kind: 'accept', id })
    await met.hears(memberLine(davi))
    expect(second.kinds()).toEqual(['ringing', 'elsewhere'])
    expect(first.news.slice(1)).toEqual([
      {
        ...{ kind: 'accepted', id, ...bia, polite: false, iceServers: [], invitation: true },
      },
      { kind: 'member', id, ...bia, visit, offers: true, iceServers: [] },
      { kind: 'member', id, ...cris, visit, offers: true, iceServers: [] },
      { kind: 'member', id, ...davi, visit, offers: false, iceServers: [] },
    ])
  })

  test('the same, where somebody comes before the page was told of the first', async () => {
    // All of it is read at once.
    const lines = [memberLine(bia), 'pong', memberLine(davi)]
    const once = (line: string) => {
      if (line.startsWith('accept')) return `${[`success,${id}`, ...lines].join('\n')}\n`
      return line === 'ping' && met.registry.received.filter((each) => each === line).length === 2
        ? ''
        : granting()(line)
    }
    using met = await browser(once)
    await met.hears(invitation)
    await met.wish(met.tab, { kind: 'accept', id })
    await eventually('all told', () => met.tab.news.length === 4)
    const offers = met.tab.news.flatMap((news) => (news.kind === 'member' ? [news.offers] : []))
    expect(offers).toEqual([true, false])
  })

  test('is taken by calling whoever invites', async () => {
    using met = await browser(granting({ call: [bia, cris].map(memberLine) }))
    await met.hears(invitation)
    await met.wish(met.tab, { kind: 'call', ...bia, tag: '7' })
    await met.hears()
    expect(met.tab.kinds()).toEqual(['ringing', 'accepted', 'member', 'member'])
    expect(met.tab.news[1]).toMatchObject({ invitation: true, tag: '7' })
    expect(met.tab.news[3]).toMatchObject({ ...cris, offers: true })
  })

  test('rings in a page that had gone on with a call that was over, once it ends that', async () => {
    using met = await talking()
    // Her page sees and hears on; the registry has lost the call.
    await met.hears(`*ended,${id},lost`, `*call,${otherId},Cris,${ip},1,Davi,${ip}`)
    met.tab.news.length = 0
    await met.wish(met.tab, { kind: 'hangup', id })
    expect(met.tab.news).toMatchObject([{ kind: 'ringing', id: otherId, ...cris }])
  })

  test('that is taken while the socket of its page is lost begins on the new one', async () => {
    const said = Promise.withResolvers<void>()
    let isSaid = false
    using met = await browser((line) => {
      isSaid ||= line.startsWith('accept')
      if (!isSaid) return granting()(line)
      said.resolve()
      return ''
    })
    const second = met.open('1')
    await met.hears(invitation)
    const accepted = met.wish(met.tab, { kind: 'accept', id })
    await said.promise
    met.calls.tabClosed(met.tab.socket)
    const back = met.open('0')
    met.registry.say(`success,${id}\npong\n`)
    await accepted
    expect(back.kinds()).toEqual(['ringing', 'accepted'])
    expect(second.kinds()).toEqual(['ringing', 'elsewhere'])
  })

  test('that comes and goes while a page would take up the call ends that for the registry too', async () => {
    const asked = Promise.withResolvers<void>()
    using met = await browser((line) => {
      if (!line.startsWith('resume')) return granting()(line)
      asked.resolve()
      return ''
    })
    const resumed = met.wish(met.tab, { kind: 'resume', id, ...bia })
    await asked.promise
    met.registry.say(`${invitation}\n*ended,${id},cancelled\nsuccess,${id}\n`)
    await resumed
    await met.registry.until('hung up', () => met.registry.received.includes(`hangup,${id}`))
    expect(met.tab.kinds()).toEqual(['ringing', 'ended'])
  })

  test('is over in its tabs if a page hangs up what it had before, too late', async () => {
    let hangups = 0
    using met = await browser((line) => {
      if (!line.startsWith('hangup')) return granting()(line)
      hangups += 1
      // The second comes to the registry after the invitation, and counts as a decline.
      return hangups === 1 ? `success,${id}\n` : `${invitation}\nsuccess,${id}\n`
    }, 2)
    await met.wish(met.tab, { kind: 'call', ...bia })
    await met.hears(`*accepted,${id}`)
    for (let each = 0; each < 2; each += 1) await met.wish(met.tab, { kind: 'hangup', id })
    for (const tab of met.tabs) expect(tab.kinds().slice(-2)).toEqual(['ringing', 'ended'])
  })

  test('rings on in one page if another takes itself for a member still', async () => {
    using met = await browser(granting(), 2)
    await met.hears(invitation)
    const [first, second] = met.tabs as [Tab, Tab]
    await met.wish(first, { kind: 'resume', id, ...bia })
    expect(first.kinds()).toEqual(['ringing', 'ringing'])
    await met.hears(`*ended,${id},cancelled`)
    expect(second.kinds()).toEqual(['ringing', 'ended'])
  })

  test('a call of two is none', async () => {
    using met = await browser()
    await met.hears(`*call,${id},Bia,${ip}`)
    const pings = () => met.registry.received.filter((line) => line === 'ping').length
    const before = pings()
    await met.wish(met.tab, { kind: 'accept', id })
    expect(met.tab.news).toEqual([
      expect.not.objectContaining({ others: expect.anything() }),
      { kind: 'accepted', id, ...bia, visit, polite: true, iceServers: [] },
    ])
    expect(pings()).toBe(before)
  })
})

describe('in a call that runs, the page that has it', () => {
  test('is told who comes and who goes, and the others are not', async () => {
    using met = await talking(granting(), 2)
    await met.hears(memberLine(cris), `*gone,${id},Bia,${ip},hangup`)
    expect(met.tab.news).toEqual([
      { kind: 'member', id, ...cris, visit, offers: false, iceServers: [] },
      { kind: 'gone', id, ...bia, visit, reason: 'hangup' },
    ])
    expect(met.tabs[1]?.news).toEqual([])
    await met.hears(`*ended,${id},left`)
    expect(met.tab.news.at(-1)).toEqual({ kind: 'ended', id, reason: 'left' })
  })

  test('sends a signal to one member, and is told from whom one comes', async () => {
    using met = await talking()
    await met.wish(met.tab, { kind: 'signal', id, payload: 'YQ', to: cris })
    expect(met.registry.received).toContain(`signal,${id},YQ,Cris,${ip}`)
    await met.hears(`*signal,${id},Yg,Cris,${ip}`)
    expect(met.tab.news).toEqual([{ kind: 'signal', id, payload: 'Yg', from: cris }])
  })

  test('invites, and is told what becomes of it', async () => {
    using met = await talking()
    await met.wish(met.tab, { kind: 'invite', id, ...cris, tag: '9' })
    expect(met.registry.received).toContain(`invite,${id},Cris,${ip}`)
    await met.hears(`*declined,${id},Cris,${ip},timeout`)
    expect(met.tab.news).toEqual([
      { kind: 'invited', id, ...cris, ringsForMs: 45_000, tag: '9' },
      { kind: 'not-coming', id, ...cris, reason: 'timeout' },
    ])
    await met.wish(met.tab, { kind: 'uninvite', id, ...davi })
    expect(met.registry.received).toContain(`hangup,${id},Davi,${ip}`)
    // The call goes on.
    await met.hears(memberLine(cris))
    expect(met.tab.news).toHaveLength(3)
  })

  test('is told why its invitation is refused', async () => {
    const full = (line: string) =>
      line.startsWith('invite,') ? 'error,cheia,call-full\n' : granting()(line)
    using met = await talking(full)
    await met.wish(met.tab, { kind: 'invite', id, ...cris, tag: '9' })
    expect(met.tab.news).toEqual([
      { kind: 'refused', wish: 'invite', id, tag: '9', code: 'call-full' },
    ])
  })

  test('is the only one that invites', async () => {
    using met = await talking(granting(), 2)
    const other = met.tabs[1] as Tab
    await met.wish(other, { kind: 'invite', id, ...cris })
    expect(other.news).toMatchObject([{ kind: 'refused', code: 'unknown-call' }])
    expect(met.registry.received.filter((line) => line.startsWith('invite'))).toEqual([])
  })

  test('is told again of everybody when it comes back', async () => {
    using met = await talking()
    for (const person of [cris, davi, { name: 'Edu', ip }]) {
      await met.wish(met.tab, { kind: 'invite', id, ...person, tag: person.name })
    }
    await met.wish(met.tab, { kind: 'uninvite', id, name: 'Edu', ip })
    await met.hears(memberLine(cris))
    met.calls.tabClosed(met.tab.socket)
    // Nobody hears that.
    await met.hears(memberLine({ name: 'Fabi', ip }), `*gone,${id},Bia,${ip},left`)
    const back = met.open('0')
    await met.wish(back, { kind: 'resume', id, ...bia })
    expect(back.news).toEqual([
      expect.objectContaining({ kind: 'invited', ...davi, tag: 'Davi' }),
      { kind: 'resumed', id, ...cris, visit, offers: false, iceServers: [] },
      { kind: 'resumed', id, name: 'Fabi', ip, visit, offers: false, iceServers: [] },
      { kind: 'gone', id, ...bia, visit, reason: 'left' },
    ])
    await met.hears(`*gone,${id},Cris,${ip},hangup`)
    expect(back.news.at(-1)).toEqual({ kind: 'gone', id, ...cris, visit, reason: 'hangup' })
  })
})

describe('a call that is taken up again', () => {
  test('is told of each who is there', async () => {
    using met = await browser()
    await met.wish(met.tab, { kind: 'resume', id, ...bia })
    await met.hears(`*resumed,${id},Bia,${ip}`, `*resumed,${id},Cris,${ip}`)
    expect(met.tab.kinds()).toEqual(['resumed', 'resumed'])
  })

  test('says that somebody who takes a place makes the same visit', async () => {
    using met = await talking()
    await met.hears(memberLine(cris), `*resumed,${id},Bia no celular,${ip},Bia,${ip}`)
    await met.hears(memberLine(bia))
    const [, renamed, another] = met.tab.news as { visit?: string }[]
    expect(renamed).toMatchObject({ kind: 'resumed', name: 'Bia no celular', offers: true })
    const back = met.open('0')
    await met.wish(back, { kind: 'resume', id, ...bia })
    const told = back.news.map(
      (news) => 'name' in news && [news.name, 'visit' in news && news.visit],
    )
    expect(told).toContainEqual(['Bia no celular', renamed?.visit])
    expect(told).toContainEqual(['Bia', another?.visit])
    expect(another?.visit).not.toBe(renamed?.visit)
  })

  test('has exactly one of each two that offers', async () => {
    const offersAt = async (me: string, other: string) => {
      using met = await browser(granting(), 1, me)
      await met.wish(met.tab, { kind: 'resume', id, name: other, ip: '10.0.0.1' })
      await met.hears(`*resumed,${id},${other},10.0.0.1`)
      return met.tab.news.flatMap((news) => (news.kind === 'resumed' ? [news.offers] : []))
    }
    const both = [...(await offersAt('Ana', 'Bia')), ...(await offersAt('Bia', 'Ana'))]
    expect(both.toSorted()).toEqual([false, true])
  })
})
