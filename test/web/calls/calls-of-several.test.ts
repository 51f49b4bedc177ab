import { describe, expect, test } from 'bun:test'
import type { CallNews, CallWish } from '../../../src/page-protocol.ts'
import { eventually } from '../../support/eventually.ts'
import { openTab, type TestTab } from '../../support/tab.ts'
import type { Visitor } from '../../support/visitor.ts'
import { startTestWeb, type TestWeb, type TestWebOverrides } from '../../support/web.ts'

const ip = '127.0.0.1'

const newsOf = (tab: TestTab): CallNews[] =>
  tab.messages
    .filter((text) => text.startsWith('{"call"'))
    .map((text) => (JSON.parse(text) as { call: CallNews }).call)

type Heard<Kind> = Extract<CallNews, { kind: Kind }>

/** A browser with one page that takes calls. */
class Browser {
  readonly name: string
  readonly visitor: Visitor
  readonly tab: TestTab

  constructor(name: string, visitor: Visitor, tab: TestTab) {
    this.name = name
    this.visitor = visitor
    this.tab = tab
  }

  wish(call: CallWish): void {
    this.tab.say({ call })
  }

  /** All news of that kind, once there are so many. */
  heard<Kind extends CallNews['kind']>(kind: Kind, count = 1): Promise<Heard<Kind>[]> {
    return eventually(
      `${this.name}: ${count} ${kind} in ${JSON.stringify(newsOf(this.tab))}`,
      () => {
        const news = newsOf(this.tab).filter((each): each is Heard<Kind> => each.kind === kind)
        return news.length >= count && news
      },
    )
  }
}

async function browserOf(site: TestWeb, name: string, callPort: number): Promise<Browser> {
  const visitor = site.visitor()
  await visitor.register(name, callPort)
  const tab = await openTab(site, visitor)
  await tab.saw(`>${name}<`)
  return new Browser(name, visitor, tab)
}

async function program(site: TestWeb, name: string, callPort: number, ready = 'ready,conference') {
  const peer = await site.tcp.connect()
  await peer.ask(`register,${name},${callPort}`)
  await peer.ask(ready)
  return peer
}

/** Ana in a browser, who talks with Bia, whose program takes calls of several. */
async function pair(overrides: TestWebOverrides = {}) {
  const site = await startTestWeb(overrides)
  const ana = await browserOf(site, 'Ana', 5001)
  const bia = await program(site, 'Bia', 6001)
  ana.wish({ kind: 'call', name: 'Bia', ip })
  const [ringing] = await ana.heard('ringing')
  const id = ringing?.id ?? ''
  await bia.line()
  await bia.ask(`accept,${id}`)
  await ana.heard('accepted')
  return { site, ana, bia, id, [Symbol.asyncDispose]: () => site[Symbol.asyncDispose]() }
}

/** That browser comes into the call, into which that other one invites. */
async function join(inviter: Browser, invited: Browser, id: string, others: number) {
  inviter.wish({ kind: 'invite', id, name: invited.name, ip })
  await invited.heard('ringing')
  invited.wish({ kind: 'accept', id })
  await invited.heard('member', others)
}

const offersOf = (news: { name: string; offers?: boolean | undefined }[]) =>
  Object.fromEntries(news.map(({ name, offers }) => [name, offers]))

describe('a browser that is invited', () => {
  test('is told who is there, makes the offers, and each signal finds its member', async () => {
    await using met = await pair()
    const { site, ana, bia, id } = met
    const cris = await browserOf(site, 'Cris', 5002)
    ana.wish({ kind: 'invite', id, name: 'Cris', ip, tag: '7' })
    const [invited] = await ana.heard('invited')
    expect(invited).toMatchObject({ id, name: 'Cris', ip, tag: '7' })
    const [ringing] = await cris.heard('ringing')
    expect(ringing).toMatchObject({ id, name: 'Ana', others: [{ name: 'Bia', ip }] })
    cris.wish({ kind: 'accept', id })
    expect(offersOf(await cris.heard('member', 2))).toEqual({ Ana: true, Bia: true })
    expect(offersOf(await ana.heard('member'))).toEqual({ Cris: false })
    expect(await bia.line()).toBe(`*member,${id},Cris,${ip}`)

    cris.wish({ kind: 'signal', id, payload: 'YQ', to: { name: 'Ana', ip } })
    cris.wish({ kind: 'signal', id, payload: 'Yg', to: { name: 'Bia', ip } })
    expect(await bia.line()).toBe(`*signal,${id},Yg,Cris,${ip}`)
    const [signal] = await ana.heard('signal')
    expect(signal).toEqual({ kind: 'signal', id, payload: 'YQ', from: { name: 'Cris', ip } })
    cris.wish({ kind: 'signal', id, payload: 'Yw' })
    expect((await cris.heard('refused'))[0]).toMatchObject({ code: 'member-needed' })
  })

  test('may decline, or be busy no more when the invitation is taken back', async () => {
    await using met = await pair()
    const { site, ana, id } = met
    const cris = await browserOf(site, 'Cris', 5002)
    const invitation: CallWish = { kind: 'invite', id, name: 'Cris', ip }
    ana.wish(invitation)
    await cris.heard('ringing')
    cris.wish({ kind: 'decline', id })
    expect((await ana.heard('not-coming'))[0]).toMatchObject({ name: 'Cris', reason: 'declined' })
    ana.wish(invitation)
    await cris.heard('ringing', 2)
    ana.wish({ kind: 'uninvite', id, name: 'Cris', ip })
    expect((await cris.heard('ended'))[0]).toMatchObject({ id, reason: 'cancelled' })
    expect(newsOf(ana.tab).filter(({ kind }) => kind === 'refused')).toEqual([])
  })

  test('that two invite at once comes once', async () => {
    await using met = await pair()
    const { site, ana, id } = met
    const cris = await browserOf(site, 'Cris', 5002)
    await join(ana, cris, id, 2)
    const davi = await browserOf(site, 'Davi', 5003)
    for (const inviter of [ana, cris])
      inviter.wish({ kind: 'invite', id, name: 'Davi', ip, tag: '9' })
    await davi.heard('ringing')
    const refused = await eventually('one of them is refused', () => {
      const all = [ana, cris].flatMap(({ tab }) =>
        newsOf(tab).filter((each) => each.kind === 'refused'),
      )
      return all.length > 0 && all
    })
    expect(refused).toMatchObject([{ wish: 'invite', tag: '9', code: 'already-invited' }])
  })

  test('at the same moment as another offers to it, or the other does', async () => {
    await using met = await pair()
    const { site, ana, id } = met
    const newcomers = [await browserOf(site, 'Cris', 5002), await browserOf(site, 'Davi', 5003)]
    for (const { name } of newcomers) ana.wish({ kind: 'invite', id, name, ip })
    for (const each of newcomers) await each.heard('ringing')
    for (const each of newcomers) each.wish({ kind: 'accept', id })
    const [cris = {}, davi = {}] = await Promise.all(
      newcomers.map(async (each) => offersOf(await each.heard('member', 3))),
    )
    expect(cris).toMatchObject({ Ana: true, Bia: true })
    expect(davi).toMatchObject({ Ana: true, Bia: true })
    expect([cris.Davi, davi.Cris].toSorted()).toEqual([false, true])
  })
})

