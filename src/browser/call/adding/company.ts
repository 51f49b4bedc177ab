import { type CallState, membersOf } from '../call-machine.ts'
import type { Company } from './adding.ts'

/** Who is in the call that talks here, if one does, and whom this tab invites into it. */
export function companyIn(state: CallState): Company | undefined {
  if (state.at !== 'talking') return undefined
  return {
    members: membersOf(state).map(({ person }) => person),
    invited: state.invited.map(({ person }) => person),
  }
}
