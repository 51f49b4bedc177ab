import { AddressCounts } from '../limits/address-counts.ts'
import type { CallOutcome, Log } from '../log/log.ts'
import { counter, counters, type Figure, histogram } from '../metrics/figure.ts'
import { Histogram, machineSeconds, personSeconds } from '../metrics/histogram.ts'
import type { ByeCode, RefusalCode } from '../wire/message.ts'
import { byeText, refusalText } from '../wire/refusal.ts'

const callOutcomes: Record<CallOutcome, 0> = {
  ringing: 0,
  accepted: 0,
  declined: 0,
  cancelled: 0,
  timeout: 0,
  hangup: 0,
  left: 0,
  lost: 0,
  resumed: 0,
  invited: 0,
  joined: 0,
  gone: 0,
}

const zeros = <Key extends string>(keys: Record<Key, unknown>) =>
  Object.fromEntries(Object.keys(keys).map((key) => [key, 0])) as Record<Key, number>

/** What the registry has done since its start, counted where it happens. */
export class Tally {
  /** Messages that got a reply. */
  requests = 0
  /** From the arrival of the bytes to the reply's own; of those that no turn of others came before. */
  readonly requestSeconds = new Histogram(machineSeconds)
  /** Lines that watchers are told. */
  changes = 0
  /** From the ringing of a call or an invitation to its answer. */
  readonly ringSeconds = new Histogram(personSeconds)
  readonly refusals = zeros<RefusalCode>(refusalText)
  readonly refusedAt = new AddressCounts()
  readonly byes = zeros<ByeCode>({ ...byeText, disconnected: '' })
  readonly #calls = { ...callOutcomes } as Record<CallOutcome, number>
  #connections = 0
  #registered = 0
  #left = 0

  refused(code: RefusalCode, ip: string): void {
    this.refusals[code] += 1
    this.refusedAt.count(ip)
  }

  /** A log that passes everything on, and counts what each line tells once for each time that it happens. */
  heard(log: Log): Log {
    return (entry) => {
      if (entry.event === 'connection.opened') this.#connections += 1
      else if (entry.event === 'registration.accepted') this.#registered += 1
      else if (entry.event === 'client.left') this.#left += 1
      else if (entry.event === 'call') this.#calls[entry.outcome] += 1
      log(entry)
    }
  }

  get figures(): Figure[] {
    return [
      counter('encontro_connections_total', 'Connections accepted.', () => this.#connections),
      counter('encontro_registered_total', 'Registrations accepted.', () => this.#registered),
      counter('encontro_left_total', 'Registrations ended.', () => this.#left),
      counter('encontro_requests_total', 'Messages answered.', () => this.requests),
      histogram(
        'encontro_request_duration_seconds',
        'From the bytes of a request to its reply, where it had to wait for no turn of others.',
        this.requestSeconds,
      ),
      counters('encontro_refusals_total', 'Refusals, by code.', 'code', () => this.refusals),
      counters('encontro_byes_total', 'Goodbyes to clients, by code.', 'code', () => this.byes),
      counter('encontro_changes_total', 'Changes told to watchers.', () => this.changes),
      counters(
        'encontro_calls_total',
        'What became of calls and invitations, by outcome.',
        'outcome',
        () => this.#calls,
      ),
      histogram(
        'encontro_ring_duration_seconds',
        'From the ringing of a call or an invitation until it was accepted.',
        this.ringSeconds,
      ),
    ]
  }
}
