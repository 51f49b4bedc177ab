/** The least that a server can do in Bun, and so the most that one of its servers can reach. */
const server = Bun.listen({
  hostname: '127.0.0.1',
  port: 0,
  socket: {
    data(socket, chunk) {
      socket.write(chunk)
    },
  },
})
console.log(server.port)

export {}
