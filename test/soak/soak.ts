import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eventually } from '../support/eventually.ts'
import { timeAnswers, type Waits } from '../support/neighbour.ts'
import { connectPeer } from '../support/peer.ts'
import { startProcess, type TestProcess } from '../support/process.ts'
import { descriptorKinds, descriptorsOf } from '../support/process-facts.ts'
import type { Account } from './account.ts'
import { browserVisits } from './browser-visits.ts'
import { type Draw, drawFrom, visits } from './visits.ts'

const operatorKey = 'chave do operador'

export type Soaked = {
  visits: Record<string, number>
  /** How long a neighbour waited for its answers meanwhile. */
  waits: Waits
  /** After a first round that is not counted, and at the end. */
  before: State
  after: State
  bugs: string[]
  errors: string
}

export type State = {
  seconds: number
  presence: string[]
  descriptors: number
  kinds: string
  /** What the process holds once its garbage is collected. */
  account: Account
}

/**
 * Hundreds of clients that come, do what clients do and what they should not, and go, for so long:
 * against the real process. The seed decides who does what, not in which order it arrives.
 */
export async function soak({
  seconds,
  seed,
  clients,
}: {
  seconds: number
  seed: number
  clients: number
}): Promise<Soaked> {
  const folder = mkdtempSync(join(tmpdir(), 'encontro-soak-'))
  using _ = { [Symbol.dispose]: () => rmSync(folder, { recursive: true }) }
  const accountFile = join(folder, 'account.json')
  const settings = {
    TRUSTED_ADDRESSES: '127.0.0.1',
    OPERATOR_KEY: operatorKey,
    SIGN_IN_SECONDS: '2',
    STALL_SECONDS: '2',
    ACCOUNT_FILE: accountFile,
  }
  const preload = join(import.meta.dir, 'account.ts')
  await using house = await startProcess(settings, { preload })
  const draw = drawFrom(seed)
  const counted: Record<string, number> = {}
  const round = async (length: number): Promise<void> => {
    const end = performance.now() + length * 1_000
    const one = async (own: Draw) => {
      await Bun.sleep(own(1_000))
      while (performance.now() < end) await visit(house, own, counted)
    }
    await Promise.all(Array.from({ length: clients }, () => one(drawFrom(draw(2 ** 31)))))
  }
  await round(seconds / 4)
  const before = await settled(house, accountFile)
  using neighbour = await house.connect()
  await neighbour.ask('register,vizinha,1')
  const waits = await timeAnswers(neighbour, round((seconds * 3) / 4), 5)
  neighbour.close()
  const after = await settled(house, accountFile)
  const bugs = house.logged().filter((line) => line.startsWith('Erro interno'))
  return { visits: counted, waits, before, after, bugs, errors: house.errors() }
}

async function visit(house: TestProcess, draw: Draw, counted: Record<string, number>) {
  const kinds = [...Object.keys(visits), ...Object.keys(browserVisits)]
  const kind = kinds[draw(kinds.length)] ?? ''
  const browse = browserVisits[kind]
  if (browse) {
    counted[kind] = (counted[kind] ?? 0) + 1
    // To be refused is what some of them are here for.
    return browse(house, draw).catch(() => {})
  }
  // 127.0.0.0/8 is all ours: a thousand addresses, so that some meet their limits.
  const from = `127.1.${draw(4)}.${1 + draw(250)}`
  try {
    const peer = await connectPeer(house.registry, { from })
    counted[kind] = (counted[kind] ?? 0) + 1
    // To be refused, closed or left waiting is what most of them are here for.
    await visits[kind]?.(peer, draw).catch(() => {})
    peer.reset()
  } catch {
    await Bun.sleep(10)
  }
}

/**
 * What is left when everybody has gone: once nobody is there and it stays the same, or after the time
 * in which a machine that vanished is found out. (A busy kernel drops packets of its own loopback:
 * where that was a reset, the connection looks like that of a machine that vanished.)
 */
async function settled(house: TestProcess, accountFile: string): Promise<State> {
  const begun = performance.now()
  let left = await presence(house)
  for (let last = -1; performance.now() - begun < 50_000; ) {
    await Bun.sleep(1_500)
    const now = descriptorsOf(house)
    left = await presence(house)
    if (now === last && left.length === 0) break
    last = now
  }
  // The connection that asked is gone as well.
  await Bun.sleep(500)
  return {
    seconds: (performance.now() - begun) / 1_000,
    presence: left,
    descriptors: descriptorsOf(house),
    kinds: JSON.stringify(descriptorKinds(house)),
    account: await accountOf(house, accountFile),
  }
}

async function accountOf(house: TestProcess, path: string): Promise<Account> {
  rmSync(path, { force: true })
  house.signal('SIGUSR2')
  const read = (): Promise<Account | undefined> => Bun.file(path).json()
  // Not there yet, or not written to its end.
  return eventually('an account', () => read().catch(() => undefined))
}

/** Who is registered, takes calls or is in one, as a watcher is told. */
async function presence(house: TestProcess): Promise<string[]> {
  using watcher = await house.connect()
  await watcher.sendLine('watch')
  const lines: string[] = []
  for (let line = ''; !line.startsWith('*synced,'); lines.push(line)) line = await watcher.line()
  return lines.slice(0, -1)
}
