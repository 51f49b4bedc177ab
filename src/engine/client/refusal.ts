import { connect as connectPlain, isIP, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { type EngineNode, showNode } from '../../config/engine-url.ts'
import type { Access } from './access.ts'
import { EngineError, type EngineFault, EngineUnavailable, faultOfAnswer } from './engine-error.ts'

/** For all of it: a server that says nothing has had its time already. */
const patienceMs = 1000

/**
 * Why no connection could be had. Bun's client says “Connection closed” to everything: a server that is
 * not there, a wrong password, a certificate that nobody knows. So this asks once more, by hand.
 */
export function whyRefused(node: EngineNode, access: Access): Promise<EngineFault> {
  const { promise, resolve } = Promise.withResolvers<EngineFault>()
  const shown = showNode(node)
  const settle = (fault: EngineFault) => {
    socket.destroy()
    resolve(fault)
  }
  const away = (why: string, code?: string) =>
    settle(new EngineUnavailable(`${shown}: ${why}`, false, code))
  const socket = dial(node, access)
  socket.setTimeout(patienceMs, () => away('says nothing', 'ETIMEDOUT'))
  socket.on('error', ({ message, code = '' }: NodeJS.ErrnoException) => {
    if (isOfCertificate(code)) settle(new EngineError(`${shown}: ${message}`, code))
    else away(message, code)
  })
  socket.on('close', () => away('closes the connection'))
  socket.on(access.tls ? 'secureConnect' : 'connect', () => {
    socket.write(requestOf([...authentication(access), ['PING']]))
  })
  let answer = ''
  socket.on('data', (bytes: Buffer) => {
    answer += bytes.toString()
    const [, error] = /^-(.*)\r\n/m.exec(answer) ?? []
    if (error !== undefined) return settle(prefixed(shown, error, access))
    if (/\+PONG\r\n$/.test(answer)) return away('has answered only when asked again')
    if (!/^[+-]/.test(answer)) away('is neither Redis nor Valkey')
  })
  return promise
}

function dial(node: EngineNode, { tls }: Access): Socket {
  if ('path' in node) return connectPlain(node.path)
  if (!tls) return connectPlain(node.port, node.host)
  // An address is no name to be asked for (RFC 6066 section 3).
  const name = isIP(node.host) === 0 ? { servername: node.host } : {}
  return connectTls({ host: node.host, port: node.port, ...name, ca: tls.ca })
}

/** Waiting makes no certificate good. */
const isOfCertificate = (code: string) => /CERT|UNABLE_TO|ERR_TLS|ERR_SSL/.test(code)

function authentication({ username, password }: Access): string[][] {
  if (password === undefined) return []
  return [['AUTH', ...(username === undefined ? [] : [username]), password]]
}

/** Requests as the server reads them: arrays of bulk strings (RESP 2). */
function requestOf(commands: string[][]): string {
  const bulk = (word: string) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`
  return commands.map((words) => `*${words.length}\r\n${words.map(bulk).join('')}`).join('')
}

/** A server that does not know a command repeats its words. The password is not for the log. */
function prefixed(shown: string, error: string, { password }: Access): EngineFault {
  const fault = faultOfAnswer(password === undefined ? error : error.replaceAll(password, '…'))
  fault.message = `${shown}: ${fault.message}`
  return fault
}
