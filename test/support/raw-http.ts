import { connect, type Socket } from 'node:net'

/** Bytes over a socket, as no client would send them. */
export type RawConnection = {
  readonly socket: Socket
  readonly received: () => string
  readonly closed: Promise<void>
  readonly isClosed: () => boolean
}

/** Connects to the server at that URL; resolves once it has. */
export async function connectRaw(url: string): Promise<RawConnection> {
  const socket = connect({ host: '127.0.0.1', port: Number(new URL(url).port) })
  const closed = Promise.withResolvers<void>()
  const opened = Promise.withResolvers<void>()
  let received = ''
  let over = false
  socket.on('data', (chunk) => {
    received += chunk
  })
  // A reset is an ending like any other here.
  socket.on('error', () => {})
  socket.on('connect', () => opened.resolve())
  socket.on('close', () => {
    over = true
    opened.resolve()
    closed.resolve()
  })
  await opened.promise
  return { socket, received: () => received, closed: closed.promise, isClosed: () => over }
}

/** Sends all of it, and resolves with what comes back before the server closes, or a second passes. */
export async function askRaw(url: string, request: string): Promise<string> {
  const { socket, received, closed } = await connectRaw(url)
  socket.write(request)
  await Promise.race([closed, Bun.sleep(1_000)])
  socket.destroy()
  return received()
}

/** One byte a second of `text`, for as long as the connection lasts. */
export function trickle({ socket, closed }: RawConnection, text: string): void {
  let sent = 0
  const timer = setInterval(() => socket.write(text[sent++ % text.length] ?? ''), 1_000)
  closed.then(() => clearInterval(timer))
}
