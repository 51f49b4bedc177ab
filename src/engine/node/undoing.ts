import { randomText } from '../../secrets.ts'
import type { CallPush, CallRequest } from '../../wire/message.ts'
import type { Command } from '../command.ts'
import type { Outcome } from '../state/replica-state.ts'

/** What makes good that a request was applied whose peer was told that it came to nothing. */
export type Undoing = {
  /** Takes it back. */
  command?: Command
  /** Tells the peer of that serial that what it still believes is over. */
  push?: { to: number; push: CallPush }
}

/** 128 random bits in base64url. */
export const randomCallId = (): string => randomText(16)

/** `serial` is the place of the command in the log. Gives nothing to do where nothing was changed. */
export function undoingOf(command: Command, outcome: Outcome, serial: number): Undoing {
  if (!outcome?.ok) return {}
  if (command.kind === 'register') return { command: { kind: 'leave', serial, how: 'lost' } }
  const { value } = outcome
  if (command.kind !== 'ask' || !('kind' in value) || value.kind !== 'call') return {}
  const { asked, serial: of } = command
  const { id, other } = value
  const ask = (asked: CallRequest): Command => ({
    ...{ kind: 'ask', serial: of, asked, id: randomCallId() },
  })
  const over: Undoing['push'] = { to: of, push: { kind: 'ended', id, reason: 'left' } }
  const hangUp = ask({ verb: 'hangup', id })
  switch (asked.verb) {
    case 'call':
      // Another id is that of a call that rang here, and was accepted by this.
      return id === command.id ? { command: hangUp } : { command: hangUp, push: over }
    case 'accept':
      return { command: hangUp, push: over }
    case 'resume':
      return { command: hangUp }
    case 'decline':
      return { push: over }
    case 'invite': {
      if (!other) return {}
      const { name, ip } = other
      return { command: ask({ verb: 'hangup', id, invited: { name, ip } }) }
    }
    case 'hangup': {
      if (!asked.invited) return { push: over }
      const invited = { ...asked.invited, reason: 'left' as const }
      return { push: { to: of, push: { kind: 'declined', id, invited } } }
    }
    default:
      return {}
  }
}
