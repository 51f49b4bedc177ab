import type { CallWish } from '../../../page-protocol.ts'
import { uninvited } from './members.ts'
import { withoutInvited } from './others.ts'
import { type CallEvent, type CallState, isLive, limits, type Step } from './state.ts'
import { hangUpOf, over, send, stay } from './steps.ts'

export function onPerson(
  state: CallState,
  event: CallEvent & { from: 'person' },
  now: number,
): Step {
  switch (event.does) {
    case 'call': {
      if (state.at !== 'idle' && state.at !== 'over') return stay(state)
      const { person, sending, tag } = event
      return {
        state: { at: 'asking', tag, person, sending, until: now + limits.askMs },
        effects: [send({ kind: 'call', ...person, tag }), { do: 'open-media', sending }],
      }
    }
    case 'find-busy':
      if (state.at !== 'idle' && state.at !== 'over') return stay(state)
      return stay({ at: 'over', person: event.person, outcome: { kind: 'busy' } })
    case 'accept': {
      if (state.at !== 'ringing-in') return stay(state)
      const { id, person } = state
      // Of two that cross, media are opened already, but maybe not what this person now wants.
      const { sending } = event
      return {
        state: {
          at: 'answering',
          ...{ id, person, invitation: state.others !== undefined, sending },
          until: now + limits.askMs,
        },
        effects: [send({ kind: 'accept', id }), { do: 'open-media', sending }],
      }
    }
    case 'decline':
      if (state.at !== 'ringing-in') return stay(state)
      return over(state, { kind: 'declined-here' }, send({ kind: 'decline', id: state.id }))
    case 'invite': {
      if (state.at !== 'talking') return stay(state)
      const { person, tag } = event
      const until = now + limits.askMs
      const invited = [...withoutInvited(state.invited, person), { person, tag, until }]
      const wish: CallWish = { kind: 'invite', id: state.id, ...person, tag }
      return stay({ ...state, invited }, send(wish))
    }
    case 'uninvite': {
      if (!isLive(state)) return stay(state)
      const wish: CallWish = { kind: 'uninvite', id: state.id, ...event.person }
      return stay(uninvited(state, event.person), send(wish))
    }
    case 'hang-up':
      return hangUp(state)
    case 'dismiss':
      if (state.at !== 'over') return stay(state)
      return stay({ at: 'idle' })
  }
}

function hangUp(state: CallState): Step {
  // Its id is not known yet: `ringing` or `accepted` will bring it, with a tag that nobody wants.
  if (state.at === 'asking') return over(state, { kind: 'cancelled' })
  if (!('id' in state)) return stay(state)
  const wish = hangUpOf(state.id)
  if (state.at === 'answering') return over(state, { kind: 'hung-up-here' }, wish)
  if (!isLive(state)) return over(state, { kind: 'cancelled' }, wish)
  return over(state, { kind: 'hung-up-here' }, { do: 'say-bye' }, wish)
}
