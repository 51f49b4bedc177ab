import {
  mostAddresses,
  type OperatorView,
  type Overview,
  type Registered,
} from '../../operator/view.ts'
import type { Switchboard } from '../calls/switchboard.ts'
import type { Directory } from '../directory/directory.ts'
import type { Registration } from '../directory/registration.ts'
import type { RegistryState } from '../registry-figures.ts'
import type { Tally } from '../tally.ts'
import type { Blocks } from './blocks.ts'

export type ViewParts = Omit<RegistryState, 'directory' | 'switchboard'> & {
  directory: Directory
  switchboard: Switchboard
}

/** What the operator sees of this registry. */
export function operatorView(tally: Tally, state: ViewParts, blocks: Blocks): OperatorView {
  const { directory, switchboard } = state
  const shown = (registration: Registration): Registered => {
    const { name, ip, port, callPort, since } = registration
    return { name, ip, port, callPort, since, busy: switchboard.isBusy(registration) }
  }
  /** Made once for each, when somebody looks: ten thousand strings for each letter that is typed are a megabyte. */
  const words = new WeakMap<Registration, string>()
  const wordsOf = (registration: Registration): string =>
    words.getOrInsertComputed(registration, ({ name, ip }) => `${name} ${ip}`.toLowerCase())
  return {
    overview: () => overviewOf(tally, state, blocks),
    people(filter, most) {
      const wanted = filter.toLowerCase()
      const found =
        wanted === ''
          ? directory.last(most)
          : directory.all().filter((registration) => wordsOf(registration).includes(wanted))
      const rows = found.slice(-most).reverse().map(shown)
      const total = directory.size
      return { rows, matching: wanted === '' ? total : found.length, total }
    },
    find(name, ip) {
      const found = directory.find(name, ip)
      return found && shown(found)
    },
  }
}

function overviewOf(tally: Tally, state: ViewParts, blocks: Blocks): Overview {
  const { requests, changes, refusals, refusedAt } = tally
  return {
    registrations: state.directory.size,
    connections: state.connections.size,
    connectionsLimit: state.limits.maxConnections,
    watchers: state.broadcast.watchers,
    heldBytes: state.held.total,
    ...{ requests, changes, refusals },
    calls: state.switchboard.counts,
    refusedAt: refusedAt.highest(mostAddresses),
    blocked: blocks.all,
  }
}
