import { readdirSync, readFileSync } from 'node:fs'

/** Processor time that a process has taken so far, all its threads together, to 10 ms (`proc(5)`). */
export function processorSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) / 100
}

/** Memory that a process holds (`proc(5)`). */
export function residentBytes(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Number(status.match(/^VmRSS:\s+(\d+) kB/m)?.[1]) * 1024
}

/** The same as `processorSeconds` of a process and of all that it started, while they live. */
export function treeProcessorSeconds(root: number): number {
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => parentOf(pid) === root)
  return children.reduce((sum, pid) => sum + treeProcessorSeconds(pid), secondsOf(root))
}

function secondsOf(pid: number): number {
  try {
    return processorSeconds(pid)
  } catch {
    // It has ended in the meantime.
    return 0
  }
}

function parentOf(pid: number): number | undefined {
  try {
    return Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[1])
  } catch {
    // It has ended in the meantime.
    return undefined
  }
}
