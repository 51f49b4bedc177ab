/**
 * Registers and lets go as the protocol has it, without doing anything: what it costs Bun to accept
 * a connection, answer twice and close politely. A request comes alone and whole.
 */
const [registered, goodbye] = ['success,Registrado com sucesso\n', 'Conexão encerrada\n']
const firstOfQuit = 'q'.charCodeAt(0)

const server = Bun.listen({
  hostname: '127.0.0.1',
  port: 0,
  allowHalfOpen: true,
  socket: {
    data(socket, chunk) {
      if (chunk[0] !== firstOfQuit) {
        socket.write(registered)
        return
      }
      socket.write(goodbye)
      socket.shutdown()
    },
    end(socket) {
      socket.end()
    },
  },
})
console.log(server.port)

export {}
