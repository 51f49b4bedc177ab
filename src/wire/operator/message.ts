/** A request of a connection that has said the operator's key. Its words are not reserved. */
export type OperatorRequest =
  /** Ends the connection of that registration; `text` is shown to its person. */
  | { verb: 'kick'; name: string; ip: string; text: string }
  /** Nobody at that address (IPv6: 64 bits) may connect or register for so long. */
  | { verb: 'block'; ip: string; seconds: number }
  | { verb: 'unblock'; ip: string }
  | { verb: 'blocked' }
  /** For all people, until another one comes; an empty one takes the last back. */
  | { verb: 'notice'; text: string }

/** An address, or an IPv6 network of 64 bits, that is blocked until then, in Unix time in milliseconds. */
export type Block = { address: string; until: number }
