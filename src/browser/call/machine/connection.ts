import {
  type CallEvent,
  type CallState,
  isLive,
  isLost,
  type Live,
  limits,
  type Step,
} from './state.ts'
import { giveUp, stay, withChanged, without } from './steps.ts'

export function onPeer(
  state: CallState,
  { key, told }: Omit<CallEvent & { from: 'peer' }, 'from'>,
  now: number,
): Step {
  if (!isLive(state)) return stay(state)
  const other = state.others.find((each) => each.key === key)
  if (!other) return stay(state)
  switch (told) {
    case 'bye':
      // The registry may not know: the other end may have no way to tell it.
      return without(state, other, { kind: 'hung-up' }, now)
    case 'connected':
      return talking(withChanged(state, { ...other, link: 'up' }), now)
    case 'channel-closed': {
      if (other.link === 'connecting') return stay(state)
      const gone = state.others.length > 1 ? other.lost : isLost(state)
      if (gone) return without(state, other, { kind: 'left' }, now)
      return stay(withChanged(state, { ...other, channelClosed: true }))
    }
    case 'broken':
    case 'failed':
      if (other.link !== 'up') return stay(state)
      return stay(withChanged(state, { ...other, link: 'broken', downAt: now }))
  }
}

export function onThrown(
  state: CallState,
  { key, threw: why }: { key: string; threw: string },
): Step {
  if (!isLive(state)) return stay(state)
  const other = state.others.find((each) => each.key === key)
  // A call that runs goes on with what it has.
  if (other?.link !== 'connecting') return stay(state)
  if (state.others.length === 1) return giveUp(state, 'not-set-up', { kind: 'not-set-up', why })
  return stay(withChanged(state, { ...other, link: 'broken' }))
}

/** Something flows: from now on it is a talk. */
function talking(state: Live, now: number): Step {
  if (state.at === 'talking') return stay(state)
  const { id, person, others, invited, made, againAt } = state
  const pauseMs = limits.resumeMs
  const talk = { at: 'talking', since: now, signalling: 'there', pauseMs } as const
  return stay({ ...talk, id, person, others, invited, made, againAt })
}