test('a program that takes calls of two alone cannot be invited by a page', async () => {
  await using met = await pair()
  const { site, ana, id } = met
  await program(site, 'Davi', 6002, 'ready')
  ana.wish({ kind: 'invite', id, name: 'Davi', ip, tag: '8' })
  const [refused] = await ana.heard('refused')
  expect(refused).toEqual({ kind: 'refused', wish: 'invite', id, tag: '8', code: 'only-two' })
})

describe('a member', () => {
  test('whose page is closed leaves, and the others go on', async () => {
    await using met = await pair({ sessionLimits: { tabGraceMs: 50 } })
    const { site, ana, bia, id } = met
    const cris = await browserOf(site, 'Cris', 5002)
    await join(ana, cris, id, 2)
    await bia.line()
    ana.tab.close()
    expect(await bia.line()).toBe(`*gone,${id},Ana,${ip},hangup`)
    expect((await cris.heard('gone'))[0]).toMatchObject({ name: 'Ana', reason: 'hangup' })
    cris.wish({ kind: 'signal', id, payload: 'YQ', to: { name: 'Bia', ip } })
    expect(await bia.line()).toBe(`*signal,${id},YQ,Cris,${ip}`)
    await bia.ask(`hangup,${id}`)
    expect((await cris.heard('ended'))[0]).toMatchObject({ reason: 'hangup' })
  })

  test('whose socket was lost is told who is there, and who went meanwhile', async () => {
    await using met = await pair({ sessionLimits: { tabGraceMs: 5_000 } })
    const { site, ana, bia, id } = met
    const cris = await browserOf(site, 'Cris', 5002)
    await join(ana, cris, id, 2)
    const davi = await browserOf(site, 'Davi', 5003)
    cris.tab.close()
    await join(ana, davi, id, 3)
    await bia.ask(`hangup,${id}`)
    await ana.heard('gone')
    const back = new Browser('Cris', cris.visitor, await openTab(site, cris.visitor))
    back.wish({ kind: 'resume', id, name: 'Ana', ip })
    expect(offersOf(await back.heard('resumed', 2))).toEqual({ Ana: true, Davi: false })
    expect((await back.heard('gone'))[0]).toMatchObject({ name: 'Bia', reason: 'hangup' })
  })

  test('and all others come back after a restart, and of each two one offers', async () => {
    await using met = await pair()
    const { site, ana, bia, id } = met
    const cris = await browserOf(site, 'Cris', 5002)
    await join(ana, cris, id, 2)
    await bia.ask(`hangup,${id}`)
    const davi = await browserOf(site, 'Davi', 5003)
    await join(cris, davi, id, 2)
    await using after = await startTestWeb()
    const back = await Promise.all(
      [ana, cris, davi].map(async ({ name, visitor }) => {
        const returned = after.visitor()
        returned.takeCookiesOf(visitor, after.url)
        const browser = new Browser(name, returned, await openTab(after, returned))
        browser.wish({ kind: 'resume', id, name: 'Ana', ip })
        return browser
      }),
    )
    const told = await Promise.all(
      back.map(async (each) => [each.name, offersOf(await each.heard('resumed', 2))] as const),
    )
    for (const [name, offers] of told) {
      const others = told.filter(([other]) => other !== name)
      expect(Object.keys(offers).toSorted()).toEqual(others.map(([other]) => other).toSorted())
      for (const [other, theirs] of others) expect(theirs[name]).toBe(!offers[other])
    }
  })
})
