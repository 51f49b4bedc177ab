import type { PresencePush } from '../wire/message.ts'
import { formatPush } from '../wire/push.ts'
import { Broadcast } from './connection/broadcast.ts'
import type { Held } from './connection/held-bytes.ts'
import type { Change, Directory } from './directory/directory.ts'
import type { Tally } from './tally.ts'

export type TellingParts = {
  directory: Directory
  held: Held
  tally: Tally
  /** Called when somebody's call has begun or ended. */
  callsChanged?: () => void
}

/** Tells every watcher each change of the directory and of the calls, and counts these changes. */
export function tellWatchers({ directory, held, tally, callsChanged }: TellingParts) {
  const broadcast = new Broadcast(held)
  const tell = (line: string) => {
    tally.changes += 1
    broadcast.tellLater(line)
  }
  return {
    broadcast,
    tell,
    presenceChanged(push: PresencePush): void {
      tell(formatPush(push))
      callsChanged?.()
    },
    unsubscribe: directory.subscribe((change) => tell(formatChange(change))),
  }
}

const formatChange = ({ kind, registration }: Change): string =>
  formatPush({ kind, ...registration })
