/** Another person in the call, as the pictures know them. */
export type Member = {
  /** Stable for as long as this person stays. */
  key: string
  name: string
  ip: string
  link: 'connecting' | 'up' | 'broken'
}

/**
 * Whether this end is in the call already. Before its first connection is made, those of whom it is told
 * were there before it.
 */
export const hasBegun = (others: readonly Pick<Member, 'link'>[]): boolean =>
  others.some(({ link }) => link !== 'connecting')
