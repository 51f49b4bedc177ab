import type { Socket } from 'bun'
import { type ClientParts, connectRegistry } from '../../src/client/registry-client.ts'
import { Outbox } from '../../src/wire/bytes/outbox.ts'
import { eventually } from '../support/eventually.ts'

type Guest = { outbox: Outbox; unread: string }

/** What stands in for a registry: it says exactly what it is told to, however wrong that is. */
export type ScriptedRegistry = {
  readonly port: number
  /** Every line that any client has sent. */
  readonly received: readonly string[]
  /** Connections that are open, and those that there were. */
  readonly counts: { open: number; opened: number }
  /** Says it to everybody who is connected. */
  say: (text: string | Buffer) => void
  /** Closes every connection: orderly, or with a reset. */
  hangUp: (how?: 'reset') => void
  until: (what: string, condition: () => boolean) => Promise<true>
  connect: (parts?: Partial<ClientParts>) => ReturnType<typeof connectRegistry>
  [Symbol.dispose](): void
}

/** `answer` gives what a line is answered with; nothing where it gives none. */
export function startScripted(
  answer: (line: string) => string | undefined = () => undefined,
): ScriptedRegistry {
  const received: string[] = []
  const counts = { open: 0, opened: 0 }
  const sockets = new Set<Socket<Guest>>()
  const listener = Bun.listen<Guest>({
    hostname: '127.0.0.1',
    port: 0,
    allowHalfOpen: true,
    socket: {
      open(socket) {
        socket.data = { outbox: new Outbox(socket), unread: '' }
        sockets.add(socket)
        counts.open += 1
        counts.opened += 1
      },
      data(socket, chunk) {
        const lines = (socket.data.unread + chunk).split('\n')
        socket.data.unread = lines.pop() ?? ''
        for (const line of lines) {
          received.push(line)
          socket.data.outbox.send(answer(line) ?? '')
        }
      },
      drain: (socket) => void socket.data.outbox.flush(),
      end: (socket) => void socket.end(),
      close(socket) {
        sockets.delete(socket)
        counts.open -= 1
      },
    },
  })
  return {
    port: listener.port,
    received,
    counts,
    say(text) {
      for (const socket of sockets) {
        if (typeof text === 'string') socket.data.outbox.send(text)
        else socket.write(text)
      }
    },
    hangUp(how) {
      for (const socket of [...sockets]) how === 'reset' ? socket.terminate() : socket.end()
    },
    until: (what, condition) => eventually(what, condition),
    connect: (parts = {}) =>
      connectRegistry({ hostname: '127.0.0.1', port: listener.port, ...parts }),
    [Symbol.dispose]() {
      listener.stop(true)
    },
  }
}
