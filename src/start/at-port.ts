import { isIPv6 } from 'node:net'
import { BadSetting } from '../config/shapes.ts'
import { type FurtherPort, ListenError } from '../host/listen-error.ts'

/** A setting and what it says. */
type Port = readonly [name: string, value: number | 'off']

/**
 * Starts what listens on one port, or on a further one as well; where that fails, says in one line which
 * setting to change.
 */
export async function atPort<T>(
  host: string,
  port: Port,
  further: readonly [name: FurtherPort, value: number | 'off'],
  begin: () => T | Promise<T>,
): Promise<T> {
  try {
    return await begin()
  } catch (error) {
    const [cause, at] = error instanceof ListenError ? [error.cause, further] : [error, port]
    if (!(cause instanceof Error) || !isOfListening(cause)) throw error
    throw new BadSetting(whyNot(cause, host, at))
  }
}

const codeOf = (error: Error) => ('code' in error ? String(error.code) : '')

/** Anything else is a bug. Where Bun cannot read an address, its message alone says so. */
const isOfListening = (error: Error): boolean =>
  ('syscall' in error && error.syscall === 'listen') ||
  codeOf(error) in ofThePort ||
  error.message.startsWith('Failed to listen at ')

function whyNot(error: Error, host: string, port: Port): string {
  const code = codeOf(error)
  const why = ofThePort[code]
  if (why) return `${port.join('=')}: ${why}`
  if (code === 'EADDRNOTAVAIL') return `HOST=${host}: not an address of this machine`
  if (code === 'EAFNOSUPPORT') return `HOST=${host}: this machine has no such addresses`
  if (isIPv6(host) && host.includes('%')) {
    return `HOST=${host}: not an address and a network interface of this machine`
  }
  if (/^fe[89ab]/i.test(host)) {
    return `HOST=${host}: needs the network interface beside it, as in ${host}%eth0`
  }
  // It may be either.
  return `HOST=${host}, ${port.join('=')}: cannot listen there (${code || error.message})`
}

const ofThePort: Record<string, string> = {
  EADDRINUSE: 'another program listens there already',
  EACCES: 'this user may not listen there',
}

/** Does something with the state directory; where that fails, says in one line that it is that setting. */
export async function inStateDirectory<T>(
  stateDirectory: string,
  act: () => Promise<T>,
): Promise<T> {
  try {
    return await act()
  } catch (error) {
    if (error instanceof BadSetting) throw error
    const why = error instanceof Error ? error.message : error
    throw new BadSetting(`STATE_DIRECTORY=${JSON.stringify(stateDirectory)}: ${why}`)
  }
}
