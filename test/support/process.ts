import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Endpoint } from '../../src/endpoint.ts'
import { eventually } from './eventually.ts'
import type { Lan } from './lan.ts'
import { connectPeer, type Peer } from './peer.ts'
import { Visitor } from './visitor.ts'

/** For `fetch` and WebSockets: takes a certificate that the server signed itself. */
export const anybodysWord = { tls: { rejectUnauthorized: false } }

/** The tests read the log in the language of its source. */
export const portuguese = { LC_ALL: 'pt_BR.UTF-8' }

export const mainPath = join(import.meta.dir, '..', '..', 'src', 'main.ts')

/** The real thing: the process that `bun run start` starts, on free ports. */
export type TestProcess = {
  readonly registry: Endpoint
  readonly url: string
  readonly pid: number
  /** What it has printed so far. */
  readonly output: () => string
  readonly errors: () => string
  printed: (text: string) => Promise<unknown>
  connect: () => Promise<Peer>
  /** A browser of its own, over HTTP. */
  /** With these headers on every request. */
  visitor: (headers?: Record<string, string>) => Visitor
  /** The log so far, without timestamps. */
  logged: () => string[]
  signal: (name: NodeJS.Signals) => void
  /** Resolves with its exit status. */
  readonly exited: Promise<number>
  readonly stateDirectory: string
  [Symbol.asyncDispose](): Promise<void>
}

export type How = {
  /** A module that is loaded before the program. */
  preload?: string
  /** The machine that it runs on; this one where there is none. */
  lan?: Lan
}

/** On a machine that does a lot else at the same time. */
const startsWithinMs = 20_000

export async function startProcess(
  env: Record<string, string> = {},
  how: How = {},
): Promise<TestProcess> {
  const stateDirectory = env.STATE_DIRECTORY ?? mkdtempSync(join(tmpdir(), 'encontro-'))
  const own = how.lan ? { HOST: how.lan.address } : {}
  const child = spawnMain({ STATE_DIRECTORY: stateDirectory, ...own, ...env }, [], how)
  const output = collect(child.stdout)
  const errors = collect(child.stderr)
  const printed = (text: string, withinMs?: number) =>
    eventually(`“${text}” in ${output()}${errors()}`, () => output().includes(text), withinMs)
  await printed('Para experimentar', startsWithinMs)
  const port = Number(output().match(/Servidor iniciado em \S+:(\d+)/)?.[1])
  const url = output().match(/Página web em (\S+)\//)?.[1] ?? ''
  const registry = { ip: how.lan?.address ?? '127.0.0.1', port }
  return {
    registry,
    url,
    pid: child.pid,
    output,
    errors,
    printed,
    connect: () => connectPeer(registry),
    visitor: (headers = {}) =>
      new Visitor((path, init) => {
        const all = { ...(init.headers as Record<string, string>), ...headers }
        return fetch(url + path, { ...init, headers: all, redirect: 'manual', ...anybodysWord })
      }),
    logged: () => output().trimEnd().split('\n').map(withoutTimestamp),
    signal: (name) => child.kill(name),
    exited: child.exited,
    stateDirectory,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await child.exited
      if (!env.STATE_DIRECTORY) rmSync(stateDirectory, { recursive: true })
    },
  }
}

/** Starts the program as it is, ready or not. */
export function spawnMain(
  env: Record<string, string>,
  args: string[] = [],
  { preload, lan }: How = {},
) {
  const options = preload === undefined ? [] : ['--preload', preload]
  const command = [process.execPath, ...options, mainPath, ...args]
  return Bun.spawn(lan ? lan.on(command) : command, {
    env: {
      PATH: process.env.PATH ?? '',
      ...portuguese,
      REGISTRY_PORT: '0',
      HTTP_PORT: '0',
      ...env,
    },
    stdout: 'pipe',
    stderr: 'pipe',
  })
}

const withoutTimestamp = (line: string) => line.replace(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d /, '')

/** The names of those who are registered, as a watcher is told them. */
export async function whoIsThere({ connect }: Pick<TestProcess, 'connect'>): Promise<string[]> {
  using watcher = await connect()
  await watcher.sendLine('watch')
  const names: string[] = []
  for (;;) {
    const [kind, name = ''] = (await watcher.line()).split(',')
    if (kind === '*synced') return names
    if (kind === '*here') names.push(name)
  }
}

/** Memory that the process holds, in bytes (`proc(5)`). */
export async function residentBytes({ pid }: Pick<TestProcess, 'pid'>): Promise<number> {
  const status = await Bun.file(`/proc/${pid}/status`).text()
  return Number(status.match(/^VmRSS:\s+(\d+) kB/m)?.[1]) * 1024
}

/** Reads a stream to its end, and gives what has come so far. */
export function collect(stream: ReadableStream<Uint8Array>): () => string {
  let text = ''
  const decoder = new TextDecoder()
  ;(async () => {
    for await (const chunk of stream) text += decoder.decode(chunk, { stream: true })
  })()
  return () => text
}
