import { type EngineNode, showNode } from '../../config/engine-url.ts'
import type { Access } from './access.ts'
import { Connection } from './connection.ts'
import { EngineError, type EngineFault, EngineUnavailable } from './engine-error.ts'
import type { Script } from './script.ts'
import { StreamReader } from './stream-reader.ts'

const answerMs = 1000

/** Both connections to the server that is in use. */
export type Server = {
  readonly shown: string
  readonly node: EngineNode
  readonly commands: Connection
  readonly reader: StreamReader
  /** Resolves with the reason when one of them has ended; then both have. */
  readonly lost: Promise<EngineFault>
  end(why: EngineFault): void
}

export type Wanted = {
  access: Access
  db: number
  /** What the server's list of clients calls us. */
  clientName: string
  scripts: readonly Script[]
}

/** Connects to a server that is a master and ready to serve, twice. Rejects with the reason why not. */
export async function connectTo(node: EngineNode, wanted: Wanted): Promise<Server> {
  const commands = await openReady(node, wanted)
  try {
    // Loaded before the first use: a script that has to be sent again would come after later ones.
    for (const { source } of wanted.scripts)
      await commands.send('SCRIPT', ['LOAD', source], answerMs)
    const blocked = await openReady(node, wanted)
    const end = (why: EngineFault) => {
      commands.end(why)
      blocked.end(why)
    }
    const lost = Promise.race([commands.lost, blocked.lost])
    lost.then(end)
    const reader = await StreamReader.start(blocked, commands)
    return { shown: showNode(node), node, commands, reader, lost, end }
  } catch (error) {
    commands.end(error as EngineFault)
    throw error
  }
}

async function openReady(
  node: EngineNode,
  { access, db, clientName }: Wanted,
): Promise<Connection> {
  const connection = await Connection.open(node, access)
  try {
    if (db !== 0) await connection.send('SELECT', [String(db)], answerMs)
    // A server that still loads its data refuses this.
    await connection.send('PING', [], answerMs)
    await beMaster(connection, showNode(node))
    await connection.send('CLIENT', ['SETNAME', clientName], answerMs).catch(() => {})
    return connection
  } catch (error) {
    connection.end(error as EngineFault)
    throw error
  }
}

/** A replica takes no writes, and a Sentinel may name a server that is no master yet or any more. */
async function beMaster(connection: Connection, shown: string): Promise<void> {
  try {
    const [role] = (await connection.send('ROLE', [], answerMs)) as [string]
    if (role === 'master') return
    throw new EngineUnavailable(`${shown}: is a ${role}, not a master`, false, 'READONLY')
  } catch (error) {
    // Where we may not ask, a write that fails will say so.
    if (!(error instanceof EngineError && error.code === 'NOPERM')) throw error
  }
}
