import { isIPv6 } from 'node:net'
import { ok, type Result, refuse } from '../result.ts'

export type EngineHost = Readonly<{ host: string; port: number }>

/** Where one server of the engine listens. */
export type EngineNode = EngineHost | Readonly<{ path: string }>

/** What `ENGINE_URL` says, taken apart. */
export type EngineUrl = Readonly<{
  /** One server, or the Sentinels that know which server is the master of that name. */
  at: EngineNode | Readonly<{ sentinels: readonly EngineHost[]; masterName: string }>
  tls: boolean
  username: string | undefined
  password: string | undefined
  db: number
}>

const schemes: Record<string, { kind: 'host' | 'unix' | 'sentinel'; tls: boolean }> = {
  redis: { kind: 'host', tls: false },
  rediss: { kind: 'host', tls: true },
  valkey: { kind: 'host', tls: false },
  valkeys: { kind: 'host', tls: true },
  unix: { kind: 'unix', tls: false },
  sentinel: { kind: 'sentinel', tls: false },
  sentinels: { kind: 'sentinel', tls: true },
}

const forms =
  'must be redis://HOST:PORT, rediss://HOST:PORT, unix:/PATH, or sentinel://HOST,HOST,HOST/NAME'

/**
 * Reads the address of a Redis or Valkey, with `USER:PASSWORD@` or `:PASSWORD@` before the host where
 * it needs them, percent-encoded. A fault never shows any part of the text: it may hold a password.
 */
export function parseEngineUrl(text: string): Result<EngineUrl, string> {
  const [, scheme = '', rest = ''] = /^([a-z]+):(.*)$/is.exec(text) ?? []
  const known = schemes[scheme.toLowerCase()]
  if (!known || (known.kind !== 'unix' && !rest.startsWith('//'))) return refuse(forms)
  if (/[?#\s]/.test(rest)) {
    return refuse('must have no ?, # or space; in a password write them percent-encoded')
  }
  const authority = rest.replace(/^\/\//, '')
  const cut = authority.lastIndexOf('@')
  const credentials = credentialsOf(cut < 0 ? undefined : authority.slice(0, cut))
  if (!credentials.ok) return credentials
  const place = placeOf(known.kind, authority.slice(cut + 1))
  if (!place.ok) return place
  return ok({ tls: known.tls, ...credentials.value, ...place.value })
}

/** How messages and the log call it. */
export function showNode(node: EngineNode): string {
  if ('path' in node) return `unix:${node.path}`
  return `${isIPv6(node.host) ? `[${node.host}]` : node.host}:${node.port}`
}

type Credentials = Pick<EngineUrl, 'username' | 'password'>

function credentialsOf(text: string | undefined): Result<Credentials, string> {
  if (text === undefined) return ok({ username: undefined, password: undefined })
  const [, user = '', word = ''] = /^([^:]*):(.+)$/s.exec(text) ?? []
  if (word === '')
    return refuse('must have a password before the @, as in USER:PASSWORD@ or :PASSWORD@')
  try {
    const username = user === '' ? undefined : decodeURIComponent(user)
    return ok({ username, password: decodeURIComponent(word) })
  } catch {
    return refuse('must have user and password percent-encoded, a % itself as %25')
  }
}

function placeOf(
  kind: 'host' | 'unix' | 'sentinel',
  text: string,
): Result<Pick<EngineUrl, 'at' | 'db'>, string> {
  if (kind === 'unix') {
    // Bun takes no other path of a socket, encoded or not.
    if (!/^\/[\w./@+~-]*[\w@+~-]$/.test(text)) {
      return refuse('must have the path of a socket, with letters, digits and . _ - @ + ~ alone')
    }
    return ok({ at: { path: text }, db: 0 })
  }
  const [, hosts = '', after] = /^([^/]*)(?:\/(.*))?$/.exec(text) ?? []
  const list = hosts.split(',').map((host) => hostOf(host, kind === 'host' ? 6379 : 26_379))
  if (list.includes(undefined)) {
    return refuse('must have a host name or an IP address, and a port from 1 to 65535 or none')
  }
  const known = list.filter((host) => host !== undefined)
  if (kind === 'sentinel') {
    if (!/^[\w.-]+$/.test(after ?? '')) {
      return refuse('must end in /NAME, the name by which the Sentinels know the master')
    }
    return ok({ at: { sentinels: known, masterName: after ?? '' }, db: 0 })
  }
  const [only, more] = known
  if (!only || more) return refuse('must have one host; several are for sentinel://')
  if (after !== undefined && !/^\d{0,5}$/.test(after)) {
    return refuse('must have the number of a database after the /, or nothing')
  }
  return ok({ at: only, db: Number(after ?? 0) })
}

function hostOf(text: string, usualPort: number): EngineHost | undefined {
  const [, bracketed, plain, digits] = /^(?:\[(.*)\]|([^:[\]]*))(?::(\d{1,5}))?$/.exec(text) ?? []
  const host = bracketed ?? plain ?? ''
  const port = digits === undefined ? usualPort : Number(digits)
  if (port < 1 || port > 65_535) return undefined
  if (bracketed !== undefined)
    return isIPv6(host) && !host.includes('%') ? { host, port } : undefined
  return /^[a-z\d_]([a-z\d._-]*[a-z\d_])?$/i.test(host) ? { host, port } : undefined
}
