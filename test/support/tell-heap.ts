/**
 * Loaded before the program (`How.preload`): at each SIGUSR2 it collects its garbage and says on
 * standard error how many bytes it holds, buffers included. What the engine has not given back to
 * the system yet is not among them.
 */
import { heapStats } from 'bun:jsc'

process.on('SIGUSR2', () => {
  Bun.gc(true)
  const { heapSize, extraMemorySize } = heapStats()
  process.stderr.write(`held ${heapSize + extraMemorySize}\n`)
})
