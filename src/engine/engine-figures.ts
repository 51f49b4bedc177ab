import type { Log } from '../log/log.ts'
import type { RejoinReason } from '../log/rejoin-reason.ts'
import { counter, counters, type Figure, gauge, histogram } from '../metrics/figure.ts'
import { Histogram, machineSeconds } from '../metrics/histogram.ts'

export type EngineFiguresParts = {
  /** Whether changes can be decided now. */
  ready: () => boolean
  nodes: () => number
  /** Requests that wait for the log. */
  waiting: () => number
  /** Commands that could not be appended yet, and have to be. */
  owed: () => number
  /** Commands that the log had more than this node had read, at the last beat. */
  behind: () => number
}

/** What the engine tells of itself. What is logged is counted there. */
export class EngineTally {
  readonly decisionSeconds = new Histogram(machineSeconds)
  readonly #anew: Record<Exclude<RejoinReason, 'start'>, number> = {
    ...{ epoch: 0, fenced: 0, gap: 0, behind: 0, 'no-state': 0 },
  }
  #lost = 0
  #displaced = 0

  /** The same log, with an ear on it. */
  heard(log: Log): Log {
    return (entry) => {
      if (entry.event === 'engine.anew' && entry.why !== 'start') this.#anew[entry.why] += 1
      if (entry.event === 'engine.away') this.#lost += 1
      log(entry)
    }
  }

  displaced(): void {
    this.#displaced += 1
  }

  figures({ ready, nodes, waiting, owed, behind }: EngineFiguresParts): Figure[] {
    return [
      gauge('encontro_engine_ready', 'Whether changes can be decided now.', () => Number(ready())),
      gauge('encontro_nodes', 'Processes that share the directory, with this one.', nodes),
      gauge('encontro_engine_waiting', 'Requests that wait for the log of changes.', waiting),
      gauge('encontro_engine_owed', 'Changes that could not be written down yet.', owed),
      gauge(
        'encontro_engine_behind',
        'Changes in the log that this node had not read at its last sign of life.',
        behind,
      ),
      counter('encontro_engine_losses_total', 'How often the engine went away.', () => this.#lost),
      counters(
        'encontro_engine_rejoins_total',
        'How often this node took its place anew, by the reason.',
        'reason',
        () => this.#anew,
      ),
      counter(
        'encontro_displaced_total',
        'Registrations of this node whose place somebody else had.',
        () => this.#displaced,
      ),
      histogram(
        'encontro_engine_decision_seconds',
        'From a request to its outcome, by way of the log.',
        this.decisionSeconds,
      ),
    ]
  }
}
