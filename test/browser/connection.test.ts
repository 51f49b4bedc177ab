import { afterEach, beforeEach, describe, expect, setSystemTime, spyOn, test } from 'bun:test'
import { GlobalRegistrator } from '@happy-dom/global-registrator'
import type { CallNews } from '../../src/page-protocol.ts'

type Module = typeof import('../../src/browser/connection.ts')

/** After this long without a word the server counts as away. */
const silenceMs = 10_000

/** What hx-ws dials with, as far as a page sees it. */
class FakeSocket {
  readyState: number = WebSocket.OPEN
  readonly sent: unknown[] = []
  /** How often the page made up a close for hx-ws. */
  closes = 0

  send(text: string): void {
    this.sent.push(JSON.parse(text))
  }

  dispatchEvent({ type }: Event): void {
    if (type === 'close') this.closes += 1
  }
}

let pages = 0

/** The script on an empty page, which hears from hx-ws what the test says, and a clock that stands still. */
async function openPage() {
  const start = Date.now()
  let now = start
  let look = () => {}
  // In a page's place: the script's one timer goes on when the test says so.
  globalThis.setInterval = ((act: () => void) => {
    look = act
  }) as unknown as typeof setInterval
  document.body.innerHTML =
    '<p id="offline" hidden></p><p id="as-of"><time datetime="1970-01-01T00:00:00.000Z"></time></p>'
  const went: string[] = []
  spyOn(location, 'assign').mockImplementation((url) => void went.push(String(url)))
  // Another copy for each test: what the script knows is its own, and of one page.
  pages += 1
  const script = (await import(`../../src/browser/connection.ts?page=${pages}`)) as Module
  const socket = new FakeSocket()
  const connection = { socket }
  const happens = (name: string, detail: object) =>
    document.dispatchEvent(new CustomEvent(`htmx:ws:${name}`, { detail }))
  return {
    ...script,
    socket,
    went,
    connects: () => happens('after:connection', { connection }),
    closes() {
      socket.readyState = WebSocket.CLOSED
      happens('close', {})
    },
    /** hx-ws has dialled again. */
    reconnects() {
      socket.readyState = WebSocket.OPEN
      happens('after:connection', { connection })
    },
    async hears(message: unknown) {
      happens('before:message:incoming', { connection, message: { json: async () => message } })
      await Promise.resolve()
      await Promise.resolve()
    },
    /** The clock goes on, and the script looks at it. */
    passes(milliseconds: number) {
      now += milliseconds
      setSystemTime(new Date(now))
      look()
    },
    isOffline: () => document.getElementById('offline')?.hidden === false,
    /** Milliseconds after the page was opened; the list on it is from then. */
    asOf: () => Date.parse(document.querySelector('time')?.dateTime ?? '') - start,
  }
}

/** What calls hear of the connection, and whether they keep the page. */
function createCalls() {
  const heard: (CallNews | string)[] = []
  const calls = {
    heard,
    inCall: false,
    news: (news: CallNews) => void heard.push(news),
    link: (link: string) => void heard.push(link),
    reach: () => {},
    mayLeave: () => !calls.inCall,
    left: () => void heard.push('left'),
  }
  return calls
}

const realInterval = globalThis.setInterval
beforeEach(() => {
  setSystemTime(new Date('2026-01-02T03:04:05Z'))
  GlobalRegistrator.register({ url: 'http://localhost/people' })
})
afterEach(async () => {
  await GlobalRegistrator.unregister()
  globalThis.setInterval = realInterval
  setSystemTime()
})

describe('where the server sends a page', () => {
  test('it goes at once, if no call keeps it', async () => {
    const page = await openPage()
    page.connects()
    await page.hears({ go: '/' })
    expect(page.went).toEqual(['/'])
    const calls = createCalls()
    page.listenToCalls(calls)
    await page.hears({ go: '/people' })
    expect(page.went).toEqual(['/', '/people'])
  })

  test('it goes after the call that keeps it, and to the place that was named last', async () => {
    const page = await openPage()
    const calls = createCalls()
    page.listenToCalls(calls)
    page.connects()
    calls.inCall = true
    await page.hears({ go: '/people' })
    await page.hears({ go: '/' })
    expect(page.went).toEqual([])
    page.leavePage()
    expect(page.went).toEqual(['/'])
  })

  test('it does not go where nobody sent it, or to another site', async () => {
    const page = await openPage()
    page.connects()
    for (const message of [null, 'go', {}, { go: 7 }, { go: 'https://elsewhere.test/' }]) {
      await page.hears(message)
    }
    page.leavePage()
    expect(page.went).toEqual([])
  })
})

