/** A registration, with all its fields. `since` is Unix time in milliseconds. */
export type Registered = {
  name: string
  ip: string
  port: number
  callPort: number
  since: number
  /** Rings, is rung, talks, or waits to resume. */
  busy: boolean
}

/** Addresses that were refused, as many as a person looks at. */
export const mostAddresses = 20

/** What the operator sees of the registry at one moment. Of calls no ids, and nothing that is said in them. */
export type Overview = {
  registrations: number
  connections: number
  connectionsLimit: number
  watchers: number
  heldBytes: number
  /** Since the start. */
  requests: number
  changes: number
  calls: Readonly<Record<'ringing' | 'talking' | 'invited' | 'waiting', number>>
  /** How often, by code, since the start. */
  refusals: Readonly<Record<string, number>>
  /** The addresses that were refused most often, the first the most. */
  refusedAt: readonly (readonly [address: string, count: number])[]
  blocked: readonly { address: string; until: number }[]
}

/** The registry as the operator sees it. */
export type OperatorView = {
  overview(): Overview
  /** Those whose name or IP holds `filter`, the newest first, `most` at most; and how many there are. */
  people(filter: string, most: number): { rows: Registered[]; matching: number; total: number }
  find(name: string, ip: string): Registered | undefined
}
