import type { Kept } from './destinations/destination.ts'

/** Where one file on its way to, or from, one other member is. */
export type TransferState =
  /** Its receiver has not answered. */
  | { at: 'offered' }
  /** Accepted: a destination for it is opened, or other files go first. */
  | { at: 'waiting' }
  /** So many bytes are stored at its receiver. */
  | { at: 'moving'; moved: number }
  /** `kept` at its receiver, unless it is in the destination that the person chose. */
  | { at: 'done'; kept?: Kept | undefined }
  | { at: 'over'; why: WhyOver }

export type WhyOver =
  | 'declined'
  | 'cancelled-here'
  | 'cancelled-there'
  | 'failed-here'
  | 'failed-there'
  /** The receiver has too many unanswered offers, or got too many in a short time. */
  | 'too-many'
  /** The connection is gone. */
  | 'gone'