describe('what a call wishes while the socket is closed', () => {
  test('a hang-up is sent once it is open again, once, and before the call hears of that', async () => {
    const page = await openPage()
    const calls = createCalls()
    page.listenToCalls(calls)
    page.connects()
    expect(page.socket.sent).toMatchObject([{ takesCalls: true }])
    page.closes()
    expect(page.sendCall({ kind: 'hangup', id: 'A' })).toBe(false)
    expect(page.sendCall({ kind: 'hangup', id: 'B' })).toBe(false)
    page.socket.sent.length = 0
    let sentBefore: unknown[] = []
    calls.link = () => {
      sentBefore = [...page.socket.sent]
    }
    page.reconnects()
    expect(sentBefore).toMatchObject([
      { takesCalls: true },
      { call: { kind: 'hangup', id: 'A' } },
      { call: { kind: 'hangup', id: 'B' } },
    ])
    page.closes()
    page.socket.sent.length = 0
    page.reconnects()
    expect(page.socket.sent).toMatchObject([{ takesCalls: true }])
    expect(page.socket.sent).toHaveLength(1)
  })

  test('a hang-up waits on, where the socket closes again at once', async () => {
    const page = await openPage()
    page.connects()
    page.closes()
    page.sendCall({ kind: 'hangup', id: 'A' })
    page.connects()
    expect(page.socket.sent).toEqual([])
    page.reconnects()
    expect(page.socket.sent).toEqual([{ call: { kind: 'hangup', id: 'A' } }])
  })

  test('everything else would come too late, and is not sent', async () => {
    const page = await openPage()
    page.connects()
    page.closes()
    expect(page.sendCall({ kind: 'call', name: 'Ana', ip: '10.0.0.1' })).toBe(false)
    expect(page.sendCall({ kind: 'accept', id: 'A' })).toBe(false)
    expect(page.sendCall({ kind: 'signal', id: 'A', payload: 'x' })).toBe(false)
    page.reconnects()
    expect(page.socket.sent).toEqual([])
    expect(page.sendCall({ kind: 'accept', id: 'B' })).toBe(true)
    expect(page.socket.sent).toEqual([{ call: { kind: 'accept', id: 'B' } }])
  })

  test('each connection is for the same page, and calls hear of both ends of it', async () => {
    const page = await openPage()
    const calls = createCalls()
    page.listenToCalls(calls)
    page.connects()
    page.closes()
    page.reconnects()
    const [first, second] = page.socket.sent
    expect(first).toMatchObject({ takesCalls: true, page: expect.stringMatching(/./) })
    expect(second).toEqual(first)
    await page.hears({ call: { kind: 'declined', id: 'A' } })
    expect(calls.heard).toEqual(['here', 'away', 'here', { kind: 'declined', id: 'A' }])
  })

  test('calls that come late are said at once', async () => {
    const page = await openPage()
    page.connects()
    expect(page.socket.sent).toEqual([])
    const calls = createCalls()
    page.listenToCalls(calls)
    expect(page.socket.sent).toMatchObject([{ takesCalls: true }])
    expect(calls.heard).toEqual(['here'])
  })

  test('calls that come while the server is away are said with the next connection', async () => {
    const other = await openPage()
    other.connects()
    other.closes()
    const late = createCalls()
    other.listenToCalls(late)
    expect([other.socket.sent, late.heard]).toEqual([[], []])
    other.reconnects()
    expect(other.socket.sent).toMatchObject([{ takesCalls: true }])
    expect(late.heard).toEqual(['here'])
  })

  test('calls hear that the page is left', async () => {
    const page = await openPage()
    window.dispatchEvent(new Event('pagehide'))
    const calls = createCalls()
    page.listenToCalls(calls)
    window.dispatchEvent(new Event('pagehide'))
    expect(calls.heard).toEqual(['left'])
  })
})

describe('a server that is silent', () => {
  test('is dialled again, once in the time that it has to say something', async () => {
    const page = await openPage()
    page.connects()
    page.passes(silenceMs - 1)
    expect(page.socket.closes).toBe(0)
    expect(page.isOffline()).toBe(false)
    page.passes(1)
    expect(page.socket.closes).toBe(1)
    expect(page.isOffline()).toBe(true)
    // The list was true for as long as something was heard.
    expect(page.asOf()).toBe(0)
    page.passes(silenceMs - 1)
    expect(page.socket.closes).toBe(1)
    page.passes(1)
    expect(page.socket.closes).toBe(2)
    expect(page.asOf()).toBe(0)
  })

  test('is there again with its first word', async () => {
    const page = await openPage()
    page.connects()
    page.passes(silenceMs)
    await page.hears({ beat: 1 })
    expect(page.isOffline()).toBe(false)
    page.passes(silenceMs - 1)
    await page.hears({ beat: 2 })
    page.passes(silenceMs - 1)
    expect(page.socket.closes).toBe(1)
    page.passes(1)
    expect(page.socket.closes).toBe(2)
    expect(page.asOf()).toBe(2 * silenceMs - 1)
  })

  test('is not dialled by this script, where the socket is closed: hx-ws does that', async () => {
    const page = await openPage()
    page.connects()
    page.closes()
    expect(page.isOffline()).toBe(true)
    page.passes(silenceMs)
    expect(page.socket.closes).toBe(0)
    page.reconnects()
    expect(page.isOffline()).toBe(false)
  })

  test('is looked for when the page is seen again, or has another network', async () => {
    const page = await openPage()
    page.connects()
    dispatchEvent(new Event('online'))
    expect(page.socket.closes).toBe(1)
    page.reconnects()
    dispatchEvent(new Event('offline'))
    expect(page.isOffline()).toBe(true)
    await page.hears({ beat: 1 })
    setSystemTime(new Date(Date.now() + silenceMs))
    document.dispatchEvent(new Event('visibilitychange'))
    expect(page.socket.closes).toBe(2)
  })
})
