/** Tries without a pause to listen on each of the ports given; prints those it got, at its end. */
const ports = process.argv.slice(2).map(Number)
const got = new Set<number>()
process.on('SIGTERM', () => {
  console.log(JSON.stringify([...got]))
  process.exit(0)
})
console.log('trying')
for (;;) {
  for (const port of ports) {
    try {
      const listener = Bun.listen({ hostname: '127.0.0.1', port, socket: { data() {} } })
      got.add(port)
      // Kept for a moment, as somebody would who means to be taken for us.
      await Bun.sleep(5)
      listener.stop(true)
    } catch {
      // Somebody is there, as it should be.
    }
  }
  await Bun.sleep(0)
}

export {}
