import { Busy } from './busy.ts'
import { type Contestant, isInstalled } from './contestants/contestants.ts'
import { type Asking, type Load, type Outcome, openLoad } from './load-control.ts'
import { nameOf, peers, registrationOf, sourceOf } from './peers.ts'
import { inTurn, type Pace, type Ratio, type Row } from './work.ts'

/** How many are connected to each contestant, and how many of those ask. */
export type Crowd = { connected: number; asking: number }

export const crowdOf = ({ size }: Pace): Crowd =>
  size === 'full' ? { connected: 1_000, asking: 64 } : { connected: 60, asking: 8 }

/** Who takes part, where this machine has the program that it needs. */
export type Entrant = {
  program?: string
  start: () => Promise<Contestant>
  language: Language
}

/** What connections say to a contestant, and how many newlines its answers have. */
export type Language = {
  greetingOf: (peer: number) => string
  requestOf: (peer: number) => string
  lines: number
}

/** Of Encontro's own wire, and of who answers it. */
export const registryLanguage = (requestOf: Language['requestOf']): Language => ({
  greetingOf: registrationOf,
  requestOf,
  lines: 1,
})

/** In RESP, as Redis' own benchmark speaks: the keys are the peers' names. */
export const redisLanguage: Language = {
  greetingOf: () => 'PING\r\n',
  requestOf: (peer) => `*2\r\n$3\r\nGET\r\n$${nameOf(peer).length}\r\n${nameOf(peer)}\r\n`,
  lines: 2,
}

/** A contestant with its crowd, ready to be asked. */
export type Asked = {
  pid: number
  ask(how: Pick<Asking, 'depth' | 'seconds'>): Promise<Outcome>
}

/** All entrants that can be there, and a note of each that cannot; `stack` ends them. */
export async function assemble(
  entrants: Record<string, Entrant>,
  crowd: Crowd,
  stack: AsyncDisposableStack,
): Promise<{ asked: Record<string, Asked>; notes: string[] }> {
  const asked: Record<string, Asked> = {}
  const notes: string[] = []
  for (const [name, { program, start, language }] of Object.entries(entrants)) {
    if (program && !isInstalled(program)) {
      notes.push(`without ${name}: there is no ${program} here`)
      continue
    }
    const contestant = await start()
    stack.defer(contestant.stop)
    asked[name] = await gather(contestant, crowd, language, stack)
  }
  return { asked, notes }
}

/** Everybody asks everybody who is there, all `depth` requests at a time. */
export async function measureAsking(
  { rounds, seconds }: Pace,
  asked: Record<string, Asked>,
  depth: number,
  row: { work: string; ratios: Ratio[]; notes: string[] },
): Promise<Row> {
  const busy = new Busy()
  const contestants = Object.entries(asked).map(([name, { pid, ask }]) => [
    name,
    async () => {
      const outcome = await busy.during(name, pid, () => ask({ depth, seconds }))
      return outcome.done / outcome.seconds
    },
  ])
  const samples = await inTurn(rounds, Object.fromEntries(contestants))
  return {
    ...row,
    unit: 'requests/s',
    samples,
    ratios: row.ratios.filter(({ of, over }) => samples[of] && samples[over]),
    notes: [...row.notes, busy.note],
  }
}

/** Opens the crowd's connections: the last of them ask, about all who are there in turn. */
async function gather(
  { pid, port }: Contestant,
  { connected, asking }: Crowd,
  { greetingOf, requestOf, lines }: Language,
  stack: AsyncDisposableStack,
): Promise<Asked> {
  const open = async (count: number, first: number): Promise<Load> => {
    const greetings = peers(count, first).map(greetingOf)
    const load = await openLoad({ port, firstSource: sourceOf(first), greetings, lines: 1 })
    stack.defer(load.stop)
    return load
  }
  const quiet = connected - asking
  await open(quiet, 0)
  const load = await open(asking, quiet)
  const requests = peers(connected).map(requestOf)
  return { pid, ask: (how) => load.ask({ requests, lines, ...how }) }
}
