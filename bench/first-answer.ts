/** Milliseconds between two knocks at a port where nobody listens yet. */
const pauseMs = 1
/** Milliseconds after which a process that has not answered is taken for broken. */
const patienceMs = 20_000

/** The HTTP request of who wants the first page, and no more. */
export const pageRequest = 'GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n'

/**
 * Says `text` on a port of this machine, as soon as somebody listens there; resolves with the first
 * bytes of the answer. Knocks again and again, so that it is late by a knock at most; rejects once
 * `isOver`.
 */
export async function firstAnswer(
  port: number,
  text: string,
  isOver: () => boolean,
): Promise<string> {
  const deadline = performance.now() + patienceMs
  for (;;) {
    const answer = await ask(port, text).catch(() => undefined)
    if (answer !== undefined) return answer
    if (isOver() || performance.now() > deadline) {
      throw new Error(`nobody answered on port ${port}`)
    }
    await Bun.sleep(pauseMs)
  }
}

/** Rejects where nobody listens. */
async function ask(port: number, text: string): Promise<string | undefined> {
  const answered = Promise.withResolvers<string | undefined>()
  const socket = await Bun.connect({
    hostname: '127.0.0.1',
    port,
    socket: {
      data: (_, chunk) => answered.resolve(chunk.toString()),
      // Accepted and closed unanswered.
      close: () => answered.resolve(undefined),
    },
  })
  socket.write(text)
  const answer = await answered.promise
  socket.terminate()
  return answer
}

/**
 * A port of this machine that is free, and below those that systems hand out: who dials a closed
 * port among these may be given that very port for its own end, and so connects to itself.
 */
export function freePort(): number {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 10_000)
    try {
      Bun.listen({ hostname: '127.0.0.1', port, socket: { data() {} } }).stop(true)
      return port
    } catch {
      // Taken: another one.
    }
  }
}
