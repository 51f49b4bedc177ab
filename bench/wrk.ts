import type { Outcome } from './load-control.ts'

export const hasWrk = (): boolean => Bun.which('wrk') !== null

/** Under way at a time. */
const connections = 32

const units: Record<string, number> = { B: 1, KB: 1024, MB: 1024 ** 2, GB: 1024 ** 3 }

/**
 * Asks for one page over and over, with wrk, which takes a fraction of the processor time of a
 * server written in JavaScript. Rejects where an answer was not the page: `bytes` is its length,
 * since wrk itself takes a redirect for a success.
 */
export async function askForPages(
  url: string,
  { seconds, bytes, cookie }: { seconds: number; bytes: number; cookie: string },
): Promise<Outcome> {
  // It counts in whole seconds. A signal that ends it earlier can come before it is ready for one.
  const whole = Math.ceil(seconds)
  const headers = cookie === '' ? [] : ['-H', `Cookie: ${cookie}`]
  const child = Bun.spawn(['wrk', '-t1', `-c${connections}`, `-d${whole}s`, ...headers, url], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const report = await new Response(child.stdout).text()
  await child.exited

  const [, done = '', took = '', unit = '', read = '', size = ''] =
    /^\s*(\d+) requests in ([\d.]+)(ms|s|m), ([\d.]+)([KMG]?B) read$/m.exec(report) ?? []
  const perPage = (Number(read) * (units[size] ?? Number.NaN)) / Number(done)
  const isWrong = /Non-2xx|Socket errors/.test(report)
  // It rounds what it has read to some thousandths.
  if (isWrong || !(perPage > bytes * 0.99)) throw new Error(`wrk, of ${url}:\n${report}`)
  return {
    done: Number(done),
    seconds: Number(took) * ({ ms: 0.001, s: 1, m: 60 }[unit] ?? Number.NaN),
    processorSeconds: Number(child.resourceUsage()?.cpuTime.total ?? 0) / 1e6,
  }
}
