/** Somebody at the registry who says `ping` every so many milliseconds, and notes how long the answer takes. */
export async function pingEvery(port: number, pauseMs: number) {
  const waited: number[] = []
  let answered = () => {}
  let stopped = false
  const socket = await Bun.connect({
    hostname: '127.0.0.1',
    port,
    socket: { data: () => answered(), close: () => answered() },
  })
  const work = (async () => {
    while (!stopped) {
      const answer = Promise.withResolvers<void>()
      answered = answer.resolve
      const since = performance.now()
      socket.write('ping\n')
      await answer.promise
      waited.push(performance.now() - since)
      await Bun.sleep(pauseMs)
    }
  })()
  return {
    /** Milliseconds of each. */
    async stop(): Promise<number[]> {
      stopped = true
      await work
      socket.end()
      return waited
    },
  }
}
