import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

type Process = { pid: number }

/** Files and sockets that it has open (`proc(5)`). */
export const descriptorsOf = ({ pid }: Process): number => readdirSync(`/proc/${pid}/fd`).length

/** The same, counted by kind: for the message of a test that fails. */
export function descriptorKinds({ pid }: Process): Record<string, number> {
  const kinds: Record<string, number> = {}
  for (const fd of readdirSync(`/proc/${pid}/fd`)) {
    try {
      const kind = readlinkSync(`/proc/${pid}/fd/${fd}`).replace(/:?\[.*|\d+/g, '')
      kinds[kind] = (kinds[kind] ?? 0) + 1
    } catch {
      // Closed in the meantime.
    }
  }
  return kinds
}

/** Memory that it holds, in bytes. */
export function memoryOf({ pid }: Process): number {
  const kilobytes = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  return Number(kilobytes) * 1024
}
