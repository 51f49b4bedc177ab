/** What the operator does to everybody. Each node does each, at its own connections. */
export type Deed =
  | { kind: 'kick'; name: string; ip: string; text: string }
  /** `until` is Unix time in milliseconds. */
  | { kind: 'block'; ip: string; until: number }
  | { kind: 'unblock'; ip: string }
  /** An empty text takes the last one back. */
  | { kind: 'notice'; text: string }
