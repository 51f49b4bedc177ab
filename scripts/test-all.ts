/**
 * Runs the tests as `bun test` does, in less time: those in browsers two at a time, which fills two
 * processors; all others that can share the machine four at a time, since they wait as long as they
 * work; three at a time those that mostly wait; and one by one those that measure what one peer costs
 * the others. All runs go to their end, and each leaves a JUnit report. Some files that take a minute or
 * more each are left to `bun test`.
 */

// A machine that does two things is slower at each of them.
const patienceMs = 20_000

/**
 * Files that wait for time limits, or for two browsers to find another way: most of their seconds cost
 * nothing. Beside each other alone, since some measure or open thousands of connections. Longest first.
 */
const waiting = [
  'test/engine/cluster.test.ts',
  'test/engine/failover.test.ts',
  'test/browser/chromium-and-firefox.test.ts',
  'test/attacks/takeover.test.ts',
  'test/process/connection-cap.test.ts',
  'test/process/workers.test.ts',
  'test/web/attacks.test.ts',
  'test/attacks/ringing.test.ts',
  'test/fuzz/http.test.ts',
]

/** Files that measure, fill the machine or need all of its network. */
const alone = [
  'test/attacks/',
  'test/bench/',
  // What is built in the background has the least claim to the processor.
  'test/build/',
  'test/fuzz/',
  'test/process/attacks.test.ts',
  'test/process/descriptors.test.ts',
  'test/process/renewal.test.ts',
  'test/registry/floods.test.ts',
  'test/registry/slow-readers.test.ts',
  'test/limits/turns.test.ts',
  'test/web/live/unread.test.ts',
  'test/web/work.test.ts',
]

/** For want of time: a change that concerns them runs them by hand. */
const leftOut = [
  'test/networks/',
  'test/soak/',
  'test/bench/web.test.ts',
  // Three see and hear each other in `several.test.ts`.
  'test/browser/call/four.test.ts',
  // How the row of a call fits; `looks.test.ts` sees each state of a call.
  'test/browser/call/layout.test.ts',
  'test/browser/hidden-addresses.test.ts',
  'test/browser/ice-urls.test.ts',
  // Where `any-order.test.ts` has the same in its model.
  'test/browser/leaving-calls.test.ts',
  'test/browser/moving-calls.test.ts',
  'test/browser/no-cookies.test.ts',
  // The main path in WebKit sees the same.
  'test/browser/no-webrtc.test.ts',
  'test/browser/relayed-calls.test.ts',
  'test/process/silence.test.ts',
]

const isIn = (starts: readonly string[], path: string): boolean =>
  starts.some((start) => path.startsWith(start))
function howOf(path: string): 'browsers' | 'servers' | 'waiting' | 'alone' {
  if (isIn(waiting, path)) return 'waiting'
  if (isIn(alone, path)) return 'alone'
  return path.startsWith('test/browser/') ? 'browsers' : 'servers'
}

async function run(report: string, files: readonly string[], ...flags: string[]): Promise<boolean> {
  const command = [process.execPath, 'test', ...flags, '--reporter=junit']
  const child = Bun.spawn([...command, `--reporter-outfile=${report}`, ...files], {
    stdio: ['inherit', 'inherit', 'inherit'],
  })
  return (await child.exited) === 0
}

const all = [...new Bun.Glob('test/**/*.test.{ts,tsx}').scanSync()]
for (const start of [...waiting, ...alone, ...leftOut]) {
  // It was moved, and would run where it must not.
  if (!all.some((path) => path.startsWith(start))) throw new Error(`no test is at ${start}`)
}
const files = all.filter((path) => !isIn(leftOut, path)).sort()
const filesOf = (how: ReturnType<typeof howOf>) => files.filter((path) => howOf(path) === how)
const patiently = `--timeout=${patienceMs}`
// Two browsers' tests at a time can keep one waiting for longer than that. A machine that others use
// too has pauses of its own, which pass; a fault of ours comes back.
const again = '--retry=1'
const results = [
  await run('test-report.browsers.xml', filesOf('browsers'), '--parallel=2', patiently, again),
  await run('test-report.servers.xml', filesOf('servers'), '--parallel=4', patiently, again),
  await run('test-report.waiting.xml', waiting, '--parallel=3', patiently, again),
  await run('test-report.alone.xml', filesOf('alone'), again),
]
process.exit(results.every(Boolean) ? 0 : 1)

export {}
