import type { CDPSession } from 'playwright-core'
import { eventually } from '../../test/support/eventually.ts'

/**
 * An open page, as Chromium tells of it. Moments are in milliseconds by the browser's own clock, so that nothing
 * that this process does makes them later.
 */
export type Stay = {
  /** When the page was asked for. */
  askedAt: number
  /** First contentful paint. */
  paintedAt: number
  /** The `load` event. */
  loadedAt: number
}

/** `liveAt` is when the list could be seen and followed. */
export type LiveStay = Stay & { liveAt: number }

export type Traffic = { requests: number; bytes: number }

/** `bytes` are those on the wire, with headers. */
type Answer = { askedAt: number; endedAt: number; bytes: number }

/** Milliseconds without any answer after which no further one is expected. */
const quietMs = 200
/** Milliseconds that a page may take. */
const patienceMs = 60_000

/** What one window asks for and gets. */
export class WindowTraffic {
  /** A name that stands on every list. */
  readonly #listed: string
  /** Requests that are not answered yet, and when each was made. */
  readonly #open = new Map<string, number>()
  /** Those that went over the network: what the browser had in its cache did not. */
  readonly #answers: Answer[] = []
  readonly #failures: string[] = []
  #stay: Partial<Stay> & { loader?: string; socket?: string; listedAt?: number } = {}
  /** By the clock of this process. */
  #changedAt = performance.now()
  /** What the browser's clock showed at the beginning of 1970. */
  #epochAt = Number.NaN

  private constructor(listed: string) {
    this.#listed = listed
  }

  /** Follows the window from now on. */
  static async follow(session: CDPSession, listed: string): Promise<WindowTraffic> {
    const traffic = new WindowTraffic(listed)
    traffic.#hearRequests(session)
    traffic.#hearPage(session)
    await session.send('Network.enable')
    await session.send('Page.enable')
    await session.send('Page.setLifecycleEventsEnabled', { enabled: true })
    return traffic
  }

  /** What a moment in milliseconds since 1970 is by the browser's clock. */
  momentOf(epochMs: number): number {
    return this.#epochAt + epochMs
  }

  /** The page that is open, once it is there and nothing is under way. */
  whole(): Promise<Stay> {
    return eventually(
      'a page that is whole',
      () => {
        if (this.#failures.length > 0) throw new Error(`not all came: ${this.#failures.join()}`)
        const isQuiet = this.#open.size === 0 && performance.now() - this.#changedAt > quietMs
        const { askedAt, paintedAt, loadedAt } = this.#stay
        const isThere = askedAt !== undefined && paintedAt !== undefined && loadedAt !== undefined
        return isQuiet && isThere && { askedAt, paintedAt, loadedAt }
      },
      patienceMs,
    )
  }

  /** The list that is open, once it is live and nothing is under way. */
  async live(): Promise<LiveStay> {
    const listedAt = await eventually('a live list', () => this.#stay.listedAt, patienceMs)
    const stay = await this.whole()
    return { ...stay, liveAt: Math.max(stay.paintedAt, listedAt) }
  }

  /** Of the requests made since then, as far as they were answered by then. */
  between(since: number, until = Number.POSITIVE_INFINITY): Traffic {
    const counted = this.#answers.filter(
      ({ askedAt, endedAt }) => askedAt >= since && endedAt <= until,
    )
    return { requests: counted.length, bytes: counted.reduce((sum, { bytes }) => sum + bytes, 0) }
  }

  #hearRequests(session: CDPSession): void {
    session.on('Network.requestWillBeSent', ({ requestId, loaderId, ...event }) => {
      // Others, of `data:` say, are made of what is there.
      if (!event.request.url.startsWith('http')) return
      const { type, redirectResponse } = event
      const askedAt = event.timestamp * 1_000
      if (redirectResponse) this.#close(requestId, askedAt, redirectResponse.encodedDataLength)
      else if (type === 'Document') {
        // What the page before it still waited for is given up.
        this.#open.clear()
        this.#stay = { loader: loaderId, askedAt }
        this.#epochAt = askedAt - event.wallTime * 1_000
      }
      this.#open.set(requestId, askedAt)
    })
    session.on('Network.requestServedFromCache', ({ requestId }) => {
      this.#open.delete(requestId)
    })
    session.on('Network.responseReceived', ({ requestId, response }) => {
      if (response.fromDiskCache) this.#open.delete(requestId)
    })
    session.on('Network.loadingFinished', ({ requestId, timestamp, encodedDataLength }) => {
      this.#close(requestId, timestamp * 1_000, encodedDataLength)
    })
    session.on('Network.loadingFailed', ({ requestId, errorText }) => {
      if (this.#open.delete(requestId)) this.#failures.push(errorText)
    })
  }

  #close(requestId: string, endedAt: number, bytes: number): void {
    const askedAt = this.#open.get(requestId)
    if (askedAt === undefined) return
    this.#answers.push({ askedAt, endedAt, bytes })
    this.#open.delete(requestId)
    this.#changedAt = performance.now()
  }

  #hearPage(session: CDPSession): void {
    session.on('Network.webSocketCreated', ({ requestId }) => {
      this.#stay.socket = requestId
    })
    session.on('Network.webSocketFrameReceived', ({ requestId, timestamp, response }) => {
      if (requestId !== this.#stay.socket) return
      if (response.payloadData.includes(this.#listed)) this.#stay.listedAt ??= timestamp * 1_000
      // What it brought may lead to requests.
      this.#changedAt = performance.now()
    })
    session.on('Page.lifecycleEvent', ({ loaderId, name, timestamp }) => {
      if (loaderId !== this.#stay.loader) return
      if (name === 'firstContentfulPaint') this.#stay.paintedAt = timestamp * 1_000
      if (name === 'load') this.#stay.loadedAt = timestamp * 1_000
    })
  }
}
