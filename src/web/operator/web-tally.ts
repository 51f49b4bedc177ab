import { AddressCounts } from '../../limits/address-counts.ts'
import type { Limiter } from '../../limits/web-limiter.ts'
import { counters, type Figure, gauge, histogram } from '../../metrics/figure.ts'
import { Histogram, machineSeconds } from '../../metrics/histogram.ts'
import type { Live } from '../live/live.ts'
import type { Unread } from '../live/unread.ts'
import type { Sessions } from '../session/sessions.ts'

/** What there is in the page's half of the process at the moment. */
export type WebState = {
  sessions: Pick<Sessions, 'size'>
  live: Pick<Live, 'tabs'>
  unread: Pick<Unread, 'bytes'>
  limiter: Pick<Limiter, 'refused'>
}

/** What the page's half has done since its start, counted where it happens. */
export class WebTally {
  readonly #answers: Record<string, number> = {}
  readonly #answerSeconds = new Histogram(machineSeconds)
  /** From the arrival of the first change to the writing to the last tab that shows it. */
  readonly updateSeconds = new Histogram(machineSeconds)
  readonly refusedAt = new AddressCounts()
  readonly #now: () => number

  /** `now` is any clock that only goes forward, in milliseconds. */
  constructor(now: () => number) {
    this.#now = now
  }

  /** The same answers, counted by status. Nothing as an answer is a WebSocket. */
  answering<Asked extends unknown[]>(
    answer: (...asked: Asked) => Response | Promise<Response>,
  ): (...asked: Asked) => Promise<Response> {
    return async (...asked) => {
      const began = this.#now()
      const response = await answer(...asked)
      const status = String(response?.status ?? 101)
      this.#answers[status] = (this.#answers[status] ?? 0) + 1
      this.#answerSeconds.observe((this.#now() - began) / 1000)
      return response
    }
  }

  figures(state: WebState): Figure[] {
    return [
      gauge('encontro_sessions', 'Browsers that are registered.', () => state.sessions.size),
      gauge('encontro_tabs', 'Open tabs.', () => state.live.tabs),
      gauge(
        'encontro_tabs_waiting_bytes',
        'Bytes that tabs have not read yet.',
        () => state.unread.bytes,
      ),
      counters(
        'encontro_http_requests_total',
        'HTTP requests, by status.',
        'code',
        () => this.#answers,
      ),
      histogram(
        'encontro_http_request_duration_seconds',
        'From an HTTP request to its answer.',
        this.#answerSeconds,
      ),
      histogram(
        'encontro_page_update_duration_seconds',
        'From the arrival of a change at the page until all tabs of one view are sent it.',
        this.updateSeconds,
      ),
      counters(
        'encontro_web_limit_hits_total',
        'What the page refused for the sake of others, by limit.',
        'limit',
        () => state.limiter.refused,
      ),
    ]
  }
}
