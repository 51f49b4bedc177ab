import {
  type CallEvent,
  type CallState,
  type Effect,
  membersOf,
  step,
} from '../../src/browser/call/call-machine.ts'

/** A call in one tab that lives through events, a millisecond apart; a number is more time, in ms. */
export function live(...events: (CallEvent | number)[]) {
  let state: CallState = { at: 'idle' }
  let now = 1_000
  let effects: Effect[] = []
  for (const event of events) {
    if (typeof event === 'number') {
      now += event
      continue
    }
    now += 1
    const next = step(state, event, now)
    state = next.state
    effects = next.effects
  }
  const names = membersOf(state).map(({ person }) => person.name)
  return { state, effects, now, names, did: effects.map((effect) => effect.do) }
}
