import type { Change } from './changes.ts'

/** Those who are told of changes, all together. */
export type Audience = {
  /** What has come to all of them: for watchers what they read at once counts as one message. */
  readonly received: { bytes: number; messages: number }
  /** Whether each of them knows of so many people. */
  allKnow(people: number): boolean
}

/** One of them was told of these. */
export type OnArrival = (changes: readonly Change[]) => void

/** What one message says. */
export type News = {
  bytes: number
  changes: readonly Change[]
  /** How many more people the changes make. */
  growth: number
  /** How many people there are now, where the message says so. */
  people: number | undefined
}

/** Reads what is the same for everybody once: the same message comes to all, one after the other. */
export function readOnce(read: (text: string) => News): (text: string) => News {
  let before = ''
  let news: News = { bytes: 0, changes: [], growth: 0, people: undefined }
  return (text) => {
    if (text !== before) news = read(text)
    before = text
    return news
  }
}

/** Does as many of them at a time as a server takes gladly. */
export async function inHands(count: number, work: (number: number) => Promise<void>) {
  let next = 0
  const hands = Array.from({ length: 32 }, async () => {
    while (next < count) await work(next++)
  })
  await Promise.all(hands)
}
