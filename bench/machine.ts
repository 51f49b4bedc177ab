import { cpus, release, totalmem } from 'node:os'

/** Whose figures they are: what has to be alike for them to be compared. */
export const machine = () => ({
  processor: cpus()[0]?.model ?? 'unknown',
  cores: cpus().length,
  memoryBytes: totalmem(),
  kernel: `${process.platform} ${release()}`,
  architecture: process.arch,
  bun: Bun.version,
})
