import type { CallNews, CallWish, IceServer } from '../../../page-protocol.ts'

export type FreshServers = {
  /** The servers for a call as they are now; `undefined` where nobody tells in time. */
  of: (id: string) => Promise<IceServer[] | undefined>
  /** Takes what answers that; `false` for any other news. */
  heard: (news: CallNews) => boolean
}

/** For the server to answer, in milliseconds; a connection that is down should not wait longer. */
const patienceMs = 2_000

/** Asks for servers before a new way is looked for: what gave a relay may have run out. */
export function createFreshServers(send: (wish: CallWish) => boolean): FreshServers {
  const waiting = new Set<(servers: IceServer[] | undefined) => void>()

  const answer = (servers: IceServer[] | undefined) => {
    for (const done of waiting) done(servers)
    waiting.clear()
  }

  return {
    of(id) {
      if (!send({ kind: 'servers', id })) return Promise.resolve(undefined)
      const { promise, resolve } = Promise.withResolvers<IceServer[] | undefined>()
      waiting.add(resolve)
      setTimeout(() => {
        waiting.delete(resolve)
        resolve(undefined)
      }, patienceMs)
      return promise
    },
    heard(news) {
      if (news.kind === 'servers') answer(news.iceServers)
      else if (news.kind === 'refused' && news.wish === 'servers') answer(undefined)
      else return false
      return true
    },
  }
}
