import { randomText } from '../../secrets.ts'
import type { CallRequest } from '../../wire/message.ts'
import type { Command } from '../command.ts'
import type { Outcome } from '../state/replica-state.ts'

/** The requests after which one has a call. */
const begins = new Set<CallRequest['verb']>(['call', 'accept', 'resume'])

/** 128 random bits in base64url. */
export const randomCallId = (): string => randomText(16)

/**
 * The command that takes another one back: its peer was told that it came to nothing, and it was applied
 * all the same. `undefined` where nothing has to be taken back.
 */
export function undoingOf(command: Command, outcome: Outcome, serial: number): Command | undefined {
  if (!outcome?.ok) return undefined
  if (command.kind === 'register') return { kind: 'leave', serial, how: 'lost' }
  if (command.kind !== 'ask' || !begins.has(command.asked.verb)) return undefined
  const { value } = outcome
  if (!('kind' in value) || value.kind !== 'call') return undefined
  const asked: CallRequest = { verb: 'hangup', id: value.id }
  return { kind: 'ask', serial: command.serial, asked, id: randomCallId() }
}
