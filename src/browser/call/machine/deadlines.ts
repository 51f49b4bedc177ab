import type { Members, Other } from './others.ts'
import { type CallState, limits, type Talk } from './state.ts'

/** When to `step` with the clock's event at the latest. */
export function deadlineOf(state: CallState): number | undefined {
  switch (state.at) {
    case 'idle':
    case 'over':
      return undefined
    case 'connecting':
      return earliest(state.until, ...membersDeadlines(state))
    case 'talking':
      return earliest(lostAt(state), state.resumeAt, ...membersDeadlines(state))
    default:
      return state.until
  }
}

const earliest = (...moments: (number | undefined)[]): number | undefined => {
  const known = moments.filter((moment) => moment !== undefined)
  return known.length > 0 ? Math.min(...known) : undefined
}

/** When this tab gives the whole call up, if nothing changes: nothing flows from anybody. */
export function lostAt({ others, signalling }: Members & Talk): number | undefined {
  if (others.length === 0 || !others.every(isDown)) return undefined
  const alone = others.length === 1
  return Math.max(
    ...others.map(({ link, downAt }) => {
      if (link === 'connecting') return downAt + limits.connectMs
      return downAt + (alone && signalling === 'lost' ? limits.leftMs : limits.brokenMs)
    }),
  )
}

const isDown = ({ link }: Other): boolean => link !== 'up'

/** In a call of several one that is lost goes, and the others go on. */
export const goesAt = (other: Other): number | undefined =>
  other.lost && isDown(other)
    ? Math.max(other.downAt, other.doubtedAt ?? 0) + limits.leftMs
    : undefined

const membersDeadlines = ({ others, invited, againAt }: Members): (number | undefined)[] => [
  againAt,
  ...(others.length > 1 ? others.map(goesAt) : []),
  ...invited.map(({ until }) => until),
]

export const past = (moment: number | undefined, now: number): boolean =>
  moment !== undefined && now >= moment
