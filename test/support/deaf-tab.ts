import { upgradeRequest } from './upgrade.ts'
import type { Visitor } from './visitor.ts'
import type { TestWeb } from './web.ts'

/** A tab that says what it looks at and reads nothing, until it is told to. */
export type DeafTab = {
  say: (view: Record<string, unknown>) => void
  /** All that it has read, as it came. */
  read: () => string
  /** From now on it reads. */
  listen: () => void
  readonly closed: () => boolean
  close: () => void
}

export async function openDeafTab(site: Pick<TestWeb, 'url'>, visitor: Visitor): Promise<DeafTab> {
  const { hostname, port } = new URL(site.url)
  const chunks: Buffer[] = []
  let closed = false
  const upgraded = Promise.withResolvers<void>()
  const socket = await Bun.connect({
    hostname,
    port: Number(port),
    socket: {
      data(_, chunk) {
        chunks.push(chunk)
        upgraded.resolve()
      },
      close() {
        closed = true
      },
    },
  })
  socket.write(upgradeRequest(site.url, visitor))
  await upgraded.promise
  socket.pause()
  return {
    say: (view) => void socket.write(frameOf(JSON.stringify(view))),
    read: () => Buffer.concat(chunks).toString(),
    listen: () => socket.resume(),
    closed: () => closed,
    close: () => socket.end(),
  }
}

/** A text frame of fewer than 126 bytes, masked with zeros (RFC 6455, section 5.2). */
function frameOf(text: string): Buffer {
  const payload = Buffer.from(text)
  if (payload.length > 125) throw new Error('too long for a short frame')
  return Buffer.concat([Buffer.from([0x81, 0x80 | payload.length, 0, 0, 0, 0]), payload])
}
