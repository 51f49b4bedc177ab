import { Switchboard } from '../../src/registry/calls/switchboard.ts'
import { LocalChanges } from '../../src/registry/changes.ts'
import { AnswerCache } from '../../src/registry/connection/answer-cache.ts'
import type { ConnectionParts } from '../../src/registry/connection/connection.ts'
import { Held } from '../../src/registry/connection/held-bytes.ts'
import { Snapshots } from '../../src/registry/connection/snapshots.ts'
import type { Directory } from '../../src/registry/directory/directory.ts'
import { Lock } from '../../src/registry/entrance/lock.ts'
import { Tally } from '../../src/registry/tally.ts'
import { refuse } from '../../src/result.ts'
import { defaultLimits } from './limits.ts'

/** What connections without sockets share. A bug throws. */
export function partsWithoutSockets(
  directory: Directory,
  { now = () => 0, newId = () => '', ...others }: Others = {},
): ConnectionParts {
  const quiet = { log: () => {}, changed: () => {} }
  const limits = { ...defaultLimits, ...others.limits }
  const switchboard = new Switchboard({
    ...{ directory, limits: defaultLimits, now, newId, showsPartners: false },
    ...quiet,
  })
  return {
    services: {
      directory,
      switchboard,
      changes: new LocalChanges({ directory, switchboard }),
      operator: { ask: () => refuse('unavailable') },
      blocks: { has: () => false },
      notice: () => '',
      server: () => ({ ip: '127.0.0.1', port: 3001 }),
      isOwnEndpoint: () => false,
    },
    answerCache: new AnswerCache(directory),
    snapshots: new Snapshots(directory, switchboard),
    held: new Held(),
    limitHit: () => {},
    tally: new Tally(),
    now,
    webUrl: () => 'http://127.0.0.1:3000/',
    failed: (_, error) => {
      throw error
    },
    ...quiet,
    limits,
  }
}

type Others = {
  now?: () => number
  newId?: () => string
  limits?: Partial<ConnectionParts['limits']>
}

/** A lock that nobody has guessed at. */
export const lockFor = (isKey: (secret: string) => boolean = () => false): Lock =>
  new Lock(
    {
      isKey,
      isAccessCode: undefined,
      guesses: { waitSeconds: () => 0, guessedWrong: () => {} },
      maxWrong: 5,
    },
    undefined,
  )
