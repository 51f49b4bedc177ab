import { readFileSync } from 'node:fs'

/** How many files and sockets this process may have open; `undefined` if the system does not tell. */
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

/** Upper bound even with more descriptors, because of memory: so many connections take about 300 MB. */
const mostConnections = 100_000

/** Assumed if the system does not tell its limit. */
const assumedDescriptors = 4_096

const partForConnections = 0.75

/**
 * How many connections fit into so many descriptors. A quarter is kept free for the web's requests,
 * for files, and for connections that are being refused: a process without free descriptors cannot
 * answer anybody.
 */
export function connectionsFor(descriptors: number = assumedDescriptors): number {
  return Math.max(1, Math.min(mostConnections, Math.floor(descriptors * partForConnections)))
}

/** Whether so many connections need more descriptors than there are, and if so, how many. */
export function shortageOf(
  connections: number,
  descriptors: number | undefined,
): { connections: number; descriptors: number; enough: number; wanted: number } | undefined {
  // The limit is not known, so trust the operator's setting.
  if (descriptors === undefined) return
  const enough = Math.max(1, Math.floor(descriptors * partForConnections))
  if (connections <= enough) return
  return { connections, descriptors, enough, wanted: Math.ceil(connections / partForConnections) }
}
