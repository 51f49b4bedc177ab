import { readFileSync } from 'node:fs'

/** How many files and sockets this process may have open; `undefined` where nobody says. */
export function descriptorLimit(): number | undefined {
  try {
    // Bun raises the soft limit to the hard one when it starts (proc(5), setrlimit(2)).
    const limits = readFileSync('/proc/self/limits', 'utf8')
    const hard = /^Max open files\s+\S+\s+(\S+)/m.exec(limits)?.[1]
    if (hard === 'unlimited') return Number.POSITIVE_INFINITY
    return hard === undefined ? undefined : Number(hard)
  } catch {
    return undefined
  }
}

/** More connections than this are a matter of memory: about 300 MB. */
const mostConnections = 100_000

/** What every system has at least, where we cannot ask. */
const assumedDescriptors = 4_096

const partForConnections = 0.75

/**
 * Connections that so many descriptors allow. A quarter of them is kept for the web's requests, for
 * files, and for connections that are being refused: a process that has none left answers nobody.
 */
export function connectionsFor(descriptors: number = assumedDescriptors): number {
  return Math.max(1, Math.min(mostConnections, Math.floor(descriptors * partForConnections)))
}

/** What is wrong with so many connections where there are only so many descriptors; if anything. */
export function shortageOf(
  connections: number,
  descriptors: number | undefined,
): { connections: number; descriptors: number; enough: number; wanted: number } | undefined {
  // Where nobody says how many there are, the operator knows better than we do.
  if (descriptors === undefined) return
  const enough = Math.max(1, Math.floor(descriptors * partForConnections))
  if (connections <= enough) return
  return { connections, descriptors, enough, wanted: Math.ceil(connections / partForConnections) }
}
